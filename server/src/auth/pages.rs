//! The sign-in page and the pages around a forgotten password: plain HTML that
//! is there at once, while the browser already fetches the app.

use std::collections::HashMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::{Query as UrlQuery, QueryRejection};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde::Deserialize;
use shared::auth::{Credentials, MIN_PASSWORD};
use shared::i18n::{Key, fill};

use super::client::Visit;
use super::{reset, sign_in};
use crate::App;
use crate::demo;
use crate::error::{Error, Result};
use crate::ground::db::name;
use crate::html::{self, escape};
use crate::http::Routes;

mod view;

use view::View;

pub fn routes() -> Routes {
    Routes::default()
        .raw(Method::GET, "/sign-in", show_sign_in)
        .raw(Method::POST, "/sign-in", post_sign_in)
        .raw(Method::GET, "/reset", show_reset)
        .raw(Method::POST, "/reset", post_reset)
        .raw(Method::GET, "/sign-in.css", async || html::SIGN_IN.response())
}

/// What the address of a page may carry.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    lang: Option<String>,
    next: Option<String>,
    token: Option<String>,
    done: Option<String>,
}

type InAddress = std::result::Result<UrlQuery<Asked>, QueryRejection>;

/// Whoever comes by a broken address wants to sign in all the same.
fn read(asked: InAddress) -> Asked {
    asked.map_or_else(|_| Asked::default(), |UrlQuery(asked)| asked)
}

type Fields = std::result::Result<Form<HashMap<String, String>>, FormRejection>;

async fn show_sign_in(State(app): State<App>, asked: InAddress, headers: HeaderMap) -> Response {
    let asked = read(asked);
    let mut view = View::new(&headers, asked.lang.as_deref(), asked.next.as_deref());
    let now = app.clock.now();
    if matches!(super::caller(&app, &headers, now).await, Ok(Some(_))) {
        return moved(&view.next);
    }
    if asked.done.as_deref() == Some("reset") {
        view = view.pleased(Key::SignInResetDone);
    }
    sign_in_page(&app, &view).await
}

