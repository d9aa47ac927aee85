//! Tells a sender what became of each thing that was to be taken into the books: all of them are, or none.

use contraflow_domain::request::draft::FieldError;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::bindings::contract::ImportOutcome;
use crate::parse;

/// Says how an answer speaks of things of one kind.
pub struct Kind {
    /// The member of the answer that lists them.
    pub list: &'static str,
    /// The stable name of the problem that the books have something else.
    pub differs: &'static str,
    /// What that problem says, and what to do.
    pub detail: &'static str,
    /// The place within one of them that is other than in the books; empty for all of it.
    pub place: &'static str,
}

/// Holds one thing that was sent.
pub struct Sent {
    /// The members by which the answer shows it.
    pub shown: Json,
    /// What its sender calls it, to stand before what differs; `None` where its place is enough.
    pub name: Option<String>,
}

/// Returns the status and the body of the answer.
///
/// # Errors
/// 422 where anything is invalid, and else 409 where the books have something else.
pub fn judge(
    kind: &Kind,
    is_array: bool,
    sent: impl IntoIterator<Item = Sent>,
    outcomes: Vec<ImportOutcome>,
) -> Result<(StatusCode, Json), Problem> {
    let (mut invalid, mut different, mut items) = (vec![], vec![], vec![]);
    let mut status = StatusCode::OK;
    for (index, (Sent { mut shown, name }, outcome)) in sent.into_iter().zip(outcomes).enumerate() {
        let word = match outcome {
            ImportOutcome::Imported => {
                status = StatusCode::CREATED;
                "imported"
            }
            ImportOutcome::Unchanged => "unchanged",
            ImportOutcome::Different(detail) => {
                let detail = name.map_or_else(|| detail.clone(), |name| format!("{name}: {detail}"));
                different.push(FieldError { pointer: parse::pointer(is_array, index, kind.place), detail });
                continue;
            }
            ImportOutcome::Invalid(errors) => {
                invalid.extend(errors.into_iter().map(|error| FieldError {
                    pointer: parse::pointer(is_array, index, &error.pointer),
                    detail: error.detail,
                }));
                continue;
            }
        };
        if let Some(members) = shown.as_object_mut() {
            members.insert("outcome".to_owned(), json!(word));
        }
        items.push(shown);
    }
    if !invalid.is_empty() {
        return Err(Problem::invalid(invalid));
    }
    if !different.is_empty() {
        let mut problem = Problem::conflict(kind.differs, kind.detail);
        problem.errors = different;
        return Err(problem);
    }
    Ok((status, json!({kind.list: items})))
}
