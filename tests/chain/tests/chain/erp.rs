//! The kinds of ERP that there are.

use std::sync::Arc;

use contraflow_host::Application;
use serde_json::{Value, json};

use crate::built;
use crate::world::World;

/// A kind of ERP.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Erp {
    /// Posts at once, and knows keys.
    Posts,
    /// Takes drafts, which a person posts there.
    Drafts,
    /// Makes a document for every order.
    IgnoresKeys,
}

impl Erp {
    pub const ALL: [Self; 3] = [Self::Posts, Self::Drafts, Self::IgnoresKeys];

    /// Compiled once for all tests.
    pub fn application(self) -> Arc<Application> {
        match self {
            Self::Posts => built::application(),
            Self::Drafts => built::with_drafts(),
            Self::IgnoresKeys => built::with_keyless_erp(),
        }
    }

    /// The documents that it has, whoever ordered them.
    pub async fn memos(self, world: &World) -> Vec<Value> {
        if self != Self::IgnoresKeys {
            return world.memos().await;
        }
        let sql = "SELECT CAST(id AS TEXT), status, id, printf('RINV-%05d', id) FROM keyless_document ORDER BY id";
        let rows = world.rows(sql).into_iter();
        rows.map(|(id, status, _, number)| json!({"erp_reference": id, "number": number, "status": status})).collect()
    }
}
