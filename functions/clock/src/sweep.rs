//! Sweeps out what only served to recognise something that came long ago: receipts, repetitions, sums of what passed by
//! itself, what risk scores are worked out from, news of refunds that no leg ever knew.
//!
//! A round looks at a few entries, and writes down where the next goes on. What has no time yet, because an earlier
//! version stored it, gets one. It does not matter in which order they are looked at, or how often.

use contraflow_domain::approval::automatic::Tally;
use contraflow_domain::eligibility::Asked;
use contraflow_domain::policy::Policy;
use contraflow_domain::risk::Counter;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::store::Entry;
use contraflow_guest::taken::Taken;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::unmatched::Unmatched;
use contraflow_guest::{keys, limits, now, policy, store};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const PLACE: &str = "clock/sweep";

/// Names the ranges in the order in which they are swept.
const RANGES: [&str; 5] = [keys::INBOUND, keys::ASKED, keys::TALLY, keys::RISK, keys::UNMATCHED];

/// Says how far the sweep has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Swept {
    /// When it last went on.
    at: Timestamp,
    /// Where it goes on.
    next: String,
}

/// Says what an entry is for the sweep.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// It stays.
    Stays,
    /// Its time is over.
    Over,
    /// It stays for as long as the request of that id.
    With(String),
    /// It has no time yet, and gets one.
    Undated(Value),
}

/// Goes on with the sweep, unless it did so a moment ago.
///
/// # Errors
/// When the store does not answer, or the policy can't be read.
pub async fn go_on() -> Result<(), Problem> {
    transact(async |unit| {
        let at = now();
        let swept: Option<Swept> = unit.read(PLACE).await?;
        if swept.as_ref().is_some_and(|swept| swept.at <= at && at.ms_since(swept.at) < limits::SWEEP_PAUSE_MS) {
            return Ok(());
        }
        let start = swept.map_or_else(|| RANGES[0].to_owned(), |swept| swept.next);
        let range = RANGES.iter().position(|range| start.starts_with(range)).unwrap_or(0);
        let prefix = RANGES.get(range).copied().unwrap_or(keys::INBOUND);
        let page = store::scan(start, store::end_of(prefix), limits::SWEPT_AT_ONCE).await?;
        sweep(unit, &page.entries, at).await?;
        let following = RANGES.get((range + 1) % RANGES.len()).copied().unwrap_or(keys::INBOUND);
        let next = page.next.unwrap_or_else(|| following.to_owned());
        unit.write(PLACE, &Swept { at, next })
    })
    .await
}

async fn sweep(unit: &mut Unit, entries: &[Entry], at: Timestamp) -> Result<(), Problem> {
    let policy = policy::in_force().await?;
    let mut asks = Vec::new();
    for entry in entries {
        match look(&entry.key, &entry.value, &policy, at) {
            Found::Stays => {}
            Found::Over => remove(unit, entry).await?,
            Found::Undated(dated) => {
                if unit.read::<Value>(&entry.key).await?.is_some() {
                    unit.write(&entry.key, &dated)?;
                }
            }
            Found::With(request) => asks.push((entry, keys::request(&request))),
        }
    }
    // A request that has left does not come back, so nothing has to hold still meanwhile.
    let wanted = asks.iter().map(|(_, request)| request.clone()).collect();
    let found = store::get(wanted).await?;
    for ((entry, _), request) in asks.into_iter().zip(found) {
        if request.is_none() {
            remove(unit, entry).await?;
        }
    }
    Ok(())
}

/// Removes an entry, unless it changes meanwhile.
async fn remove(unit: &mut Unit, entry: &Entry) -> Result<(), Problem> {
    let now: Option<Value> = unit.read(&entry.key).await?;
    if now.is_some_and(|now| serde_json::from_slice::<Value>(&entry.value).is_ok_and(|then| then == now)) {
        unit.remove(&entry.key);
    }
    Ok(())
}

