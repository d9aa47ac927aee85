//! Compares the names of hosts: however a name is written, it is one name.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Ends the names by which the application's own components are called.
const CHAIN_SUFFIX: &str = ".spin.internal";

/// Holds a host's name as it is compared: in small letters, without the dot of the root at its end, and an address in
/// its shortest form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

impl HostName {
    /// Returns the name that `text` writes. An IPv6 address stands in brackets, as it does in a URL.
    pub fn of(text: &str) -> Self {
        let name = text.to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let bracketed = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(address) = bracketed.and_then(|address| address.parse::<Ipv6Addr>().ok()) {
            return Self(format!("[{address}]"));
        }
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Self(address.to_string());
        }
        Self(name.to_owned())
    }

    /// Returns the name as it is compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether the name lies below `suffix`, which begins with a dot.
    pub fn is_below(&self, suffix: &str) -> bool {
        self.0.len() > suffix.len() && self.0.ends_with(suffix)
    }

    /// Returns the component that is called by this name; `None` for a host in the world outside. Whatever ends as a
    /// component's name does is never looked for outside.
    pub fn component(&self) -> Option<&str> {
        self.0.strip_suffix(CHAIN_SUFFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_name_however_it_is_written() {
        for (one, other) in [
            ("api.stripe.com", "API.Stripe.COM"),
            ("api.stripe.com", "api.stripe.com."),
            ("[::1]", "[0:0:0:0:0:0:0:1]"),
            ("[2001:db8::a]", "[2001:DB8::A]"),
        ] {
            assert_eq!(HostName::of(one), HostName::of(other));
        }
        assert_ne!(HostName::of("api.stripe.com"), HostName::of("api.stripe.com.evil.example"));
    }

    #[test]
    fn a_component_is_called_by_its_name_however_it_is_written() {
        for name in ["api.spin.internal", "api.SPIN.INTERNAL", "API.Spin.Internal.", "api.spin.internal."] {
            assert_eq!(HostName::of(name).component(), Some("api"), "{name}");
        }
        for name in ["spin.internal", "api.spin.internal.example", "apispin.internal", "api.spin.internal.."] {
            assert_eq!(HostName::of(name).component(), None, "{name}");
        }
    }
}
