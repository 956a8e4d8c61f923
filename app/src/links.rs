//! The address of every page, and the query string as state.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_url};
use leptos_router::location::{BrowserUrl, LocationProvider, Url};
use shared::access::Object;
use shared::query::{Filter, text};
use uuid::Uuid;

type Navigate = Rc<dyn Fn(&str, NavigateOptions)>;

thread_local! {
    // The router's own; read in event handlers and memos that have no owner.
    static URL: RefCell<Option<ReadSignal<Url>>> = const { RefCell::new(None) };
    static NAVIGATE: RefCell<Option<Navigate>> = const { RefCell::new(None) };
}

/// In the context of what belongs to one page and goes with it.
#[derive(Clone, Copy)]
pub struct OnPage;

/// Called once, inside the router.
pub fn start() {
    let url = use_url();
    URL.set(Some(url));
    NAVIGATE.set(Some(Rc::new(use_navigate())));
    // The router writes a followed link into the address bar once its own
    // routes are ready, and Kith has none of those.
    if let Some(browser) = use_context::<BrowserUrl>() {
        Effect::new(move || {
            url.track();
            browser.ready_to_complete();
        });
    }
}

pub fn board() -> String {
    opportunities()
}

pub fn opportunities() -> String {
    "/opportunities".into()
}

pub fn opportunity(id: impl Into<Uuid>) -> String {
    format!("/opportunities/{}", id.into())
}

pub fn accounts() -> String {
    "/accounts".into()
}

pub fn account(id: impl Into<Uuid>) -> String {
    format!("/accounts/{}", id.into())
}

pub fn contacts() -> String {
    "/contacts".into()
}

pub fn contact(id: impl Into<Uuid>) -> String {
    format!("/contacts/{}", id.into())
}

pub fn tickets() -> String {
    "/tickets".into()
}

pub fn knowledge() -> String {
    "/knowledge".into()
}

/// An article by its address.
pub fn article(slug: &str) -> String {
    format!("/knowledge/{slug}")
}

/// The page to write on an article in a language.
pub fn write_article(id: impl Into<Uuid>, locale: &str) -> String {
    format!("/knowledge?edit={}&locale={locale}", id.into())
}

/// A new article that begins with what solved a ticket.
pub fn article_of_ticket(ticket: impl Into<Uuid>) -> String {
    format!("/knowledge?new=&ticket={}", ticket.into())
}

/// The versions of an article in a language.
pub fn article_history(id: impl Into<Uuid>, locale: &str) -> String {
    format!("/knowledge?history={}&locale={locale}", id.into())
}

/// An article by its id: for where its address is not known.
pub fn article_by_id(id: impl Into<Uuid>) -> String {
    format!("/knowledge/{}", id.into())
}

/// An article as customers reach it: on their portal.
pub fn article_from_outside(slug: &str) -> String {
    format!("{}/portal/help/{slug}", window().location().origin().unwrap_or_default())
}

/// Articles of one category.
pub fn shelf(category: impl Into<Uuid>) -> String {
    format!("/knowledge?category={}", category.into())
}

/// Articles on their way to readers.
pub fn article_drafts() -> String {
    "/knowledge?tab=drafts".into()
}

/// What was looked for in vain.
pub fn gaps() -> String {
    "/knowledge/gaps".into()
}

pub fn synonyms() -> String {
    "/knowledge/synonyms".into()
}

/// How articles fare.
pub fn health() -> String {
    "/knowledge/health".into()
}

/// A ticket in the inbox, whichever view it is in.
pub fn ticket(id: impl Into<Uuid>) -> String {
    format!("/tickets?open={}", id.into())
}

pub fn service_report() -> String {
    "/reports/service".into()
}

pub fn products() -> String {
    "/products".into()
}

pub fn imports() -> String {
    "/imports".into()
}

pub fn new_import() -> String {
    "/imports/new".into()
}

pub fn import(id: impl Into<Uuid>) -> String {
    format!("/imports/{}", id.into())
}

pub fn settings() -> String {
    "/settings".into()
}

pub fn pipelines() -> String {
    "/admin/pipelines".into()
}

pub fn calendars() -> String {
    "/admin/calendars".into()
}

pub fn service() -> String {
    "/admin/service".into()
}

pub fn team() -> String {
    "/admin/team".into()
}

/// The list of a kind, where there is one.
pub fn list(object: Object) -> Option<String> {
    match object {
        Object::Account => Some(accounts()),
        Object::Contact => Some(contacts()),
        Object::Opportunity => Some(opportunities()),
        Object::Product => Some(products()),
        Object::Ticket => Some(tickets()),
        Object::Article | Object::ArticleCategory | Object::ArticleVersion => Some(knowledge()),
        Object::Import => Some(imports()),
        Object::User | Object::Team | Object::Role => Some(team()),
        Object::PortalUser => Some(contacts()),
        Object::Pipeline | Object::Stage => Some(pipelines()),
        Object::Calendar => Some(calendars()),
        Object::Gap => Some(gaps()),
        Object::Synonym => Some(synonyms()),
        Object::TicketStatus
        | Object::TicketCategory
        | Object::Queue
        | Object::Skill
        | Object::SlaPolicy
        | Object::SurveyPolicy => Some(service()),
        Object::View
        | Object::Share
        | Object::ArticleFeedback
        | Object::Message
        | Object::Macro
        | Object::SurveyAnswer
        | Object::TimeEntry => None,
    }
}