/// Tells what an entry is. What can't be read stays, for whoever reads it to complain.
fn look(key: &str, value: &[u8], policy: &Policy, at: Timestamp) -> Found {
    if key.starts_with(keys::ASKED) {
        return over(read::<Asked>(value).map(|asked| asked.is_over(policy, at)));
    }
    if key.starts_with(keys::TALLY) {
        return over(read::<Tally>(value).map(|tally| tally.is_over(policy.business.time_zone.day(at))));
    }
    if key.starts_with(keys::RISK) {
        return over(read::<Counter>(value).map(|counter| counter.is_over(policy.business.time_zone.day(at))));
    }
    if key.starts_with(keys::UNMATCHED) {
        let Some(unmatched) = read::<Unmatched>(value) else { return Found::Stays };
        return match unmatched.at {
            Some(then) => over(Some(policy.retention.receipt_is_over(then, at))),
            None => dated(&Unmatched { at: Some(at), ..unmatched }),
        };
    }
    match read::<Value>(value) {
        Some(receipt) if receipt.get("request").is_some() => match receipt.get("request").and_then(Value::as_str) {
            Some(request) => Found::With(request.to_owned()),
            None => Found::Stays,
        },
        Some(receipt) => match serde_json::from_value::<Taken>(receipt) {
            Ok(Taken::At { at: then }) => over(Some(policy.retention.receipt_is_over(then, at))),
            Ok(Taken::Before(_)) => dated(&Taken::At { at }),
            // The receipt of a spending or of a schedule stays with what it led to.
            Err(_) => Found::Stays,
        },
        None => Found::Stays,
    }
}

fn read<T: DeserializeOwned>(value: &[u8]) -> Option<T> {
    serde_json::from_slice(value).ok()
}

fn over(is_over: Option<bool>) -> Found {
    if is_over == Some(true) { Found::Over } else { Found::Stays }
}

fn dated(value: &impl Serialize) -> Found {
    serde_json::to_value(value).map_or(Found::Stays, Found::Undated)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use contraflow_domain::limits::DAY_MS;
    use contraflow_domain::policy::DEFAULT;

    use super::*;

    fn at(days: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + days * DAY_MS)
    }

    fn found(key: &str, value: &str, days: u64) -> Found {
        look(key, value.as_bytes(), &Policy::parse(DEFAULT).unwrap(), at(days))
    }

    #[test]
    fn the_receipt_of_a_message_leaves_when_its_time_is_over_and_not_before() {
        let receipt = serde_json::to_string(&Taken::At { at: at(0) }).unwrap();
        assert_eq!(found("inbound/stripe//evt_1", &receipt, 399), Found::Stays);
        assert_eq!(found("inbound/stripe//evt_1", &receipt, 400), Found::Over);
    }

    #[test]
    fn a_receipt_of_an_earlier_version_gets_a_time() {
        let Found::Undated(dated) = found("inbound/stripe//evt_1", "true", 0) else { panic!("no time") };
        assert_eq!(found("inbound/stripe//evt_1", &dated.to_string(), 399), Found::Stays);
        assert_eq!(found("inbound/stripe//evt_1", &dated.to_string(), 400), Found::Over);
    }

    #[test]
    fn the_receipt_of_an_ask_stays_with_its_request_and_those_of_spendings_and_schedules_stay() {
        let ask = r#"{"request": "0199", "fingerprint": "x"}"#;
        assert_eq!(found("inbound/api/alice/k", ask, 9_999), Found::With("0199".into()));
        let spending = r#"{"currency": "EUR", "fingerprint": "x"}"#;
        assert_eq!(found("inbound/store-credit/C/k", spending, 9_999), Found::Stays);
        let schedule = r#"{"schedule": "0199", "fingerprint": "x"}"#;
        assert_eq!(found("inbound/schedules/fin/k", schedule, 9_999), Found::Stays);
        assert_eq!(found("inbound/api/alice/k", "{", 9_999), Found::Stays, "what can't be read");
    }

    #[test]
    fn sums_and_repetitions_leave_when_nothing_asks_for_them_any_more() {
        let tally = r#"{"days": {"2026-09-21": 500}}"#;
        assert_eq!(found("tally/customer/C/0", tally, 300), Found::Stays);
        assert_eq!(found("tally/customer/C/0", tally, 400), Found::Over);
        let counter = r#"{"first": "2026-09-21", "days": {"2026-09-21": {"asks": 1}}}"#;
        assert_eq!(found("risk/customer/C/0", counter, 91), Found::Stays);
        assert_eq!(found("risk/customer/C/0", counter, 92), Found::Over);
        let asked = format!(r#"{{"earlier": [{{"request": "r", "at": "{}"}}]}}"#, at(0));
        assert_eq!(found("asked/C/x", &asked, 80), Found::Stays);
        assert_eq!(found("asked/C/x", &asked, 400), Found::Over);
    }

    #[test]
    fn news_of_a_refund_that_no_leg_ever_knew_get_a_time_and_leave() {
        let Found::Undated(dated) = found("unmatched/stripe/re_1", "[]", 0) else { panic!("no time") };
        assert_eq!(found("unmatched/stripe/re_1", &dated.to_string(), 399), Found::Stays);
        assert_eq!(found("unmatched/stripe/re_1", &dated.to_string(), 400), Found::Over);
    }
}
