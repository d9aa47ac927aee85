//! Holds the news of a refund whose leg is not known.

use contraflow_domain::gateway::news::RefundNews;
use contraflow_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Holds such news, with the time of the newest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Unmatched {
    /// When the newest of them came; `None` in what earlier versions stored.
    pub at: Option<Timestamp>,
    /// The news, in the order in which they came.
    pub news: Vec<RefundNews>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Dated { at: Option<Timestamp>, news: Vec<RefundNews> },
    Before(Vec<RefundNews>),
}

impl From<Stored> for Unmatched {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Dated { at, news } => Self { at, news },
            Stored::Before(news) => Self { at: None, news },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_that_earlier_versions_stored_are_read() {
        let news = r#"{"refund": "re_1", "status": "succeeded", "payments": ["ch_1"]}"#;
        let read = |text: &str| serde_json::from_str::<Unmatched>(text).map(|read| (read.at, read.news.len()));
        if serde_json::from_str::<RefundNews>(news).is_ok() {
            assert_eq!(read(&format!("[{news}]")).ok(), Some((None, 1)));
        }
        assert_eq!(read("[]").ok(), Some((None, 0)));
        assert!(read(r#"{"at": "2026-11-25T10:00:00.000Z", "news": []}"#).is_ok_and(|(at, _)| at.is_some()));
    }
}
