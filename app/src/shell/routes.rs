//! Every page and its address.
//!
//! The router keeps the address and follows links; which page stands there is
//! a plain `match`, a tenth of the code of nested routes.

use leptos::context::Provider;
use leptos::prelude::*;
use shared::i18n::Key;

use crate::i18n::t;
use crate::ui::{EmptyState, Glyph};
use crate::{
    accounts, admin, contacts, imports, knowledge, links, opportunities, part, products, reports, settings, tickets,
};

/// A page, whichever record it shows: going from one record to the next keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Home,
    Opportunities,
    Opportunity,
    Accounts,
    Account,
    Contacts,
    Contact,
    Products,
    Tickets,
    Knowledge,
    Article,
    ServiceReport,
    Imports,
    Import,
    Settings,
    Pipelines,
    Calendars,
    Service,
    Team,
    Kit,
    None,
}

fn page_at(path: &str) -> Page {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => Page::Home,
        ["opportunities"] => Page::Opportunities,
        ["opportunities", _] => Page::Opportunity,
        ["accounts"] => Page::Accounts,
        ["accounts", _] => Page::Account,
        ["contacts"] => Page::Contacts,
        ["contacts", _] => Page::Contact,
        ["products"] => Page::Products,
        ["tickets"] => Page::Tickets,
        ["knowledge"] => Page::Knowledge,
        ["knowledge", _] => Page::Article,
        ["reports", "service"] => Page::ServiceReport,
        ["imports"] => Page::Imports,
        ["imports", _] => Page::Import,
        ["settings"] => Page::Settings,
        ["admin", "pipelines"] => Page::Pipelines,
        ["admin", "calendars"] => Page::Calendars,
        ["admin", "service"] => Page::Service,
        ["admin", "team"] => Page::Team,
        ["dev", "kit"] => Page::Kit,
        _ => Page::None,
    }
}

#[component]
pub fn Pages() -> impl IntoView {
    let page = Memo::new(|_| page_at(&links::path()));
    view! { <Provider value=links::OnPage>{move || show(page.get())}</Provider> }
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Home => {
            // After this page is made: the address changes under it.
            crate::spawn::after(0, || links::replace(&links::board()));
            ().into_any()
        }
        Page::Opportunities => board(),
        Page::Opportunity => opportunity(),
        Page::Accounts => accounts(),
        Page::Account => account(),
        Page::Contacts => contacts(),
        Page::Contact => contact(),
        Page::Products => products(),
        Page::Tickets => tickets(),
        Page::Knowledge => knowledge(),
        Page::Article => article(),
        Page::ServiceReport => service_report(),
        Page::Imports => imports(),
        Page::Import => import(),
        Page::Settings => settings(),
        Page::Pipelines => pipelines(),
        Page::Calendars => calendars(),
        Page::Service => service(),
        Page::Team => team(),
        Page::Kit => kit(),
        Page::None => not_found(),
    }
}

part! { board: fn board() => opportunities::Page() }
part! { records: fn opportunity() => opportunities::RecordPage() }
part! { records: fn accounts() => accounts::Page() }
part! { records: fn account() => accounts::RecordPage() }
part! { records: fn contacts() => contacts::Page() }
part! { records: fn contact() => contacts::RecordPage() }
part! { records: fn products() => products::Page() }
part! { records: fn tickets() => tickets::Page() }
part! { records: fn knowledge() => knowledge::Page() }
part! { records: fn article() => knowledge::ReaderPage() }
part! { records: fn service_report() => reports::Page() }
part! { imports: fn imports() => imports::Page() }
part! { imports: fn import() => imports::RunPage() }
part! { admin: fn settings() => settings::Page() }
part! { admin: fn pipelines() => admin::PipelinesPage() }
part! { admin: fn calendars() => admin::CalendarsPage() }
part! { admin: fn service() => admin::ServicePage() }
part! { admin: fn team() => admin::TeamPage() }

/// The component kit, in development only.
fn kit() -> AnyView {
    #[cfg(debug_assertions)]
    return view! { <crate::ui::kit::KitPage/> }.into_any();
    #[cfg(not(debug_assertions))]
    return not_found();
}

fn not_found() -> AnyView {
    view! {
        <EmptyState glyph=Glyph::CircleQuestionMark title=Key::NavNotFound text=Key::NavNotFoundText>
            <a class="btn primary" href=links::board>{t(Key::NavToBoard)}</a>
        </EmptyState>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_address_leads_to_its_page() {
        assert_eq!(page_at("/"), Page::Home);
        assert_eq!(page_at("/accounts/"), Page::Accounts);
        assert_eq!(page_at("/opportunities/01a2"), Page::Opportunity);
        assert_eq!(page_at("/admin/pipelines"), Page::Pipelines);
        assert_eq!(page_at("/admin"), Page::None);
        assert_eq!(page_at("/accounts/1/2"), Page::None);
    }
}
