//! The gateway's answer when it is asked about a contradiction.

use serde_json::json;

use super::moved::after_move;
use super::news::GatewayReply;
use super::other_amount;
use crate::catalogue::{EventKind, TaskCode};
use crate::lifecycle::leg::LegEvent;
use crate::request::Request;
use crate::request::attempt::{CallError, Effect};
use crate::time::Timestamp;

/// Records what the gateway said when it was asked because of the contradiction with that number. An answer to an
/// earlier question decides nothing, because what has come since may be newer.
pub fn resolve(request: &mut Request, leg: &str, doubt: u64, outcome: &Result<GatewayReply, CallError>, at: Timestamp) {
    let id = request.id.clone();
    request.stepped();
    let Some(doubted) = request.leg_mut(leg).filter(|leg| leg.doubt == Some(doubt)) else { return };
    let before = doubted.status;
    let error = match outcome {
        Ok(GatewayReply::Refund(report)) if other_amount::differs(doubted, report) => {
            other_amount::raise(request, leg, report, at);
            CallError::Unknown("the gateway names another amount".into())
        }
        Ok(GatewayReply::Refund(report)) => match doubted.on(LegEvent::Found(report.standing)) {
            Ok(now) => {
                doubted.doubt = None;
                doubted.attempt.succeed();
                if now != before {
                    return after_move(request, leg, before, Some(report), "payment-reversal", at);
                }
                let why = "the gateway has it as it is here";
                let facts = json!({"leg": leg, "status": now});
                return request.note(at, "payment-reversal", EventKind::LegConfirmed, why, facts);
            }
            Err(impossible) => CallError::Unknown(impossible.to_string()),
        },
        Ok(GatewayReply::Absent(_)) => {
            CallError::Unknown("the gateway speaks of the refund and does not find it".into())
        }
        Err(error) => error.clone(),
    };
    let Some(doubted) = request.leg_mut(leg) else { return };
    let task = doubted.attempt.fail(Effect::Contradiction, &error, &id, at);
    // A gateway that speaks of the refund and does not have it won't find it when it is asked again.
    let is_absent = matches!(outcome, Ok(GatewayReply::Absent(_)));
    if let Some(task) = task.or_else(|| is_absent.then_some(TaskCode::LegContradiction)) {
        let happened = format!(
            "The gateway contradicts itself about leg {leg}, which stands at “{}” here, and a look-up can't decide: {error}.",
            before.title()
        );
        request.raise(at, task, leg, &happened);
    }
}
