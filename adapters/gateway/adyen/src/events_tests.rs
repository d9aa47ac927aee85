//! What events mean, over hand-made items of the shapes that Adyen documents.

use serde_json::{Value, json};

use super::*;
use crate::bindings::contract::{DisputeStatus, Money};
use crate::notification::items;

const KEY: &str = "0199c7b0-0000-7000-8000-000000000001-l1";

fn item(event: &str, success: &str, more: Value) -> Value {
    let mut item = json!({
        "pspReference": "REFUND0000000001", "originalReference": "PAYMENT000000001", "merchantAccountCode": "Nordlicht",
        "merchantReference": KEY, "amount": {"value": 5_950, "currency": "EUR"}, "eventCode": event,
        "eventDate": "2026-11-21T13:00:00+01:00", "success": success, "reason": "", "paymentMethod": "visa",
    });
    if let (Value::Object(item), Value::Object(more)) = (&mut item, more) {
        item.extend(more);
    }
    item
}

fn told(each: &[Value]) -> Vec<Inbound> {
    let each: Vec<_> = each.iter().map(|item| json!({"NotificationRequestItem": item})).collect();
    let body = json!({"live": "false", "notificationItems": each}).to_string();
    read(&items(body.as_bytes()).expect("a batch"), Some("Nordlicht"))
}

fn one(event: &str, success: &str, more: Value) -> Meaning {
    told(&[item(event, success, more)]).remove(0).meaning
}

/// The places of what can't be read in these messages.
fn unread(messages: &[Inbound]) -> Vec<&str> {
    let errors = messages.iter().filter_map(|message| match &message.meaning {
        Meaning::Unreadable(unread) => Some(unread.errors.iter().map(|error| error.pointer.as_str())),
        _ => None,
    });
    errors.flatten().collect()
}

#[test]
fn a_refund_is_told_with_our_key_and_its_payment() {
    let message = told(&[item("REFUND", "true", json!({}))]).remove(0);
    assert_eq!(message.id, "REFUND0000000001/REFUND/true/5950 EUR");
    assert_eq!(message.occurred_at, None, "its date is not signed");
    let news = RefundNews {
        refund: "REFUND0000000001".into(),
        payment: "PAYMENT000000001".into(),
        payment_aliases: Vec::new(),
        key: Some(KEY.into()),
        amount: Some(Money { minor: 5_950, currency: "EUR".into() }),
        status: RefundStatus::Succeeded,
        failure: None,
    };
    assert_eq!(message.meaning, Meaning::Refund(news));
}

#[test]
fn what_an_event_is_named_for_and_whether_it_happened_say_together_where_a_refund_stands() {
    use RefundStatus::{Failed, Pending, Reversed, Succeeded};
    let action = |action| json!({"additionalData": {"modification.action": action}});
    for (event, success, more, status) in [
        ("REFUND", "true", json!({}), Some(Succeeded)),
        ("REFUND", "false", json!({"reason": "Insufficient balance on payment"}), Some(Failed)),
        ("REFUND_FAILED", "true", json!({}), Some(Failed)),
        ("REFUND_FAILED", "false", json!({}), None),
        ("REFUNDED_REVERSED", "true", json!({}), Some(Reversed)),
        ("REFUNDED_REVERSED", "false", json!({}), None),
        ("POSTPONED_REFUND", "true", json!({}), Some(Pending)),
        ("REFUND_WITH_DATA", "true", json!({}), Some(Succeeded)),
        ("CANCEL_OR_REFUND", "true", action("refund"), Some(Succeeded)),
        ("CANCEL_OR_REFUND", "false", action("refund"), Some(Failed)),
        ("CANCEL_OR_REFUND", "true", json!({}), Some(Succeeded)),
        ("CANCEL_OR_REFUND", "true", action("cancel"), None),
        ("CANCELLATION", "true", json!({}), None),
        ("AUTHORISATION", "true", json!({}), None),
        ("CAPTURE", "true", json!({}), None),
        ("REPORT_AVAILABLE", "true", json!({"amount": null}), None),
    ] {
        let meaning = one(event, success, more.clone());
        let stands = match &meaning {
            Meaning::Refund(news) => {
                let words = more["reason"].as_str().unwrap_or(event);
                let fails = matches!(news.status, Failed | Reversed);
                assert_eq!(news.failure.as_deref(), fails.then_some(words), "{event} {success}");
                Some(news.status)
            }
            Meaning::Other(_) => None,
            other => panic!("{event} {success}: {other:?}"),
        };
        assert_eq!(stands, status, "{event} {success} {more}");
    }
}

