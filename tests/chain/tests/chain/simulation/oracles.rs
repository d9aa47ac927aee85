//! What must be so in the end, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use contraflow_domain::limits::WAIT_MS;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use serde_json::Value;

use super::gateway::{self, Refund};
use super::script::Script;
use crate::erp::Erp;
use crate::world::{ADMIN, FINANCE, cents};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Checks everything, and gives how many requests ended in which state.
pub async fn hold(script: &Script, invoices: &[Value]) -> BTreeMap<String, usize> {
    let world = script.world();
    let requests = script.requests().await;
    let refunds = gateway::refunds(&world);
    every_ask_is_there_once(script, &requests);
    no_payment_gives_back_more_than_it_took(&refunds, invoices);
    let mut ends = BTreeMap::new();
    for request in &requests {
        *ends.entry(text(&request["status"]).to_owned()).or_default() += 1;
        ended_or_waits_for_a_person(request);
        money_left_as_people_approved_it(request);
        the_gateway_and_the_legs_agree(request, &refunds);
    }
    let keys: BTreeSet<_> = requests.iter().flat_map(leg_keys).collect();
    assert!(refunds.iter().all(|refund| keys.contains(&refund.key)), "no refund is nobody's");
    a_memo_for_each_document(script, &requests).await;
    store_credit_is_what_was_granted_and_not_spent(script, &requests).await;
    chargebacks_are_what_banks_have_taken(script);
    world.journal().await;
    let differences = world.doctor().await;
    assert!(differences.is_empty(), "the doctor finds {differences:#?}");
    ends
}

/// What must be so once the wall clock is right, after some rounds by it: nothing expired by a wrong time, and nothing
/// is put off until one.
pub async fn hold_whatever_the_time_was(script: &Script) {
    let world = script.world();
    for _ in 0..8 {
        world.host.idle().await;
        world.advance(Duration::from_secs(5));
        script.tick().await;
    }
    world.host.idle().await;
    for row in world.all("/v1/requests", &ADMIN).await.iter().filter(|row| row["status"] == "expired") {
        let request = world.request(text(&row["id"])).await;
        let deadline: Timestamp = serde_json::from_value(request["deadline"].clone()).unwrap();
        assert!(deadline.unix_ms() <= world.now_ms(), "it had time until {deadline}: {request:#}");
    }
    let late = Timestamp::from_unix_ms(world.now_ms()).plus_ms(WAIT_MS);
    let waits = format!(
        "SELECT due.key, coalesce(CAST(request.value AS TEXT) ->> '$.status', ''), 0,
         coalesce(CAST(request.value AS TEXT), '') FROM contraflow_kv AS due
         LEFT JOIN contraflow_kv AS request ON request.key = 'request/' || substr(due.key, 30)
         WHERE due.key > 'due/{late}' AND due.key < 'due0'"
    );
    let people = ["pending_approval", "info_requested", "escalated"];
    // Whom a task waits for has working days for it.
    let waits_for_people = |key: &str, request: &str| {
        let request: Option<Request> = serde_json::from_str(request).ok();
        let due = key.split('/').nth(1).and_then(|time| time.parse::<Timestamp>().ok());
        let (now, looked_at) = (Timestamp::from_unix_ms(world.now_ms()), |then: Timestamp| then <= late);
        request.zip(due).is_some_and(|(request, due)| {
            let times = request.waits.iter().filter_map(|wait| wait.next_look(now));
            request.watched_again_at.is_none_or(looked_at) && times.min() == Some(due)
        })
    };
    let rows = world.rows(&waits).into_iter();
    let put_off: Vec<_> = rows
        .filter(|(key, status, _, request)| !people.contains(&status.as_str()) && !waits_for_people(key, request))
        .map(|(key, status, ..)| (key, status))
        .collect();
    assert!(put_off.is_empty(), "these are put off beyond {late}: {put_off:#?}");
}

