//! Where a request comes from: the network it is counted under, the browser it names.

use std::net::{IpAddr, Ipv6Addr};

use http::{HeaderMap, HeaderValue};
use shared::time::Instant;

use crate::http::Ctx;

/// Set by the router on each request, so that nobody else can.
pub const NETWORK: &str = "x-kith-network";

/// A request as rate limits and sessions see it.
pub struct Visit {
    pub now: Instant,
    pub network: String,
    pub agent: String,
}

impl Visit {
    pub fn of(headers: &HeaderMap, now: Instant) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let agent = text("user-agent").chars().filter(|c| !c.is_control()).take(200).collect();
        Self { now, network: text(NETWORK).to_owned(), agent }
    }
}

impl Ctx {
    pub fn visit(&self) -> Visit {
        Visit::of(&self.headers, self.now)
    }
}

/// Notes on a request which network it is from.
pub fn note_network(headers: &mut HeaderMap, peer: Option<IpAddr>, trusted_proxies: usize) {
    let address = forwarded(headers, trusted_proxies).or(peer);
    let network = address.map_or_else(|| "unknown".to_owned(), network);
    // Addresses and slashes are always a header's value.
    let value = HeaderValue::from_str(&network).unwrap_or(HeaderValue::from_static("unknown"));
    headers.insert(NETWORK, value);
}

/// Each proxy adds whom it heard from at the right; what stands left of the
/// trusted ones' words is anybody's invention.
fn forwarded(headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    if trusted_proxies == 0 {
        return None;
    }
    let words: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let at = words.len().checked_sub(trusted_proxies)?;
    words[at].trim().parse().ok()
}

/// What is counted as one: an IPv4 address, or the 64 bits that a household of
/// IPv6 addresses shares.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let prefix = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(peer: &str, forwarded: &[&str], trusted_proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(NETWORK, HeaderValue::from_static("192.0.2.99"));
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        note_network(&mut headers, peer.parse().ok(), trusted_proxies);
        headers[NETWORK].to_str().unwrap().to_owned()
    }

    #[test]
    fn only_trusted_proxies_are_believed_about_the_caller() {
        let chain = ["198.51.100.1, 203.0.113.7", "10.0.0.2"];
        assert_eq!(noted("10.0.0.1", &chain, 0), "10.0.0.1");
        assert_eq!(noted("10.0.0.1", &chain, 1), "10.0.0.2");
        assert_eq!(noted("10.0.0.1", &chain, 2), "203.0.113.7");
        assert_eq!(noted("10.0.0.1", &chain, 4), "10.0.0.1");
        assert_eq!(noted("10.0.0.1", &["nonsense"], 1), "10.0.0.1");
        assert_eq!(noted("", &[], 0), "unknown");
    }

    #[test]
    fn a_household_of_addresses_counts_as_one() {
        assert_eq!(noted("2001:db8:1:2:aaaa::1", &[], 0), "2001:db8:1:2::/64");
        assert_eq!(noted("2001:db8:1:2:bbbb::2", &[], 0), "2001:db8:1:2::/64");
        assert_eq!(noted("::ffff:203.0.113.7", &[], 0), "203.0.113.7");
    }
}
