//! Turns the contract's values into the domain's.

use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Incoming;

use crate::bindings::contraflow::intake::source;

/// Returns a request in the form in which its source's adapter reads it.
pub fn delivery(incoming: &Incoming, now: Timestamp) -> source::Delivery {
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| source::Header {
        name: name.as_str().into(),
        value: value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    };
    source::Delivery {
        headers: incoming.headers.iter().map(header).collect(),
        body: incoming.body.to_vec(),
        received_at: now.into(),
    }
}
