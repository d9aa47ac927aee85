//! Looks again at what is due later than anything waits for its next try.
//!
//! A clock that is wrong between two rounds, and right again, is seen by no round. What was stored meanwhile may be due
//! weeks too late. So each round looks at a few of the entries that are that far away, and writes down where the next
//! goes on. Most of them have a date of their own, such as the deadline of a decision, and stay as they are.

use contraflow_domain::limits::WAIT_MS;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, limits, now, store};
use serde::{Deserialize, Serialize};

const PLACE: &str = "clock/far";

/// Says how far the rounds have come. It is stored only while there is more than one round looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// When a round last went on.
    at: Timestamp,
    /// Where the next goes on.
    next: String,
}

/// Holds some of what is due that late.
pub struct Far {
    /// The index entries.
    pub keys: Vec<String>,
    from: Option<Place>,
    next: Option<String>,
}

/// Returns what is to be looked at in this round; `None` where a round did so a moment ago.
///
/// # Errors
/// When the store does not answer.
pub async fn next() -> Result<Option<Far>, Problem> {
    let mut from: Option<Place> = None;
    transact(async |unit| {
        from = unit.read(PLACE).await?;
        Ok(())
    })
    .await?;
    let at = now();
    let first = keys::due_after(at.plus_ms(WAIT_MS));
    let start = match &from {
        Some(place) if place.at <= at && at.ms_since(place.at) < limits::CLOCK_FAR_PAUSE_MS => return Ok(None),
        Some(place) => first.max(place.next.clone()),
        None => first,
    };
    let page = store::scan(start, store::end_of(keys::DUE), limits::CLOCK_FAR).await?;
    let keys = page.entries.into_iter().map(|entry| entry.key).collect();
    Ok(Some(Far { keys, from, next: page.next }))
}

impl Far {
    /// Writes down that these were looked at.
    ///
    /// # Errors
    /// When the store does not answer; then they are looked at again.
    pub async fn done(self) -> Result<(), Problem> {
        let next = self.next.map(|next| Place { at: now(), next });
        if next.is_none() && self.from.is_none() {
            return Ok(());
        }
        transact(async |unit| {
            // Another round that went on meanwhile has looked at the same.
            if unit.read::<Place>(PLACE).await? != self.from {
                return Ok(());
            }
            match &next {
                Some(next) => unit.write(PLACE, next)?,
                None => unit.remove(PLACE),
            }
            Ok(())
        })
        .await
    }
}
