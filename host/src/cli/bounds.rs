//! Reads the bounds on what comes from outside, from the command line or the environment.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use contraflow_host::limits::BURST_SECONDS;
use contraflow_host::{Limits, Proxies, Rate};

#[derive(Args)]
#[command(next_help_heading = "Bounds on what comes from outside")]
pub(super) struct Bounds {
    /// Requests a second that one bearer token may make in the long run, and ten times as many at once; 0: no limit.
    #[arg(long, default_value_t = 100, value_name = "PER_SECOND", env = "CONTRAFLOW_RATE_LIMIT")]
    rate_limit: u32,
    /// The same for one address, of requests without an accepted token; accepted webhooks are not counted.
    #[arg(long, default_value_t = 50, value_name = "PER_SECOND", env = "CONTRAFLOW_ADDRESS_RATE_LIMIT")]
    address_rate_limit: u32,
    /// Connections that are open at the same time.
    #[arg(long, default_value_t = 1024, value_name = "NUMBER", env = "CONTRAFLOW_CONNECTIONS")]
    connections: usize,
    /// Connections of one address that are open at the same time.
    #[arg(long, default_value_t = 256, value_name = "NUMBER", env = "CONTRAFLOW_ADDRESS_CONNECTIONS")]
    address_connections: usize,
    /// Memory for the bodies of all requests that are under way, in MiB.
    #[arg(long, default_value_t = 64, value_name = "MIB", env = "CONTRAFLOW_BODY_MEMORY")]
    body_memory: usize,
    /// Memory for the bodies of one address.
    #[arg(long, default_value_t = 16, value_name = "MIB", env = "CONTRAFLOW_ADDRESS_BODY_MEMORY")]
    address_body_memory: usize,
    /// Time for the headers of a request to arrive, in seconds.
    #[arg(long, default_value_t = 15, value_name = "SECONDS", env = "CONTRAFLOW_HEADER_TIME")]
    header_time: u64,
    /// Time for the body of a request to arrive.
    #[arg(long, default_value_t = 15, value_name = "SECONDS", env = "CONTRAFLOW_BODY_TIME")]
    body_time: u64,
    /// A proxy in front of contraflow, whose `Forwarded` and `X-Forwarded-For` are believed: an address or a network,
    /// such as 10.0.0.0/8. Repeat it for several. Without it every client behind a proxy counts as the proxy.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', env = "CONTRAFLOW_TRUSTED_PROXIES")]
    trusted_proxy: Vec<String>,
}

impl Bounds {
    pub(super) fn limits(&self) -> Limits {
        let rate = |per_second: u32| Rate { per_second, burst: per_second.saturating_mul(BURST_SECONDS) };
        Limits {
            credential_rate: rate(self.rate_limit),
            address_rate: rate(self.address_rate_limit),
            connections: self.connections.max(1),
            connections_per_address: self.address_connections.max(1),
            body_bytes_under_way: self.body_memory << 20,
            body_bytes_per_address: self.address_body_memory << 20,
            header_time: Duration::from_secs(self.header_time),
            request_body_time: Duration::from_secs(self.body_time),
            ..Limits::default()
        }
    }

    pub(super) fn proxies(&self) -> Result<Proxies> {
        Proxies::parse(&self.trusted_proxy)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        bounds: Bounds,
    }

    #[test]
    fn without_options_the_bounds_are_those_of_the_host() {
        let given = Command::parse_from(["contraflow"]).bounds.limits();
        assert_eq!(format!("{given:?}"), format!("{:?}", Limits::default()));
    }
}
