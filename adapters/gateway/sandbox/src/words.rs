//! The words for where refunds and disputes stand, in the table and in webhooks.

use crate::bindings::contract::{DisputeStatus, RefundStatus};

const REFUND: [(RefundStatus, &str); 6] = [
    (RefundStatus::Pending, "pending"),
    (RefundStatus::RequiresAction, "requires_action"),
    (RefundStatus::Succeeded, "succeeded"),
    (RefundStatus::Failed, "failed"),
    (RefundStatus::Canceled, "canceled"),
    (RefundStatus::Reversed, "reversed"),
];

const DISPUTE: [(DisputeStatus, &str); 8] = [
    (DisputeStatus::Inquiry, "inquiry"),
    (DisputeStatus::Open, "open"),
    (DisputeStatus::UnderReview, "under_review"),
    (DisputeStatus::Won, "won"),
    (DisputeStatus::Lost, "lost"),
    (DisputeStatus::Accepted, "accepted"),
    (DisputeStatus::WarningClosed, "warning_closed"),
    (DisputeStatus::Prevented, "prevented"),
];

/// Returns the word for a refund's status.
pub fn of_refund(status: RefundStatus) -> &'static str {
    REFUND.iter().find(|(candidate, _)| *candidate == status).map_or("pending", |(_, word)| word)
}

/// Returns the refund's status that a word stands for; an error that lists the words.
pub fn refund(word: &str) -> Result<RefundStatus, String> {
    find(&REFUND, word)
}

/// Returns the word for a dispute's status.
pub fn of_dispute(status: DisputeStatus) -> &'static str {
    DISPUTE.iter().find(|(candidate, _)| *candidate == status).map_or("open", |(_, word)| word)
}

/// Returns the dispute's status that a word stands for; an error that lists the words.
pub fn dispute(word: &str) -> Result<DisputeStatus, String> {
    find(&DISPUTE, word)
}

fn find<T: Copy>(words: &[(T, &'static str)], word: &str) -> Result<T, String> {
    words.iter().find(|(_, candidate)| *candidate == word).map(|(status, _)| *status).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(_, word)| *word).collect();
        format!("`{word}` is none of {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for (status, word) in REFUND {
            assert_eq!(of_refund(status), word);
            assert_eq!(refund(word), Ok(status));
        }
        assert!(refund("done").expect_err("unknown").contains("requires_action"));
        for (status, word) in DISPUTE {
            assert_eq!((of_dispute(status), dispute(word)), (word, Ok(status)));
        }
    }
}
