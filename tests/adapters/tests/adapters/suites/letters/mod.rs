//! What every courier adapter that sends letters must do: the promises of `letters` in `wit/courier/courier.wit`.

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running, fault};
use crate::harness::unique;
use crate::harness::wiring::Wiring;

/// A courier adapter and the vendor that sends its letters.
pub trait Letters: Sized + Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// The variable that says who sends; empty, no letters go out.
    const SENT_BY: &'static str;
    /// Variables without which nothing can be sent, and values that they can't have.
    const BROKEN: &'static [(&'static str, &'static str)];
    /// Addresses that are none, that are two, or that hide something.
    const MISNOMERS: &'static [&'static str];

    /// Starts the vendor.
    fn start() -> Self;

    /// How the adapter reaches it.
    fn conditions(&self) -> Conditions;

    /// The line to it.
    fn line(&self) -> &Line;

    /// An address that takes letters, and that no other test uses.
    fn address(&self) -> String;

    /// An address to which the vendor sends nothing any more.
    fn inactive(&self) -> String;

    /// What the vendor sent to this address, in its own words: `id`, `thread`, `subject`, `text`, `language`.
    fn received(&self, to: &str) -> Vec<Json>;
}

/// An adapter, and its vendor.
pub struct Scene<L> {
    courier: L,
    running: Running,
}

/// The adapter, before its vendor.
pub fn start<L: Letters>() -> Scene<L> {
    let courier = L::start();
    let conditions = courier.conditions();
    Scene::under(courier, conditions)
}

impl<L: Letters> Scene<L> {
    fn under(courier: L, conditions: Conditions) -> Self {
        let wiring = Wiring { purpose: Use::Letters, folder: L::FOLDER, beside: &[] };
        Self { running: Running::start(wiring, conditions), courier }
    }

    /// `letters.send`.
    pub async fn send(&self, letter: &Json) -> Json {
        self.running.call("/send", &json!([letter])).await
    }

    /// The vendor.
    pub const fn vendor(&self) -> &L {
        &self.courier
    }
}

/// A letter to this address.
pub fn letter(to: &str) -> Json {
    let id = unique("letter");
    json!({
        "id": format!("0199c7b0-0000-7000-8000-000000000001-{id}"), "about": "0199c7b0-0000-7000-8000-000000000001",
        "occurred_at": {"unix_ms": 1_760_000_000_000_u64}, "to": to, "subject": "Your refund",
        "text": "Hello,\n\n59.50 EUR are on their way.\n", "language": "en",
    })
}

fn is_sent(answer: &Json) {
    assert_eq!(answer, &json!({"Ok": "Delivered"}));
}

pub async fn a_letter_is_sent_as_it_is<L: Letters>(scene: Scene<L>) {
    let (much, line) = ("x".repeat(64 * 1024), "ß".repeat(200));
    for (subject, text, language) in [
        ("Your refund", "Hello,\n\n59.50 EUR are on their way.\n", "en"),
        ("Gutschrift über 59,50 €", "\"Zitat\" \\ \n\tEingerückt. <b> &amp; {{ x }} 💥\n", "de"),
        ("返金のお知らせ", "日本語", "ja-JP"),
        (&line, &much, "zh-Hant"),
    ] {
        let to = scene.courier.address();
        let mut letter = letter(&to);
        (letter["subject"], letter["text"], letter["language"]) = (json!(subject), json!(text), json!(language));
        is_sent(&scene.send(&letter).await);
        let received = scene.courier.received(&to);
        assert_eq!(received.len(), 1, "{language}");
        for part in ["subject", "text", "language"] {
            assert_eq!(received[0][part], letter[part], "{part}");
        }
    }
}

pub async fn a_letter_keeps_its_id_over_retries<L: Letters>(scene: Scene<L>) {
    let to = scene.courier.address();
    let letter = letter(&to);
    for _ in 0..3 {
        is_sent(&scene.send(&letter).await);
    }
    let received = scene.courier.received(&to);
    assert!(received[0]["id"].as_str().is_some_and(|id| id.len() > 1), "{received:?}");
    assert!(received.iter().all(|one| *one == received[0]), "who keeps ids shows it once: {received:?}");
}

pub async fn letters_about_one_thing_are_one_thread<L: Letters>(scene: Scene<L>) {
    let to = scene.courier.address();
    for about in ["one", "one", "an@other", "an>other"] {
        let mut letter = letter(&to);
        letter["about"] = json!(about);
        is_sent(&scene.send(&letter).await);
    }
    let received = scene.courier.received(&to);
    let threads: Vec<_> = received.iter().map(|one| one["thread"].as_str().unwrap()).collect();
    assert_eq!(threads[0], threads[1]);
    assert!(threads[0] != threads[2] && threads[0] != threads[3] && threads[2] != threads[3], "{threads:?}");
    assert_ne!(received[0]["id"], received[1]["id"]);
}

pub async fn a_lost_answer_is_sent_again<L: Letters>(scene: Scene<L>) {
    for mishap in [Mishap::AnswerLost, Mishap::CallLost, Mishap::NoConnection] {
        let to = scene.courier.address();
        let letter = letter(&to);
        scene.courier.line().next(Calls::Writes, mishap.clone());
        fault(&scene.send(&letter).await, "NotSent");
        is_sent(&scene.send(&letter).await);
        let received = scene.courier.received(&to);
        assert!(!received.is_empty() && received.iter().all(|one| one["id"] == received[0]["id"]), "{mishap:?}");
    }
}

