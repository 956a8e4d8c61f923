//! Where the reader is signed in, and ending what is not theirs.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::auth::{EndSession, ListSessions, Session};
use shared::i18n::Key;
use uuid::Uuid;

use crate::i18n::{fill, t, text};
use crate::ui::{Ago, Button, ErrorState, Glyph, Icon, Skeleton, SkeletonKind, Tag, Tone, use_toasts};
use crate::{api, words};

#[component]
pub fn Sessions() -> impl IntoView {
    let toasts = use_toasts();
    let sessions = LocalResource::new(|| api::call::<ListSessions>((), ()));
    let end = Action::new_local(move |id: &Uuid| {
        let id = *id;
        async move {
            match api::call::<EndSession>(id, ()).await {
                Ok(()) => drop(toasts.show(untrack(|| text(Key::SettingsEnded)), None)),
                Err(error) => drop(toasts.wrong(untrack(|| words::error(&error)))),
            }
            sessions.refetch();
        }
    });
    view! {
        <section class="section" aria-label=t(Key::SettingsSessions)>
            <h2>{t(Key::SettingsSessions)}</h2>
            <p class="faint small">{t(Key::SettingsSessionsText)}</p>
            {move || match sessions.get() {
                None => view! { <Skeleton kind=SkeletonKind::Rows count=2/> }.into_any(),
                Some(Ok(sessions)) => list(sessions, end).into_any(),
                Some(Err(error)) => failed(error, move || sessions.refetch()).into_any(),
            }}
        </section>
    }
}

fn failed(error: ApiError, again: impl Fn() + Send + Sync + 'static) -> impl IntoView {
    let request_id = error.request_id.clone();
    let title = Signal::derive(move || words::error(&error));
    view! { <ErrorState title request_id on_retry=again/> }
}

fn list(sessions: Vec<Session>, end: Action<Uuid, ()>) -> impl IntoView {
    view! { <ul class="sessions">{sessions.into_iter().map(|session| line(session, end)).collect_view()}</ul> }
}

fn line(session: Session, end: Action<Uuid, ()>) -> impl IntoView {
    let Session { id, agent, created_at, seen_at, is_current } = session;
    let glyph = if agent.contains("Mobile") { Glyph::Phone } else { Glyph::Monitor };
    let (browser, system) = parts(&agent);
    let name = Signal::derive(move || match browser {
        Some(browser) => fill(Key::SettingsOnSystem, &[("browser", browser), ("system", system)]),
        None => text(Key::SettingsUnknownBrowser).to_owned(),
    });
    let hint = Signal::derive(move || Some(fill(Key::SettingsEndNamed, &[("agent", &name.get())])));
    view! {
        <li class="session">
            <Icon glyph/>
            <div class="grow">
                <p class="row wrap" data-tip=agent>
                    {name}
                    {is_current.then(|| view! { <Tag tone=Tone::Good label=Key::SettingsThisOne/> })}
                </p>
                <p class="faint small">
                    {t(Key::SettingsSeen)}" "<Ago at=seen_at/>" · "{t(Key::SettingsSince)}" "<Ago at=created_at/>
                </p>
            </div>
            {(!is_current).then(|| view! {
                <Button label=Key::SettingsEnd hint on_click=move || drop(end.dispatch_local(id))/>
            })}
        </li>
    }
}

/// The browser and the system of a user agent, as people know them.
fn parts(agent: &str) -> (Option<&'static str>, &'static str) {
    let first = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    (browser, system.unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_user_agent_is_named_as_people_know_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile Safari/604.1";
        assert_eq!(parts(edge), (Some("Edge"), "Windows"));
        assert_eq!(parts(safari), (Some("Safari"), "iPhone"));
        assert_eq!(parts("curl/8"), (None, "?"));
    }
}