/// A record's own page, where there is one.
pub fn record(object: Object, id: impl Into<Uuid>) -> Option<String> {
    match object {
        Object::Account => Some(account(id)),
        Object::Contact => Some(contact(id)),
        Object::Opportunity => Some(opportunity(id)),
        Object::Import => Some(import(id)),
        Object::Ticket => Some(ticket(id)),
        Object::Article => Some(article_by_id(id)),
        Object::Product => Some(format!("{}?open={}", products(), id.into())),
        _ => None,
    }
}

/// The rows behind a number, as a table.
pub fn filtered(object: Object, filter: &Filter) -> String {
    let list = list(object).unwrap_or_default();
    let layout = if matches!(object, Object::Opportunity | Object::Ticket) { "layout=table&" } else { "" };
    format!("{list}?{layout}filter={}", encode(&text::print(filter)))
}

/// The page of a kind with its dialog for a new record open.
pub fn create(object: Object) -> String {
    list(object).unwrap_or_default() + "?new="
}

/// Where the reader is. Tracked.
pub fn path() -> String {
    url(|url| url.path().to_owned()).unwrap_or_default()
}

/// A parameter of the query string. Tracked.
pub fn param(key: &str) -> Option<String> {
    url(|url| url.search_params().get(key)).flatten()
}

/// The `:id` of a record's page. Tracked.
pub fn id_param() -> Option<Uuid> {
    path().split('/').nth(2)?.parse().ok()
}

/// The record whose panel is open over the list. Tracked.
pub fn open_id() -> Option<Uuid> {
    param("open")?.parse().ok()
}

/// This page with a record's panel open. Tracked.
pub fn opened(id: impl Into<Uuid>) -> String {
    with(&[("open", Some(&id.into().to_string()))])
}

/// This page without a panel. Tracked.
pub fn closed() -> String {
    with(&[("open", None)])
}

/// This page with some parameters set, or taken away. Tracked.
pub fn with(changes: &[(&str, Option<&str>)]) -> String {
    let (path, search) = url(|url| (url.path().to_owned(), url.search().to_owned())).unwrap_or_default();
    let search = merged(&search, changes);
    if search.is_empty() { path } else { format!("{path}?{search}") }
}

/// Goes there; Back returns here.
pub fn go(href: &str) {
    navigate(href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
}

/// Goes there instead of here.
pub fn replace(href: &str) {
    navigate(href, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
}

/// Changes parameters in place, without a step in the history.
pub fn set_params(changes: &[(&str, Option<&str>)]) {
    let href = untrack(|| with(changes));
    replace(&href);
}

fn navigate(href: &str, options: NavigateOptions) {
    if let Some(navigate) = NAVIGATE.with_borrow(Clone::clone) {
        navigate(href, options);
    }
}

fn url<T>(read: impl FnOnce(&Url) -> T) -> Option<T> {
    let url = URL.with_borrow(|url| *url)?;
    url.try_with(read)
}

/// What kind of page the reader is on, whichever record it shows. Tracked.
pub fn place() -> (String, usize) {
    let path = path();
    let first = path.split('/').nth(1).unwrap_or_default().to_owned();
    (first, path.matches('/').count())
}

/// The query string with the changes; other parameters keep their place.
fn merged(search: &str, changes: &[(&str, Option<&str>)]) -> String {
    let key_of = |pair: &str| pair.split_once('=').map_or(pair, |(key, _)| key).to_owned();
    let mut pairs: Vec<(String, String)> =
        search.split('&').filter(|pair| !pair.is_empty()).map(|pair| (key_of(pair), pair.to_owned())).collect();
    for (key, value) in changes {
        let pair = value.map(|value| format!("{key}={}", encode(value)));
        let at = pairs.iter().position(|(known, _)| known == key);
        match (at, pair) {
            (Some(at), Some(pair)) => pairs[at].1 = pair,
            (Some(at), None) => drop(pairs.remove(at)),
            (None, Some(pair)) => pairs.push(((*key).to_owned(), pair)),
            (None, None) => {}
        }
    }
    pairs.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>().join("&")
}

/// As little as a query needs, so that a filter stays readable in the address.
fn encode(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"-._~,()'@:/!*;$".contains(c) {
            let _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn parameters_are_set_in_place_and_taken_away() {
        let search = "filter=all()&sort=-amount&open=1";
        assert_eq!(
            merged(search, &[("sort", Some("name")), ("open", None), ("tab", Some("a b"))]),
            "filter=all()&sort=name&tab=a%20b"
        );
        assert_eq!(merged("", &[("x", None)]), "");
    }

    #[test]
    fn a_filter_stays_readable_and_survives_the_url() {
        assert_eq!(encode("all(name.has.'张 & 李',amount.ge.1)"), "all(name.has.'张%20%26%20李',amount.ge.1)");
        assert_eq!(encode("a>b#c%d+e=f"), "a%3Eb%23c%25d%2Be%3Df");
    }
}