pub async fn an_address_that_takes_nothing_is_refused<L: Letters>(scene: Scene<L>) {
    let to = scene.courier.inactive();
    let answer = scene.send(&letter(&to)).await;
    assert!(answer["Ok"]["Refused"].as_str().is_some_and(|words| words.len() > 10), "{answer}");
    assert!(scene.courier.received(&to).is_empty());
}

pub async fn nothing_goes_out_without_a_sender<L: Letters>(_scene: Scene<L>) {
    for value in ["", "  "] {
        let courier = L::start();
        let mut conditions = courier.conditions();
        conditions.variables.retain(|(name, _)| *name != L::SENT_BY);
        conditions.variables.push((L::SENT_BY, value.to_owned()));
        let scene = Scene::under(courier, conditions);
        let to = scene.courier.address();
        assert_eq!(scene.send(&letter(&to)).await, json!({"Ok": "NoSender"}));
        assert_eq!(scene.courier.line().sent().len(), 0);
    }
}

pub async fn each_fault_is_the_contracts<L: Letters>(scene: Scene<L>) {
    for status in [301, 302, 400, 401, 403, 404, 408, 409, 418, 422, 429, 500, 502, 503, 504, 599] {
        let to = scene.courier.address();
        let letter = letter(&to);
        scene.courier.line().next(Calls::Writes, Mishap::Says(says(status, &[("retry-after", "3")], "{}")));
        let answer = scene.send(&letter).await;
        if [401, 403].contains(&status) {
            fault(&answer, "Unauthorized");
        } else if answer["Err"]["Unauthorized"].is_string() {
            assert!((400..500).contains(&status) && status != 429 && status != 408, "{status} may pass: {answer}");
        } else {
            let waits = &fault(&answer, "NotSent")["after_ms"];
            assert!(*waits == 3_000 || status != 429 && status != 503, "Retry-After is told: {answer}");
        }
        assert!(scene.courier.received(&to).is_empty(), "{status}");
        is_sent(&scene.send(&letter).await);
        assert_eq!(scene.courier.received(&to).len(), 1, "{status}");
    }
}

/// What is in the parts of a letter comes from customers' names and from people's own templates.
pub async fn no_more_is_sent_than_one_letter_to_one_address<L: Letters>(scene: Scene<L>) {
    for subject in ["Hello\r\nBcc: evil@x.example", "Hello\nBcc: evil@x.example\n\nWin!", "Hello\rX-Evil: 1\u{0}"] {
        let to = scene.courier.address();
        let mut letter = letter(&to);
        letter["subject"] = json!(subject);
        is_sent(&scene.send(&letter).await);
        let received = scene.courier.received(&to);
        let line = received[0]["subject"].as_str().unwrap();
        assert!(line.starts_with("Hello ") && !line.contains(char::is_control), "{line:?}");
    }
    let before = scene.courier.line().sent().len();
    for to in L::MISNOMERS {
        let answer = scene.send(&letter(to)).await;
        assert!(answer["Ok"]["Refused"].as_str().is_some_and(|words| words.len() > 10), "{to:?}: {answer}");
    }
    assert_eq!(scene.courier.line().sent().len(), before);
}

pub async fn what_is_out_of_form_is_never_sent<L: Letters>(scene: Scene<L>) {
    let (long, much, wide) = ("x".repeat(129), "x".repeat(64 * 1024 + 1), "ß".repeat(201));
    let names = ["", " ", "a b", "a\r\nx-evil: 1", "a\u{0}", "ä", &long];
    let names = names.into_iter().flat_map(|name| [("id", name), ("about", name)]);
    let languages = ["", " ", "de en", "de\r\nx-evil: 1", "dé", &long].map(|language| ("language", language));
    let others =
        [("subject", ""), ("subject", "\r\n"), ("subject", &wide), ("text", ""), ("text", "\n"), ("text", &much)];
    let to = scene.courier.address();
    for (name, value) in names.chain(languages).chain(others) {
        let mut letter = letter(&to);
        letter[name] = json!(value);
        let answer = scene.send(&letter).await;
        assert!(answer["Err"]["InvalidArgument"].is_string(), "{name} {value:.100}: {answer}");
    }
    assert_eq!(scene.courier.line().sent().len(), 0);
}

pub async fn a_sender_that_is_not_whole_sends_nothing<L: Letters>(_scene: Scene<L>) {
    for (name, value) in L::BROKEN {
        let courier = L::start();
        let mut conditions = courier.conditions();
        conditions.variables.retain(|(other, _)| other != name);
        conditions.variables.push((*name, (*value).to_owned()));
        let scene = Scene::under(courier, conditions);
        let to = scene.courier.address();
        let detail = fault(&scene.send(&letter(&to)).await, "Unauthorized");
        let detail = detail.as_str().unwrap();
        assert!(detail.contains(name), "it names {name}: {detail}");
        assert!(value.is_empty() || !detail.contains(value), "it does not say what is in {name}: {detail}");
        assert_eq!(scene.courier.line().sent().len(), 0);
    }
}
