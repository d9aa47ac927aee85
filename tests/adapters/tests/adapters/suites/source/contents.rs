//! What a delivery says.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Proof, SENT_S, Scene, Signer, Source, messages};

fn ids(messages: &[Json]) -> Vec<&str> {
    messages.iter().map(|message| message["id"].as_str().unwrap()).collect()
}

pub async fn a_delivery_is_read<S: Source>(scene: Scene<S>) {
    for (body, count) in S::bodies() {
        let answer = scene.read_signed(body.as_bytes()).await;
        assert_eq!(messages(&answer, &body).len(), count, "{answer}");
    }
}

pub async fn a_delivery_that_comes_again_has_the_same_ids<S: Source>(scene: Scene<S>) {
    let mut seen = BTreeSet::new();
    for (body, _) in S::bodies() {
        let first = scene.read_signed(body.as_bytes()).await;
        let again = scene.read_signed(body.as_bytes()).await;
        // Some senders sign every try anew.
        let later = scene.read(&S::sign(Signer::Sender, body.as_bytes(), SENT_S + 60), SENT_S + 61).await;
        let (first, again, later) = (messages(&first, &body), messages(&again, &body), messages(&later, &body));
        assert_eq!(first, again, "the same bytes are the same messages");
        assert_eq!(ids(first), ids(later), "sent anew it is the same message");
        for id in ids(first) {
            assert!(!id.is_empty(), "{first:?}");
            assert!(seen.insert(id.to_owned()), "{id} is another message's too");
        }
    }
}

/// What can't be read of a delivery. Whoever reads the answer is told by a refusal; of what a system has signed it is
/// kept for a person, beside what can be read.
fn wrong<S: Source>(answer: &Json) -> Vec<Json> {
    if let Some(refused) = answer["Err"]["Malformed"].as_array() {
        assert!(!matches!(S::PROOF, Proof::Timed(_)), "all of it is signed, and it is refused: {answer}");
        return refused.clone();
    }
    let messages = answer["Ok"].as_array().unwrap_or_else(|| panic!("neither read nor malformed: {answer}"));
    let errors = messages.iter().filter_map(|message| message["meaning"]["Unreadable"]["errors"].as_array());
    errors.flatten().cloned().collect()
}

/// The amounts of a message, wherever they stand.
fn amounts(meaning: &Json) -> Vec<&Json> {
    match meaning {
        Json::Object(fields) => {
            let own = fields.get("amount").filter(|amount| !amount.is_null());
            own.into_iter().chain(fields.values().flat_map(amounts)).collect()
        }
        Json::Array(items) => items.iter().flat_map(amounts).collect(),
        _ => Vec::new(),
    }
}

pub async fn amounts_are_read_as_they_were_written<S: Source>(scene: Scene<S>) {
    let cases = S::amounts();
    assert!(cases.iter().any(|(_, means)| means.is_some()) && cases.iter().any(|(_, means)| means.is_none()));
    for (body, means) in cases {
        let answer = scene.read_signed(body.as_bytes()).await;
        match means {
            Some(amount) => assert_eq!(amounts(&messages(&answer, &body)[0]["meaning"]), [&amount], "{body}"),
            None => {
                assert!(!wrong::<S>(&answer).is_empty(), "{body}: {answer}");
                let told = answer["Ok"].as_array().into_iter().flatten();
                assert!(told.flat_map(|message| amounts(&message["meaning"])).next().is_none(), "{body}: {answer}");
            }
        }
    }
}

pub async fn news_of_a_refund_say_whose_it_is_how_much_and_where_it_stands<S: Source>(scene: Scene<S>) {
    let mut told = BTreeSet::new();
    for (body, means) in S::refunds() {
        let answer = scene.read_signed(body.as_bytes()).await;
        let news = &messages(&answer, &body)[0]["meaning"]["Refund"];
        for part in ["refund", "payment", "key", "amount", "status"] {
            assert_eq!(news[part], means[part], "{part} of {body}: {news}");
        }
        assert!(["refund", "payment", "key", "amount"].iter().all(|part| !means[part].is_null()), "{means}");
        told.insert(means["status"].as_str().unwrap().to_owned());
    }
    let is_gateway = S::FOLDER.starts_with("adapters/gateway/");
    let both = ["Failed", "Succeeded"].iter().all(|status| told.contains(*status));
    assert_eq!(both, is_gateway, "a gateway tells of refunds that arrived and of refunds that failed: {told:?}");
}

