//! Two texts line by line: what came, what went, and what stayed folded away.

use leptos::prelude::*;
use shared::i18n::{Key, Plural};
use shared::knowledge::{DiffKind, DiffLine};

use crate::i18n::{count, fill, t};

/// So many lines that stayed are shown beside what changed.
const BESIDE: usize = 2;

/// Lines that are shown one after the other, or folded away as unchanged.
#[derive(Debug, PartialEq)]
struct Stretch<'a> {
    lines: &'a [DiffLine],
    is_folded: bool,
}

/// Long stretches without a change are folded, but for the lines beside a change.
fn stretches(lines: &[DiffLine]) -> Vec<Stretch<'_>> {
    let is_same = |line: &DiffLine| line.kind == DiffKind::Same;
    let mut found = Vec::new();
    let mut put = |lines, is_folded| found.push(Stretch { lines, is_folded });
    let mut at = 0;
    while at < lines.len() {
        let same = lines[at..].iter().take_while(|line| is_same(line)).count();
        if same == 0 {
            let changed = lines[at..].iter().take_while(|line| !is_same(line)).count();
            put(&lines[at..at + changed], false);
            at += changed;
            continue;
        }
        let end = at + same;
        // Nothing stands before the first line and after the last.
        let from = if at == 0 { at } else { (at + BESIDE).min(end) };
        let to = if end == lines.len() { end } else { end.saturating_sub(BESIDE).max(from) };
        if to > from + 1 {
            put(&lines[at..from], false);
            put(&lines[from..to], true);
            put(&lines[to..end], false);
        } else {
            put(&lines[at..end], false);
        }
        at = end;
    }
    found.retain(|stretch| !stretch.lines.is_empty());
    found
}

pub fn told(lines: &[DiffLine]) -> AnyView {
    let of = |kind| lines.iter().filter(|line| line.kind == kind).count().to_string();
    let (added, removed) = (of(DiffKind::Added), of(DiffKind::Removed));
    if lines.iter().all(|line| line.kind == DiffKind::Same) {
        return view! { <p class="muted">{t(Key::KnowledgeSameWords)}</p> }.into_any();
    }
    let parts = stretches(lines).iter().map(stretch).collect_view();
    view! {
        <p class="small muted">{move || fill(Key::KnowledgeDiffSum, &[("added", &added), ("removed", &removed)])}</p>
        <div class="diff">{parts}</div>
    }
    .into_any()
}

fn stretch(stretch: &Stretch<'_>) -> AnyView {
    let lines = stretch.lines.iter().map(line).collect_view();
    if !stretch.is_folded {
        return lines.into_any();
    }
    let n = stretch.lines.len();
    view! { <details><summary>{move || count(Plural::KnowledgeUnchanged, n)}</summary>{lines}</details> }.into_any()
}

/// The sign and a word for those who listen say what the colour says.
fn line(line: &DiffLine) -> AnyView {
    let text = line.text.clone();
    match line.kind {
        DiffKind::Same => view! { <p class="diff-line"><i aria-hidden="true"></i><span>{text}</span></p> }.into_any(),
        DiffKind::Added => view! {
            <p class="diff-line added"><i aria-hidden="true">"+"</i><span class="hidden">{t(Key::KnowledgeAdded)}</span><ins>{text}</ins></p>
        }
        .into_any(),
        DiffKind::Removed => view! {
            <p class="diff-line removed"><i aria-hidden="true">"−"</i><span class="hidden">{t(Key::KnowledgeRemoved)}</span><del>{text}</del></p>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn lines(signs: &str) -> Vec<DiffLine> {
        let kind = |sign| match sign {
            '+' => DiffKind::Added,
            '-' => DiffKind::Removed,
            _ => DiffKind::Same,
        };
        signs.chars().map(|sign| DiffLine { kind: kind(sign), text: sign.to_string() }).collect()
    }

    fn told(signs: &str) -> Vec<(usize, bool)> {
        stretches(&lines(signs)).iter().map(|stretch| (stretch.lines.len(), stretch.is_folded)).collect()
    }

    #[test]
    fn what_stayed_far_from_a_change_is_folded() {
        assert_eq!(told("=====-+====="), [(3, true), (2, false), (2, false), (2, false), (3, true)]);
        assert_eq!(told("+====-"), [(1, false), (4, false), (1, false)], "a fold of one line would save nothing");
        assert_eq!(told("+=======-"), [(1, false), (2, false), (3, true), (2, false), (1, false)]);
        assert_eq!(told("+="), [(1, false), (1, false)]);
    }
}
