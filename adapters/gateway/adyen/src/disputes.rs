//! How far a dispute is, by its events (<https://docs.adyen.com/risk-management/disputes-api/dispute-notifications>). A
//! refund that waits for a dispute goes on when it is decided, so the events that decide one must be among those that
//! the webhook sends.

use crate::bindings::contract::DisputeStatus;
use crate::notification::Item;

/// Returns where a dispute stands after this event; `None` where the event tells of no dispute.
///
/// Only the event's code is signed. So the status beside it is believed where it keeps money back, and never where it
/// would let a refund go: won is what an event is named for, or it is not won.
pub fn status(item: &Item) -> Option<DisputeStatus> {
    let event = item.event_code.as_str();
    let named = by_name(event)?;
    let beside = item.additional_data.dispute_status.as_str();
    let asks = !item.additional_data.inquiry_reason_code.is_empty() || matches!(beside, "Unresponded" | "Responded");
    Some(match (beside, event) {
        ("Lost", _) => DisputeStatus::Lost,
        ("Accepted", _) => DisputeStatus::Accepted,
        // Also what is supplied for a request for information, or not in time, takes no money.
        _ if asks => DisputeStatus::Inquiry,
        // It can still be fought.
        ("Undefended" | "Pending", "SECOND_CHARGEBACK") => DisputeStatus::Open,
        _ => named,
    })
}

/// Tells whether this event puts the money back, until it is charged back a second time.
pub fn reinstates(item: &Item) -> bool {
    item.event_code == "CHARGEBACK_REVERSED"
}

/// Returns which round of its dispute an event is of; `None` where it may be of any. The event's code is signed and its
/// date is not, so the order of events rests on this.
pub fn round(item: &Item) -> Option<u32> {
    Some(match item.event_code.as_str() {
        "REQUEST_FOR_INFORMATION" => 0,
        "NOTIFICATION_OF_CHARGEBACK" | "CHARGEBACK" | "CHARGEBACK_REVERSED" => 1,
        "SECOND_CHARGEBACK" => 2,
        event if event.starts_with("PREARBITRATION_") => 3,
        event if event.starts_with("SCHEME_ARBITRATION") => 4,
        _ => return None,
    })
}

fn by_name(event: &str) -> Option<DisputeStatus> {
    Some(match event {
        "REQUEST_FOR_INFORMATION" => DisputeStatus::Inquiry,
        "NOTIFICATION_OF_CHARGEBACK" | "CHARGEBACK" | "PREARBITRATION_OPEN" => DisputeStatus::Open,
        "INFORMATION_SUPPLIED" | "PREARBITRATION_DECLINED" | "SCHEME_ARBITRATION" => DisputeStatus::UnderReview,
        // The money is back for the time being. The bank may charge it back a second time, so nothing goes out on the
        // strength of it.
        "CHARGEBACK_REVERSED" => DisputeStatus::UnderReview,
        "ISSUER_RESPONSE_TIMEFRAME_EXPIRED"
        | "PREARBITRATION_WON"
        | "PREARBITRATION_ISSUER_WITHDRAWN"
        | "SCHEME_ARBITRATION_WON" => DisputeStatus::Won,
        "SECOND_CHARGEBACK" | "DISPUTE_DEFENSE_PERIOD_ENDED" | "PREARBITRATION_LOST" | "SCHEME_ARBITRATION_LOST" => {
            DisputeStatus::Lost
        }
        "PREARBITRATION_ACCEPTED" => DisputeStatus::Accepted,
        _ => return None,
    })
}
