#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::bindings::Instant;

const REQUEST: &str = "0192f0c1-7a00-7000-8000-000000000001";

fn sender() -> Sender {
    Sender::new("Acme Credits <credits@acme.example>", "outbound").ok().unwrap()
}

fn letter() -> Letter {
    Letter {
        id: format!("{REQUEST}-m1"),
        about: REQUEST.into(),
        occurred_at: Instant { unix_ms: 1_795_300_200_123 },
        to: "ap@nordlicht.example".into(),
        subject: "Gutschrift über 59,50 €".into(),
        text: "Guten Tag,\n\nwir erstatten 59,50 €.\n".into(),
        language: "de".into(),
    }
}

fn email(letter: &Letter) -> Value {
    serde_json::from_slice(&body(&sender(), letter).unwrap()).unwrap()
}

fn changed(change: impl Fn(&mut Letter)) -> Letter {
    let mut letter = letter();
    change(&mut letter);
    letter
}

fn header(email: &Value, name: &str) -> String {
    let headers = email["Headers"].as_array().unwrap();
    let found: Vec<_> = headers.iter().filter(|header| header["Name"] == name).collect();
    assert_eq!(found.len(), 1, "{name}: {email}");
    found[0]["Value"].as_str().unwrap().to_owned()
}

#[test]
fn a_letter_becomes_an_email_in_plain_text() {
    let expected = json!({
        "From": "\"Acme Credits\" <credits@acme.example>",
        "To": "ap@nordlicht.example",
        "Subject": "Gutschrift über 59,50 €",
        "TextBody": "Guten Tag,\n\nwir erstatten 59,50 €.\n",
        "MessageStream": "outbound",
        "TrackOpens": false,
        "TrackLinks": "None",
        "Headers": [
            {"Name": "Message-ID", "Value": "<0192f0c1-7a00-7000-8000-000000000001-m1@acme.example>"},
            {"Name": "X-PM-KeepID", "Value": "true"},
            {"Name": "In-Reply-To", "Value": "<0192f0c1-7a00-7000-8000-000000000001@acme.example>"},
            {"Name": "References", "Value": "<0192f0c1-7a00-7000-8000-000000000001@acme.example>"},
            {"Name": "Auto-Submitted", "Value": "auto-generated"},
            {"Name": "Content-Language", "Value": "de"},
        ],
    });
    assert_eq!(email(&letter()), expected);
}

#[test]
fn the_message_id_stays_over_retries_and_letters_about_one_request_are_one_thread() {
    let (first, again) = (email(&letter()), email(&letter()));
    let other = email(&changed(|letter| letter.id = format!("{REQUEST}-m2")));
    assert_eq!(first, again);
    assert_ne!(header(&first, "Message-ID"), header(&other, "Message-ID"));
    assert_eq!(header(&first, "References"), header(&other, "References"));
}

#[test]
fn whatever_signs_are_in_an_id_two_ids_are_two_atoms() {
    for (id, atom) in [
        ("digest/al@acme.example", "<digest%2Fal%40acme%2Eexample@acme.example>"),
        ("a>b<c", "<a%3Eb%3Cc@acme.example>"),
        ("a%2Fb", "<a%252Fb@acme.example>"),
        ("a/b", "<a%2Fb@acme.example>"),
    ] {
        let email = email(&changed(|letter| (letter.id, letter.about) = (id.into(), id.into())));
        assert_eq!((header(&email, "Message-ID"), header(&email, "References")), (atom.into(), atom.into()));
    }
    // A line of a header has at most 998 characters (RFC 5322, 2.1.1).
    let longest = email(&changed(|letter| letter.id = "@".repeat(128)));
    assert!(header(&longest, "Message-ID").len() < 900);
}

#[test]
fn a_subject_is_one_line_whatever_is_in_it() {
    for (subject, line) in [
        ("a\r\nBcc: c@d.example", "a Bcc: c@d.example"),
        ("a\nb\rc", "a b c"),
        ("a\u{0}b\u{b}c\u{85}d\u{2028}e\u{2029}f", "a b c d e f"),
        ("  a  ", "a"),
        ("日本語 💥 <b> \"q\"", "日本語 💥 <b> \"q\""),
    ] {
        assert_eq!(email(&changed(|letter| letter.subject = subject.into()))["Subject"], line);
    }
}

