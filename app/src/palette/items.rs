//! What the palette offers: records and commands in groups.

use shared::access::Object;
use shared::i18n::Key;
use shared::search::Hit;
use uuid::Uuid;

use super::{commands, recent};
use crate::i18n::text;
use crate::ui::Glyph;
use crate::{links, words};

/// What choosing an item does.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Open(Object, Uuid),
    Run(fn()),
}

impl PartialEq for Act {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Open(object, id), Self::Open(other, it)) => (object, id) == (other, it),
            (Self::Run(one), Self::Run(other)) => std::ptr::fn_addr_eq(*one, *other),
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub glyph: Glyph,
    pub title: String,
    pub hint: String,
    pub shortcut: Option<&'static str>,
    pub act: Act,
}

impl Item {
    pub fn record(object: Object, id: Uuid, title: String, hint: String) -> Self {
        Self { glyph: glyph(object), title, hint, shortcut: None, act: Act::Open(object, id) }
    }

    pub fn run(&self) {
        match self.act {
            Act::Run(run) => run(),
            Act::Open(object, id) => {
                if let Some(href) = links::record(object, id) {
                    links::go(&href);
                }
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub title: String,
    pub items: Vec<Item>,
}

/// Without words: where the reader was, and what can be done. Tracked.
pub fn groups(query: &str, hits: &[Hit]) -> Vec<Group> {
    let words = query.trim().to_lowercase();
    let mut groups = Vec::new();
    if words.is_empty() {
        groups.push(Group { title: text(Key::PaletteRecent).into(), items: recent::items() });
    } else {
        for object in [Object::Account, Object::Contact, Object::Opportunity] {
            let of_kind = hits.iter().filter(|hit| hit.object == object);
            let items = of_kind.map(|hit| Item::record(object, hit.id, hit.title.clone(), hit.hint.clone())).collect();
            groups.push(Group { title: words::objects(object), items });
        }
    }
    let mut items = commands::items();
    items.retain(|item| fits(&item.title, &words));
    groups.push(Group { title: text(Key::PaletteCommands).into(), items });
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// Every word of the question begins a word of the title, or stands inside Chinese text.
fn fits(title: &str, words: &str) -> bool {
    let title = title.to_lowercase();
    words.split_whitespace().all(|word| {
        let begins = title.split([' ', '-', '/']).any(|part| part.starts_with(word));
        begins || (!word.is_ascii() && title.contains(word))
    })
}

pub fn glyph(object: Object) -> Glyph {
    match object {
        Object::Account => Glyph::Building2,
        Object::Contact => Glyph::User,
        Object::Opportunity => Glyph::SquareKanban,
        Object::Product => Glyph::Package,
        Object::Import => Glyph::Upload,
        _ => Glyph::FileText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_command_is_found_by_the_beginnings_of_its_words() {
        assert!(fits("Go to accounts", "go acc"));
        assert!(fits("新建客户", "客户"));
        assert!(fits("Undo", ""));
        assert!(!fits("Go to accounts", "counts"));
        assert!(!fits("Go to accounts", "go deals"));
    }
}
