//! An answer of Postmark's to an outcome.

use contraflow_adapter_support::outbound::quoted;
use http::StatusCode;
use serde_json::Value;

use crate::bindings::{Fault, Outcome, Retry};

/// Returns what an answer means. `wish_ms` is its `Retry-After`. Postmark's codes are those of
/// <https://postmarkapp.com/developer/api/overview#error-codes>, and of their predecessors, which it may still answer.
pub fn verdict(status: StatusCode, wish_ms: Option<u64>, body: &[u8]) -> Result<Outcome, Fault> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = answer.get("ErrorCode").and_then(Value::as_i64);
    let words = answer.get("Message").and_then(Value::as_str);
    let said = match (code, words) {
        (Some(code), Some(words)) => format!("Postmark answered {status}, code {code}: {}", quoted(words.as_bytes())),
        _ => format!("Postmark answered {status}: {}", quoted(body)),
    };
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(again(said, wish_ms));
    }
    let mend = |what: &str| Err(Fault::Unauthorized(format!("{said} ({what})")));
    match (code, status.as_u16()) {
        (Some(0), 200..=299) => Ok(Outcome::Delivered),
        (Some(300), _) if words.is_some_and(is_about_the_sender) => mend(SENDER),
        // What of the letter could be wrong besides the address was looked at before it was sent.
        (Some(300 | 406), _) => Ok(Outcome::Refused(said)),
        (Some(400 | 401), _) => mend(SENDER),
        (Some(1235 | 1236), _) => mend("see to `postmark_stream`"),
        (Some(405 | 412 | 413 | 422 | 1480), _) => mend("see to the account at Postmark: it may not send this now"),
        (Some(402 | 403 | 409 | 411), _) | (None, 413) => Err(Fault::InvalidArgument(said)),
        (Some(10), _) | (_, 401 | 403) => mend("see to `postmark_server_token`"),
        (None, 404) => mend("see to `postmark_api_url`"),
        _ => Err(again(said, wish_ms)),
    }
}

const SENDER: &str = "see to `postmark_from`: it must be a sender, or of a domain, that is confirmed at Postmark";

/// Tells whether Postmark's words are about who sends: of the fields that they name, `From` comes first.
fn is_about_the_sender(words: &str) -> bool {
    let place = |field: &str| words.find(field).unwrap_or(usize::MAX);
    place("'From'") < place("'To'")
}