/// A body with each of its values replaced by each of these, one at a time.
fn replaced(body: &Json, values: &[Json]) -> Vec<Json> {
    fn places(value: &Json, at: String, found: &mut Vec<String>) {
        let below: Vec<(String, &Json)> = match value {
            Json::Object(fields) => {
                fields.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
            }
            Json::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            _ => Vec::new(),
        };
        found.push(at.clone());
        below.into_iter().for_each(|(name, value)| places(value, format!("{at}/{name}"), found));
    }
    let mut found = Vec::new();
    places(body, String::new(), &mut found);
    let put = |pointer: &String, value: &Json| {
        let mut body = body.clone();
        *body.pointer_mut(pointer).unwrap() = value.clone();
        body
    };
    found.iter().flat_map(|pointer| values.iter().map(move |value| put(pointer, value))).collect()
}

/// Fails where an answer is neither messages nor a refusal of the contract, or where an amount is none.
fn is_sound<S: Source>(answer: &Json, body: &str) {
    let body: String = body.chars().take(2_000).collect();
    if let Some(messages) = answer["Ok"].as_array() {
        assert!(messages.len() <= 1_000, "{body}");
        for amount in messages.iter().flat_map(|message| amounts(&message["meaning"])) {
            let named = amount["currency"].as_str().is_some();
            let some = amount["minor"].as_i64().map_or(amount["value"].is_string(), |minor| minor >= 0);
            assert!(named && some, "{amount} is no amount: {body}");
        }
        return;
    }
    assert!(!matches!(S::PROOF, Proof::Timed(_)), "all of it is signed, and it is refused: {body}: {answer}");
    let refusal = &answer["Err"];
    assert!(refusal["Malformed"].is_array() || refusal["Unauthentic"].is_string(), "{body}: {answer}");
}

pub async fn hostile_bodies_are_refused_or_read_and_never_trap<S: Source>(scene: Scene<S>) {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let endless = format!("{{\"id\":\"{}\"}}", "x".repeat(250_000));
    for body in
        ["", "\u{0}", "\u{feff}", "null", "7", "1e999", "[]", "{}", "{", "\"", "<xml/>", "a;b\n1;2", &nested, &endless]
    {
        is_sound::<S>(&scene.read_signed(body.as_bytes()).await, body);
    }
    for body in [&b"\xff\xfe\x00"[..], b"{\"id\":\"\xc3\x28\"}", &[0x80; 1000]] {
        is_sound::<S>(&scene.read_signed(body).await, "not UTF-8");
    }
    let long = "x".repeat(5_000);
    let values = [
        json!(null),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(true),
        json!([]),
        json!({}),
        json!("\u{0}\r\n\u{202e}"),
        json!("-0.01"),
        json!(long),
    ];
    for (body, _) in S::bodies() {
        let Ok(json) = serde_json::from_str::<Json>(&body) else {
            // No JSON: every tenth cut, and every tenth byte another.
            for place in (0..body.len()).step_by(10) {
                is_sound::<S>(&scene.read_signed(&body.as_bytes()[..place]).await, &body);
                let mut bytes = body.as_bytes().to_vec();
                bytes[place] = b'"';
                is_sound::<S>(&scene.read_signed(&bytes).await, &body);
            }
            continue;
        };
        for hostile in replaced(&json, &values) {
            let hostile = hostile.to_string();
            is_sound::<S>(&scene.read_signed(hostile.as_bytes()).await, &hostile);
        }
    }
}

/// What a system has signed is taken, whatever mistake is in it: what can't be read is kept beside the rest.
pub async fn a_signed_message_that_cannot_be_read_holds_up_no_other<S: Source>(scene: Scene<S>) {
    if S::PROOF == Proof::Caller {
        return;
    }
    let mut kept = 0;
    for (body, pointer) in S::mistakes() {
        let answer = scene.read_signed(body.as_bytes()).await;
        if answer["Err"]["Malformed"].is_array() {
            assert!(!matches!(S::PROOF, Proof::Timed(_)), "all of it is signed, and it is refused: {answer}");
            continue;
        }
        let unread = messages(&answer, &body).iter().find_map(|message| message["meaning"].get("Unreadable"));
        assert!(unread.is_some_and(|unread| unread["errors"][0]["pointer"] == pointer), "{body}: {answer}");
        kept += 1;
    }
    assert!(kept > 0);
}

pub async fn mistakes_are_told_with_their_place<S: Source>(scene: Scene<S>) {
    for (body, pointer) in S::mistakes() {
        let answer = scene.read_signed(body.as_bytes()).await;
        let errors = wrong::<S>(&answer);
        let places: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(places, [pointer], "{body}");
        assert!(errors[0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{answer}");
    }
}
