//! Disputes: the gateway is believed where it says how one stands, and nothing else is.

use serde_json::json;

use super::Gateway;
use super::calls::Scene;
use super::description::Stands;
use crate::harness::line::{Calls, Mishap, says};
use crate::harness::running::fault;
use crate::harness::unique;

pub async fn a_dispute_stands_where_the_gateway_says_or_is_not_told<G: Gateway>(scene: Scene<G>) {
    if !G::TELLS_DISPUTES {
        let answer = scene.look(&unique("dispute"), &scene.gateway.payment()).await;
        assert_eq!(answer, json!({"Ok": "NotTold"}));
        assert_eq!(scene.sent(), 0, "nothing is asked");
        return;
    }
    for stands in [Stands::Open, Stands::UnderReview, Stands::Won, Stands::Lost] {
        let (payment, dispute) = scene.gateway.disputed(Some(stands));
        let answer = scene.look(&dispute, &payment).await;
        assert_eq!(answer, json!({"Ok": {"Stands": format!("{stands:?}")}}));
    }
    let (payment, dispute) = scene.gateway.disputed(None);
    assert_eq!(scene.look(&dispute, &payment).await, json!({"Ok": "Absent"}));
}

pub async fn a_dispute_that_could_not_be_looked_at_is_not_won<G: Gateway>(scene: Scene<G>) {
    if !G::TELLS_DISPUTES {
        return;
    }
    let Some(line) = scene.line() else {
        let payment = scene.gateway.unseen().expect("a look-up can fail somehow");
        fault(&scene.look(&unique("dispute"), &payment).await, "OutcomeUnknown");
        return;
    };
    // What it answers next is of another payment, or another dispute.
    let (payment, dispute) = scene.gateway.disputed(Some(Stands::Won));
    let elsewhere = scene.look(&dispute, &scene.gateway.payment()).await;
    assert!(elsewhere["Err"].is_object(), "{elsewhere}");
    scene.gateway.disputed(Some(Stands::Won));
    let other = scene.look("other1", &payment).await;
    assert!(other["Err"].is_object(), "{other}");
    let answers = [401, 403, 404, 429, 500, 503].map(|status| Mishap::Says(says(status, &[], "{}")));
    let bodies = ["", "null", "[]", "{}", "<html>", r#"{"status":"won"}"#];
    let bodies = bodies.map(|body| Mishap::Says(says(200, &[], body)));
    let losses = [Mishap::NoConnection, Mishap::CallLost, Mishap::AnswerLost];
    for mishap in answers.into_iter().chain(bodies).chain(losses) {
        line.next(Calls::Reads, mishap.clone());
        let answer = scene.look(&dispute, &payment).await;
        assert!(answer["Err"].is_object(), "{mishap:?}: {answer}");
    }
}

pub async fn what_is_no_name_of_a_dispute_is_never_asked_for<G: Gateway>(scene: Scene<G>) {
    let sent = scene.sent();
    for dispute in ["", "../refunds", "a?b", "a/b", "a b", "a\r\nb", "\u{0}", "ä", &"x".repeat(10_000)] {
        let answer = scene.look(dispute, &scene.gateway.payment()).await;
        let is_won = answer["Ok"]["Stands"] == "Won";
        assert!(!is_won, "{dispute:?}: {answer}");
        assert_eq!(scene.sent(), sent, "{dispute:?}");
    }
}