#[test]
fn a_dispute_is_won_by_its_events_name_alone() {
    use DisputeStatus::{Accepted, Inquiry, Lost, Open, UnderReview, Won};
    for (event, beside, status) in [
        ("REQUEST_FOR_INFORMATION", "", Inquiry),
        ("REQUEST_FOR_INFORMATION", "Expired", Inquiry),
        ("NOTIFICATION_OF_CHARGEBACK", "", Open),
        ("NOTIFICATION_OF_CHARGEBACK", "Won", Open),
        ("CHARGEBACK", "", Open),
        ("CHARGEBACK", "Undefended", Open),
        ("CHARGEBACK", "Lost", Lost),
        ("CHARGEBACK", "Accepted", Accepted),
        ("CHARGEBACK", "Won", Open),
        ("INFORMATION_SUPPLIED", "Pending", UnderReview),
        ("INFORMATION_SUPPLIED", "Responded", Inquiry),
        ("CHARGEBACK_REVERSED", "", UnderReview),
        ("CHARGEBACK_REVERSED", "Pending", UnderReview),
        ("CHARGEBACK_REVERSED", "Won", UnderReview),
        ("SECOND_CHARGEBACK", "", Lost),
        ("SECOND_CHARGEBACK", "Pending", Open),
        ("DISPUTE_DEFENSE_PERIOD_ENDED", "", Lost),
        ("DISPUTE_DEFENSE_PERIOD_ENDED", "Undefended", Lost),
        ("DISPUTE_DEFENSE_PERIOD_ENDED", "Accepted", Accepted),
        ("ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "Won", Won),
        ("ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "Lost", Lost),
        ("PREARBITRATION_OPEN", "", Open),
        ("PREARBITRATION_DECLINED", "", UnderReview),
        ("PREARBITRATION_ACCEPTED", "", Accepted),
        ("PREARBITRATION_ISSUER_WITHDRAWN", "", Won),
        ("PREARBITRATION_WON", "", Won),
        ("PREARBITRATION_LOST", "", Lost),
        ("SCHEME_ARBITRATION", "", UnderReview),
        ("SCHEME_ARBITRATION_WON", "", Won),
        ("SCHEME_ARBITRATION_LOST", "", Lost),
    ] {
        let data = if beside.is_empty() { json!({}) } else { json!({"additionalData": {"disputeStatus": beside}}) };
        match one(event, "true", data) {
            Meaning::Dispute(news) => {
                assert_eq!(news.status, status, "{event} {beside}");
                assert_eq!(news.reinstated, event == "CHARGEBACK_REVERSED", "{event}");
            }
            other => panic!("{event} {beside}: {other:?}"),
        }
        assert!(matches!(one(event, "false", json!({})), Meaning::Other(_)), "{event} that did not happen");
    }
    let asks = json!({"additionalData": {"rfiReasonCode": "30", "disputeStatus": "Expired"}});
    match one("DISPUTE_DEFENSE_PERIOD_ENDED", "true", asks) {
        Meaning::Dispute(news) => assert_eq!(news.status, Inquiry, "nothing was taken"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(one("ISSUER_COMMENTS", "true", json!({})), Meaning::Other(_)));
}

#[test]
fn a_dispute_names_its_payment_also_where_the_setting_for_it_is_off() {
    for (original, payment) in [(json!("PAYMENT000000001"), "PAYMENT000000001"), (json!(null), "REFUND0000000001")] {
        match one("CHARGEBACK", "true", json!({"originalReference": original, "reason": "Fraudulent"})) {
            Meaning::Dispute(news) => {
                assert_eq!((news.payment.as_str(), news.dispute.as_str()), (payment, "REFUND0000000001"));
                assert_eq!(news.reason, "Fraudulent");
                assert_eq!(news.amount, Some(Money { minor: 5_950, currency: "EUR".into() }));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_warning_of_fraud_carries_the_networks_code() {
    match one("NOTIFICATION_OF_FRAUD", "true", json!({"additionalData": {"nofReasonCode": "6"}})) {
        Meaning::Fraud(warning) => {
            assert_eq!((warning.payment.as_str(), warning.kind.as_str()), ("PAYMENT000000001", "6"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_item_that_comes_again_with_another_date_or_other_words_is_the_same_message() {
    let again = json!({"eventDate": "2027-01-01T00:00:00+01:00", "reason": "other", "additionalData": {"disputeStatus": "Lost"}});
    for event in ["PREARBITRATION_WON", "CHARGEBACK", "REFUND", "REFUND_FAILED"] {
        let (first, again) = (told(&[item(event, "true", json!({}))]), told(&[item(event, "true", again.clone())]));
        assert_eq!(first[0].id, again[0].id, "{event}");
        assert_eq!(again[0].occurred_at, None, "{event}");
    }
    let mut ids: Vec<_> = [
        item("REFUND", "true", json!({})),
        item("REFUND", "false", json!({})),
        item("REFUND_FAILED", "true", json!({})),
        item("REFUND", "true", json!({"pspReference": "REFUND0000000002"})),
        item("REFUND", "true", json!({"amount": {"value": 1, "currency": "EUR"}})),
    ]
    .iter()
    .map(|item| told(std::slice::from_ref(item)).remove(0).id)
    .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[test]
fn the_rounds_of_a_dispute_follow_one_another_by_what_their_events_are_called() {
    let rounds: Vec<_> = [
        "REQUEST_FOR_INFORMATION",
        "CHARGEBACK",
        "SECOND_CHARGEBACK",
        "PREARBITRATION_WON",
        "SCHEME_ARBITRATION_LOST",
        "DISPUTE_DEFENSE_PERIOD_ENDED",
    ]
    .into_iter()
    .map(|event| match one(event, "true", json!({})) {
        Meaning::Dispute(news) => news.round,
        other => panic!("{other:?}"),
    })
    .collect();
    assert_eq!(rounds, [Some(0), Some(1), Some(2), Some(3), Some(4), None]);
}

#[test]
fn what_is_of_another_merchant_account_or_means_nothing_here_is_nobodys_whatever_its_fields_are() {
    let others = json!({"merchantAccountCode": "Elsewhere", "amount": {"value": 5_000, "currency": "BIF"}});
    let nothing = json!({"success": "perhaps", "amount": {"value": 5_000, "currency": "BIF"}});
    let odd = json!({"amount": [], "additionalData": 7, "merchantReference": {}, "pspReference": 12});
    let batch = [
        item("REFUND", "true", others),
        item("REPORT_AVAILABLE", "true", nothing),
        item("PAYOUT_THIRDPARTY", "true", odd),
        item("REFUND", "true", json!({})),
    ];
    let told = told(&batch);
    assert_eq!(told.len(), 4);
    assert!(told[..3].iter().all(|message| matches!(message.meaning, Meaning::Other(_))), "{told:?}");
    assert!(matches!(told[3].meaning, Meaning::Refund(_)));
}

#[test]
fn what_is_ours_and_cannot_be_read_is_kept_for_a_person_beside_the_rest_of_its_batch() {
    for (mistake, field, news) in [
        (json!({"success": "maybe"}), "success", false),
        (json!({"success": null}), "success", false),
        (json!({"pspReference": null}), "pspReference", false),
        // What is read of it counts: a refund of an amount that nobody can say has gone back all the same.
        (json!({"amount": {"value": 1, "currency": "MGA"}}), "amount", true),
        (json!({"amount": {"value": "12.5", "currency": "EUR"}}), "amount", true),
        (json!({"amount": {"value": -1, "currency": "EUR"}}), "amount", true),
    ] {
        let told = told(&[item("REFUND", "true", json!({})), item("REFUND", "true", mistake.clone())]);
        assert!(matches!(told[0].meaning, Meaning::Refund(_)));
        assert_eq!(unread(&told), [format!("/notificationItems/1/NotificationRequestItem/{field}")], "{mistake}");
        assert_eq!(told.len(), if news { 3 } else { 2 }, "{mistake}");
        if let (true, Meaning::Refund(second)) = (news, &told[1].meaning) {
            assert_eq!((second.amount.clone(), second.status), (None, RefundStatus::Succeeded));
        }
    }
}
