//! The commands of the palette.

use leptos::prelude::untrack;
use shared::access::{Action, Object};
use shared::i18n::{Key, Locale};

use super::items::{Act, Item};
use crate::i18n::{fill, locale, text};
use crate::ui::Glyph;
use crate::ui::theme::{Theme, theme};
use crate::{links, session, store};

fn command(label: Key, glyph: Glyph, shortcut: Option<&'static str>, run: fn()) -> Item {
    Item { glyph, title: text(label).into(), hint: String::new(), shortcut, act: Act::Run(run) }
}

fn go(page: Key, glyph: Glyph, shortcut: Option<&'static str>, run: fn()) -> Item {
    let title = fill(Key::PaletteGo, &[("page", text(page))]);
    Item { title, ..command(page, glyph, shortcut, run) }
}

/// What the reader may do now. Tracked.
pub fn items() -> Vec<Item> {
    let may = session::can;
    let mut items = Vec::new();
    let mut offer = |is_offered: bool, item: Item| {
        if is_offered {
            items.push(item);
        }
    };
    let create = |object| may(object, Action::Create);
    offer(
        create(Object::Opportunity),
        command(Key::PaletteNewOpportunity, Glyph::Plus, None, || links::go(&links::create(Object::Opportunity))),
    );
    offer(
        create(Object::Ticket),
        command(Key::PaletteNewTicket, Glyph::Plus, None, || links::go(&links::create(Object::Ticket))),
    );
    offer(
        create(Object::Account),
        command(Key::PaletteNewAccount, Glyph::Plus, None, || links::go(&links::create(Object::Account))),
    );
    offer(
        create(Object::Contact),
        command(Key::PaletteNewContact, Glyph::Plus, None, || links::go(&links::create(Object::Contact))),
    );
    offer(
        create(Object::Import),
        command(Key::PaletteImport, Glyph::Upload, None, || links::go(&links::create(Object::Import))),
    );
    let read = |object| may(object, Action::Read);
    offer(
        read(Object::Opportunity),
        go(Key::NavOpportunities, Glyph::SquareKanban, Some("g o"), || links::go(&links::board())),
    );
    offer(read(Object::Ticket), go(Key::NavTickets, Glyph::Ticket, Some("g t"), || links::go(&links::tickets())));
    offer(
        read(Object::Ticket),
        go(Key::NavReports, Glyph::ChartColumn, Some("g r"), || links::go(&links::service_report())),
    );
    offer(
        read(Object::Article),
        go(Key::NavKnowledge, Glyph::FileText, Some("g k"), || links::go(&links::knowledge())),
    );
    offer(read(Object::Account), go(Key::NavAccounts, Glyph::Building2, Some("g a"), || links::go(&links::accounts())));
    offer(read(Object::Contact), go(Key::NavContacts, Glyph::Users, Some("g c"), || links::go(&links::contacts())));
    offer(read(Object::Product), go(Key::NavProducts, Glyph::Package, Some("g p"), || links::go(&links::products())));
    offer(create(Object::Import), go(Key::NavImports, Glyph::Upload, Some("g i"), || links::go(&links::imports())));
    offer(
        may(Object::Pipeline, Action::Write),
        go(Key::NavPipelines, Glyph::Layers, None, || links::go(&links::pipelines())),
    );
    offer(
        may(Object::Calendar, Action::Write),
        go(Key::NavCalendars, Glyph::Calendar, None, || links::go(&links::calendars())),
    );
    offer(may(Object::User, Action::Write), go(Key::NavTeam, Glyph::Shield, None, || links::go(&links::team())));
    offer(true, go(Key::NavSettings, Glyph::Settings, None, || links::go(&links::settings())));
    offer(true, command(Key::KeysUndo, Glyph::Undo2, Some("mod+z"), store::undo));
    offer(true, command(Key::KeysRedo, Glyph::Redo2, Some("mod+shift+z"), store::redo));
    offer(
        theme() != Theme::Light,
        command(Key::PaletteLight, Glyph::Sun, None, || session::choose_theme(Theme::Light)),
    );
    offer(theme() != Theme::Dark, command(Key::PaletteDark, Glyph::Moon, None, || session::choose_theme(Theme::Dark)));
    offer(
        theme() != Theme::System,
        command(Key::PaletteSystem, Glyph::Monitor, None, || session::choose_theme(Theme::System)),
    );
    let other = command(
        if locale() == Locale::En { Key::PaletteChinese } else { Key::PaletteEnglish },
        Glyph::Globe,
        None,
        toggle_language,
    );
    offer(true, other);
    offer(true, command(Key::NavSignOut, Glyph::LogOut, None, session::sign_out));
    items
}

fn toggle_language() {
    session::choose_locale(match untrack(locale) {
        Locale::En => Locale::ZhCn,
        Locale::ZhCn => Locale::En,
    });
}
