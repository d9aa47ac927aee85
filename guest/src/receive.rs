//! Turns an ask into a request, once: from then on, the receipt under the ask's key names the request.

use contraflow_domain::bulk::ImportedRow;
use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::parts::Part;
use contraflow_domain::request::rule_made::RuleMade;
use contraflow_domain::request::{Request, Source};
use contraflow_domain::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::unit::Unit;
use crate::{channels, fingerprint, new_id, now};

/// Names the problem of a key that was used for something else.
pub const REUSED: &str = "idempotency-key-reused";

/// Records which request an ask became.
#[derive(Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The request's id.
    pub request: String,
    /// The hash of what was asked.
    pub fingerprint: String,
    /// Who asked; `None` in receipts of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
}

/// Holds an ask whose form was checked and is right.
pub struct Checked {
    source: Source,
    ask: Ask,
    hands: Vec<String>,
    /// The row of a file that it was read from.
    row: Option<ImportedRow>,
    rule: Option<RuleMade>,
    /// A hash of the ask's content, which does not depend on the form in which it came: what the eye reads as the same
    /// is the same.
    pub fingerprint: String,
    /// The hash as receipts of earlier versions have it, over the texts as they were written.
    pub written: String,
}

/// Says what an ask became in a unit of work.
pub enum Kept {
    /// A new request, which is stored by the commit.
    New(Box<Request>),
    /// The id of the request that the ask became before.
    Known(String),
}

impl Checked {
    /// Takes an ask from a source, and computes its fingerprint.
    ///
    /// # Errors
    /// When the ask can't be written as JSON.
    pub fn of(source: Source, ask: Ask) -> Result<Self, Problem> {
        let internal = |error: serde_json::Error| Problem::internal(error.to_string());
        let fingerprint = fingerprint::of(&ask).map_err(internal)?;
        let written = contraflow_audit::canonical_hash(&ask).map_err(internal)?;
        Ok(Self { source, ask, hands: Vec::new(), row: None, rule: None, fingerprint, written })
    }

    /// Adds those who have asked for it besides its requester: none of them decides on it.
    #[must_use]
    pub fn with_hands(self, hands: Vec<String>) -> Self {
        Self { hands, ..self }
    }

    /// Says which row of a file the ask was read from.
    #[must_use]
    pub fn of_row(self, row: Option<ImportedRow>) -> Self {
        Self { row, ..self }
    }

    /// Returns what is asked for.
    #[must_use]
    pub fn into_ask(self) -> Ask {
        self.ask
    }

    /// Says that a rule of the policy asks for it.
    #[must_use]
    pub fn by_rule(self, made: RuleMade) -> Self {
        Self { rule: Some(made), ..self }
    }

    /// Makes the request that the ask would become, which is stored nowhere yet.
    pub async fn request(&self, requester: &str, at: Timestamp) -> Request {
        let mut request = Request::receive(new_id(), self.source.clone(), requester.into(), self.ask.clone(), at);
        request.channels = Some(channels::wired(&self.source).await);
        for hand in &self.hands {
            request.record_part(Part::Asked, hand);
        }
        request.import.clone_from(&self.row);
        if let Some(made) = &self.rule {
            request = request.made_by(made.clone());
        }
        request
    }

    /// Tells whether a receipt is of an ask with the same content.
    #[must_use]
    pub fn is_of(&self, receipt: &Receipt) -> bool {
        receipt.fingerprint == self.fingerprint || receipt.fingerprint == self.written
    }

    /// Returns the id of the request that the ask is already, as the receipt under this key says.
    ///
    /// # Errors
    /// 422 when the key was used for something else.
    pub async fn known(&self, unit: &mut Unit, receipt_key: &str) -> Result<Option<String>, Problem> {
        let Some(receipt) = unit.read::<Receipt>(receipt_key).await? else { return Ok(None) };
        if self.is_of(&receipt) {
            return Ok(Some(receipt.request));
        }
        let detail =
            format!("This key was used for another request ({}). Use a new key for a new request.", receipt.request);
        Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, REUSED, detail))
    }

    /// Makes the ask a request in the commit, unless the receipt under this key says that it is one already.
    ///
    /// # Errors
    /// 422 when the key was used for something else.
    pub async fn keep(&self, unit: &mut Unit, receipt_key: &str, requester: &str) -> Result<Kept, Problem> {
        self.keep_as(unit, receipt_key, requester, |_| Ok(())).await
    }

    /// Makes the ask a request as [`Self::keep`] does; what `prepare` says of the new request is stored with it.
    ///
    /// # Errors
    /// As of [`Self::keep`], and what `prepare` refuses: nothing is stored then.
    pub async fn keep_as(
        &self,
        unit: &mut Unit,
        receipt_key: &str,
        requester: &str,
        prepare: impl FnOnce(&mut Request) -> Result<(), Problem>,
    ) -> Result<Kept, Problem> {
        if let Some(id) = self.known(unit, receipt_key).await? {
            return Ok(Kept::Known(id));
        }
        let at = now();
        let mut request = self.request(requester, at).await;
        prepare(&mut request)?;
        unit.save(&mut request, at)?;
        let receipt = Receipt {
            request: request.id.clone(),
            fingerprint: self.fingerprint.clone(),
            requester: Some(request.requester.clone()),
        };
        unit.write(receipt_key, &receipt)?;
        Ok(Kept::New(Box::new(request)))
    }
}
