//! An ask becomes a request, once.

use contraflow_domain::chain;
use contraflow_domain::request::draft::check;
use contraflow_domain::request::{Request, Source};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, new_id, now, view};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::bindings::contraflow::intake::source::Draft;
use crate::transform;

/// The problem of a key that was used for something else.
pub const REUSED: &str = "idempotency-key-reused";

/// What an ask became.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    request: String,
    fingerprint: String,
}

/// A stored request.
pub struct Stored(Request);

impl Stored {
    /// 202, with the request and where it is.
    pub fn accepted(&self) -> Answer {
        let mut answer = json(StatusCode::ACCEPTED, &view::request(&self.0));
        if let Ok(location) = HeaderValue::from_str(&format!("/v1/requests/{}", self.0.id)) {
            answer.headers_mut().insert(http::header::LOCATION, location);
        }
        answer
    }
}

/// Stores what `sender` asks under `id`, and drives it after the answer. The same id with the same ask is the same request.
///
/// # Errors
/// 422 with every field that is wrong, or for an id that was used for something else.
pub async fn store(channel: &str, sender: &str, id: &str, draft: Draft) -> Result<Stored, Problem> {
    let source = Source { channel: channel.into(), reference: draft.reference.clone(), link: draft.link.clone() };
    let ask = check(&transform::draft(draft)).map_err(Problem::invalid)?;
    let fingerprint = contraflow_audit::canonical_hash(&ask).map_err(|error| Problem::internal(error.to_string()))?;
    let receipt_key = keys::inbound(channel, sender, id);
    let (request, fresh) = transact(async |unit| {
        if let Some(receipt) = unit.read::<Receipt>(&receipt_key).await? {
            if receipt.fingerprint != fingerprint {
                return Err(Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    REUSED,
                    format!(
                        "This key was used for another request ({}). Use a new key for a new request.",
                        receipt.request
                    ),
                ));
            }
            return Ok((unit.request(&receipt.request).await?, false));
        }
        let at = now();
        let mut request = Request::receive(new_id(), source.clone(), sender.into(), ask.clone(), at);
        unit.save(&mut request, at)?;
        unit.write(&receipt_key, &Receipt { request: request.id.clone(), fingerprint: fingerprint.clone() })?;
        Ok((request, true))
    })
    .await?;
    if fresh {
        drive_later(request.id.clone(), chain::next(&request, now()));
    }
    Ok(Stored(request))
}