#[test]
fn a_text_keeps_its_lines_and_loses_what_no_text_has() {
    let email = email(&changed(|letter| letter.text = "a\r\n\tb\n\u{0}\u{1b}[31mc\u{7f} 日本語 💥".into()));
    assert_eq!(email["TextBody"], "a\r\n\tb\n  [31mc  日本語 💥");
}

#[test]
fn what_breaks_the_contract_is_never_sent() {
    for (change, about) in [
        ((|l| l.id = String::new()) as fn(&mut Letter), "id"),
        (|l| l.id = "a b".into(), "id"),
        (|l| l.id = "a\r\nx-evil: 1".into(), "id"),
        (|l| l.id = "ä".into(), "id"),
        (|l| l.id = "x".repeat(129), "128"),
        (|l| l.about = String::new(), "about"),
        (|l| l.about = "a\nb".into(), "about"),
        (|l| l.about = "x".repeat(129), "128"),
        (|l| l.to = "a@b.example, c@d.example".into(), "one address"),
        (|l| l.to = "a@b.example\r\nBcc: c@d.example".into(), "one address"),
        (|l| l.subject = String::new(), "subject"),
        (|l| l.subject = " \r\n ".into(), "subject"),
        (|l| l.subject = "ä".repeat(201), "200"),
        (|l| l.text = String::new(), "text"),
        (|l| l.text = " \n ".into(), "text"),
        (|l| l.text = "x".repeat(64 * 1024 + 1), "65536"),
        (|l| l.language = String::new(), "language"),
        (|l| l.language = "de\r\nx-evil: 1".into(), "language"),
        (|l| l.language = "de, en".into(), "language"),
        (|l| l.language = "1a".into(), "language"),
        (|l| l.language = "abcdefghi".into(), "language"),
        (|l| l.language = "de-".into(), "language"),
        (|l| l.language = "a-".repeat(17) + "bc", "language"),
    ] {
        let told = body(&sender(), &changed(change)).unwrap_err();
        assert!(told.contains(about), "{told}");
    }
}

#[test]
fn what_is_as_long_as_it_may_be_is_sent() {
    for change in [
        (|l| l.id = "x".repeat(128)) as fn(&mut Letter),
        (|l| l.about = "x".repeat(128)),
        (|l| l.subject = "ä".repeat(200)),
        (|l| l.text = "x".repeat(64 * 1024)),
        (|l| l.language = "a-".repeat(17) + "b"),
        (|l| l.language = "pt-BR".into()),
    ] {
        body(&sender(), &changed(change)).unwrap();
    }
}

#[test]
fn who_sends_is_an_address_with_or_without_a_name() {
    for (from, written) in [
        ("credits@acme.example", "credits@acme.example"),
        ("<credits@acme.example>", "credits@acme.example"),
        ("Acme <credits@acme.example>", "\"Acme\" <credits@acme.example>"),
        ("\"Acme, Inc.\" < credits@acme.example >", "\"Acme, Inc.\" <credits@acme.example>"),
        ("Acme, \"the\" \\ <credits@acme.example>", "\"Acme, \\\"the\\\" \\\\\" <credits@acme.example>"),
        ("Müller & Söhne <credits@acme.example>", "\"Müller & Söhne\" <credits@acme.example>"),
    ] {
        let sender = Sender::new(from, "outbound").ok().unwrap();
        assert_eq!((sender.from.as_str(), sender.domain.as_str()), (written, "acme.example"));
    }
    let long = format!("{} <credits@acme.example>", "n".repeat(101));
    for from in [
        "",
        "Nordlicht",
        "Acme <>",
        "Acme <credits>",
        "a@b.example, c@d.example",
        "Acme <a@b.example> x",
        "Acme\r\nBcc: c@d.example <a@b.example>",
        "Acme <a@b.example\r\nBcc: c@d.example>",
        &long,
    ] {
        let told = Sender::new(from, "outbound").err().unwrap();
        assert!(told.contains("`postmark_from`") && (from.is_empty() || !told.contains(from)), "{told}");
    }
}
