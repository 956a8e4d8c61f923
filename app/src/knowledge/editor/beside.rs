//! Beside the words: how they will read, the original of a translation, and what changed in it.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::knowledge::{ArticleVersion, Preview, PreviewArticle, Rendered};

use super::writing::Writing;
use crate::i18n::{fill, t, text};
use crate::knowledge::diff;
use crate::store::Asker;
use crate::ui::{Button, Choice, Glyph, Icon, SegmentedControl, format};
use crate::words;

/// The text is shown as it will read so soon after the last key.
const PAUSE_MS: u64 = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Source,
    Changes,
    Preview,
}

impl Shown {
    const ALL: [Self; 3] = [Self::Source, Self::Changes, Self::Preview];

    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Changes => "changes",
            Self::Preview => "preview",
        }
    }

    fn label(self) -> Key {
        match self {
            Self::Source => Key::KnowledgeSource,
            Self::Changes => Key::KnowledgeSourceChanges,
            Self::Preview => Key::KnowledgePreview,
        }
    }
}

#[component]
pub fn Beside(writing: Writing) -> impl IntoView {
    let chosen = RwSignal::new(None::<Shown>);
    let has_source = Memo::new(move |_| writing.source.read().is_some());
    let has_changes = Memo::new(move |_| writing.is_stale() && writing.source_then.read().is_some());
    // Who translates looks at the original first.
    let shown = Memo::new(move |_| {
        let chosen = chosen.get().filter(|chosen| *chosen != Shown::Changes || has_changes.get());
        chosen.unwrap_or(if has_source.get() { Shown::Source } else { Shown::Preview })
    });
    let options = Signal::derive(move || {
        let is_there = |shown: &Shown| *shown != Shown::Changes || has_changes.get();
        let of = |shown: Shown| Choice::new(shown.word(), text(shown.label()));
        Shown::ALL.into_iter().filter(is_there).map(of).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || shown.get().word().to_owned());
    let choose = move |word: String| chosen.set(Shown::ALL.into_iter().find(|shown| shown.word() == word));
    let label = Signal::derive(move || text(shown.get().label()).to_owned());
    view! {
        <section class="editor-reads" aria-label=label tabindex="0">
            <Show when=move || writing.is_stale()><Behind writing/></Show>
            {move || if has_source.get() {
                view! { <div><SegmentedControl label=Key::KnowledgeBeside options value on_choose=choose/></div> }.into_any()
            } else {
                view! { <h2 class="faint small">{t(Key::KnowledgePreview)}</h2> }.into_any()
            }}
            {move || match shown.get() {
                Shown::Source => (move || writing.source.get().map(|source| source_words(&source))).into_any(),
                Shown::Changes => (move || changes(writing)).into_any(),
                Shown::Preview => view! { <Reads writing/> }.into_any(),
            }}
        </section>
    }
}

/// The original as it was written.
fn source_words(source: &ArticleVersion) -> impl IntoView + use<> {
    let (n, locale) = (format::number(source.n), source.locale.clone());
    let which = move || fill(Key::KnowledgeSourceN, &[("locale", &words::choice("locale", &locale)), ("n", &n)]);
    view! {
        <p class="small faint">{which}</p>
        <div lang=source.locale.clone() class="source">
            <h1>{source.name.clone()}</h1>
            {source.summary.clone().map(|summary| view! { <p class="muted">{summary}</p> })}
            <div class="source-words">{source.body.clone()}</div>
        </div>
    }
}

/// The translation is older than the original; whoever has seen to it says so.
#[component]
fn Behind(writing: Writing) -> impl IntoView {
    let told = move || {
        let now = writing.source.read().as_ref().map(|source| source.n).unwrap_or_default();
        let numbers = writing.source_n.get().map(|then| (format::number(then), format::number(now)));
        numbers.map_or_else(
            || text(Key::KnowledgeStale).to_owned(),
            |(then, now)| fill(Key::KnowledgeBehind, &[("then", &then), ("now", &now)]),
        )
    };
    view! {
        <div class="calendar-note" role="note">
            <Icon glyph=Glyph::TriangleAlert/>
            <span class="grow">{told}</span>
            <Show when=move || writing.is_open()>
                <Button label=Key::KnowledgeCaughtUp icon=Glyph::Check on_click=move |()| writing.catch_up()/>
            </Show>
        </div>
    }
}

/// What became of the original since it was translated. Tracked.
fn changes(writing: Writing) -> Option<AnyView> {
    let (then, now) = (writing.source_then.get()?, writing.source.get()?);
    Some(diff::told(&shared::knowledge::diff(&whole(&then), &whole(&now))))
}

/// What a version says, as the history compares it.
fn whole(version: &ArticleVersion) -> String {
    let parts = [version.name.as_str(), version.summary.as_deref().unwrap_or_default(), &version.body];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The words as readers will see them.
#[component]
fn Reads(writing: Writing) -> impl IntoView {
    let shown = RwSignal::new(Rendered { html: String::new(), broken: Vec::new() });
    let asker = Asker::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let ask = move || {
        let Some(body) = writing.body.try_get_untracked() else { return };
        asker.ask::<PreviewArticle>((), Preview { body }, move |answer| {
            if let Ok(rendered) = answer {
                shown.set(rendered);
            }
        });
    };
    Effect::new(move || {
        writing.body.track();
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
        waiting.set_value(crate::spawn::after(PAUSE_MS, ask));
    });
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    });
    let broken = move || shown.read().broken.join(", ");
    view! {
        <h1>{move || writing.name.get()}</h1>
        <Show when=move || !shown.read().broken.is_empty()>
            <p class="calendar-note" role="note"><Icon glyph=Glyph::TriangleAlert/>{move || fill(Key::KnowledgeBroken, &[("links", &broken())])}</p>
        </Show>
        <div class="prose" inner_html=move || shown.get().html></div>
    }
}
