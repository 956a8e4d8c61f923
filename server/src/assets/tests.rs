//! What browsers are handed, and under which headers.

use axum::body::to_bytes;
use axum::routing::get;
use http::Request;
use tower::ServiceExt;

use super::guard::{guarded, links_ahead};
use super::*;

const INDEX: &str = "<script type=\"module\">start();</script><script src=\"/app-0123456789abcdef.js\"></script>";

fn built(path: &str) -> Option<File> {
    let content = match path {
        "index.html" => INDEX,
        "portal/index.html" => "the portal",
        "portal/widget.js" => "widget()",
        "portal/portal-0123456789abcdef.js" => "export portal",
        "app-0123456789abcdef.js" => "export {}",
        "app-0123456789abcdef.js.br" => "as brotli",
        "app-0123456789abcdef.js.gz" => "as gzip",
        "app-0123456789abcdef_bg.wasm" => "wasm",
        "icons.svg" => "<svg/>",
        _ => return None,
    };
    Some(File { bytes: Cow::Borrowed(content.as_bytes()), sha256: Sha256::digest(content).into() })
}

fn nothing(_: &str) -> Option<File> {
    None
}

async fn ask(find: Find, path: &str, headers: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap, String) {
    let router = guarded(serving(find).route("/api/me", get(async || "{}")), false, find);
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_file_is_sent_in_the_best_encoding_that_the_browser_takes() {
    let path = "/app-0123456789abcdef.js";
    for (accepted, encoding, content) in [
        ("gzip, deflate, br", Some("br"), "as brotli"),
        ("gzip, br;q=0", Some("gzip"), "as gzip"),
        ("deflate", None, "export {}"),
    ] {
        let (status, headers, body) = ask(built, path, &[(header::ACCEPT_ENCODING, accepted)]).await;

        assert_eq!((status, body.as_str()), (StatusCode::OK, content));
        assert_eq!(headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap()), encoding);
        assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(headers[header::VARY], "accept-encoding");
    }
}

#[tokio::test]
async fn customers_get_a_page_of_their_own() {
    let page = [(header::ACCEPT, "text/html")];
    for path in ["/portal", "/portal/", "/portal/tickets/1", "/portal/index.html"] {
        assert_eq!(ask(built, path, &page).await.2, "the portal", "{path}");
    }
    assert_eq!(ask(built, "/portal/portal-0123456789abcdef.js", &[]).await.2, "export portal");
    assert_eq!(ask(built, "/portals", &page).await.2, INDEX);
}

#[tokio::test]
async fn other_sites_frame_the_form_alone_and_load_its_script() {
    let page = [(header::ACCEPT, "text/html")];
    for (path, framed) in
        [("/portal/form", true), ("/portal/form/", true), ("/portal/form/x", false), ("/portal", false)]
    {
        let headers = ask(built, path, &page).await.1;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert_eq!(policy.contains("frame-ancestors *"), framed, "{path}");
    }
    let policy = |headers: HeaderMap| headers["cross-origin-resource-policy"].to_str().unwrap().to_owned();
    assert_eq!(policy(ask(built, "/portal/widget.js", &[]).await.1), "cross-origin");
    assert_eq!(policy(ask(built, "/portal/portal-0123456789abcdef.js", &[]).await.1), "same-origin");
}

