//! Articles near to what somebody is writing, to be read or put into an answer.

use leptos::prelude::*;
use shared::i18n::Key;
use shared::knowledge::{
    Article, ArticleCategory, ArticleHit, Audience, Found, GetArticleVersion, KnowledgeQuery, SearchArticles,
};

use super::hits::marked;
use crate::i18n::{t, text};
use crate::store::{self, Asker};
use crate::ui::{Glyph, IconButton, Scope, Tag, Tone, use_key, use_toasts};
use crate::{links, words};

/// As many as one looks at while writing.
const SHOWN: u32 = 3;
/// So soon after the last key.
const PAUSE_MS: u64 = 120;
/// The longest question that the search takes, in characters.
const LONGEST: usize = 200;

/// Of a longer text what was written last: that is what the writer is at.
/// Addresses are no words of theirs.
fn question(words: &str) -> String {
    let mut words = words.to_owned();
    while let Some((from, rest)) = words.find("](").and_then(|from| Some((from, words[from..].find(')')?))) {
        words.replace_range(from..=from + rest, " ");
    }
    let words: Vec<&str> = words.split_whitespace().filter(|word| !word.starts_with("http")).collect();
    let words = words.join(" ");
    let surplus = words.chars().count().saturating_sub(LONGEST);
    words.chars().skip(surplus).collect()
}

/// Follows the words; the latest question is the one that is answered.
fn best(words: Signal<String>) -> RwSignal<Vec<ArticleHit>> {
    let hits = RwSignal::new(Vec::new());
    let asker = Asker::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    let asked = Memo::new(move |_| question(&words.read()));
    Effect::new(move || {
        let q = asked.get();
        stop();
        if q.chars().count() < 2 {
            asker.stop();
            return hits.set(Vec::new());
        }
        let query = KnowledgeQuery { q, limit: Some(SHOWN), is_typing: true, ..KnowledgeQuery::default() };
        waiting.set_value(crate::spawn::after(PAUSE_MS, move || {
            asker.ask::<SearchArticles>((), query, move |answer| {
                // What was found before stays where an answer did not come.
                if let Ok(Found { hits: found }) = answer {
                    let _ = hits.try_set(found);
                }
            });
        }));
    });
    on_cleanup(stop);
    hits
}

/// Three articles at most, each with what can be done with it; nothing where there are none.
#[component]
pub fn Suggested(
    #[prop(into)] words: Signal<String>,
    /// What is written goes to somebody who reads no article for staff.
    #[prop(optional, into)]
    is_for_customer: Signal<bool>,
    /// Takes a link to an article or its text.
    #[prop(optional)]
    on_insert: Option<Callback<String>>,
) -> impl IntoView {
    let hits = best(words);
    let line = move |(at, hit): (usize, ArticleHit)| line(at == 0, hit, is_for_customer, on_insert);
    view! {
        <Show when=move || !hits.read().is_empty()>
            <section class="suggested" aria-label=t(Key::KnowledgeRelated)>
                <ul>{move || hits.get().into_iter().enumerate().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}

/// Whether customers may read it, once that is known. Tracked.
fn is_for_staff(article: &ArticleHit) -> bool {
    let article = store::get::<Article>(article.article_id).here();
    let category = article.and_then(|article| store::get::<ArticleCategory>(article.category_id).here());
    category.is_some_and(|category| category.audience < Audience::Customers)
}

fn line(is_best: bool, hit: ArticleHit, is_for_customer: Signal<bool>, on_insert: Option<Callback<String>>) -> AnyView {
    let hit = StoredValue::new(hit);
    let is_inner = Memo::new(move |_| is_for_staff(&hit.read_value()));
    let locale = move || words::choice("locale", &hit.read_value().locale);
    let (title, href) = hit.with_value(|hit| (marked(&hit.title), links::article(&hit.slug)));
    // What is being written must not be left for it.
    view! {
        <li class="row">
            <a class="link clip grow" href=href target="_blank">{title}</a>
            <span class="faint small">{locale}</span>
            <Show when=move || is_inner.get()><Tag label=Key::KnowledgeForStaff tone=Tone::Warn/></Show>
            {on_insert.map(|on_insert| view! { <Insert is_best hit is_inner is_for_customer on_insert/> })}
        </li>
    }
    .into_any()
}

/// A link to it, or its text, at the cursor; by key the best one's.
#[component]
fn Insert(
    is_best: bool,
    hit: StoredValue<ArticleHit>,
    is_inner: Memo<bool>,
    is_for_customer: Signal<bool>,
    on_insert: Callback<String>,
) -> impl IntoView {
    let asker = Asker::new();
    let toasts = use_toasts();
    // A link to what the reader may not open helps nobody.
    let no_link = Signal::derive(move || is_inner.get() && is_for_customer.get());
    let link = move || {
        if !no_link.get_untracked() {
            on_insert.run(hit.with_value(|hit| link_to(&hit.title.text, &links::article_from_outside(&hit.slug))));
        }
    };
    let whole = move || {
        let id = hit.with_value(|hit| hit.version_id);
        asker.ask::<GetArticleVersion>(id, (), move |answer| match answer {
            Ok(version) => on_insert.run(version.body.trim().to_owned()),
            Err(error) => drop(toasts.wrong(untrack(|| words::error(&error)))),
        });
    };
    let link_label = Signal::derive(move || {
        text(if no_link.get() { Key::KnowledgeNoLink } else { Key::KnowledgeInsertLink }).to_owned()
    });
    if !is_best {
        return view! {
            <IconButton glyph=Glyph::Link label=link_label disabled=no_link on_click=move |()| link()/>
            <IconButton glyph=Glyph::FileText label=Key::KnowledgeInsertText on_click=move |()| whole()/>
        }
        .into_any();
    }
    use_key(Scope::Page, "mod+shift+l", Key::KnowledgeInsertLink, link);
    use_key(Scope::Page, "mod+shift+e", Key::KnowledgeInsertText, whole);
    view! {
        <IconButton glyph=Glyph::Link label=link_label shortcut="mod+shift+l" disabled=no_link on_click=move |()| link()/>
        <IconButton glyph=Glyph::FileText label=Key::KnowledgeInsertText shortcut="mod+shift+e" on_click=move |()| whole()/>
    }
    .into_any()
}

/// A link in Markdown; brackets of a title would end it early.
fn link_to(title: &str, href: &str) -> String {
    let title = title.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    format!("[{title}]({href})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn of_a_long_text_the_last_words_are_asked() {
        let asked = question(&format!("{} 打印机\n 卡纸 ", "一".repeat(300)));
        assert_eq!(asked.chars().count(), LONGEST);
        assert!(asked.ends_with("一 打印机 卡纸"));
        assert_eq!(question("  "), "");
        assert_eq!(question("见 [VPN (809)](https://k.example/vpn) 或 https://k.example/x）"), "见 [VPN (809) 或");
        assert_eq!(question("[开头](未完"), "[开头](未完");
    }

    #[test]
    fn a_title_with_brackets_stays_one_link() {
        assert_eq!(
            link_to("VPN [809]", "https://k.example/knowledge/vpn"),
            "[VPN \\[809\\]](https://k.example/knowledge/vpn)"
        );
    }
}
