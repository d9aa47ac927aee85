//! What someone asks becomes a request, once: the receipt under its key says so from then on.

use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::{Request, Source};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::unit::Unit;
use crate::{channels, new_id, now};

/// The problem of a key that was used for something else.
pub const REUSED: &str = "idempotency-key-reused";

/// What an ask became.
#[derive(Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The request's id.
    pub request: String,
    /// The hash of what was asked.
    pub fingerprint: String,
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
    New(Box<Request>),
    /// The request of that id, which it became before.
    Known(String),
}

impl Checked {
    /// An ask from somewhere.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn of(source: Source, ask: Ask) -> Result<Self, Problem> {
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
        request.channels = Some(channels::wired(&self.source).await);
        unit.save(&mut request, at)?;
        unit.write(receipt_key, &Receipt { request: request.id.clone(), fingerprint: self.fingerprint.clone() })?;
        Ok(Kept::New(Box::new(request)))
    }
}
