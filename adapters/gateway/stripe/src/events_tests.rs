//! What events mean, over hand-made events of Stripe's documented shapes.

use super::*;
use crate::bindings::contract::{DisputeStatus, Money, RefundStatus};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../tests/fixtures/", $name, ".json"))
    };
}

fn messages(body: &str) -> Vec<Inbound> {
    read(body.as_bytes()).expect("a well-formed event")
}

fn message(body: &str) -> Inbound {
    let mut messages = messages(body);
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

fn eur(minor: i64) -> Option<Money> {
    Some(Money { minor, currency: "EUR".into() })
}

#[test]
fn a_refund_event_tells_where_the_refund_stands() {
    let message = message(fixture!("event_refund_failed"));
    assert_eq!(message.id, "evt_1PkTvW");
    assert_eq!(message.occurred_at, Some(Instant { unix_ms: 1_760_400_000_000 }));
    assert_eq!(
        message.meaning,
        Meaning::Refund(RefundNews {
            refund: "re_3PkTvWA1".into(),
            payment: "pi_3PkTvWA1".into(),
            payment_aliases: vec!["ch_3PkTvWA1".into()],
            key: Some("leg-1".into()),
            amount: eur(11_900),
            status: RefundStatus::Failed,
            failure: Some("expired_or_canceled_card".into()),
        })
    );
}

#[test]
fn every_refund_event_is_read_alike() {
    for kind in ["refund.created", "refund.updated", "charge.refund.updated"] {
        let body = fixture!("event_refund_failed").replace("refund.failed", kind);
        assert_eq!(message(&body).meaning, message(fixture!("event_refund_failed")).meaning, "{kind}");
    }
    match message(fixture!("event_charge_refund_updated")).meaning {
        Meaning::Refund(news) => {
            assert_eq!(news.status, RefundStatus::Canceled);
            assert_eq!(news.amount, Some(Money { minor: 1_000, currency: "JPY".into() }));
            assert_eq!((news.payment.as_str(), news.payment_aliases.len()), ("ch_3PkTvWA1", 0));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refunded_charge_tells_of_each_embedded_refund_under_an_id_of_its_own() {
    let messages = messages(fixture!("event_charge_refunded_embedded"));
    let told: Vec<_> = messages
        .iter()
        .map(|message| match &message.meaning {
            Meaning::Refund(news) => (message.id.as_str(), news.amount.clone(), news.key.as_deref()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [("evt_1PkTvW/re_3PkTvWA2", eur(3_500), Some("leg-1")), ("evt_1PkTvW/re_3PkTvWA1", eur(2_500), None),]
    );
    assert!(matches!(message(fixture!("event_charge_refunded")).meaning, Meaning::Other(_)));
}

#[test]
fn a_dispute_names_its_payment_in_every_way() {
    assert_eq!(
        message(fixture!("event_dispute_created")).meaning,
        Meaning::Dispute(DisputeNews {
            dispute: "du_1PkTvW".into(),
            payment: "pi_3PkTvWA1".into(),
            payment_aliases: vec!["ch_3PkTvWA1".into()],
            amount: eur(11_900),
            status: DisputeStatus::Open,
            reason: "product_not_received".into(),
            reinstated: false,
        })
    );
}

#[test]
fn every_dispute_status_has_its_meaning() {
    for (word, expected) in [
        ("warning_needs_response", DisputeStatus::Inquiry),
        ("warning_under_review", DisputeStatus::Inquiry),
        ("warning_closed", DisputeStatus::WarningClosed),
        ("needs_response", DisputeStatus::Open),
        ("under_review", DisputeStatus::UnderReview),
        ("won", DisputeStatus::Won),
        ("lost", DisputeStatus::Lost),
        ("prevented", DisputeStatus::Prevented),
        ("a_word_of_tomorrow", DisputeStatus::Open),
    ] {
        for kind in ["updated", "closed", "funds_withdrawn", "funds_reinstated"] {
            let body = fixture!("event_dispute_created")
                .replace("charge.dispute.created", &format!("charge.dispute.{kind}"))
                .replace("\"needs_response\"", &format!("\"{word}\""));
            match message(&body).meaning {
                Meaning::Dispute(news) => {
                    assert_eq!(news.status, expected, "{word}");
                    assert_eq!(news.reinstated, kind == "funds_reinstated", "{word} {kind}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_fraud_warning_is_read() {
    assert_eq!(
        message(fixture!("event_fraud_warning")).meaning,
        Meaning::Fraud(FraudWarning {
            warning: "issfr_1PkTvW".into(),
            payment: "ch_3PkTvWA1".into(),
            payment_aliases: Vec::new(),
            actionable: true,
            kind: "made_with_stolen_card".into(),
        })
    );
}

#[test]
fn a_fraud_warning_names_its_payment_in_every_way() {
    let body = fixture!("event_fraud_warning")
        .replace(r#""charge": "ch_3PkTvWA1","#, r#""charge": "ch_3PkTvWA1", "payment_intent": "pi_3PkTvWA1","#)
        .replace(r#""actionable": true"#, r#""actionable": false"#);
    match message(&body).meaning {
        Meaning::Fraud(warning) => {
            assert_eq!((warning.payment.as_str(), warning.actionable), ("pi_3PkTvWA1", false));
            assert_eq!(warning.payment_aliases, ["ch_3PkTvWA1"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_news_says_what_it_was() {
    assert_eq!(message(fixture!("event_payout_paid")).meaning, Meaning::Other("payout.paid".into()));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let pointer = |body: &str| match read(body.as_bytes()) {
        Err(Refusal::Malformed(errors)) => errors.into_iter().map(|error| error.pointer).collect::<String>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(pointer("not JSON"), "");
    assert_eq!(pointer(r#"{"id":7,"type":"refund.updated"}"#), "/id");
    assert_eq!(pointer(r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":5}}}"#), "/data/object/id");
    let wrong = |from: &str, to: &str| pointer(&fixture!("event_refund_failed").replace(from, to));
    assert_eq!(wrong("11900", "\"11900\""), "/data/object/amount");
    assert_eq!(wrong("11900", "119.5"), "/data/object/amount");
    assert_eq!(wrong("\"eur\"", "\"xyz\""), "/data/object/amount");
    let embedded = fixture!("event_charge_refunded_embedded").replace("2500", "true");
    assert_eq!(pointer(&embedded), "/data/object/refunds/data/1/amount");
}
