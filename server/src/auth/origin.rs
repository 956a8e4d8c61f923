//! Requests that change something come from our own pages, or from no page at all.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};

use crate::settings::Settings;

/// Whether this request may do what its method says.
pub fn admits(settings: &Settings, method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_own_site = matches!(site, None | Some(b"same-origin" | b"none"));
    is_own_site && headers.get_all(ORIGIN).iter().all(|origin| is_own_origin(settings, headers, origin))
}

fn is_own_origin(settings: &Settings, headers: &HeaderMap, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if origin.eq_ignore_ascii_case(settings.origin()) {
        return true;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(pairs: &[(&'static str, &'static str)]) -> bool {
        let settings = Settings { public_url: "https://crm.example.com/".into(), ..Settings::default() };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        admits(&settings, &Method::POST, &headers)
    }

    #[test]
    fn our_own_pages_and_programs_without_a_page_may_post() {
        assert!(posts(&[]));
        assert!(posts(&[("sec-fetch-site", "none")]));
        assert!(posts(&[("sec-fetch-site", "same-origin"), ("origin", "https://crm.example.com")]));
        assert!(posts(&[("origin", "http://10.0.0.5:8080"), ("host", "10.0.0.5:8080")]));
    }

    #[test]
    fn other_sites_pages_may_not() {
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN, cross-site"] {
            assert!(!posts(&[("sec-fetch-site", site)]), "{site}");
        }
        for origin in
            ["https://evil.example", "null", "https://crm.example.com.evil.example", "https://crm.example.com:8443"]
        {
            assert!(!posts(&[("origin", origin), ("host", "crm.example.com")]), "{origin}");
        }
        assert!(!posts(&[("origin", "https://crm.example.com"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn reading_is_free_from_everywhere() {
        let settings = Settings::default();
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://evil.example"))]);
        assert!(admits(&settings, &Method::GET, &headers));
        assert!(!admits(&settings, &Method::DELETE, &headers));
    }
}