async fn post_sign_in(State(app): State<App>, headers: HeaderMap, fields: Fields) -> Response {
    let fields = typed(fields);
    let mut view = View::new(&headers, field(&fields, "lang"), field(&fields, "next"));
    view.email = field(&fields, "email").unwrap_or_default().to_owned();
    let password = field(&fields, "password").unwrap_or_default().to_owned();
    let credentials = Credentials { email: view.email.clone(), password };
    match sign_in::attempt(&app, &credentials, &Visit::of(&headers, app.clock.now())).await {
        Ok(pair) => {
            let mut response = moved(&view.next);
            for cookie in app.auth.jar.set(&pair) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => sign_in_page(&app, &view.refused(error)).await,
    }
}

async fn sign_in_page(app: &App, view: &View) -> Response {
    let (email, password) = (view.text(Key::SignInEmail), view.text(Key::SignInPassword));
    let (submit, forgot) = (view.text(Key::SignInSubmit), view.text(Key::SignInForgot));
    let (carried, typed, locale) = (view.carried(), escape(&view.email), view.locale);
    let (first, second) = if view.email.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
    let sheet = format!(
        "<form method=\"post\" action=\"/sign-in\">{carried}\n\
         <p class=\"field\"><label for=\"email\">{email}</label>\
         <input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" required value=\"{typed}\"{first}></p>\n\
         <p class=\"field\"><label for=\"password\">{password}</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required{second}></p>\n\
         <button class=\"submit\">{submit}</button></form>\n\
         <a class=\"more\" href=\"/reset?lang={locale}\">{forgot}</a>"
    );
    let demo = demo_sign_ins(app, view).await.unwrap_or_else(|error| {
        tracing::warn!(?error, "the demo sign-ins could not be read");
        String::new()
    });
    view.answer("/sign-in", Key::SignInTitle, &sheet, &demo)
}

/// The demo's people, each a button that signs in.
async fn demo_sign_ins(app: &App, view: &View) -> Result<String> {
    if !app.settings.demo {
        return Ok(String::new());
    }
    let select = Query::select()
        .column(name("email"))
        .from(name("users"))
        .and_where(Expr::col(name("email")).is_in(demo::SIGN_INS.map(|(email, ..)| email)))
        .and_where(Expr::col(name("archived_at")).is_null())
        .and_where(Expr::col(name("is_disabled")).eq(false))
        .take();
    let rows = app.db.read.query_all(&select).await?;
    let here: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
    let people = demo::SIGN_INS.iter().filter(|(email, ..)| here.iter().any(|known| known == email));
    let buttons: Vec<String> = people.map(|(email, name, role, _)| demo_button(view, email, name, role)).collect();
    if buttons.is_empty() {
        return Ok(String::new());
    }
    let buttons = buttons.concat();
    let title = view.text(Key::SignInDemoTitle);
    let password = format!("<code>{}</code>", escape(demo::PASSWORD));
    let any = fill(view.locale, Key::SignInDemoAny, &[("password", &password)]);
    Ok(format!("<section class=\"demo\"><h2>{title}</h2><ul>{buttons}</ul><p>{any}</p></section>"))
}

fn demo_button(view: &View, email: &str, name: &str, role: &str) -> String {
    let role = Key::from_name(&format!("role.{role}")).map_or("", |key| key.text(view.locale));
    let (name, email, role) = (escape(name), escape(email), escape(role));
    let (carried, password) = (view.carried(), demo::PASSWORD);
    format!(
        "<li><form method=\"post\" action=\"/sign-in\">{carried}<input type=\"hidden\" name=\"email\" value=\"{email}\">\
         <input type=\"hidden\" name=\"password\" value=\"{password}\">\
         <button><b>{name}</b><span>{role}</span><small>{email}</small></button></form></li>\n"
    )
}

async fn show_reset(State(app): State<App>, asked: InAddress, headers: HeaderMap) -> Response {
    let asked = read(asked);
    let mut view = View::new(&headers, asked.lang.as_deref(), None);
    let Some(token) = asked.token else {
        return ask_page(&view);
    };
    match reset::owner(&app.db.read, &token, app.clock.now()).await {
        Ok(Some(_)) => {
            view.token = token;
            set_page(&view)
        }
        Ok(None) => ask_page(&view.refused(Error::field("token", "expired_link"))),
        Err(error) => ask_page(&view.refused(error)),
    }
}

/// With a token the new password is set, without one a link is asked for.
async fn post_reset(State(app): State<App>, headers: HeaderMap, fields: Fields) -> Response {
    let fields = typed(fields);
    let mut view = View::new(&headers, field(&fields, "lang"), None);
    let now = app.clock.now();
    if let Some(token) = field(&fields, "token") {
        let password = field(&fields, "password").unwrap_or_default();
        return match reset::confirm(&app, token, password, now).await {
            Ok(()) => moved(&format!("/sign-in?done=reset&lang={}", view.locale)),
            Err(Error::Fields(errors)) if errors.contains_key("token") => {
                ask_page(&view.refused(Error::Fields(errors)))
            }
            Err(error) => {
                view.token = token.to_owned();
                set_page(&view.refused(error))
            }
        };
    }
    view.email = field(&fields, "email").unwrap_or_default().to_owned();
    match reset::ask(&app, &view.email, view.locale, &Visit::of(&headers, now)).await {
        Ok(()) => ask_page(&view.pleased(Key::SignInResetAsked)),
        Err(error) => ask_page(&view.refused(error)),
    }
}

fn ask_page(view: &View) -> Response {
    let (email, text) = (view.text(Key::SignInEmail), view.text(Key::SignInResetAskText));
    let (submit, back) = (view.text(Key::SignInResetAskSubmit), view.text(Key::SignInResetBack));
    let (carried, typed, locale) = (view.carried(), escape(&view.email), view.locale);
    let sheet = format!(
        "<form method=\"post\" action=\"/reset\">{carried}<p>{text}</p>\n\
         <p class=\"field\"><label for=\"email\">{email}</label>\
         <input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" required value=\"{typed}\" autofocus></p>\n\
         <button class=\"submit\">{submit}</button></form>\n<a class=\"more\" href=\"/sign-in?lang={locale}\">{back}</a>"
    );
    view.answer("/reset", Key::SignInResetAskTitle, &sheet, "")
}

fn set_page(view: &View) -> Response {
    let (label, submit) = (view.text(Key::SignInResetNew), view.text(Key::SignInResetSubmit));
    let hint = escape(&fill(view.locale, Key::SignInResetNewHint, &[("min", &MIN_PASSWORD.to_string())]));
    let (carried, token) = (view.carried(), escape(&view.token));
    let sheet = format!(
        "<form method=\"post\" action=\"/reset\">{carried}<input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
         <p class=\"field\"><label for=\"password\">{label}</label>\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" minlength=\"{MIN_PASSWORD}\" \
         aria-describedby=\"hint\" required autofocus><small id=\"hint\">{hint}</small></p>\n\
         <button class=\"submit\">{submit}</button></form>"
    );
    view.answer("/reset", Key::SignInResetAskTitle, &sheet, "")
}

/// A form that cannot be read is an empty one: the page then says what is missing.
fn typed(fields: Fields) -> HashMap<String, String> {
    fields.map(|Form(fields)| fields).unwrap_or_default()
}

fn field<'form>(fields: &'form HashMap<String, String>, name: &str) -> Option<&'form str> {
    fields.get(name).map(String::as_str)
}

fn moved(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}
