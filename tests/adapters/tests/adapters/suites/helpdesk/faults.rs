//! What goes wrong is told in the contract's cases, and what should not be sent is not.

use serde_json::{Value as Json, json};

use super::{Helpdesk, Scene, is_accepted, update};
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::fault;
use crate::harness::unique;

pub async fn a_ticket_that_takes_nothing_declines<H: Helpdesk>(scene: Scene<H>) {
    for ticket in [scene.helpdesk.closed(), scene.helpdesk.missing()] {
        let answer = scene.write(&update(&unique("msg"), &ticket, "Approved.")).await;
        assert!(answer["Ok"]["Declined"].as_str().is_some_and(|words| !words.is_empty()), "{ticket}: {answer}");
    }
}

pub async fn each_fault_is_the_contracts<H: Helpdesk>(scene: Scene<H>) {
    let retry = [("retry-after", "3")];
    for (mishap, case) in [
        (Mishap::NoConnection, "NotSent"),
        (Mishap::CallLost, "OutcomeUnknown"),
        (Mishap::Says(says(401, &[], "{}")), "Unauthorized"),
        (Mishap::Says(says(403, &[], "{}")), "Unauthorized"),
        (Mishap::Says(says(429, &retry, "{}")), "NotSent"),
        (Mishap::Says(says(500, &[], "{}")), "OutcomeUnknown"),
        (Mishap::Says(says(502, &[], "<html>")), "OutcomeUnknown"),
        (Mishap::Says(says(504, &[], "")), "OutcomeUnknown"),
    ] {
        let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
        let update = update(&key, &ticket, "Approved.");
        scene.helpdesk.line().next(Calls::Writes, mishap.clone());
        let answer = scene.write(&update).await;
        let detail = fault(&answer, case);
        if matches!(&mishap, Mishap::Says(answer) if answer.status() == 429) {
            assert_eq!(detail["after_ms"], 3_000, "Retry-After is told: {answer}");
        }
        assert_eq!(scene.comments(&ticket, "Approved.").len(), 0, "{mishap:?}");
        is_accepted(&scene.write(&update).await);
        assert_eq!(scene.comments(&ticket, "Approved.").len(), 1, "{mishap:?}: the same key goes on");
    }
}

pub async fn a_look_up_that_fails_writes_nothing<H: Helpdesk>(scene: Scene<H>) {
    let ticket = scene.helpdesk.ticket();
    let answers = [401, 403, 429, 500, 503].map(|status| Mishap::Says(says(status, &[], "{}")));
    let bodies = ["", "null", "[]", "{}", "<html>"].map(|body| Mishap::Says(says(200, &[], body)));
    let losses = [Mishap::NoConnection, Mishap::CallLost, Mishap::AnswerLost];
    for mishap in answers.into_iter().chain(bodies).chain(losses) {
        scene.helpdesk.line().next(Calls::Reads, mishap.clone());
        let answer = scene.write(&update(&unique("msg"), &ticket, "Approved.")).await;
        assert!(answer["Err"].is_object(), "{mishap:?}: {answer}");
        assert!(answer["Err"]["OutcomeUnknown"].is_null(), "{mishap:?}: looking has no effect: {answer}");
    }
    assert_eq!((scene.writes(), scene.comments(&ticket, "Approved.").len()), (0, 0));
}

pub async fn what_is_out_of_form_is_never_sent<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let with = |name: &str, value: Json| {
        let mut update = update(&key, &ticket, "Approved.");
        update[name] = value;
        update
    };
    let (long, much) = ("k".repeat(65), "x".repeat(16 * 1024 + 1));
    let keys = ["", " ", "a b", "a/b", "ä", "a\nb", "a\u{0}", &long].map(|key| with("key", json!({"value": key})));
    let comments = ["", " \n ", &much].map(|comment| with("comment", json!(comment)));
    let tickets = H::misnomers().into_iter().map(|ticket| with("ticket", json!(ticket)));
    for update in keys.into_iter().chain(comments).chain(tickets) {
        let answer = scene.write(&update).await;
        assert!(answer["Err"]["InvalidArgument"].is_string(), "{:.200}: {answer}", update.to_string());
    }
    assert_eq!(scene.helpdesk.line().sent().len(), 0);
}

pub async fn nothing_is_sent_without_credentials<H: Helpdesk>(_scene: Scene<H>) {
    for missing in H::CREDENTIALS {
        let helpdesk = H::start();
        let ticket = helpdesk.ticket();
        let mut conditions = helpdesk.conditions();
        conditions.variables.retain(|(name, _)| name != missing);
        let scene = Scene::under(helpdesk, conditions);
        let detail = fault(&scene.write(&update(&unique("msg"), &ticket, "Approved.")).await, "Unauthorized");
        assert!(detail.as_str().is_some_and(|detail| detail.contains(missing)), "it names {missing}: {detail}");
        assert_eq!(scene.helpdesk.line().sent().len(), 0, "without {missing}");
    }
}

pub async fn comments_arrive_as_they_were_written<H: Helpdesk>(scene: Scene<H>) {
    let most = "ä".repeat(8 * 1024);
    let texts =
        ["Two\nlines", "\"quoted\" \\ and <b>tags</b> & {{ticket.id}}", "日本語 💥 \u{202e}rtl", "a\tb\u{1}c", &most];
    for (index, text) in texts.into_iter().enumerate() {
        for public in [true, false] {
            let ticket = scene.helpdesk.ticket();
            let mut update = update(&unique("msg"), &ticket, text);
            update["public"] = json!(public);
            update["progress"] = json!(["Open", "Waiting", "Solved", "Declined"][index % 4]);
            is_accepted(&scene.write(&update).await);
            let comments = scene.comments(&ticket, text);
            assert_eq!(comments.len(), 1, "{:.100}", text);
            assert_eq!(comments[0].public, public);
        }
    }
}
