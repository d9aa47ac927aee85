//! Names as people read them.

use crate::model::Leg;

/// `pending_approval` as `Pending approval`. Names that the console does not know are shown all the same.
pub fn humane(name: &str) -> String {
    sentence(&name.replace(['_', '.'], " "))
}

/// With a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// `approver:manager` as `manager (approver)`; other roles as they are.
pub fn role(name: &str) -> String {
    match name.split_once(':') {
        Some((role, level)) => format!("{level} ({role})"),
        None => name.to_owned(),
    }
}

/// The beginning of an id: enough to tell ids apart, since the end of a UUID of version 7 is what differs.
pub fn short_id(id: &str) -> &str {
    id.len().checked_sub(8).and_then(|start| id.get(start..)).unwrap_or(id)
}

/// Where money is to go, in words.
pub fn destination(name: &str) -> String {
    match name {
        "store_credit" => "Store credit".into(),
        "invoice_balance" => "Open balance of the invoice".into(),
        "manual" => "Paid out by hand".into(),
        "original_tender" => "Back to what it was paid with".into(),
        "out_of_band" => "Already taken by the bank".into(),
        "auto" | "" => "As the policy decides".into(),
        other => humane(other),
    }
}

/// Where a leg pays to: the tender's own name where it goes back to one.
pub fn leg(leg: &Leg) -> String {
    match (leg.to.as_str(), &leg.gateway) {
        ("original_tender", Some(gateway)) if !gateway.is_empty() => format!("{} by {gateway}", humane(&leg.method)),
        ("original_tender", _) => humane(&leg.method),
        (to, _) => destination(to),
    }
}

/// How an event is called.
pub fn event(what: &str) -> String {
    match what {
        "request.received" => "Received".into(),
        "request.validate" => "Checked".into(),
        "request.ask_people" => "Sent to people for a decision".into(),
        "request.pass_automatically" => "Passed by the policy".into(),
        "request.approve" => "Approved".into(),
        "request.reject" => "Rejected".into(),
        "request.exclude" => "Found ineligible".into(),
        "request.recognise_duplicate" => "Recognised as a duplicate".into(),
        "request.request_info" => "Information requested".into(),
        "request.answer" => "Answered".into(),
        "request.escalate" => "Escalated".into(),
        "request.expire" => "Expired".into(),
        "request.withdraw" => "Withdrawn".into(),
        "request.execute" => "Carrying out".into(),
        "request.complete" => "Completed".into(),
        "request.complete_partly" => "Completed in part".into(),
        "request.need_attention" => "Needs attention".into(),
        "request.resume_intake" | "request.resume_decision" | "request.resume_execution" => "Taken up again".into(),
        "request.replied" => "Something was added".into(),
        "request.level_approved" => "Approved at one level".into(),
        "packet.built" => "Evidence put together".into(),
        "document.sent" => "Credit memo sent to the ERP".into(),
        "document.accepted" => "Credit memo taken by the ERP".into(),
        "document.posted" => "Draft posted in the ERP".into(),
        "document.voided_there" => "Voided in the ERP by somebody there".into(),
        "document.not_seen" => "The memo could not be looked at in the ERP".into(),
        "leg.submitting" => "Refund sent to the gateway".into(),
        "leg.unknown" => "The gateway's answer was lost".into(),
        "leg.doubted" => "The gateway contradicts itself and is asked".into(),
        "leg.confirmed" => "The gateway confirmed what is here".into(),
        "leg.replayed" => "Ordered again under the same key".into(),
        "leg.named" => "The gateway's refund was named".into(),
        "leg.given_up" => "Not found at the gateway".into(),
        "leg.given_back" => "No longer paid by the bank: the dispute was won after all".into(),
        "leg.frozen" => "Held back by a dispute".into(),
        "fraud.warned" => "The card network warns of fraud".into(),
        "leg.moved" => "Money moved on".into(),
        "leg.rerouted" => "Money sent elsewhere".into(),
        "leg.paid_out" => "Paid out by hand".into(),
        "legs.booked" => "Money booked in the ERP".into(),
        "task.raised" => "A person is needed".into(),
        "amount.released" => "Reserved amount set free".into(),
        "amount.reserved" => "Amount computed and reserved".into(),
        other => humane(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(humane("pending_approval"), "Pending approval");
        assert_eq!(humane(""), "");
        assert_eq!(role("approver:team-lead"), "team-lead (approver)");
        assert_eq!(short_id("0199-aaaa-bbbb12345678"), "12345678");
        assert_eq!(short_id("ü"), "ü");
    }
}
