//! Reads and checks the hosts that a component may reach: `allowed_outbound_hosts` of spin.toml.

use anyhow::{Context, Result, bail};
use http::Uri;

use crate::host_name::HostName;

/// Holds one entry: `scheme://host[:port]`, where each part may be `*`; a path is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    scheme: Option<String>,
    host: Host,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Any,
    Below(String),
    Exact(HostName),
}

/// Holds the hosts that one component may reach. A host that is not listed can't be reached.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Vec<Entry>);

impl AllowedHosts {
    /// Reads the entries, whose variables are already filled in. An empty entry allows nothing.
    pub fn parse<S: AsRef<str>>(entries: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut parsed = Vec::new();
        for entry in entries {
            let entry = entry.as_ref().trim();
            if !entry.is_empty() {
                parsed.push(parse_entry(entry).with_context(|| format!("allowed_outbound_hosts: `{entry}`"))?);
            }
        }
        Ok(Self(parsed))
    }

    /// Tells whether the component may send a request to `uri`.
    pub fn allows(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return false };
        let port = uri.port_u16().or_else(|| default_port(scheme));
        let host = HostName::of(host);
        self.0.iter().any(|entry| entry.matches(scheme, &host, port))
    }
}

impl Entry {
    fn matches(&self, scheme: &str, host: &HostName, port: Option<u16>) -> bool {
        let scheme_fits = self.scheme.as_deref().is_none_or(|allowed| allowed.eq_ignore_ascii_case(scheme));
        let host_fits = match &self.host {
            Host::Any => true,
            Host::Exact(allowed) => allowed == host,
            Host::Below(suffix) => host.is_below(suffix),
        };
        let port_fits = self.port.is_none() || self.port == port;
        scheme_fits && host_fits && port_fits
    }
}

fn parse_entry(entry: &str) -> Result<Entry> {
    let Some((scheme, rest)) = entry.split_once("://") else {
        bail!("write it as scheme://host[:port], for example https://api.example.com");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = split_port(authority);
    if host.is_empty() {
        bail!("the host is missing");
    }
    let any_scheme = scheme == "*";
    let host = HostName::of(host);
    let port = match port {
        Some("*") => None,
        Some(port) => Some(port.parse::<u16>().with_context(|| format!("`{port}` is not a port"))?),
        None if any_scheme => bail!("with any scheme the port must be given, `*` for all"),
        None => default_port(scheme),
    };
    let host = match host.as_str().strip_prefix('*') {
        Some("") => Host::Any,
        Some(suffix) if suffix.starts_with('.') && !suffix.contains('*') => Host::Below(suffix.to_owned()),
        Some(_) => bail!("`*` stands for the whole host or for its first labels: *.example.com"),
        None if host.as_str().contains('*') => {
            bail!("`*` stands for the whole host or for its first labels: *.example.com")
        }
        None => Host::Exact(host),
    };
    Ok(Entry { scheme: (!any_scheme).then(|| scheme.to_ascii_lowercase()), host, port })
}

/// Splits the port off a host name or address. An IPv6 address keeps its brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let address_end = authority.rfind(']').map_or(0, |end| end + 1);
    match authority.get(address_end..).and_then(|rest| rest.rfind(':')) {
        Some(colon) => (&authority[..address_end + colon], authority.get(address_end + colon + 1..)),
        None => (authority, None),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(80),
        "https" => Some(443),
        "postgres" => Some(5432),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn allows(entries: &[&str], url: &str) -> bool {
        AllowedHosts::parse(entries).unwrap().allows(&url.parse().unwrap())
    }

    #[test]
    fn a_host_is_allowed_with_its_own_scheme_and_port_only() {
        let list = ["https://api.stripe.com"];
        assert!(allows(&list, "https://api.stripe.com/v1/refunds"));
        assert!(allows(&list, "https://API.stripe.com:443/"));
        assert!(!allows(&list, "http://api.stripe.com/"));
        assert!(!allows(&list, "https://api.stripe.com:8443/"));
        assert!(!allows(&list, "https://api.stripe.com.evil.example/"));
        assert!(!allows(&list, "https://api.stripe.com@evil.example/"));
    }

    #[test]
    fn a_host_is_one_host_however_its_name_is_written() {
        assert!(allows(&["https://API.Stripe.com."], "https://api.stripe.com/"));
        assert!(allows(&["https://api.stripe.com"], "https://api.stripe.com./"));
        assert!(allows(&["http://*.Spin.Internal"], "http://api.SPIN.INTERNAL./x"));
        assert!(allows(&["http://[0:0:0:0:0:0:0:1]"], "http://[::1]/"));
    }

    #[test]
    fn a_path_in_an_entry_is_ignored() {
        assert!(allows(&["https://acme.zendesk.com/api/v2"], "https://acme.zendesk.com/other"));
    }

    #[test]
    fn an_empty_entry_allows_nothing() {
        assert!(!allows(&[""], "http://127.0.0.1/"));
    }

    #[test]
    fn a_wildcard_stands_for_labels_in_front_and_never_for_the_name_itself() {
        let list = ["http://*.spin.internal"];
        assert!(allows(&list, "http://api.spin.internal/x"));
        assert!(!allows(&list, "http://spin.internal/x"));
        assert!(!allows(&list, "http://evilspin.internal/x"));
    }

    #[test]
    fn any_port_and_any_scheme_may_be_allowed_in_words() {
        assert!(allows(&["http://127.0.0.1:*"], "http://127.0.0.1:9000/"));
        assert!(allows(&["*://*:*"], "https://anything.example/"));
        assert!(AllowedHosts::parse(["*://host"]).is_err());
    }

    #[test]
    fn an_address_of_version_six_keeps_its_brackets() {
        assert!(allows(&["http://[::1]:8080"], "http://[::1]:8080/"));
        assert!(!allows(&["http://[::1]"], "http://[::1]:8080/"));
    }

    #[test]
    fn an_entry_that_says_nothing_clear_is_refused() {
        for entry in ["example.com", "https://", "https://a*b", "https://x:port"] {
            assert!(AllowedHosts::parse([entry]).is_err(), "{entry}");
        }
    }
}
