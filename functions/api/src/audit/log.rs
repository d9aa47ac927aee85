//! What is known of the log of heads: enough to append to it and to sign it, however long it is.

use contraflow_audit::{Covered, Frontier};
use serde::{Deserialize, Serialize};

/// Marks the form in which this is stored.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
enum Form {
    #[default]
    #[serde(rename = "log/1")]
    Log,
}

/// Holds what is known of the log. Only whoever seals and who stores checkpoints writes it, so no request ever waits
/// for it.
#[derive(Serialize, Deserialize)]
pub struct Log {
    form: Form,
    /// The tree over all heads of the log.
    pub frontier: Frontier,
    /// The number of requests that have a head in the log.
    pub requests: u64,
    /// The number of events up to these heads.
    pub events: u64,
    /// The number of checkpoints that are stored.
    pub checkpoints: u64,
    /// What was offered to be signed, until that is done: a checkpoint that was signed and whose way here was lost is
    /// signed again over the same, so that there are never two of one number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<Covered>,
    /// Where the walk through the requests of before there was a log goes on; `None` once it has ended.
    pub walk: Option<String>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            form: Form::Log,
            frontier: Frontier::default(),
            requests: 0,
            events: 0,
            checkpoints: 0,
            offered: None,
            walk: Some("request/".into()),
        }
    }
}

impl Log {
    /// Returns what a checkpoint over the log as it is now covers.
    pub fn covered(&self) -> Covered {
        Covered {
            heads: self.frontier.size(),
            requests: self.requests,
            events: self.events,
            root: self.frontier.root(),
        }
    }
}
