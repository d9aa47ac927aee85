//! Postmark, played in memory as its documentation has it: it sends whatever it takes, however often it is given.

mod answers;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value as Json, json};

use crate::harness::line::{Line, says};
use crate::harness::running::Conditions;
use crate::harness::unique;
use crate::suites::letters::Letters;
use crate::suites::suite;

suite!(letters: Postmark);

const TOKEN: &str = "b7a2f0d4-6f1e-4c1b-9d55-000000000001";
const URL: &str = "http://postmark.invalid";
/// Mailboxes that begin so have bounced.
const BOUNCED: &str = "bounced-";

/// One server at Postmark.
pub struct Postmark {
    line: Line,
    sent: Arc<Mutex<Vec<Json>>>,
}

fn answered(status: u16, code: u16, message: &str) -> Response<Bytes> {
    says(status, &[], &json!({"ErrorCode": code, "Message": message}).to_string())
}

/// `POST /email`: what it sends is kept.
fn answer(request: &Request<Bytes>, sent: &Mutex<Vec<Json>>) -> Response<Bytes> {
    let header = |name: &str| request.headers().get(name).map_or("", |value| value.to_str().unwrap());
    if (request.method().as_str(), request.uri().path()) != ("POST", "/email") {
        return answered(404, 0, "There is no such thing.");
    }
    if header("x-postmark-server-token") != TOKEN {
        return answered(401, 10, "Request does not contain a valid Server token.");
    }
    if (header("content-type"), header("accept")) != ("application/json", "application/json") {
        return answered(422, 409, "The API only accepts and returns JSON.");
    }
    let Ok(email) = serde_json::from_slice::<Json>(request.body()) else {
        return answered(422, 402, "Invalid JSON.");
    };
    let to = email["To"].as_str().unwrap_or_default();
    if !to.contains('@') || to.contains([',', ' ']) {
        return answered(422, 300, &format!("Invalid 'To' address: '{to}'."));
    }
    if to.starts_with(BOUNCED) {
        let words = "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses:";
        return answered(
            422,
            406,
            &format!("{words} {to}. Inactive recipients are ones that have generated a hard bounce."),
        );
    }
    sent.lock().unwrap().push(email.clone());
    let taken = json!({"To": to, "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d", "ErrorCode": 0, "Message": "OK"});
    says(200, &[], &taken.to_string())
}

/// The value of a header of an e-mail, which is there once.
fn header(email: &Json, name: &str) -> Json {
    let headers = email["Headers"].as_array().unwrap();
    let mut found = headers.iter().filter(|header| header["Name"].as_str().unwrap().eq_ignore_ascii_case(name));
    let value = found.next().unwrap_or_else(|| panic!("{name}: {email}"))["Value"].clone();
    assert!(found.next().is_none(), "{name}: {email}");
    value
}

fn variables() -> Vec<(&'static str, String)> {
    [
        ("postmark_api_url", URL),
        ("postmark_server_token", TOKEN),
        ("postmark_from", "Acme Credits <credits@acme.example>"),
        ("postmark_stream", "outbound"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

impl Letters for Postmark {
    const FOLDER: &'static str = "adapters/courier/postmark";
    const SENT_BY: &'static str = "postmark_from";
    const BROKEN: &'static [(&'static str, &'static str)] = &[
        ("postmark_api_url", ""),
        ("postmark_api_url", "ftp://postmark.invalid"),
        ("postmark_server_token", ""),
        ("postmark_server_token", "two\nlines of a token"),
        ("postmark_from", "nobody"),
        ("postmark_from", "a@b.example, c@d.example"),
    ];
    const MISNOMERS: &'static [&'static str] = &[
        "",
        " ",
        "nobody",
        "@x.example",
        "a@x.example, evil@x.example",
        "a@x.example;evil@x.example",
        "A <a@x.example>",
        "a@x.example\r\nBcc: evil@x.example",
        "a@x.example\u{0}",
        "a@b@x.example",
        "ä@x.example",
    ];

    fn start() -> Self {
        let sent = Arc::<Mutex<Vec<Json>>>::default();
        let kept = sent.clone();
        Self { line: Line::to(move |request| Ok(answer(&request, &kept))), sent }
    }

    fn conditions(&self) -> Conditions {
        Conditions { variables: variables(), line: Some(self.line.clone()), ..Conditions::default() }
    }

    fn line(&self) -> &Line {
        &self.line
    }

    fn address(&self) -> String {
        format!("{}@nordlicht.example", unique("ap"))
    }

    fn inactive(&self) -> String {
        format!("{BOUNCED}{}@nordlicht.example", unique("ap"))
    }

    fn received(&self, to: &str) -> Vec<Json> {
        let sent = self.sent.lock().unwrap();
        let letter = |email: &Json| {
            assert_eq!(header(email, "X-PM-KeepID"), "true", "else Postmark makes another Message-ID");
            assert_eq!(header(email, "References"), header(email, "In-Reply-To"));
            json!({
                "id": header(email, "Message-ID"), "thread": header(email, "References"), "subject": email["Subject"],
                "text": email["TextBody"], "language": header(email, "Content-Language"),
            })
        };
        sent.iter().filter(|email| email["To"] == to).map(letter).collect()
    }
}
