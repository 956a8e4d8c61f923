//! The bar above the table: views, search, filters, columns, export.

use leptos::prelude::*;
use shared::access::Action;
use shared::i18n::Key;

use super::export;
use super::listing::{Listing, search};
use super::picker::ColumnPicker;
use super::views::ViewMenu;
use crate::filters::FilterBar;
use crate::i18n::text;
use crate::links;
use crate::ui::place::Align;
use crate::ui::{Glyph, Menu, MenuItem, MenuLink, Scope, SearchInput, is_phone, use_key};

/// A search waits until the reader pauses.
const PAUSE_MS: u64 = 250;

#[component]
pub fn ListBar(listing: Listing) -> impl IntoView {
    let columns = listing.columns;
    columns.follow(listing.object());
    view! {
        <div class="bar sub list-bar">
            <ViewMenu
                object=listing.object()
                layout="table"
                columns=Signal::derive(move || Some(columns.keys()))
                are_chosen=Signal::derive(move || columns.is_chosen())
            />
            <Search/>
            <FilterBar filters=listing.filters/>
            <span class="grow"></span>
            <Show when=move || !is_phone()><ColumnPicker listing/></Show>
            <Menu label=Key::TableMore glyph=Glyph::Ellipsis align=Align::End>{more(listing)}</Menu>
        </div>
    }
}

/// Words in the address, as they are typed.
#[component]
pub fn Search() -> impl IntoView {
    let words = RwSignal::new(untrack(search).unwrap_or_default());
    let input = NodeRef::<leptos::html::Input>::new();
    // Back and links change the address from outside.
    Effect::new(move || {
        let now = search().unwrap_or_default();
        if words.with_untracked(|words| words.trim() != now) {
            words.set(now);
        }
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |before: Option<()>| {
        let typed = words.get();
        if before.is_some() {
            if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
                waiting.clear();
            }
            waiting.set_value(crate::spawn::after(PAUSE_MS, move || ask(&typed)));
        }
    });
    use_key(Scope::Page, "/", Key::KeysSearch, move || {
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
            input.select();
        }
    });
    view! {
        <div class="list-search"><SearchInput value=words label=Key::TableSearch node_ref=input/></div>
    }
}

fn ask(typed: &str) {
    let typed = typed.trim();
    if untrack(search).unwrap_or_default() != typed {
        links::set_params(&[("search", (!typed.is_empty()).then_some(typed))]);
    }
}

fn more(listing: Listing) -> impl IntoView {
    let href = Signal::derive(move || {
        let query = listing.asked.get().unwrap_or_default();
        export::shown(listing.object(), &query, &listing.columns.keys())
    });
    let whole = Signal::derive(move || export::whole(listing.object(), &listing.asked.get().unwrap_or_default()));
    let is_archive = Signal::derive(|| links::param("archived").as_deref() == Some("only"));
    let archive = move || {
        let word = (!is_archive.get_untracked()).then_some("only");
        links::go(&untrack(|| links::with(&[("archived", word)])));
    };
    view! {
        <Show when=move || listing.may(Action::Export)>
            <MenuLink label=Key::TableExport href glyph=Glyph::Download download=true/>
            <MenuLink label=Key::TableExportWhole href=whole glyph=Glyph::Download download=true/>
        </Show>
        <MenuItem
            label=Signal::derive(move || text(if is_archive.get() { Key::TableHideArchive } else { Key::TableShowArchive }).to_owned())
            glyph=Glyph::Archive
            on_choose=archive
        />
        <MenuItem label=Key::TableRefresh glyph=Glyph::RefreshCw on_choose=move || listing.rows.refresh.run(())/>
    }
}
