//! Delivers contraflow's events to one subscriber over HTTP.
//!
//! An event is a CloudEvent 1.0 in the structured JSON mode (`application/cloudevents+json`): `type` is the message's
//! kind ("request.completed"), `subject` the request's id, `source` this installation's `public_url`. It is signed
//! after Standard Webhooks 1.0.0: `webhook-id` is the message's id on every try, so that a receiver can drop what it
//! has seen; `webhook-timestamp` is the try's.
//!
//! | variable | meaning |
//! |---|---|
//! | `webhook_url` | the subscriber's origin, `https://hooks.example`; empty: nobody is subscribed |
//! | `webhook_path` | the path there, `/contraflow`; apart from the origin because Spin's allowed hosts have no path |
//! | `webhook_secret` | `whsec_` and at least 24 bytes of base64; while a key rotates two of them, separated by a space: both sign |
//! | `public_url` | the events' `source` |
//!
//! Delivery is at least once, so a lost answer is a reason to send again and never a question that needs a look-up:
//! whatever is neither a 2xx nor a 410 is tried again. Redirects are not followed: they would carry signed events to an
//! address that nobody configured.

mod bindings;
mod limits;
mod transform;

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use contraflow_adapter_support::outbound::{ExchangeError, exchange, header};
use contraflow_adapter_support::{config, headers};

use bindings::{Fault, Guest, Message, Outcome};
use transform::Subscription;

struct Courier;

impl Guest for Courier {
    async fn deliver(message: Message) -> Result<Outcome, Fault> {
        let Some(subscription) = subscription().await? else {
            return Ok(Outcome::NoSubscriber);
        };
        let now = SystemTime::now();
        let unix_s = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let request = transform::request(&subscription, &message, unix_s).map_err(Fault::InvalidArgument)?;
        match exchange(request.map(Bytes::from)).await {
            Ok(answer) => {
                let wish = header(&answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
                transform::verdict(answer.status(), wish, answer.body())
            }
            Err(ExchangeError::NotSent(detail) | ExchangeError::OutcomeUnknown(detail)) => {
                Err(transform::again(detail, None))
            }
        }
    }
}

async fn subscription() -> Result<Option<Subscription>, Fault> {
    let variable = async |name| config::optional(name).await.map_err(|detail| transform::again(detail, None));
    let Some(origin) = variable("webhook_url").await? else {
        return Ok(None);
    };
    let path = variable("webhook_path").await?;
    let secrets = variable("webhook_secret").await?;
    let source = variable("public_url").await?;
    Subscription::new(&origin, path.as_deref(), secrets.as_deref(), source.as_deref())
        .map(Some)
        .map_err(Fault::InvalidArgument)
}
