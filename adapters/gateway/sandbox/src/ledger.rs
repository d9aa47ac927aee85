//! What the sandbox remembers, in tables of its own in the `default` SQLite database. Every write is one statement.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contraflow_adapter_sqlite::StatementError;
use serde_json::json;
use spin_sdk::sqlite::{RowResult, Value};

use crate::behaviour::Behaviour;
use crate::bindings::contract::{
    DisputeNews, Fault, IdempotencyKey, Instant, Money, Refund, RefundOrder, RefundQuery, RefundStatus, Retry, Standing,
};
use crate::words;

const SCHEMA: &str = include_str!("../sql/schema.sql");
const COUNT: &str = include_str!("../sql/count.sql");
const MAKE: &str = include_str!("../sql/make.sql");
const FIRST: &str = include_str!("../sql/first.sql");
const LOOK_UP: &str = include_str!("../sql/look_up.sql");
const HEAR: &str = include_str!("../sql/hear.sql");
const STANDS: &str = include_str!("../sql/stands.sql");

/// What is counted by key.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// Ordering a refund.
    Order,
    /// Looking one up.
    LookUp,
}

/// Counts one call under this key: its number, from 1.
pub async fn count(key: &str, call: Call) -> Result<u32, Fault> {
    let call = match call {
        Call::Order => "order",
        Call::LookUp => "look-up",
    };
    let rows = run(COUNT, vec![text(key), text(call)]).await?;
    let times: i64 = rows.first().and_then(|row| row.get(0)).ok_or_else(|| broken("a count"))?;
    Ok(u32::try_from(times).unwrap_or(u32::MAX))
}

/// Makes the ordered refund, unless its key has one already and keys count, or it goes beyond what was captured: then
/// none.
pub async fn make(order: &RefundOrder, behaviour: &Behaviour) -> Result<Option<Refund>, Fault> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let status = behaviour.stages().first().map_or(RefundStatus::Succeeded, |stage| stage.status);
    let parameters = vec![
        text(&order.key.value),
        text(&order.payment),
        text(&order.request.value),
        Value::Integer(order.amount.minor),
        text(&order.amount.currency),
        text(words::of_refund(status)),
        Value::Integer(i64::from(behaviour.ignores_keys)),
        Value::Integer(milliseconds(now)),
        Value::Integer(behaviour.knows_keys_for.map_or(0, |known| milliseconds(now.saturating_sub(known)))),
        behaviour.captured_minor.map_or(Value::Null, |minor| Value::Integer(minor.into())),
    ];
    run(MAKE, parameters).await?.first().map(refund).transpose()
}

