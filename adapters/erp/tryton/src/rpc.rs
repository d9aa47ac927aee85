//! JSON-RPC as Tryton speaks it: a call's body, and what its answer says.

use std::time::SystemTime;

use contraflow_adapter_support::headers;
use contraflow_adapter_support::outbound::{Answer, header, quoted};
use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::bindings::contract::{Fault, Retry};

/// Tryton's words for why it did not do what it was asked to. What it refuses is rolled back as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Returns the body of a call. An answer has the number of its call: there is one on a connection, so it is always 1.
pub fn body(method: &str, parameters: &Json) -> Vec<u8> {
    json!({"id": 1, "method": method, "params": parameters}).to_string().into_bytes()
}

/// Returns what an answer says: a result, or why there is none.
pub fn result(answer: &Answer, now: SystemTime) -> Result<Result<Json, Refusal>, Fault> {
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => {
            return Err(Fault::Unauthorized("Tryton refuses `tryton_user` with `tryton_password`".into()));
        }
        StatusCode::FORBIDDEN => {
            return Err(Fault::Unauthorized(format!(
                "Tryton does not let `tryton_user` call this: {}",
                quoted(answer.body())
            )));
        }
        StatusCode::NOT_FOUND => {
            return Err(Fault::Unauthorized("there is no `tryton_database` at `tryton_url`".into()));
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let after_ms = header(answer, "retry-after").and_then(|value| headers::retry_after_ms(value, now));
            return Err(not_sent("Tryton asks for fewer calls", after_ms));
        }
        status => {
            return Err(Fault::OutcomeUnknown(format!("Tryton answered {status}: {}", quoted(answer.body()))));
        }
    }
    let unread = || Fault::OutcomeUnknown(format!("Tryton's answer can't be read: {}", quoted(answer.body())));
    let mut said: Json = serde_json::from_slice(answer.body()).map_err(|_| unread())?;
    if said.get("id").and_then(Json::as_u64) != Some(1) {
        return Err(unread());
    }
    if let Some(error) = said.get("error") {
        return refusal(error).map(Err);
    }
    said.get_mut("result").map(|result| Ok(result.take())).ok_or_else(unread)
}

/// Returns what an error means: the exceptions that Tryton's own clients know, by their names.
fn refusal(error: &Json) -> Result<Refusal, Fault> {
    let text = |pointer: &str| error.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let words = |first: &str, second: &str| {
        let (first, second) = (text(first), text(second));
        let both = if second.is_empty() { first.to_owned() } else { format!("{first} {second}") };
        quoted(both.as_bytes())
    };
    match text("/0") {
        "UserError" => Ok(Refusal(words("/1/0", "/1/1"))),
        // A person at Tryton would be asked whether to go on.
        "UserWarning" => Ok(Refusal(format!("Tryton warns, and nobody is there to go on: {}", words("/1/1", "/1/2")))),
        "ConcurrencyException" => Err(not_sent("somebody changed the same record in Tryton at this moment", None)),
        "RateLimitException" => Err(not_sent("Tryton asks for fewer calls", None)),
        "LoginException" => Err(Fault::Unauthorized("Tryton asks for another way to sign in".into())),
        _ => Err(Fault::OutcomeUnknown(format!("Tryton failed: {}", quoted(error.to_string().as_bytes())))),
    }
}

/// Returns the fault of a call that surely had no effect.
pub fn not_sent(detail: &str, after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail: detail.to_owned(), after_ms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn said(status: u16, body: &str) -> Result<Result<Json, Refusal>, Fault> {
        let answer = http::Response::builder().status(status).header("retry-after", "3");
        let answer = answer.body(Bytes::from(body.to_owned()));
        result(&answer.unwrap_or_default(), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn a_result_is_one_of_the_call() {
        assert_eq!(said(200, r#"{"id": 1, "result": [5]}"#), Ok(Ok(json!([5]))));
        assert_eq!(said(200, r#"{"id": 1, "result": null}"#), Ok(Ok(Json::Null)));
        for other in ["", "null", "{}", "[]", r#"{"id": 2, "result": [5]}"#, r#"{"result": [5]}"#, r#"{"id": 1}"#] {
            assert!(matches!(said(200, other), Err(Fault::OutcomeUnknown(_))), "{other}");
        }
    }

    #[test]
    fn each_exception_means_what_tryton_documents() {
        let error = |error: &str| said(200, &format!(r#"{{"id": 1, "error": {error}}}"#));
        let refused = |words: &str| Ok(Err(Refusal(words.to_owned())));
        assert_eq!(
            error(r#"["UserError", ["The period is closed.", "Open it.", null]]"#),
            refused("The period is closed. Open it.")
        );
        let warned = error(r#"["UserWarning", ["name", "The date is in the future.", ""]]"#);
        assert_eq!(warned, refused("Tryton warns, and nobody is there to go on: The date is in the future."));
        assert!(matches!(error(r#"["ConcurrencyException", "x"]"#), Err(Fault::NotSent(_))));
        assert!(matches!(error(r#"["LoginException", ["password", "?"]]"#), Err(Fault::Unauthorized(_))));
        assert!(matches!(error(r#"["database is locked", ""]"#), Err(Fault::OutcomeUnknown(_))));
        assert!(matches!(error("7"), Err(Fault::OutcomeUnknown(_))));
    }

    #[test]
    fn each_status_is_a_case_of_the_contract() {
        for (status, case) in [(401, "unauthorized"), (403, "unauthorized"), (404, "unauthorized"), (429, "not sent")] {
            let fault = said(status, "<html>").err();
            assert_eq!(matches!(fault, Some(Fault::Unauthorized(_))), case == "unauthorized", "{status}");
            assert_eq!(matches!(&fault, Some(Fault::NotSent(retry)) if retry.after_ms == Some(3_000)), status == 429);
        }
        for status in [302, 400, 409, 500, 502, 503] {
            assert!(matches!(said(status, ""), Err(Fault::OutcomeUnknown(_))), "{status}");
        }
    }
}