/// Makes the fault of a letter that is sent again under the same id: safe, whatever became of this try.
pub fn again(detail: String, after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail, after_ms })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    const INACTIVE: &str = "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: \
                            ap@nordlicht.example. Inactive recipients are ones that have generated a hard bounce, a spam \
                            complaint, or a manual suppression.";

    fn answered(status: u16, code: i64, words: &str) -> Result<Outcome, Fault> {
        let body = json!({"ErrorCode": code, "Message": words}).to_string();
        verdict(StatusCode::from_u16(status).unwrap(), Some(7000), body.as_bytes())
    }

    fn refused(code: i64, words: &str) {
        let Ok(Outcome::Refused(said)) = answered(422, code, words) else { panic!("{code}: {words}") };
        assert!(said.contains(words) && said.contains(&format!("code {code}")), "{said}");
    }

    fn to_mend(status: u16, code: i64, words: &str, what: &str) {
        let Err(Fault::Unauthorized(said)) = answered(status, code, words) else { panic!("{status} {code}: {words}") };
        assert!(said.contains(words) && said.contains(what), "{said}");
    }

    #[test]
    fn only_a_success_with_code_0_is_delivered() {
        let body = r#"{"To":"ap@nordlicht.example","SubmittedAt":"2026-11-30T12:00:00.0000000-05:00",
            "MessageID":"0a129aee-e1cd-480d-b08d-4f48548ff48d","ErrorCode":0,"Message":"OK"}"#;
        assert_eq!(verdict(StatusCode::OK, None, body.as_bytes()), Ok(Outcome::Delivered));
        for body in ["", "{}", "[]", "null", "OK", "<html>", r#"{"ErrorCode":"0"}"#, &body[..body.len() - 1]] {
            let Err(Fault::NotSent(_)) = verdict(StatusCode::OK, None, body.as_bytes()) else { panic!("{body}") };
        }
        for status in [301, 302, 400, 404, 422, 500] {
            assert!(answered(status, 0, "OK").is_err(), "{status}");
        }
    }

    #[test]
    fn an_address_that_takes_nothing_is_refused_in_postmarks_words() {
        refused(406, INACTIVE);
        refused(300, "Invalid 'To' address: 'ap@nordlicht'.");
        refused(300, "Error parsing 'To': Illegal email domain 'nordlicht' in address ''From'@nordlicht'.");
        refused(300, "Invalid email request");
    }

    #[test]
    fn what_a_person_mends_in_the_configuration_is_unauthorized_and_says_where() {
        to_mend(401, 10, "Request does not contain a valid Server token.", "`postmark_server_token`");
        to_mend(422, 300, "Invalid 'From' address: 'sender@example.com' is not a verified sender.", "`postmark_from`");
        to_mend(422, 400, "The 'From' address you supplied is not a Sender Signature.", "`postmark_from`");
        to_mend(422, 401, "The Sender Signature has not been confirmed.", "`postmark_from`");
        to_mend(422, 1235, "The stream provided: 'x' does not exist on this server.", "`postmark_stream`");
        to_mend(422, 1236, "Sending is not supported for this stream type.", "`postmark_stream`");
        for (code, words) in [
            (405, "Not allowed to send."),
            (412, "While your account is pending approval, all recipient addresses must share the same domain."),
            (413, "This account is not approved to send email."),
            (422, "Invalid Server or Account."),
            (1480, "You are not authorized to send emails from your current IP address."),
        ] {
            to_mend(422, code, words, "the account at Postmark");
        }
        for (status, what) in
            [(401, "`postmark_server_token`"), (403, "`postmark_server_token`"), (404, "`postmark_api_url`")]
        {
            let Err(Fault::Unauthorized(said)) = verdict(StatusCode::from_u16(status).unwrap(), None, b"no") else {
                panic!("{status}");
            };
            assert!(said.contains(what), "{said}");
        }
    }

    #[test]
    fn what_passes_is_tried_again_when_postmark_says() {
        for (status, code, words) in [
            (429, 429, "Rate limit exceeded."),
            (500, 101, "You encountered an error that shouldn't have occurred."),
            (503, 100, "The Postmark API is offline for maintenance."),
            (500, 406, "whatever its code"),
            (422, 11, "Multiple errors occurred."),
            (422, 9999, "A code of tomorrow."),
        ] {
            let Err(Fault::NotSent(retry)) = answered(status, code, words) else { panic!("{status} {code}") };
            assert_eq!(retry.after_ms, Some(7000));
            assert!(retry.detail.contains(words) && retry.detail.contains(&status.to_string()), "{}", retry.detail);
        }
        for status in [301, 302, 400, 408, 409, 418, 422, 429, 500, 502, 503, 504] {
            let Err(Fault::NotSent(retry)) = verdict(StatusCode::from_u16(status).unwrap(), None, b"words") else {
                panic!("{status}");
            };
            assert!(retry.detail.contains("words"), "{}", retry.detail);
        }
    }

    #[test]
    fn what_postmark_cannot_read_is_not_blamed_on_the_address() {
        for code in [402, 403, 409, 411] {
            let Err(Fault::InvalidArgument(said)) = answered(422, code, "Invalid JSON.") else { panic!("{code}") };
            assert!(said.contains("Invalid JSON."), "{said}");
        }
        let Err(Fault::InvalidArgument(_)) = verdict(StatusCode::PAYLOAD_TOO_LARGE, None, b"") else { panic!() };
    }
}
