//! Where the reader is signed in, and ending what is not theirs.

use leptos::prelude::*;
use shared::api::ApiError;
use shared::auth::{EndSession, ListSessions, Session};
use shared::i18n::Key;
use uuid::Uuid;

use crate::i18n::{fill, t, text};
use crate::ui::{Ago, Button, ErrorState, Glyph, Icon, Skeleton, SkeletonKind, Tag, Tone, use_toasts};
use crate::{store, words};

#[component]
pub fn Sessions() -> impl IntoView {
    let toasts = use_toasts();
    let sessions = store::query::<ListSessions>(|| Some(((), ())), &[]);
    let end = Callback::new(move |id: Uuid| {
        store::ask::<EndSession>(id, (), move |answer| {
            untrack(|| match answer {
                Ok(()) => toasts.show(text(Key::SettingsEnded), None),
                Err(error) => toasts.wrong(words::error(&error)),
            });
            sessions.refresh();
        });
    });
    let body = move || match (sessions.data(), sessions.error()) {
        (Some(sessions), _) => list(&sessions, end).into_any(),
        (None, Some(error)) => failed(&error, move || sessions.refresh()).into_any(),
        (None, None) => view! { <Skeleton kind=SkeletonKind::Rows count=2/> }.into_any(),
    };
    view! {
        <section class="section" aria-label=t(Key::SettingsSessions)>
            <h2>{t(Key::SettingsSessions)}</h2>
            <p class="faint small">{t(Key::SettingsSessionsText)}</p>
            {body}
        </section>
    }
}

fn failed(error: &ApiError, again: impl Fn() + Send + Sync + 'static) -> AnyView {
    let title = words::error(error);
    view! { <ErrorState title request_id=error.request_id.clone() on_retry=Callback::new(move |()| again())/> }
        .into_any()
}

fn list(sessions: &[Session], end: Callback<Uuid>) -> impl IntoView + use<> {
    view! { <ul class="sessions">{sessions.iter().map(|session| line(session.clone(), end)).collect_view()}</ul> }
}

fn line(session: Session, end: Callback<Uuid>) -> impl IntoView {
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
                <Button label=Key::SettingsEnd hint on_click=move || end.run(id)/>
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
