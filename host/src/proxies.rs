//! Finds out who is behind a proxy: `Forwarded` (RFC 7239) and `X-Forwarded-For` count only where they were written by
//! a proxy that the operator trusts.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Result, anyhow};
use http::HeaderMap;
use http::header::FORWARDED;
use ipnet::IpNet;

/// Holds the addresses of the proxies that are trusted to say whom they speak for. The default trusts none.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks, such as `10.0.0.7` and `10.0.0.0/8`.
    ///
    /// # Errors
    /// Names the entry that is neither.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self> {
        let read = |entry: &str| {
            let address = entry.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| entry.parse::<IpNet>()).map_err(|_| {
                anyhow!("`{entry}` is no trusted proxy: write an address or a network, such as 10.0.0.7 or 10.0.0.0/8")
            })
        };
        let entries = entries.into_iter().map(|entry| read(entry.as_ref().trim()));
        Ok(Self(entries.collect::<Result<_>>()?))
    }

    /// Tells whether a proxy is trusted.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns the address of the client: the last one in the chain that no trusted proxy has.
    ///
    /// A proxy may pass one of the two headers on as the client sent it. So when both are there, they must agree; or
    /// else it is the proxy itself that counts.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let standard = self.behind(peer, values(headers, FORWARDED.as_str()).map(forwarded_for));
        let customary = self.behind(peer, values(headers, "x-forwarded-for").map(node));
        match (standard, customary) {
            (Some(standard), Some(customary)) if standard != customary => peer,
            (standard, customary) => standard.or(customary).unwrap_or(peer),
        }
    }

    /// Follows a chain from the last proxy to the first; `None` for an empty chain.
    fn behind<'a>(&self, peer: IpAddr, hops: impl DoubleEndedIterator<Item = Option<IpAddr>> + 'a) -> Option<IpAddr> {
        let mut client = None;
        for hop in hops.rev() {
            // What can't be read was not written by a proxy that says whom it speaks for.
            let Some(hop) = hop else { return Some(client.unwrap_or(peer)) };
            client = Some(hop);
            if !self.trusts(hop) {
                break;
            }
        }
        client
    }
}

/// Returns the comma-separated elements of all headers of that name, in their order.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl DoubleEndedIterator<Item = &'a str> + use<'a> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).collect();
    lines.into_iter().flat_map(|line| line.split(',')).map(str::trim)
}

fn forwarded_for(element: &str) -> Option<IpAddr> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .and_then(|(_, value)| node(value.trim().trim_matches('"')))
}

/// Reads an address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn client(trusted: &[&str], peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Proxies::parse(trusted).unwrap().client(peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        let forged = [("x-forwarded-for", "198.51.100.9"), ("forwarded", "for=198.51.100.9")];
        assert_eq!(client(&[], "192.0.2.1", &forged), "192.0.2.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &forged), "192.0.2.1");
    }

    #[test]
    fn the_client_is_the_last_that_is_no_proxy_of_ours() {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"];
        for (headers, expected) in [
            (&[("x-forwarded-for", "203.0.113.7, 198.51.100.9")][..], "198.51.100.9"),
            (&[("x-forwarded-for", "198.51.100.9, 10.1.1.1, 10.2.2.2")], "198.51.100.9"),
            (&[("x-forwarded-for", "203.0.113.7"), ("x-forwarded-for", "198.51.100.9:4711")], "198.51.100.9"),
            (&[("forwarded", "for=203.0.113.7, for=198.51.100.9;proto=https")], "198.51.100.9"),
            (&[("forwarded", "proto=https;For=\"[2001:dead::1]:4711\"")], "2001:dead::1"),
            (&[("x-forwarded-for", "::ffff:198.51.100.9")], "198.51.100.9"),
            (&[("x-forwarded-for", "10.1.1.1")], "10.1.1.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(client(&trusted, "10.0.0.1", headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_chain_that_cannot_be_read_or_contradicts_itself_is_the_proxys() {
        let trusted = ["10.0.0.1"];
        for headers in [
            &[("x-forwarded-for", "198.51.100.9, unknown")][..],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "for=unknown")],
            &[("forwarded", "by=10.0.0.1")],
            &[("forwarded", "for=203.0.113.7"), ("x-forwarded-for", "198.51.100.9")],
        ] {
            assert_eq!(client(&trusted, "10.0.0.1", headers), "10.0.0.1", "{headers:?}");
        }
    }

    #[test]
    fn an_entry_that_names_no_address_is_refused() {
        for entry in ["proxy.example", "10.0.0.0/33", ""] {
            assert!(Proxies::parse([entry]).is_err(), "{entry}");
        }
    }
}
