//! What people do: decide, mend, change their minds, spend, and look after the ERP's drafts.

use rand::RngExt as _;
use serde_json::{Value, json};

use super::scene::CUSTOMERS;
use super::script::Script;
use crate::erp::Erp;
use crate::world::{ALICE, FINANCE, LEAD, MANAGER, World};
use contraflow_host::local_auth::LocalUser;

/// The other one in finance: what one of them had a part in, the other carries out.
const OTTO: LocalUser<'static> = LocalUser { name: "otto", roles: &["finance"] };

impl Script {
    pub async fn decide(&self) {
        let who = [LEAD, MANAGER, FINANCE, OTTO][self.draw(|rng| rng.random_range(0..4))];
        let world = self.world();
        let Some(queue) = world.call("GET", "/v1/queue?limit=20", &who, "-", "").await else { return };
        let waiting = queue.json["items"].as_array().cloned().unwrap_or_default();
        if waiting.is_empty() {
            return;
        }
        let item = &waiting[self.draw(|rng| rng.random_range(0..waiting.len()))];
        let verdict = self.draw(|rng| match rng.random_range(0..20_u32) {
            0 => "reject",
            1 => "request_info",
            2 => "escalate",
            _ => "approve",
        });
        let decision = json!({"decision": verdict, "note": "seen", "content_hash": item["content_hash"]}).to_string();
        let path = format!("/v1/requests/{}/decisions", item["id"].as_str().unwrap());
        _ = world.call("POST", &path, &who, "-", &decision).await;
    }

    /// Everybody approves what waits for them.
    pub async fn approve_everything(&self) {
        let world = self.world();
        for who in [LEAD, MANAGER, FINANCE, OTTO] {
            for item in world.all("/v1/queue", &who).await {
                let decision = json!({"decision": "approve", "content_hash": item["content_hash"]}).to_string();
                let path = format!("/v1/requests/{}/decisions", item["id"].as_str().unwrap());
                _ = world.call("POST", &path, &who, "-", &decision).await;
            }
        }
    }

    /// Finance sees to a task.
    pub async fn mend(&self) {
        let world = self.world();
        let Some(listed) = world.call("GET", "/v1/requests?status=needs_attention&limit=5", &FINANCE, "-", "").await
        else {
            return;
        };
        let waiting = listed.json["items"].as_array().cloned().unwrap_or_default();
        for item in &waiting {
            let id = item["id"].as_str().unwrap();
            let to = self.draw(|rng| ["original_tender", "store_credit", "manual"][rng.random_range(0..3)]);
            let retry = json!({"destination": to}).to_string();
            let who = [FINANCE, OTTO][self.draw(|rng| rng.random_range(0..2))];
            _ = world.call("POST", &format!("/v1/requests/{id}/retry"), &who, "-", &retry).await;
        }
        let Some(listed) = world.call("GET", "/v1/requests?status=executing&limit=5", &FINANCE, "-", "").await else {
            return;
        };
        for item in listed.json["items"].as_array().into_iter().flatten() {
            let place = format!("/v1/requests/{}", item["id"].as_str().unwrap());
            let Some(request) = world.call("GET", &place, &FINANCE, "-", "").await else { return };
            if request.status.is_success() {
                self.confirm_payouts(&world, &request.json).await;
            }
        }
    }

    /// What was to be paid out by hand was.
    pub async fn confirm_payouts(&self, world: &World, item: &Value) {
        let id = item["id"].as_str().unwrap();
        for leg in item["legs"].as_array().into_iter().flatten() {
            if leg["to"] == "manual" && leg["status"] == "requires_action" {
                let path = format!("/v1/requests/{id}/legs/{}/confirm", leg["id"].as_str().unwrap());
                for who in [FINANCE, OTTO] {
                    _ = world.call("POST", &path, &who, "-", r#"{"reference": "by hand"}"#).await;
                }
            }
        }
    }

    pub async fn change_ones_mind(&self) {
        let known: Vec<String> = self.asked.borrow().values().filter_map(|asked| asked.id.clone()).collect();
        if known.is_empty() {
            return;
        }
        let id = &known[self.draw(|rng| rng.random_range(0..known.len()))];
        let (what, who, body) = match self.draw(|rng| rng.random_range(0..4_u32)) {
            0 => ("withdraw", ALICE, "{}"),
            1 => ("reply", ALICE, r#"{"note": "there it is"}"#),
            2 => ("reverse", FINANCE, r#"{"note": "wrong"}"#),
            _ => ("retry", FINANCE, "{}"),
        };
        _ = self.world().call("POST", &format!("/v1/requests/{id}/{what}"), &who, "-", body).await;
    }

    /// A customer pays with store credit, as far as it goes.
    pub async fn spend(&self) {
        let customer = format!("CUST-{}", self.draw(|rng| rng.random_range(0..CUSTOMERS)));
        let minor = self.draw(|rng| rng.random_range(1..=5_000));
        self.spendings.want(&self.world(), customer, minor).await;
    }

    /// A person at the ERP posts the oldest draft, or now and then voids it.
    pub async fn see_to_a_draft(&self) {
        if self.erp != Erp::Drafts {
            return;
        }
        let verb = if self.draw(|rng| rng.random_ratio(1, 12)) { "void" } else { "post" };
        let world = self.world();
        if let Some(reference) = oldest_draft(&world) {
            let path = format!("/v1/books/credit-memos/{reference}/{verb}");
            _ = world.call("POST", &path, &FINANCE, "-", "").await;
        }
    }

    /// A person at the ERP posts what is left to be posted.
    pub async fn post_every_draft(&self) {
        let world = self.world();
        while let Some(reference) = oldest_draft(&world) {
            let path = format!("/v1/books/credit-memos/{reference}/post");
            let posted = world.call("POST", &path, &FINANCE, "-", "").await.expect("the host lives");
            assert!(posted.status.is_success(), "{}", posted.text);
        }
    }
}

fn oldest_draft(world: &World) -> Option<String> {
    let sql =
        "SELECT printf('DOC-%010d', id), '', 0, '' FROM books_document WHERE status = 'draft' ORDER BY id LIMIT 1";
    world.rows(sql).into_iter().map(|(reference, ..)| reference).next()
}