#[tokio::test]
async fn only_names_with_a_hash_are_kept_for_ever() {
    for (path, caching) in [
        ("/app-0123456789abcdef_bg.wasm", "public, max-age=31536000, immutable"),
        ("/icons.svg", "no-cache"),
        ("/", "no-cache"),
    ] {
        let (_, headers, _) = ask(built, path, &[]).await;

        assert_eq!(headers[header::CACHE_CONTROL], caching, "{path}");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let (_, headers, _) = ask(built, "/", &[]).await;
    let tag = headers[header::ETAG].to_str().unwrap();

    let (status, _, body) = ask(built, "/", &[(header::IF_NONE_MATCH, tag)]).await;
    let (other, _, _) = ask(built, "/", &[(header::IF_NONE_MATCH, "\"older\"")]).await;

    assert_eq!((status, body.as_str(), other), (StatusCode::NOT_MODIFIED, "", StatusCode::OK));
}

#[tokio::test]
async fn a_link_into_the_app_opens_its_page() {
    let (status, headers, body) = ask(built, "/accounts/7?tab=deals", &[(header::ACCEPT, "text/html,*/*;q=0.8")]).await;

    assert_eq!((status, body.as_str()), (StatusCode::OK, INDEX));
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
}

#[tokio::test]
async fn a_missing_file_or_call_is_not_found_rather_than_a_page() {
    for (path, accepted) in [
        ("/app-fedcba9876543210.js", "*/*"),
        ("/app-0123456789abcdef.js.br", "*/*"),
        ("/api/nothing", "text/html"),
        ("/health/nothing", "text/html"),
        ("/metrics", "text/html"),
    ] {
        let (status, _, _) = ask(built, path, &[(header::ACCEPT, accepted)]).await;

        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn asking_for_an_icon_that_no_page_names_is_no_error() {
    let (status, _, body) = ask(built, "/favicon.ico", &[(header::ACCEPT, "image/*,*/*;q=0.8")]).await;

    assert_eq!((status, body.as_str()), (StatusCode::NO_CONTENT, ""));
}

#[tokio::test]
async fn without_a_built_app_the_page_says_how_to_build_it() {
    let (status, _, body) = ask(nothing, "/", &[(header::ACCEPT_LANGUAGE, "zh-CN")]).await;

    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains(Key::AssetsNotBuilt.text(Locale::ZhCn)) && body.contains("cargo xtask run"), "{body}");
}

#[tokio::test]
async fn the_page_may_run_its_own_inline_script_and_no_other() {
    let (_, headers, _) = ask(built, "/", &[]).await;
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();

    // `printf 'start();' | openssl dgst -sha256 -binary | base64`
    let hash = "'sha256-E6jQvrT2ZivWG9GJ4AAEZf4MhI7l3QkLroW4hgvUT4c='";
    assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
}

#[test]
fn a_page_before_the_app_fetches_it_and_applies_none_of_it() {
    fn page(path: &str) -> Option<File> {
        let links = r#"<link rel="icon" href="/icon.svg"/><link rel="stylesheet" href="/ui.css"/>
            <link rel="modulepreload" href="/app.js"></head>"#;
        let bytes = Cow::Borrowed(links.as_bytes());
        (path == "index.html").then_some(File { bytes, sha256: [0; 32] })
    }

    let head = links_ahead(page);

    let lines: Vec<_> = head.lines().collect();
    assert_eq!(
        lines,
        [
            r#"<link rel="icon" href="/icon.svg"/>"#,
            r#"<link fetchpriority="low" rel="preload" as="style" href="/ui.css"/>"#,
            r#"<link fetchpriority="low" rel="modulepreload" href="/app.js">"#,
        ]
    );
    assert_eq!(links_ahead(nothing), "");
}

#[tokio::test]
async fn every_answer_is_guarded() {
    for path in ["/", "/api/me", "/api/nothing", "/icons.svg"] {
        let (_, headers, _) = ask(built, path, &[]).await;

        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::REFERRER_POLICY], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{path}");
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"), "{path}");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "{path}");
    }
}

#[tokio::test]
async fn a_server_behind_https_asks_for_https_for_a_year() {
    let router: Router = guarded(serving(built), true, built);

    let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();

    assert_eq!(response.headers()[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
}

#[test]
fn a_debug_build_reads_nothing_outside_the_app() {
    assert!(on_disk("../Cargo.toml").is_none());
    assert!(on_disk("/etc/passwd").is_none());
}

#[test]
fn base64_pads_what_does_not_fill_a_group() {
    for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64(plain.as_bytes()), encoded);
    }
}
