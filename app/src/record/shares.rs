//! Who else may see a record, and until when.

use leptos::prelude::*;
use shared::access::{Action, Object, ShareLevel};
use shared::api::{ApiError, Page};
use shared::change::Archive;
use shared::i18n::Key;
use shared::id::ShareId;
use shared::time::Date;
use shared::users::{ArchiveShares, ListShares, Share, ShareQuery};
use uuid::Uuid;

use super::as_of;
use super::draft::Draft;
use super::picker::RefPicker;
use super::shown::Shown;
use super::value;
use crate::i18n::{fill, t, text};
use crate::store::{self, Command, Expected};
use crate::ui::{Button, ButtonKind, Choice, DateInput, Dialog, Field, Glyph, IconButton, IconKind, Select, format};
use crate::words;

#[component]
pub fn Shares(shown: Shown) -> impl IntoView {
    let Shown { object, id, .. } = shown;
    let list = store::patched::<ListShares>(move || Some(((), ShareQuery { object, id })), &[Object::Share], foresee);
    let open = RwSignal::new(false);
    let shares = move || list.data().map(|page| page.items.clone()).unwrap_or_default();
    let is_none = Memo::new(move |_| list.data().is_some_and(|page| page.items.is_empty()));
    let may = Memo::new(move |_| shown.is_open_to(Action::Write) && crate::session::can(Object::Share, Action::Create));
    view! {
        <Show when=move || is_none.get()><p class="faint">{t(Key::RecordNotShared)}</p></Show>
        <ul class="share-list">
            {move || shares().into_iter().map(|share| line(share, may)).collect_view()}
        </ul>
        <Show when=move || may.get()>
            <div><Button kind=ButtonKind::Quiet icon=Glyph::Share2 label=Key::RecordShare on_click=move |()| open.set(true)/></div>
        </Show>
        <ShareDialog shown open/>
    }
}

/// One that is stopped is gone here before the server has said so.
fn foresee(page: &mut Page<Share>, effect: &Expected) {
    if let Expected::Archived { object: Object::Share, ids, archived: true } = effect {
        page.items.retain(|share| !ids.contains(&share.id.into()));
    }
}

fn line(share: Share, may: Memo<bool>) -> impl IntoView {
    let with = match (share.user_id, share.team_id) {
        (Some(user), _) => value::reference(Object::User, user.into()),
        (None, Some(team)) => value::reference(Object::Team, team.into()),
        (None, None) => ().into_any(),
    };
    let level = move || words::choice("level", share.level.word());
    let until =
        share.expires_at.map(|at| move || fill(Key::RecordUntil, &[("date", &format::date(format::day_of(at)))]));
    let stop = move |()| {
        let said = text(Key::RecordUnshared);
        let ids = vec![share.id.into()];
        let effect = Expected::Archived { object: Object::Share, ids: ids.clone(), archived: true };
        store::run(Command::of::<ArchiveShares>((), &Archive { ids, archived: true }).expecting(effect).said(said));
    };
    view! {
        <li class="row">
            <span class="grow clip">{with}</span>
            <span class="faint small">{level}{until.map(|until| view! { " · "{until} })}</span>
            <Show when=move || may.get()>
                <IconButton kind=IconKind::Small glyph=Glyph::X label=Key::RecordUnshare on_click=stop/>
            </Show>
        </li>
    }
}

#[component]
fn ShareDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=Key::RecordShare>
            <ShareForm shown open/>
        </Dialog>
    }
}

#[component]
fn ShareForm(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    let draft = Draft::new(Object::Share, shared::fields::Row::new());
    let with = RwSignal::new("user".to_owned());
    let (user, team) = (RwSignal::new(None::<Uuid>), RwSignal::new(None::<Uuid>));
    let level = RwSignal::new(ShareLevel::Read.word().to_owned());
    let until = RwSignal::new(None::<Date>);
    let kinds =
        || vec![Choice::new("user", words::object(Object::User)), Choice::new("team", words::object(Object::Team))];
    let levels = || {
        ShareLevel::ALL.iter().map(|level| Choice::new(level, words::choice("level", level.word()))).collect::<Vec<_>>()
    };
    let save = move || {
        let is_team = with.get_untracked() == "team";
        let share = Share {
            id: ShareId(crate::id::new()),
            object: shown.object.word().into(),
            record_id: shown.id,
            user_id: user.get_untracked().filter(|_| !is_team).map(Into::into),
            team_id: team.get_untracked().filter(|_| is_team).map(Into::into),
            level: level.get_untracked().parse().unwrap_or_default(),
            expires_at: until.get_untracked().map(as_of::end_of),
            ..Share::default()
        };
        let refused = move |error: &ApiError| draft.refuse(error);
        let command = Command::create(&share).said(text(Key::RecordShared)).quietly();
        store::run(
            command
                .done(move |_| {
                    let _ = open.try_set(false);
                })
                .refused(refused),
        );
    };
    let who_error = Signal::derive(move || {
        draft.error("user_id").or_else(|| draft.error("team_id")).or_else(|| draft.error("record_id"))
    });
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <Field label=Key::RecordShareWith>
                <Select value=with options=Signal::derive(kinds)/>
            </Field>
            {move || if with.read().as_str() == "team" {
                view! { <Field label=words::object(Object::Team) error=who_error><RefPicker object=Object::Team value=team/></Field> }.into_any()
            } else {
                view! { <Field label=words::object(Object::User) error=who_error><RefPicker object=Object::User value=user/></Field> }.into_any()
            }}
            <Field label=Signal::derive(|| words::field(Object::Share, "level"))><Select value=level options=Signal::derive(levels)/></Field>
            <Field
                label=Signal::derive(|| words::field(Object::Share, "expires_at"))
                hint=Signal::derive(|| Some(text(Key::RecordUntilHint).to_owned()))
                error=Signal::derive(move || draft.error("expires_at"))
            ><DateInput value=until/></Field>
            <div class="form-actions">
                <Button label=Key::UiCancel on_click=move |()| open.set(false)/>
                <Button kind=ButtonKind::Primary label=Key::RecordShare submit=true/>
            </div>
        </form>
    }
}
