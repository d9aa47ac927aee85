//! People who collude: whoever asked, approved or mended tries everything else, too, under every role and spelling.

use rand::RngExt as _;
use serde_json::json;

use super::script::Script;
use crate::world::World;
use contraflow_host::local_auth::LocalUser;

const ALL: &[&str] = &["requester", "approver:team-lead", "approver:manager", "finance", "admin"];

/// Everybody who has a hand in it, as they would be with every role, and as somebody who may be them.
const COLLUDERS: [LocalUser<'static>; 8] = [
    LocalUser { name: "alice", roles: ALL },
    LocalUser { name: "Alice", roles: ALL },
    LocalUser { name: "alice@firm.example", roles: ALL },
    LocalUser { name: "lea", roles: ALL },
    LocalUser { name: "max", roles: ALL },
    LocalUser { name: "MAX", roles: ALL },
    LocalUser { name: "fina", roles: ALL },
    LocalUser { name: "mia", roles: &["requester"] },
];

impl Script {
    /// Somebody tries something that may not be theirs to do. What they may is done, and the oracles see to the rest.
    pub async fn collude(&self) {
        let known: Vec<String> = self.asked.borrow().values().filter_map(|asked| asked.id.clone()).collect();
        if known.is_empty() {
            return;
        }
        let world = self.world();
        let who = COLLUDERS[self.draw(|rng| rng.random_range(0..COLLUDERS.len()))];
        let id = known[self.draw(|rng| rng.random_range(0..known.len()))].clone();
        match self.draw(|rng| rng.random_range(0..10_u32)) {
            0..4 => self.approve_as(&world, &id, who).await,
            4..6 => {
                let to = self.draw(|rng| ["original_tender", "store_credit", "manual"][rng.random_range(0..3)]);
                _ = world
                    .call(
                        "POST",
                        &format!("/v1/requests/{id}/retry"),
                        &who,
                        "-",
                        &json!({"destination": to}).to_string(),
                    )
                    .await;
            }
            6 => {
                for leg in ["l1", "l2", "l3"] {
                    let path = format!("/v1/requests/{id}/legs/{leg}/confirm");
                    _ = world.call("POST", &path, &who, "-", r#"{"reference": "trust me"}"#).await;
                }
            }
            7 => _ = world.call("POST", &format!("/v1/requests/{id}/reverse"), &who, "-", "{}").await,
            8 => {
                let more =
                    json!({"evidence": [{"kind": "photo", "url": "https://files.example/forged.jpg"}]}).to_string();
                _ = world.call("POST", &format!("/v1/requests/{id}/reply"), &who, "-", &more).await;
            }
            _ => {
                let until = json!({"to": "mia", "until": "2026-11-28T00:00:00Z"}).to_string();
                _ = world.call("POST", "/v1/delegations", &who, "-", &until).await;
            }
        }
    }

    /// Approves what is there now, what was there at first, or does not say what.
    async fn approve_as(&self, world: &World, id: &str, who: LocalUser<'_>) {
        let Some(read) = world.call("GET", &format!("/v1/requests/{id}"), &who, "-", "").await else { return };
        let first = read.json["approvals"]["decisions"][0]["content_hash"].clone();
        let hash = match self.draw(|rng| rng.random_range(0..6_u32)) {
            0 => json!(null),
            1 => first,
            _ => read.json["content_hash"].clone(),
        };
        let decision = json!({"decision": "approve", "content_hash": hash}).to_string();
        _ = world.call("POST", &format!("/v1/requests/{id}/decisions"), &who, "-", &decision).await;
    }
}
