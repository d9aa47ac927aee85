//! What every courier adapter must do: the promises of `wit/courier/courier.wit`.

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use crate::harness::line::{Calls, Line, Mishap, says};
use crate::harness::running::{Conditions, Running, fault};
use crate::harness::unique;
use crate::harness::wiring::Wiring;

/// A courier adapter and who is subscribed.
pub trait Courier: Sized + Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// The variable that says where events go; empty, nobody is subscribed.
    const SUBSCRIBED_BY: &'static str;
    /// Variables without which a subscription is not whole, and values that they can't have.
    const BROKEN: &'static [(&'static str, &'static str)];

    /// Starts the subscriber.
    fn start() -> Self;

    /// How the adapter reaches it.
    fn conditions(&self) -> Conditions;

    /// The line to it.
    fn line(&self) -> &Line;

    /// The deliveries of this message that the subscriber understood, in its own words: kind, subject, data. It has
    /// verified each.
    fn received(&self, id: &str) -> Vec<Json>;

    /// How many tries of this message reached it.
    fn tries(&self, id: &str) -> usize;
}

/// An adapter, and its subscriber.
pub struct Scene<C> {
    courier: C,
    running: Running,
}

/// The adapter, before its subscriber.
pub fn start<C: Courier>() -> Scene<C> {
    let courier = C::start();
    let conditions = courier.conditions();
    Scene::under(courier, conditions)
}

impl<C: Courier> Scene<C> {
    fn under(courier: C, conditions: Conditions) -> Self {
        let wiring = Wiring { purpose: Use::Courier, folder: C::FOLDER, beside: &[] };
        Self { running: Running::start(wiring, conditions), courier }
    }

    /// `delivery.deliver`.
    async fn deliver(&self, message: &Json) -> Json {
        self.running.call("/deliver", &json!([message])).await
    }
}

fn message(id: &str) -> Json {
    let data =
        json!({"request": "0199c7b0-0000-7000-8000-000000000001", "amount": {"value": "59.50", "currency": "EUR"}});
    json!({
        "id": id, "kind": "request.completed", "subject": "0199c7b0-0000-7000-8000-000000000001",
        "occurred_at": {"unix_ms": 1_760_000_000_000_u64}, "data": data.to_string(),
    })
}

fn is_delivered(answer: &Json) {
    assert_eq!(answer, &json!({"Ok": "Delivered"}));
}

pub async fn a_message_is_delivered_as_it_is<C: Courier>(scene: Scene<C>) {
    let much = "x".repeat(60_000);
    for (kind, data) in [
        (
            "request.completed",
            json!({"amount": {"value": "59.50", "currency": "EUR"}, "number": 9_007_199_254_740_993_i64}),
        ),
        ("request.rejected", json!({})),
        ("request.ödd", json!({"text": "\"quoted\" \\ \n 日本語 💥 \u{0} <b>"})),
        ("request.long", json!({"text": much})),
    ] {
        let id = unique("msg");
        let mut message = message(&id);
        message["kind"] = json!(kind);
        message["data"] = json!(data.to_string());
        is_delivered(&scene.deliver(&message).await);
        let received = scene.courier.received(&id);
        assert_eq!(received.len(), 1, "{kind}");
        let said = (&received[0]["kind"], &received[0]["subject"], &received[0]["data"]);
        assert_eq!(said, (&json!(kind), &message["subject"], &data));
    }
}

pub async fn a_message_keeps_its_id_over_retries<C: Courier>(scene: Scene<C>) {
    let id = unique("msg");
    for _ in 0..3 {
        is_delivered(&scene.deliver(&message(&id)).await);
    }
    assert_eq!((scene.courier.received(&id).len(), scene.courier.tries(&id)), (1, 3), "who keeps ids has it once");
}

