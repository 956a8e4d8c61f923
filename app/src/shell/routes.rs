//! Every page and its address.

use leptos::context::Provider;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route};
use leptos_router::path;
use shared::i18n::Key;

use crate::ui::{EmptyState, Glyph};
use crate::{accounts, admin, contacts, imports, links, opportunities, products, settings};

#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Provider value=links::OnPage>
            <FlatRoutes fallback=not_found>
                <Route path=path!("/") view=|| view! { <Redirect path=links::board()/> }/>
                <Route path=path!("/opportunities") view=|| view! { <opportunities::Page/> }.into_any()/>
                <Route path=path!("/opportunities/:id") view=|| view! { <opportunities::RecordPage/> }.into_any()/>
                <Route path=path!("/accounts") view=|| view! { <accounts::Page/> }.into_any()/>
                <Route path=path!("/accounts/:id") view=|| view! { <accounts::RecordPage/> }.into_any()/>
                <Route path=path!("/contacts") view=|| view! { <contacts::Page/> }.into_any()/>
                <Route path=path!("/contacts/:id") view=|| view! { <contacts::RecordPage/> }.into_any()/>
                <Route path=path!("/products") view=|| view! { <products::Page/> }.into_any()/>
                <Route path=path!("/imports") view=|| view! { <imports::Page/> }.into_any()/>
                <Route path=path!("/imports/:id") view=|| view! { <imports::RunPage/> }.into_any()/>
                <Route path=path!("/settings") view=|| view! { <settings::Page/> }.into_any()/>
                <Route path=path!("/admin/pipelines") view=|| view! { <admin::PipelinesPage/> }.into_any()/>
                <Route path=path!("/admin/team") view=|| view! { <admin::TeamPage/> }.into_any()/>
                <Route path=path!("/dev/kit") view=kit/>
            </FlatRoutes>
        </Provider>
    }
}

/// The component kit, in development only.
fn kit() -> AnyView {
    #[cfg(debug_assertions)]
    return view! { <crate::ui::kit::KitPage/> }.into_any();
    #[cfg(not(debug_assertions))]
    return not_found().into_any();
}

fn not_found() -> impl IntoView {
    view! {
        <EmptyState glyph=Glyph::CircleQuestionMark title=Key::NavNotFound text=Key::NavNotFoundText>
            <a class="btn primary" href=links::board>{crate::i18n::t(Key::NavToBoard)}</a>
        </EmptyState>
    }
}
