//! Drives a request along its chain by calling one step after the other. What it does not finish, the clock does.

use bytes::Bytes;
use contraflow_domain::chain::{Next, Step};
use contraflow_domain::request::Request;
use http::{HeaderMap, Method, StatusCode};

use crate::problem::Problem;
use crate::unit::{Session, Unit};
use crate::{http_io, limits};

/// Follows the chain of a request from `next` on, until nothing is to be done now.
///
/// # Errors
/// When a step could not be done: the request is put off, and the clock tries again.
pub async fn drive(id: &str, mut next: Next) -> Result<(), Problem> {
    for _ in 0..limits::HOPS {
        let Next::Do(step) = next else { return Ok(()) };
        next = match hop(id, &step).await {
            Ok(next) => next,
            Err(why) => return put_off(id, &step, &why).await,
        };
    }
    Ok(())
}

/// Follows the chain after the response has been sent. A crash costs only time, because the clock takes the request up.
pub fn drive_later(id: String, next: Next) {
    if matches!(next, Next::Do(_)) {
        drive_in_turn_later(vec![(id, next)]);
    }
}

/// Follows the chains of several requests, one after the other, after the response has been sent.
pub fn drive_in_turn_later(requests: Vec<(String, Next)>) {
    wasip3::spawn(async move {
        for (id, next) in requests {
            if let Err(problem) = drive(&id, next).await {
                eprintln!("request {id}: {}", problem.detail);
            }
        }
    });
}

/// Calls one step once, for something that is not a request, such as a lost dispute.
///
/// # Errors
/// A sentence that says why the step could not be done.
pub async fn call_once(id: &str, step: &Step) -> Result<(), String> {
    hop(id, step).await.map(|_| ())
}

async fn hop(id: &str, step: &Step) -> Result<Next, String> {
    let component = component_of(step);
    let answer =
        http_io::call(&component, Method::POST, &format!("/steps/{component}/{id}"), &HeaderMap::new(), Bytes::new())
            .await?;
    if answer.status() != StatusCode::OK {
        let detail = serde_json::from_slice::<Problem>(answer.body()).map(|problem| problem.detail).unwrap_or_default();
        return Err(format!("{component} answered {}: {detail}", answer.status()));
    }
    serde_json::from_slice(answer.body()).map_err(|error| format!("{component}: {error}"))
}

/// Returns the name of the component that does a step, as the wiring names it: one for each vendor where vendors
/// differ.
#[must_use]
pub fn component_of(step: &Step) -> String {
    match step {
        Step::InvoiceLookup => "invoice-lookup".into(),
        Step::Eligibility => "eligibility".into(),
        Step::Approval => "approval".into(),
        Step::ErpHandoff => "erp-handoff".into(),
        Step::PaymentReversal { gateway } => format!("reversal-{gateway}"),
        Step::FileScan => "file-scan".into(),
        Step::Notification { channel } => format!("notification-{channel}"),
    }
}

async fn put_off(id: &str, step: &Step, why: &str) -> Result<(), Problem> {
    let why = format!("{}: {why}", component_of(step));
    let postpone = async |_: &mut Unit, request: &mut Request, now| {
        request.postpone(now, &why);
        Ok(())
    };
    Session::default().change(id, postpone).await?;
    Err(Problem::unavailable(why))
}