pub async fn a_lost_answer_is_sent_again<C: Courier>(scene: Scene<C>) {
    for mishap in [Mishap::AnswerLost, Mishap::CallLost] {
        let id = unique("msg");
        scene.courier.line().next(Calls::Writes, mishap.clone());
        let answer = scene.deliver(&message(&id)).await;
        let again = answer["Err"]["NotSent"].is_object() || answer["Err"]["OutcomeUnknown"].is_string();
        assert!(again, "delivery is at least once: {mishap:?}: {answer}");
        is_delivered(&scene.deliver(&message(&id)).await);
        assert_eq!(scene.courier.received(&id).len(), 1, "{mishap:?}");
    }
}

pub async fn nobody_who_is_subscribed_is_told_nothing<C: Courier>(_scene: Scene<C>) {
    let courier = C::start();
    let mut conditions = courier.conditions();
    conditions.variables.retain(|(name, _)| *name != C::SUBSCRIBED_BY);
    let scene = Scene::under(courier, conditions);
    assert_eq!(scene.deliver(&message(&unique("msg"))).await, json!({"Ok": "NoSubscriber"}));
    assert_eq!(scene.courier.line().sent().len(), 0);
}

pub async fn each_fault_is_the_contracts<C: Courier>(scene: Scene<C>) {
    for status in [301, 302, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 599] {
        let id = unique("msg");
        scene.courier.line().next(Calls::Writes, Mishap::Says(says(status, &[("retry-after", "3")], "{}")));
        let answer = scene.deliver(&message(&id)).await;
        if answer["Ok"]["Refused"].is_string() {
            assert!((400..500).contains(&status) && status != 429 && status != 408, "{status} may pass: {answer}");
            continue;
        }
        let waits = &fault(&answer, "NotSent")["after_ms"];
        assert!(*waits == 3_000 || status != 429 && status != 503, "Retry-After is told: {answer}");
        is_delivered(&scene.deliver(&message(&id)).await);
        assert_eq!(scene.courier.received(&id).len(), 1, "{status}");
    }
    let id = unique("msg");
    scene.courier.line().next(Calls::Writes, Mishap::Says(says(410, &[], "{}")));
    let gone = scene.deliver(&message(&id)).await;
    assert!(gone["Ok"]["Refused"].as_str().is_some_and(|words| !words.is_empty()), "{gone}");
    scene.courier.line().next(Calls::Writes, Mishap::NoConnection);
    fault(&scene.deliver(&message(&id)).await, "NotSent");
}

pub async fn what_is_out_of_form_is_never_sent<C: Courier>(scene: Scene<C>) {
    let nested = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let (long, much) = ("x".repeat(10_000), json!({"text": "x".repeat(64 * 1024)}).to_string());
    let ids = ["", " ", "a b", "a\r\nx-evil: 1", "a\u{0}", "ä", &long].map(|id| ("id", json!(id)));
    let data = ["", "null", "[]", "7", "\"text\"", "{", "{}{}", &nested, &much].map(|data| ("data", json!(data)));
    let others = [("kind", json!("")), ("subject", json!("")), ("occurred_at", json!({"unix_ms": u64::MAX}))];
    for (name, value) in ids.into_iter().chain(data).chain(others) {
        let mut message = message(&unique("msg"));
        message[name] = value;
        let answer = scene.deliver(&message).await;
        assert!(answer["Err"]["InvalidArgument"].is_string(), "{name} {:.100}: {answer}", message[name].to_string());
    }
    assert_eq!(scene.courier.line().sent().len(), 0);
}

pub async fn a_subscription_that_is_not_whole_sends_nothing<C: Courier>(_scene: Scene<C>) {
    for (name, value) in C::BROKEN {
        let courier = C::start();
        let mut conditions = courier.conditions();
        conditions.variables.retain(|(other, _)| other != name);
        conditions.variables.push((*name, (*value).to_owned()));
        let scene = Scene::under(courier, conditions);
        let detail = fault(&scene.deliver(&message(&unique("msg"))).await, "InvalidArgument");
        let detail = detail.as_str().unwrap();
        assert!(detail.contains(name), "it names {name}: {detail}");
        assert!(value.is_empty() || !detail.contains(value), "it does not say what is in {name}: {detail}");
        assert_eq!(scene.courier.line().sent().len(), 0);
    }
}