fn every_ask_is_there_once(script: &Script, requests: &[Value]) {
    let asked: BTreeSet<_> = script.asked.borrow().values().map(|asked| asked.id.clone().unwrap()).collect();
    let stored: BTreeSet<_> = requests.iter().map(|request| text(&request["id"]).to_owned()).collect();
    assert_eq!(asked.len(), script.asked.borrow().len(), "each key has a request of its own");
    assert_eq!(asked, stored, "what was accepted is there, and nothing else");
}

fn no_payment_gives_back_more_than_it_took(refunds: &[Refund], invoices: &[Value]) {
    let mut back: BTreeMap<&str, i64> = BTreeMap::new();
    for refund in refunds.iter().filter(|refund| refund.counts()) {
        *back.entry(&refund.payment).or_default() += refund.minor;
    }
    for payment in invoices.iter().flat_map(|invoice| list(&invoice["payments"])) {
        let captured: i64 = text(&payment["captured"]).replace('.', "").parse().unwrap();
        let back = back.get(text(&payment["reference"])).copied().unwrap_or_default();
        assert!(back <= captured, "{back} of {captured} went back to {payment}");
    }
}

fn ended_or_waits_for_a_person(request: &Value) {
    let status = text(&request["status"]);
    let tasks = list(&request["tasks"]).len();
    match status {
        "completed" => {
            let arrived: i64 = list(&request["legs"])
                .iter()
                .filter(|leg| leg["status"] == "succeeded" || (leg["status"] == "reversed" && is_void(request)))
                .map(|leg| cents(&leg["amount"]))
                .sum();
            let is_debit = list(&request["legs"]).is_empty();
            assert!(
                is_debit || is_void(request) || arrived == cents(&request["amount"]),
                "all of it arrived: {request:#}"
            );
        }
        "needs_attention" | "partially_completed" => assert!(tasks > 0, "a person is told what to do: {request:#}"),
        "rejected" | "ineligible" | "duplicate" | "expired" | "withdrawn" => {
            let counts = ["reserved", "submitting", "pending", "requires_action", "unknown", "succeeded"];
            let held = list(&request["legs"]).iter().any(|leg| counts.contains(&text(&leg["status"])));
            assert!(!held, "what is refused holds nothing: {request:#}");
        }
        _ => assert!(tasks > 0, "it neither ended nor waits for a person: {request:#}"),
    }
}

/// However people colluded: what left was approved, as it left, by as many people as the policy asks for, and none of
/// them asked for it, wanted it sent elsewhere, or said that it was paid out.
fn money_left_as_people_approved_it(request: &Value) {
    let name = |value: &Value| text(value).to_lowercase();
    let mut agreed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let decisions = list(&request["approvals"]["decisions"]);
    for made in decisions.iter().filter(|made| made["decision"] == "approve") {
        agreed.entry(text(&made["content_hash"])).or_default().insert(name(&made["by"]));
    }
    let mut barred = vec![name(&request["requester"])];
    barred.extend(list(&request["deeds"]).iter().map(|deed| name(&deed["by"])));
    for one in agreed.values().flatten() {
        assert!(!barred.contains(one), "{one} had another part, too: {request:#}");
    }
    let legs = list(&request["legs"]);
    let left = |leg: &&Value| ["succeeded", "pending", "submitting", "unknown"].contains(&text(&leg["status"]));
    let sent = legs.iter().filter(left).filter(|leg| leg["to"] != "out_of_band");
    let elsewhere = |leg: &Value| {
        let before = legs.iter().find(|before| before["id"] == leg["replaces"]);
        before.is_some_and(|before| before["to"] != leg["to"] && before["to"] != "out_of_band")
    };
    let needed = list(&request["approvals"]["required"]).len();
    let full = agreed.values().filter(|people| people.len() >= needed).count();
    for leg in sent {
        let twice = elsewhere(leg) && needed > 0 && request["approvals"]["rule"] != "small-goodwill";
        let wanted = usize::from(needed > 0) + usize::from(twice);
        assert!(full >= wanted, "{full} of {wanted} approvals of all {needed} levels: {leg:#} of {request:#}");
    }
}

