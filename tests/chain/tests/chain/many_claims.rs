//! A payment with as many requests on it as it takes: news of it get in at once and reach all of them in portions,
//! while refunds are paid.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::followed::{dispute_over, follows, stored, taken, waiting_on};
use crate::world::{LEAD, World};

const GROSS: &str = "100000.00";
/// Requests that one round of the clock tells, at most, and those that were told with the answer.
const TOLD_IN_A_ROUND: usize = 200 + 20;
/// Requests that are paid before anything happens to the payment.
const PAID: usize = 10;

async fn approve(world: &World, ids: &[String]) {
    for id in ids {
        let approved = world.approve(id, &LEAD).await;
        assert_eq!(approved.status, 200, "{}", approved.text);
    }
    world.host.idle().await;
}

/// The clock goes on until all have heard; in each of its rounds, a portion of them does.
async fn all_hear(world: &World, heard: impl Fn() -> usize) {
    let mut before = heard();
    while follows(world) {
        world.advance(Duration::from_secs(15));
        world.tick().await;
        world.host.idle().await;
        let now = heard();
        assert!(now.abs_diff(before) <= 2 * TOLD_IN_A_ROUND, "{before} had heard, then {now}");
        before = now;
    }
}

async fn news_reach_all(count: usize) {
    let begun = Instant::now();
    let (world, ids) = waiting_on(GROSS, count).await;
    crate::tell(&format!("{count} requests wait after {:?}", begun.elapsed()));
    approve(&world, &ids[..PAID]).await;
    world.rest_for(Duration::from_secs(30)).await;
    let paid = world.refunds();
    assert_eq!(paid.len(), PAID);

    // While others are approved, handed off and paid, the customer disputes all of it.
    let (some, more) = (&ids[PAID..2 * PAID], &ids[count - PAID..]);
    for id in some {
        assert_eq!(world.approve(id, &LEAD).await.status, 200);
    }
    taken(&world, "d1", &dispute_over(GROSS, "open")).await;
    let before = world.refunds().len();
    // Those have not heard yet.
    approve(&world, more).await;
    let frozen = || stored(&world, "$.legs[0].frozen", "1");
    all_hear(&world, frozen).await;
    assert_eq!((world.refunds().len(), frozen()), (before, count - before), "nothing is sent any more");

    let warning = json!({"type": "fraud_warning.updated",
                         "warning": {"id": "w_1", "payment": "ch_1", "actionable": true, "kind": "made_with_stolen_card"}});
    taken(&world, "w1", &warning).await;
    all_hear(&world, || 0).await;
    let elsewhere = json!({"type": "refund.updated", "refund": {"id": "re_x", "payment": "ch_1", "status": "succeeded",
                           "amount": {"value": "99000.00", "currency": "EUR"}}});
    taken(&world, "e1", &elsewhere).await;
    all_hear(&world, || 0).await;
    let sql = "SELECT count(*) FROM contraflow_kv WHERE key > 'request/' AND key < 'request0'
               AND CAST(value AS TEXT) LIKE '%\"code\":\"fraud.early_warning\"%'";
    let warned: i64 = world.database().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(warned).unwrap(), count - before, "all that are not paid");

    taken(&world, "d2", &dispute_over(GROSS, "lost")).await;
    let waits = || stored(&world, "$.legs[0].status", "reserved");
    all_hear(&world, waits).await;
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!((waits(), world.refunds().len()), (0, before), "what the bank took is paid by nobody else");
    world.journal().await;
    let sql = "SELECT coalesce(sum(leg.value ->> 1), 0) FROM books_journal, json_each(legs) AS leg
               WHERE document = 'dp_1' AND leg.value ->> 0 = 'Expenses:Chargebacks'";
    let lost: i64 = world.database().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(lost, 10_000_000, "booked once");
    crate::tell(&format!("{count} requests on one payment: {:?}", begun.elapsed()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_with_300_claims_hears_of_everything_while_refunds_are_paid() {
    news_reach_all(300).await;
}

mod deep {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_payment_with_2000_claims_hears_of_everything_while_refunds_are_paid() {
        super::news_reach_all(contraflow_domain::limits::CLAIMS).await;
    }
}
