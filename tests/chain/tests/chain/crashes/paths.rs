//! The paths that are crashed: what is asked, and what people and gateways do about it, as often as it takes.

use std::time::Duration;

use serde_json::{Value, json};

use super::oracles::oracles;
use super::rows::Story;
use crate::built::StoreBy;
use crate::erp::Erp;
use crate::refunds::sandbox_message;
use crate::world::{ALICE, FINANCE, MANAGER, World};

/// What is asked, and what comes of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum What {
    /// A goodwill credit that nobody need approve.
    Automatic,
    /// A refund to one card, which a manager approves.
    Approved,
    /// A refund to a gift card, a card whose first answer is lost, and one that declines: that leg alone becomes store
    /// credit.
    Tenders,
    /// An approved refund of which the gateway says, days after it succeeded, that it failed.
    FailsLate,
}

/// What a gateway makes of a key that it has seen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gateway {
    /// One refund, however often it is ordered.
    HonoursKeys,
    /// One more refund.
    IgnoresKeys,
}

/// One path.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Path {
    pub what: What,
    pub erp: Erp,
    pub gateway: Gateway,
    pub store: StoreBy,
}

impl Path {
    pub const fn new(what: What, erp: Erp, gateway: Gateway) -> Self {
        Self { what, erp, gateway, store: StoreBy::Host }
    }

    /// The same path with the store served so.
    pub const fn over(self, store: StoreBy) -> Self {
        Self { store, ..self }
    }

    /// The payments of the invoice: reference and what was captured.
    fn payments(self) -> Vec<(String, &'static str)> {
        let keys = if self.gateway == Gateway::IgnoresKeys { "__ignore-keys" } else { "" };
        let payment = |name: &str, behaviour: &str, captured| (format!("{name}{keys}{behaviour}"), captured);
        match self.what {
            What::Automatic => vec![],
            What::Approved => vec![payment("ch_1", "", "100.00")],
            What::Tenders => vec![
                payment("gift_1", "", "30.00"),
                payment("ch_1", "__lost", "50.00"),
                payment("ch_2", "__decline", "20.00"),
            ],
            What::FailsLate => vec![payment("ch_1", "__fail-late", "100.00")],
        }
    }

    fn body(self) -> Value {
        let sixty = json!({"value": "60.00", "currency": "EUR"});
        match self.what {
            What::Automatic => {
                json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": "20.00", "currency": "EUR"}})
            }
            What::Approved | What::FailsLate => json!({"kind": "refund", "invoice": "INV-1", "amount": sixty}),
            What::Tenders => json!({"kind": "refund", "invoice": "INV-1"}),
        }
    }
}

impl Story for Path {
    fn name(&self) -> String {
        let Self { what, erp, gateway, store } = self;
        format!("{what:?}, ERP {erp:?}, gateway {gateway:?}, store {store:?}")
    }

    async fn beginning(&self) -> World {
        let world = World::of_store(self.erp, self.store);
        let payments: Vec<_> = self
            .payments()
            .iter()
            .map(|(reference, captured)| {
                json!({"id": format!("PAY-{reference}"), "gateway": "sandbox", "reference": reference, "method": "card",
                       "captured": captured, "paid_at": "2026-11-02T09:00:00Z"})
            })
            .collect();
        if !payments.is_empty() {
            world.invoice_paid_by("INV-1", "100.00", &payments).await;
        }
        world
    }

    async fn to_rest(&self, world: &World, _context: &str) {
        self.follow_to_rest(world).await;
    }

    async fn is_right(&self, world: &World, context: &str) {
        oracles(world, self.erp, context).await;
    }
}

impl Path {
    /// Does what is to be done by clients, people and gateways, each as often as it takes; nothing is done twice that
    /// was done. A crash ends it early.
    pub async fn follow(&self, world: &World) -> Option<()> {
        world.call("POST", "/v1/requests", &ALICE, "the-key", &self.body().to_string()).await?;
        world.host.idle().await;
        for _ in 0..5 {
            let listed = world.call("GET", "/v1/requests", &FINANCE, "-", "").await?;
            let id = listed.json["items"].get(0)?["id"].as_str()?;
            let request = world.call("GET", &format!("/v1/requests/{id}"), &FINANCE, "-", "").await?.json;
            let lost = request["tasks"].as_array()?.iter().any(|task| task["code"] == "leg.reroute");
            if request["status"] == "pending_approval" || !request["redirect"].is_null() {
                let decision = json!({"decision": "approve", "content_hash": request["content_hash"]}).to_string();
                world.call("POST", &format!("/v1/requests/{id}/decisions"), &MANAGER, "-", &decision).await?;
            } else if lost {
                let elsewhere = r#"{"destination": "store_credit"}"#;
                world.call("POST", &format!("/v1/requests/{id}/retry"), &FINANCE, "-", elsewhere).await?;
            } else if self.what == What::FailsLate && request["legs"][0]["status"] == "succeeded" {
                fail_late(world).await?;
            } else if !post_a_draft(world).await? {
                return Some(());
            }
            world.host.idle().await;
        }
        Some(())
    }

    /// Follows the path until it rests.
    pub async fn follow_to_rest(&self, world: &World) {
        for _ in 0..4 {
            self.follow(world).await;
            world.rest_at_most(Duration::from_secs(150)).await;
            let request = the_request(world).await;
            let waits_for_us = request["status"] == "needs_attention"
                || (self.what == What::FailsLate && request["legs"][0]["status"] == "succeeded");
            if !waits_for_us && request["status"] == "completed" {
                break;
            }
        }
    }
}

/// The one request that there is.
pub async fn the_request(world: &World) -> Value {
    let listed = world.get("/v1/requests", &FINANCE).await;
    let items = listed["items"].as_array().unwrap();
    assert!(items.len() <= 1, "the same key is one request: {listed:#}");
    let Some(row) = items.first() else { return Value::Null };
    world.request(row["id"].as_str().unwrap()).await
}

/// A person posts the first draft on the ERP's own list; says whether there was one.
async fn post_a_draft(world: &World) -> Option<bool> {
    let memos = world.call("GET", "/v1/books/credit-memos", &FINANCE, "-", "").await?.json;
    let draft = memos["items"].as_array()?.iter().find(|memo| memo["status"] == "draft");
    let Some(reference) = draft.and_then(|memo| memo["erp_reference"].as_str()) else { return Some(false) };
    world.call("POST", &format!("/v1/books/credit-memos/{reference}/post"), &FINANCE, "-", "").await.map(|_| true)
}

/// The refund fails at the gateway, which says so.
async fn fail_late(world: &World) -> Option<()> {
    let database = world.database();
    database
        .execute("UPDATE sandbox_refund SET lookups = 2, status = 'failed' WHERE status = 'succeeded'", [])
        .unwrap();
    let (id, payment, key): (String, String, String) = database
        .query_row("SELECT id, payment, key FROM sandbox_refund", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .ok()?;
    let news = json!({"type": "refund.updated", "refund": {"id": id, "payment": payment, "key": key,
        "amount": {"value": "60.00", "currency": "EUR"}, "status": "failed", "failure": "expired_card"}});
    world.send(sandbox_message(world, "late", &news)).await.map(drop)
}
