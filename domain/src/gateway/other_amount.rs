//! Refunds of another amount or currency than was ordered. What the gateway says of such a refund is neither success
//! nor failure of the leg: nothing is sent in its place, the gateway is asked again, and a person looks.

use serde_json::json;

use super::contradiction;
use super::moved::after_move;
use super::news::RefundReport;
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::leg::{LegEvent, LegStatus, Standing};
use crate::request::Request;
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// Takes in which amount the gateway names, and tells whether it is another than the leg's. Where it names none, what
/// it named last holds.
pub(crate) fn differs(leg: &mut Leg, report: &RefundReport) -> bool {
    if let Some(told) = &report.amount {
        leg.other_amount = (!told.is(leg.amount)).then(|| told.clone());
    }
    leg.other_amount.is_some()
}

/// Writes down that the gateway names another amount. A leg that is under way waits for a person from here on, and is
/// looked up meanwhile; about one that is final, or was not sent, the gateway is asked as about a contradiction.
pub(crate) fn record(request: &mut Request, leg: &str, report: &RefundReport, actor: &str, at: Timestamp) {
    let stands = request.has_task(TaskCode::LegOtherAmount, leg);
    let Some(told) = request.leg_mut(leg) else { return };
    let before = told.status;
    let waits = before.is_open() && told.on(LegEvent::Told(Standing::RequiresAction)).is_ok();
    // A look-up that says the same again is nothing new.
    if !(stands && before == LegStatus::RequiresAction) {
        let happened = happened(told, report);
        let facts = json!({"leg": leg, "here": before, "reference": report.reference, "amount": told.other_amount});
        request.note(at, actor, EventKind::LegOtherAmount, &happened, facts);
    }
    if waits {
        after_move(request, leg, before, None, actor, at);
    } else {
        contradiction::ask(request, leg);
    }
    raise(request, leg, report, at);
}

/// Calls a person.
pub(crate) fn raise(request: &mut Request, leg: &str, report: &RefundReport, at: Timestamp) {
    if let Some(happened) = request.leg_mut(leg).map(|leg| happened(leg, report)) {
        request.raise(at, TaskCode::LegOtherAmount, leg, &happened);
    }
}

fn happened(leg: &Leg, report: &RefundReport) -> String {
    let told = leg.other_amount.as_ref().map_or_else(String::new, ToString::to_string);
    format!(
        "Leg {} is to pay {} {}, and the gateway names {told} for its refund {}.",
        leg.id, leg.amount, leg.amount.currency, report.reference
    )
}
