//! The accounts below this one.

use leptos::prelude::*;
use shared::access::Object;
use shared::accounts::Account;
use shared::i18n::Key;
use shared::query::{Filter, ListQuery, text};

use crate::i18n::t;
use crate::record::Shown;
use crate::ui::{Glyph, Icon};
use crate::{links, store, words};

const SHOWN: u32 = 20;

#[component]
pub fn Children(shown: Shown) -> impl IntoView {
    let below = Filter::is("parent_id", shown.id);
    let asked = text::print(&below);
    let list = store::list::<Account>(move || {
        Some(ListQuery {
            filter: Some(asked.clone()),
            sort: Some("name".into()),
            limit: Some(SHOWN),
            ..ListQuery::default()
        })
    });
    let all = links::filtered(Object::Account, &below);
    let line = |account: std::sync::Arc<Account>| {
        view! {
            <li class="row">
                <Icon glyph=Glyph::Building2/>
                <a class="value-link clip grow" href=links::account(account.id)>{account.name.clone()}</a>
                <span class="faint small">{account.level.clone().map(|level| move || words::choice("level", &level))}</span>
            </li>
        }
    };
    view! {
        <div class="section-head">
            <h3>{t(Key::AccountChildren)}</h3>
            <Show when=move || list.has_more()><a class="link small" href=all.clone()>{t(Key::RecordShowAll)}</a></Show>
        </div>
        <ul class="plain-list">{move || list.rows().into_iter().map(line).collect_view()}</ul>
        <Show when=move || !list.is_first() && list.ids().is_empty()><p class="faint">{t(Key::AccountNoChildren)}</p></Show>
    }
}
