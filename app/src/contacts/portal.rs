//! Whether a contact comes to the customers' portal, and how far they see there.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::{Action, Object, Sees};
use shared::contacts::{Point, PointKind};
use shared::i18n::Key;
use shared::id::PortalUserId;
use shared::portal::PortalUser;
use shared::query::{Filter, ListQuery, text as filter_text};

use crate::i18n::{t, text};
use crate::record::Shown;
use crate::store::{self, Command};
use crate::ui::{Button, ButtonKind, Choice, Glyph, Select};
use crate::{session, words};

/// Nothing for whoever may not know.
#[component]
pub fn PortalAccess(shown: Shown) -> impl IntoView {
    let may_read = Memo::new(|_| session::can(Object::PortalUser, Action::Read));
    let filter = filter_text::print(&Filter::is("contact_id", shown.id));
    let list = store::list::<PortalUser>(move || {
        may_read.get().then(|| ListQuery { filter: Some(filter.clone()), limit: Some(20), ..ListQuery::default() })
    });
    let is_none = Memo::new(move |_| !list.is_first() && list.ids().is_empty());
    let email = Memo::new(move |_| email_of(shown));
    let may_create = Memo::new(|_| session::can(Object::PortalUser, Action::Create));
    let invite = move |()| {
        let Some(email) = email.get_untracked() else { return };
        let user = PortalUser {
            id: PortalUserId(crate::id::new()),
            email,
            contact_id: Some(shown.id.into()),
            sees: Sees::Own,
            ..PortalUser::default()
        };
        store::run(Command::create(&user).said(text(Key::ServicePortalOpened)));
    };
    view! {
        <Show when=move || may_read.get()>
            <section>
                <h3>{t(Key::ServicePortal)}</h3>
                <ul class="plain-list">{move || list.rows().into_iter().map(|user| view! { <Line user/> }).collect_view()}</ul>
                <Show when=move || is_none.get()>
                    <p class="faint">{t(Key::ServicePortalNone)}</p>
                    <Show when=move || may_create.get() && email.read().is_some()>
                        <div><Button kind=ButtonKind::Quiet icon=Glyph::UserPlus label=Key::ServicePortalOpen on_click=invite/></div>
                    </Show>
                </Show>
            </section>
        </Show>
    }
}

/// The address that they are written to first. Tracked.
fn email_of(shown: Shown) -> Option<String> {
    let points: Vec<Point> = serde_json::from_value(shown.get("points")).unwrap_or_default();
    let emails = || points.iter().filter(|point| point.kind == PointKind::Email);
    emails().find(|point| point.is_primary).or_else(|| emails().next()).map(|point| point.norm.clone())
}

#[component]
fn Line(user: Arc<PortalUser>) -> impl IntoView {
    let id = user.id;
    let sees = RwSignal::new(user.sees.word().to_owned());
    let may = Memo::new(|_| session::can(Object::PortalUser, Action::Write));
    let choices =
        || Sees::ALL.iter().map(|sees| Choice::new(sees, words::choice("sees", sees.word()))).collect::<Vec<_>>();
    let choose = move |now: String| {
        store::run(Command::set::<PortalUser>(id, "sees", now).said(text(Key::ServicePortalChanged)));
    };
    let is_disabled = user.is_disabled;
    let turn = move |()| {
        let said = text(if is_disabled { Key::ServicePortalOpened } else { Key::ServicePortalClosed });
        store::run(Command::set::<PortalUser>(id, "is_disabled", !is_disabled).said(said));
    };
    let label = if is_disabled { Key::ServicePortalOpen } else { Key::ServicePortalClose };
    view! {
        <li class="stack">
            <span class="row"><span class="grow clip">{user.email.clone()}</span>
                {is_disabled.then(|| view! { <span class="faint small">{t(Key::FieldPortalUserIsDisabled)}</span> })}
            </span>
            <Show when=move || may.get()>
                <Select label=Key::FieldPortalUserSees value=sees options=Signal::derive(choices) on_commit=Callback::new(choose)/>
                <div><Button kind=ButtonKind::Quiet label on_click=turn/></div>
            </Show>
        </li>
    }
}
