//! An ask becomes a request, once.

use contraflow_domain::chain;
use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::draft::check;
use contraflow_domain::request::{Request, Source};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
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

/// An ask whose form is right.
pub struct Checked {
    source: Source,
    ask: Ask,
    /// A hash of all that it says: the same in whatever form it came.
    pub fingerprint: String,
}

/// What an ask became in a unit of work.
pub enum Kept {
    /// A request that is new with the commit.
    New(Request),
    /// The request of that id, which it became before.
    Known(String),
}

impl Checked {
    /// Checks what came over a channel.
    ///
    /// # Errors
    /// 422 with every field that is wrong.
    pub fn of(channel: &str, draft: Draft) -> Result<Self, Problem> {
        let source = Source { channel: channel.into(), reference: draft.reference.clone(), link: draft.link.clone() };
        let ask = check(&transform::draft(draft)).map_err(Problem::invalid)?;
        let fingerprint =
            contraflow_audit::canonical_hash(&ask).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self { source, ask, fingerprint })
    }

    /// Makes it a request in the commit, unless the receipt under this key says that it is one.
    ///
    /// # Errors
    /// 422 when the key was used for something else.
    pub async fn keep(&self, unit: &mut Unit, receipt_key: &str, requester: &str) -> Result<Kept, Problem> {
        if let Some(receipt) = unit.read::<Receipt>(receipt_key).await? {
            if receipt.fingerprint == self.fingerprint {
                return Ok(Kept::Known(receipt.request));
            }
            let detail = format!(
                "This key was used for another request ({}). Use a new key for a new request.",
                receipt.request
            );
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, REUSED, detail));
        }
        let at = now();
        let mut request = Request::receive(new_id(), self.source.clone(), requester.into(), self.ask.clone(), at);
        unit.save(&mut request, at)?;
        unit.write(receipt_key, &Receipt { request: request.id.clone(), fingerprint: self.fingerprint.clone() })?;
        Ok(Kept::New(request))
    }
}

/// Stores what `sender` asks under `id`, and drives it after the answer. The same id with the same ask is the same request.
///
/// # Errors
/// 422 with every field that is wrong, or for an id that was used for something else.
pub async fn store(channel: &str, sender: &str, id: &str, draft: Draft) -> Result<Stored, Problem> {
    let checked = Checked::of(channel, draft)?;
    let receipt_key = keys::inbound(channel, sender, id);
    let (request, fresh) = transact(async |unit| match checked.keep(unit, &receipt_key, sender).await? {
        Kept::New(request) => Ok((request, true)),
        Kept::Known(id) => Ok((unit.request(&id).await?, false)),
    })
    .await?;
    if fresh {
        drive_later(request.id.clone(), chain::next(&request, now()));
    }
    Ok(Stored(request))
}
