//! Runs the application's clock: tells it at intervals that time has passed, and goes on without a pause while it says
//! that there is more.

use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use contraflow_host::Host;
use contraflow_host::limits::{CLOCK_BREATH, CLOCK_PERIOD};
use contraflow_host::local_auth::{CLOCK, sign};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request};
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Names the public route that takes the clock's ticks.
const ROUTE: &str = "/clock";

/// What the application says after a tick.
#[derive(Debug, Default, Deserialize)]
struct Round {
    /// The number of things that were due.
    #[serde(default)]
    due: u64,
    /// What could not be done, one text for each.
    #[serde(default)]
    failed: Vec<String>,
    /// Whether more is due now.
    #[serde(default)]
    more: bool,
}

impl Round {
    /// Tells whether another round would get on: a round in which everything failed would only fail again.
    fn goes_on(&self) -> bool {
        self.more && self.due > self.failed.len() as u64
    }
}

/// Ticks until it is aborted. A tick that takes long delays the next.
pub(super) async fn run(host: Arc<Host>, key: String) {
    let mut period = interval(CLOCK_PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        period.tick().await;
        while match tick(&host, &key).await {
            Ok(round) => round.goes_on(),
            Err(error) => {
                tracing::error!("the clock: {error:#}");
                false
            }
        } {
            // Callers come first: while some of them wait for their turn, the clock takes a breath after each round.
            if host.is_crowded() {
                sleep(CLOCK_BREATH).await;
            }
        }
    }
}

async fn tick(host: &Host, key: &str) -> Result<Round> {
    let token = sign(key, &CLOCK, 1)?;
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = ROUTE.parse()?;
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}"))?);
    let response = host.handle(request).await?;
    if !response.status().is_success() {
        tracing::warn!(status = response.status().as_u16(), "the clock's tick was refused");
        return Ok(Round::default());
    }
    Ok(serde_json::from_slice(response.body()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn goes_on(answer: &str) -> bool {
        serde_json::from_str::<Round>(answer).unwrap().goes_on()
    }

    #[test]
    fn the_clock_goes_on_while_there_is_more_and_it_gets_on() {
        assert!(goes_on(r#"{"due": 200, "failed": [], "more": true}"#));
        assert!(goes_on(r#"{"due": 200, "failed": ["x"], "more": true, "new": 1}"#));
        assert!(!goes_on(r#"{"due": 200, "failed": [], "more": false}"#));
        assert!(!goes_on(r#"{"due": 2, "failed": ["x", "y"], "more": true}"#), "it would turn in a circle");
        assert!(!goes_on("{}"));
    }
}
