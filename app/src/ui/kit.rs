//! Every component in every state, for development.
//!
//! Its headings are the components' own names, its records are invented.

mod controls;
mod floating;
mod marks;
mod records;

use leptos::prelude::*;
use shared::i18n::{Key, Locale};

use super::*;
use crate::i18n;

#[component]
pub fn KitPage() -> impl IntoView {
    let is_narrow = RwSignal::new(false);
    let place = |glyph: Glyph, id: &'static str| {
        view! {
            <a class="place" href=format!("#{id}")><Icon glyph/><span class="words">{id}</span></a>
        }
    };
    view! {
        <div class="app" class:narrow=is_narrow>
            <nav class="nav" aria-label="Kit">
                <div class="brand">
                    <span><b>"知客"</b>" Kith"</span>
                    <IconButton glyph=Glyph::PanelLeft label="Nav" on_click=move |()| is_narrow.update(|narrow| *narrow = !*narrow)/>
                </div>
                <button type="button" class="find">
                    <Icon glyph=Glyph::Search/><span class="words">"Find"</span><Kbd combo="mod+k"/>
                </button>
                {place(Glyph::SquareKanban, "controls")}
                {place(Glyph::Layers, "floating")}
                {place(Glyph::Tag, "marks")}
                {place(Glyph::Table2, "records")}
                <div class="end">
                    <div class="place"><Avatar id="7" name="李静" decorative=true/><span class="words">"李静"</span></div>
                </div>
            </nav>
            <main class="page">
                <div class="bar">
                    <h1>"Kit"</h1>
                    <span class="grow"></span>
                    <LanguageChoice/>
                    <ThemeChoice/>
                </div>
                <div class="content">
                    <div class="column">
                        <controls::Controls/>
                        <floating::Floating/>
                        <marks::Marks/>
                    </div>
                </div>
                <records::Records/>
            </main>
            <nav class="bottom-bar" aria-label="Kit">
                {[Glyph::Sun, Glyph::Users, Glyph::SquareKanban, Glyph::Ticket, Glyph::Ellipsis].map(|glyph| view! {
                    <a href="#controls" aria-current=(glyph == Glyph::SquareKanban).then_some("page")><Icon glyph/>"Place"</a>
                })}
            </nav>
        </div>
    }
}

/// A part of the page under a component's name.
fn section(id: &'static str, content: AnyView) -> impl IntoView {
    view! { <section class="section" id=id><h2>{id}</h2>{content}</section> }
}

#[component]
fn LanguageChoice() -> impl IntoView {
    let options = Locale::ALL.map(|locale| Choice::new(locale, locale.endonym())).to_vec();
    view! {
        <SegmentedControl
            label="Language"
            options
            value=move || i18n::locale().to_string()
            on_choose=move |tag: String| i18n::choose(Locale::from_tag(&tag).unwrap_or_default())
        />
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    use theme::Theme;
    let named = |theme: Theme| match theme {
        Theme::System => (Glyph::Monitor, Key::UiThemeSystem),
        Theme::Light => (Glyph::Sun, Key::UiThemeLight),
        Theme::Dark => (Glyph::Moon, Key::UiThemeDark),
    };
    view! {
        <Menu label=Key::UiThemeTitle glyph=Signal::derive(move || named(theme::theme()).0) align=place::Align::End>
            {Theme::ALL.map(|choice| {
                let (glyph, label) = named(choice);
                view! {
                    <MenuItem
                        glyph
                        label
                        checked=Signal::derive(move || theme::theme() == choice)
                        on_choose=move |()| theme::choose(choice)
                    />
                }
            })}
        </Menu>
    }
}
