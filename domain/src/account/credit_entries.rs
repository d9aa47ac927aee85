//! The entries of a store-credit account. They are written once and never changed, and the whole balance follows from
//! them.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::request::booking::CreditMove;
use crate::time::Timestamp;

/// The part of an entry that falls to one grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreditPart {
    /// The key of the grant.
    pub grant: String,
    /// How much; never negative.
    pub amount: Money,
}

/// One entry of a store-credit account. Entries are only ever added; the balance follows from them alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreditEntry {
    /// 1, 2, 3, … without gaps.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub sequence: u64,
    /// What it does.
    pub what: CreditMove,
    /// Its key: the leg's for a grant, the `Idempotency-Key` for a spending, and made from what it refers to for all
    /// others.
    pub id: String,
    /// How much, never negative: `what` says which way it counts. Zero only where a memo was voided that has nothing
    /// left.
    pub amount: Money,
    /// When it happened.
    pub at: Timestamp,
    /// The person who caused it, or `contraflow`.
    pub actor: String,
    /// The request of a grant or a revocation, the order of a spending, the spending that is undone, the grant that
    /// expired, the other customer of a transfer, the change that carried credit forward.
    pub refers_to: String,
    /// Which grants it moves, and by how much; together its amount.
    pub parts: Vec<CreditPart>,
    /// Until when what came in, or was carried forward, can be spent; left out: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The request that granted what came from another customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// Store credit that was granted, as the entries leave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grant {
    /// The key of the leg that granted it: `<request>-l1`; behind it, where it came from another customer, the end
    /// of the id of the change that brought it: `<request>-l1.<end>`.
    pub id: String,
    /// The request that granted it.
    pub request: String,
    /// How much was granted.
    pub amount: Money,
    /// How much of it is left.
    pub remaining: Money,
    /// How much of it has expired.
    pub lapsed: Money,
    /// When it was granted.
    pub at: Timestamp,
    /// Until when it can be spent; left out: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether its memo was voided: what comes back to it is taken back at once.
    #[serde(default)]
    pub revoked: bool,
}

/// Entries that contradict each other: something has changed them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {sequence} of the store credit can't be: {why}")]
pub struct CreditEntriesError {
    /// The number of the entry that does not fit those before it.
    pub sequence: u64,
    /// What is wrong with the entry.
    pub why: String,
}

/// Works out what the grants come to, from the entries alone.
///
/// # Errors
/// When the sequence has a gap, an entry moves a grant that is not there, or would leave less than nothing or more than
/// was granted: then something has changed the entries.
pub fn recompute(entries: &[CreditEntry]) -> Result<Vec<Grant>, CreditEntriesError> {
    let mut recomputed = Recomputed::default();
    for entry in entries {
        recomputed.add(entry)?;
    }
    Ok(recomputed.grants)
}

/// What the grants come to so far, while the entries are read one after the other.
#[derive(Debug, Clone, Default)]
pub struct Recomputed {
    /// The grants, oldest first.
    pub grants: Vec<Grant>,
    sequence: u64,
}

impl Recomputed {
    /// Counts the next entry in.
    ///
    /// # Errors
    /// When it does not fit those before it; the grants must not be used then.
    pub fn add(&mut self, entry: &CreditEntry) -> Result<(), CreditEntriesError> {
        let due = self.sequence + 1;
        if entry.sequence != due {
            return Err(CreditEntriesError { sequence: entry.sequence, why: format!("it stands where {due} should") });
        }
        self.sequence = due;
        apply(&mut self.grants, entry).map_err(|why| CreditEntriesError { sequence: entry.sequence, why })
    }
}

/// Applies one entry to the grants. After an error the grants may be moved in part, and must not be used.
pub(super) fn apply(grants: &mut Vec<Grant>, entry: &CreditEntry) -> Result<(), String> {
    let sum = Money::sum(entry.amount.currency, entry.parts.iter().map(|part| part.amount));
    if sum != Ok(entry.amount) {
        return Err("its parts do not make its amount".into());
    }
    for part in &entry.parts {
        if matches!(entry.what, CreditMove::Granted | CreditMove::TransferredIn) {
            if grants.iter().any(|grant| grant.id == part.grant) {
                return Err(format!("grant {} is there already", part.grant));
            }
            grants.push(Grant {
                id: part.grant.clone(),
                request: entry.request.as_ref().unwrap_or(&entry.refers_to).clone(),
                amount: part.amount,
                remaining: part.amount,
                lapsed: Money::zero(part.amount.currency),
                at: entry.at,
                expires_at: entry.expires_at,
                revoked: false,
            });
            continue;
        }
        let grant = grants.iter_mut().find(|grant| grant.id == part.grant);
        let grant = grant.ok_or_else(|| format!("there is no grant {}", part.grant))?;
        let minor = part.amount.minor;
        match entry.what {
            CreditMove::Granted | CreditMove::TransferredIn => {}
            CreditMove::CarriedForward => grant.expires_at = entry.expires_at,
            CreditMove::Spent | CreditMove::TransferredOut => grant.remaining.minor -= minor,
            CreditMove::Restored => grant.remaining.minor += minor,
            CreditMove::Revoked => {
                grant.remaining.minor -= minor;
                grant.revoked = true;
            }
            CreditMove::Expired => {
                grant.remaining.minor -= minor;
                grant.lapsed.minor += minor;
            }
            CreditMove::Reinstated => {
                grant.remaining.minor += minor;
                grant.lapsed.minor -= minor;
            }
        }
        let sound = minor >= 0
            && grant.remaining.minor >= 0
            && grant.lapsed.minor >= 0
            && grant.remaining.minor + grant.lapsed.minor <= grant.amount.minor;
        if !sound {
            return Err(format!("it leaves {} of the {} of grant {}", grant.remaining, grant.amount, grant.id));
        }
    }
    Ok(())
}
