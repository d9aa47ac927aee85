//! The credit document of a request, and its hand-off to the ERP.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use crate::lifecycle::Machine as _;
use crate::lifecycle::document::DocumentStatus;
use crate::lifecycle::handoff::HandOffStatus;
use crate::money::Money;
use crate::time::Timestamp;

/// The credit document of a request: the memo that the ERP numbers and books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Where it stands.
    pub status: DocumentStatus,
    /// The number printed on it; `None` until the ERP has issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The ERP's own id of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_reference: Option<String>,
    /// The date printed on it: YYYY-MM-DD.
    pub issued_on: String,
    /// The total of the document, with tax.
    pub total: Money,
}

/// The hand-off of the document to the ERP: how far it is, and the tries that it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// Where it stands.
    pub status: HandOffStatus,
    /// The tries of whatever the ERP is to do next: take the document, void it, or book what the money did.
    #[serde(flatten)]
    pub attempt: Attempt,
    /// Why the ERP refused the document, in the ERP's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// The looks at the document in the ERP, which find out whether a person has posted or voided it there.
    #[serde(flatten, with = "stored_looks")]
    pub look: Attempt,
    /// When a look, or the ERP's own answer, last found the document in the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// The ERP's ids of those documents of this request that somebody voided in the ERP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided_there: Vec<String>,
}

impl HandOff {
    /// Makes a hand-off that has not begun.
    #[must_use]
    pub fn queued() -> Self {
        Self {
            status: HandOffStatus::INITIAL,
            attempt: Attempt::default(),
            refusal: None,
            look: Attempt::default(),
            seen_at: None,
            voided_there: Vec::new(),
        }
    }
}

/// Stores the looks beside the tries. Both have the same members, so the looks get names of their own.
mod stored_looks {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::request::attempt::Attempt;
    use crate::request::leg::is_zero;
    use crate::time::Timestamp;

    #[derive(Serialize, Deserialize)]
    struct Looks {
        #[serde(default, skip_serializing_if = "is_zero")]
        looks: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_at: Option<Timestamp>,
    }

    pub(super) fn serialize<S: Serializer>(look: &Attempt, serializer: S) -> Result<S::Ok, S::Error> {
        Looks { looks: look.tries, look_at: look.not_before }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Attempt, D::Error> {
        let Looks { looks, look_at } = Looks::deserialize(deserializer)?;
        Ok(Attempt { tries: looks, not_before: look_at, ..Attempt::default() })
    }
}
