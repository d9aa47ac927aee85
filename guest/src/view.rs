//! Holds the answers of the API that are not in the domain: pages of a list, and the outcomes of several decisions. The
//! API writes them and the console reads them.

use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::duplicates::Twin;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::time::Timestamp;
use contraflow_domain::unread::UnreadMessage;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Holds one page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items of this page, in the order of the list.
    pub items: Vec<T>,
    /// The value of `cursor` for the next page; `None` on the last page.
    pub next: Option<String>,
}

/// Holds the outcomes of several decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// One outcome for each decision, in the order in which they were sent.
    pub items: Vec<BatchItem>,
}

/// Holds the outcome of one decision: a result or a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchItem {
    /// The request's id, as it was sent.
    pub request: String,
    /// The HTTP status that the decision alone would have had.
    pub status: u16,
    /// The state of the request after the decision; `None` when it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Decided>,
    /// The reason why the decision was not taken; `None` when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Says where a request stands after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The request's status.
    pub status: RequestStatus,
    /// The number of the request's last event.
    pub version: u64,
}

/// Holds the requests that may be duplicates of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twins {
    /// How many requests were compared with it.
    pub looked_at: usize,
    /// Whether these were all that could be duplicates of it.
    pub is_whole: bool,
    /// Those that may be, the most alike first.
    pub items: Vec<Twin>,
}

/// Shows a message that could not be read, with what a person is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadView {
    /// Its name here.
    pub id: String,
    /// What the person is to do.
    pub task: TaskCode,
    /// The source that it came from.
    pub source: String,
    /// The sender's word for what kind of message it is; empty where it says none.
    pub kind: String,
    /// The sender's name for what it is about; empty where it says none.
    pub about: String,
    /// What is wrong with it, by place.
    pub errors: Vec<FieldError>,
    /// The beginning of what was sent, as it came.
    pub text: String,
    /// When it came in.
    pub since: Timestamp,
}

impl From<UnreadMessage> for UnreadView {
    fn from(unread: UnreadMessage) -> Self {
        let task = unread.task();
        let UnreadMessage { id, source, kind, about, errors, text, since, .. } = unread;
        Self { id, task, source, kind, about, errors, text, since }
    }
}
