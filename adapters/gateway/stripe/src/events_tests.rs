//! What events mean, over hand-made events of Stripe's documented shapes.

use super::*;
use crate::bindings::contract::{DisputeStatus, Money, RefundStatus};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../tests/fixtures/", $name, ".json"))
    };
}

fn messages(body: &str) -> Vec<Inbound> {
    read(body.as_bytes())
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
        .filter_map(|message| match &message.meaning {
            Meaning::Refund(news) => Some((message.id.as_str(), news.amount.clone(), news.key.as_deref())),
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [("evt_1PkTvW/re_3PkTvWA2", eur(3_500), Some("leg-1")), ("evt_1PkTvW/re_3PkTvWA1", eur(2_500), None),]
    );
    assert!(matches!(messages.last().map(|last| &last.meaning), Some(Meaning::Refunded(_))), "the total comes last");
}

#[test]
fn a_refunded_charge_tells_how_much_has_gone_back_so_far() {
    let total = |fixture: &str| match messages(fixture).pop().map(|message| message.meaning) {
        Some(Meaning::Refunded(total)) => total,
        other => panic!("{other:?}"),
    };
    for fixture in [fixture!("event_charge_refunded"), fixture!("event_charge_refunded_embedded")] {
        let total = total(fixture);
        assert_eq!((total.total.minor, total.total.currency.as_str()), (6_000, "EUR"));
        assert_eq!((total.payment.as_str(), total.payment_aliases), ("pi_3PkTvWA1", vec!["ch_3PkTvWA1".to_owned()]));
    }
    let none = fixture!("event_charge_refunded").replace("amount_refunded", "amount_of_something");
    assert!(matches!(message(&none).meaning, Meaning::Other(_)));
}

#[test]
fn a_thin_event_and_whatever_means_nothing_here_concern_nobody_whatever_their_fields_are() {
    for body in [
        r#"{"id":"evt_65R9","object":"v2.core.event","type":"v1.billing.meter.no_meter_found","created":"2025-10-14T17:46:22.134Z"}"#,
        r#"{"id":"evt_65R9","object":"v2.core.event","type":"charge.refunded","created":"2025-10-14T17:46:22.134Z"}"#,
        r#"{"id":{},"type":"payout.paid","created":[],"data":7}"#,
        r#"{"type":"customer.created"}"#,
    ] {
        let message = message(body);
        assert!(matches!(message.meaning, Meaning::Other(_)), "{body}: {message:?}");
        assert!(!message.id.is_empty() && message.occurred_at.is_none(), "{body}");
    }
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
            round: None,
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
fn what_cannot_be_read_is_kept_for_a_person_with_its_place() {
    let told = |body: &str| -> (Vec<String>, usize) {
        let messages = read(body.as_bytes());
        let places = messages.iter().filter_map(|message| match &message.meaning {
            Meaning::Unreadable(unread) => Some(unread.errors.iter().map(|error| error.pointer.clone())),
            _ => None,
        });
        (places.flatten().collect(), messages.len())
    };
    let place = |pointer: &str| vec![pointer.to_owned()];
    assert_eq!(told("not JSON"), (place(""), 1));
    assert_eq!(told("[]"), (place(""), 1));
    assert_eq!(told(r#"{"id":"evt_1"}"#), (place("/type"), 1));
    let wrong = r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":5}}}"#;
    assert_eq!(told(wrong), (place("/data/object/id"), 1));
    let replaced = |from: &str, to: &str| told(&fixture!("event_refund_failed").replace(from, to));
    assert_eq!(replaced("11900", "\"11900\""), (place("/data/object/amount"), 1));
    // A refund is news also where its amount can't be read.
    assert_eq!(replaced("\"eur\"", "\"xyz\""), (place("/data/object/amount"), 2));
    let embedded = fixture!("event_charge_refunded_embedded").replace("2500", "true");
    assert_eq!(told(&embedded), (place("/data/object/refunds/data/1/amount"), 1));
    let unnamed = |body: &str| message(body).id;
    assert_eq!(unnamed("not JSON"), unnamed("not JSON"), "what has no id is known by what it says");
    assert_ne!(unnamed("not JSON"), unnamed("nor this"));
}