fn milliseconds(since: Duration) -> i64 {
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the first refund that was made under this key.
pub async fn first(key: &str) -> Result<Option<Refund>, Fault> {
    run(FIRST, vec![text(key)]).await?.first().map(refund).transpose()
}

/// Counts a look-up of the refund with this reference, or else of the first under this key, and moves it on.
pub async fn look_up(query: &RefundQuery, behaviour: &Behaviour) -> Result<Option<Refund>, Fault> {
    let reference = query.reference.as_deref().map_or(Value::Null, text);
    let parameters = vec![text(&query.key.value), reference, text(&stages(behaviour))];
    run(LOOK_UP, parameters).await?.first().map(refund).transpose()
}

/// Keeps what a message tells of a dispute, once.
pub async fn hear(news: &DisputeNews, at: Instant) -> Result<(), Fault> {
    let at_ms = i64::try_from(at.unix_ms).unwrap_or(i64::MAX);
    let status = text(words::of_dispute(news.status));
    run(HEAR, vec![text(&news.dispute), text(&news.payment), status, Value::Integer(at_ms)]).await.map(|_| ())
}

/// Returns where a dispute stands by the latest of its messages.
pub async fn dispute(dispute: &str, payment: &str) -> Result<Standing, Fault> {
    let rows = run(STANDS, vec![text(dispute), text(payment)]).await?;
    let Some(row) = rows.first() else { return Ok(Standing::Absent) };
    let word = row.get::<&str>(0).ok_or_else(|| broken("a dispute"))?;
    words::dispute(word).map(Standing::Stands).map_err(Fault::OutcomeUnknown)
}

async fn run(statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, Fault> {
    contraflow_adapter_sqlite::run(SCHEMA, statement, parameters).await.map_err(|failure| match failure {
        StatementError::Denied(detail) => Fault::Unauthorized(detail),
        StatementError::NotDone(detail) => Fault::NotSent(Retry { detail, after_ms: None }),
        StatementError::Unknown(words) => Fault::OutcomeUnknown(words.into_detail()),
    })
}

fn stages(behaviour: &Behaviour) -> String {
    let stages: Vec<_> = behaviour
        .stages()
        .iter()
        .map(|stage| json!({"from": stage.from_lookup, "status": words::of_refund(stage.status)}))
        .collect();
    serde_json::Value::from(stages).to_string()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn refund(row: &RowResult) -> Result<Refund, Fault> {
    let word = |index: usize| row.get::<&str>(index).map(str::to_owned).ok_or_else(|| broken("a refund"));
    let status = words::refund(&word(5)?).map_err(Fault::OutcomeUnknown)?;
    Ok(Refund {
        reference: word(0)?,
        key: Some(IdempotencyKey { value: word(1)? }),
        payment: word(2)?,
        amount: Money { minor: row.get(3).ok_or_else(|| broken("an amount"))?, currency: word(4)? },
        status,
        failure: match status {
            RefundStatus::Failed => Some("sandbox_failed".to_owned()),
            RefundStatus::Reversed => Some("sandbox_reversed".to_owned()),
            _ => None,
        },
    })
}

fn broken(what: &str) -> Fault {
    Fault::OutcomeUnknown(format!("the sandbox's table holds {what} that it cannot read"))
}

#[cfg(test)]
mod tests {
    //! The statements, in the SQLite that hosts embed.

    use contraflow_adapter_sqlite::statements;
    use rusqlite::{Connection, OptionalExtension as _, params};

    use super::{COUNT, FIRST, HEAR, LOOK_UP, MAKE, SCHEMA, STANDS, stages};
    use crate::behaviour::Behaviour;

    fn database() -> Connection {
        let database = Connection::open_in_memory().expect("a database");
        for _ in 0..2 {
            for statement in statements(SCHEMA) {
                database.execute(&statement, []).expect("a table that may stand already");
            }
        }
        database
    }

    fn make(database: &Connection, key: &str, ignores_keys: bool) -> Option<String> {
        make_at(database, key, ignores_keys, 1_000, 0)
    }

    fn make_at(database: &Connection, key: &str, ignores_keys: bool, now: i64, forgotten: i64) -> Option<String> {
        make_of(database, key, (ignores_keys, now, forgotten), None)
    }

    fn make_of(database: &Connection, key: &str, keys: (bool, i64, i64), captured: Option<i64>) -> Option<String> {
        let (ignores_keys, now, forgotten) = keys;
        let ignores_keys = i64::from(ignores_keys);
        let values = params![key, "ch_1", "request", 1250, "EUR", "pending", ignores_keys, now, forgotten, captured];
        database.query_row(MAKE, values, |row| row.get(0)).optional().expect("a statement")
    }

    fn status_after_look_up(
        database: &Connection,
        key: &str,
        reference: Option<&str>,
        payment: &str,
    ) -> Option<String> {
        let behaviour = Behaviour::of(payment).expect("known suffixes");
        let values = params![key, reference, stages(&behaviour)];
        database.query_row(LOOK_UP, values, |row| row.get(5)).optional().expect("a statement")
    }

    #[test]
    fn a_key_makes_one_refund_unless_keys_are_ignored() {
        let database = database();
        let first = make(&database, "k-1", false).expect("made");
        assert_eq!(make(&database, "k-1", false), None);
        let second = make(&database, "k-1", true).expect("made again");
        assert_ne!(first, second);
        assert!(make(&database, "k-2", false).is_some());
        let found: String = database.query_row(FIRST, ["k-1"], |row| row.get(0)).expect("found");
        assert_eq!(found, first);
    }

    #[test]
    fn a_key_that_was_forgotten_makes_another_refund() {
        let database = database();
        let day = 86_400_000;
        assert!(make_at(&database, "k-1", false, day, 0).is_some());
        assert_eq!(make_at(&database, "k-1", false, 2 * day - 1, day - 1), None);
        assert!(make_at(&database, "k-1", false, 2 * day, day).is_some());
    }

    #[test]
    fn no_refund_goes_beyond_what_was_captured_where_that_is_known() {
        let database = database();
        let of = |key: &str| make_of(&database, key, (false, 1_000, 0), Some(2_600));
        assert!(of("k-1").is_some() && of("k-2").is_some());
        assert_eq!(of("k-3"), None, "25.00 of 26.00 are out");
        database.execute("UPDATE sandbox_refund SET status = 'failed' WHERE key = 'k-1'", []).expect("a failure");
        assert!(make_of(&database, "k-3", (false, 1_000, 0), Some(2_600)).is_some());
    }

    #[test]
    fn a_refund_moves_over_its_look_ups() {
        let database = database();
        let id = make(&database, "k-1", false).expect("made");
        let payment = "ch_1__pending__fail-late";
        let seen: Vec<_> = (0..5).filter_map(|_| status_after_look_up(&database, "k-1", None, payment)).collect();
        assert_eq!(seen, ["pending", "succeeded", "succeeded", "failed", "failed"]);
        let by_reference = status_after_look_up(&database, "none", Some(&id), payment);
        assert_eq!(by_reference.as_deref(), Some("failed"));
        assert_eq!(status_after_look_up(&database, "none", None, payment), None);
    }

    #[test]
    fn the_latest_message_of_a_dispute_counts_in_whatever_order_they_come() {
        let database = database();
        let hear = |status: &str, at_ms: i64| database.execute(HEAR, params!["dp_1", "ch_1", status, at_ms]);
        let stands = |dispute: &str| -> Option<String> {
            database.query_row(STANDS, [dispute, "ch_1"], |row| row.get(0)).optional().expect("a statement")
        };
        for (status, at_ms) in [("open", 1), ("lost", 3), ("won", 2), ("open", 1)] {
            hear(status, at_ms).expect("kept");
        }
        assert_eq!(stands("dp_1").as_deref(), Some("lost"));
        hear("won", 3).expect("kept");
        hear("lost", 3).expect("known");
        assert_eq!(stands("dp_1").as_deref(), Some("won"), "of two at the same moment, the one that was told last");
        assert_eq!(stands("dp_2"), None);
    }

    #[test]
    fn calls_are_counted_by_key_and_kind() {
        let database = database();
        let count = |key: &str, call: &str| -> i64 {
            database.query_row(COUNT, [key, call], |row| row.get(0)).expect("a count")
        };
        assert_eq!(
            [count("k", "order"), count("k", "order"), count("k", "look-up"), count("l", "order")],
            [1, 2, 1, 1]
        );
    }
}
