//! Groups addresses as their owners have them: one IPv4 address, or a whole IPv6 network of /64, of which one machine
//! may use every address.

use std::net::{IpAddr, Ipv6Addr};

/// Names whom an address belongs to, as far as addresses tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(IpAddr);

impl Network {
    /// Returns the network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0 << 64))),
            address => address,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn every_address_of_one_machine_is_counted_together() {
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"), "an IPv4 address in the clothes of IPv6");
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