fn is_void(request: &Value) -> bool {
    request["credit_memo"]["status"] == "void"
}

fn leg_keys(request: &Value) -> Vec<String> {
    list(&request["legs"]).iter().map(|leg| format!("{}-{}", text(&request["id"]), text(&leg["id"]))).collect()
}

/// Each leg that went through a gateway has at most one refund whose money is out, and exactly one if the leg says so.
fn the_gateway_and_the_legs_agree(request: &Value, refunds: &[Refund]) {
    for (leg, key) in list(&request["legs"]).iter().zip(leg_keys(request)) {
        let mine: Vec<_> = refunds.iter().filter(|refund| refund.key == key).collect();
        let out: Vec<_> = mine.iter().filter(|refund| refund.counts()).collect();
        assert!(out.len() <= 1, "paid twice: {mine:?} for {leg:#}");
        assert!(out.iter().all(|refund| refund.minor == cents(&leg["amount"])), "{mine:?} for {leg:#}");
        if leg["to"] != "original_tender" {
            assert!(mine.is_empty(), "{mine:?} for {leg:#}");
            continue;
        }
        let expected = usize::from(text(&leg["status"]) == "succeeded");
        let succeeded = out.iter().filter(|refund| refund.status == "succeeded").count();
        assert_eq!(succeeded, expected, "{mine:?} for {leg:#} of {request:#}");
    }
}

async fn a_memo_for_each_document(script: &Script, requests: &[Value]) {
    let world = script.world();
    let memos = script.erp.memos(&world).await;
    let known: Vec<_> =
        requests.iter().filter_map(|request| request["credit_memo"]["erp_reference"].as_str()).collect();
    let distinct: BTreeSet<_> = known.iter().copied().collect();
    assert_eq!(distinct.len(), known.len(), "each document is one request's");
    // A draft that a person voids there is nobody's once the request was handed over again.
    let stands = |memo: &&Value| distinct.contains(text(&memo["erp_reference"])) || text(&memo["status"]) != "voided";
    let references: BTreeSet<_> = memos.iter().filter(stands).map(|memo| text(&memo["erp_reference"])).collect();
    assert_eq!(distinct, references, "a memo for each document, and none besides");
}

/// In whatever order it was told, and however often they changed their minds.
fn chargebacks_are_what_banks_have_taken(script: &Script) {
    if script.erp == Erp::IgnoresKeys {
        // That one books no money.
        return;
    }
    let sql = "SELECT document, '', sum(leg.value ->> 1), '' FROM books_journal, json_each(legs) AS leg
               WHERE leg.value ->> 0 = 'Expenses:Chargebacks' GROUP BY document";
    let booked: BTreeMap<_, _> =
        script.world().rows(sql).into_iter().map(|(dispute, _, minor, _)| (dispute, minor)).collect();
    for (id, dispute) in script.disputes.borrow().iter() {
        let booked = booked.get(id).copied().unwrap_or_default();
        assert_eq!(booked, dispute.taken_minor(), "what the bank has taken is booked once: {dispute:?}");
    }
}

async fn store_credit_is_what_was_granted_and_not_spent(script: &Script, requests: &[Value]) {
    let mut left: BTreeMap<String, i64> = BTreeMap::new();
    for request in requests {
        let legs = list(&request["legs"]).iter();
        for leg in legs.filter(|leg| leg["to"] == "store_credit" && leg["status"] == "succeeded") {
            *left.entry(text(&request["customer"]).to_owned()).or_default() += cents(&leg["amount"]);
        }
    }
    for (customer, spent) in script.spendings.taken() {
        *left.entry(customer).or_default() -= spent;
    }
    for (customer, left) in left {
        let balance = script.world().get(&format!("/v1/customers/{customer}/balance"), &FINANCE).await;
        assert_eq!(cents(&balance["balances"][0]["balance"]), left, "store credit of {customer}");
        assert!(left >= 0, "{customer} spent more than there was");
    }
}
