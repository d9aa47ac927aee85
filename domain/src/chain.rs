//! The chain: works out what comes next from the request's own state alone. So any step may be driven twice, or by two
//! drivers at once.

use serde::{Deserialize, Serialize};

use crate::erp;
use crate::gateway;
use crate::lifecycle::leg::LegStatus;
use crate::lifecycle::request::RequestStatus;
use crate::limits;
use crate::request::Request;
use crate::request::leg::Leg;
use crate::request::wait::Watch;
use crate::time::Timestamp;

/// A step of the chain, named after the function that does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Find the invoice, or the customer where there is none, and build the packet.
    InvoiceLookup,
    /// Check the request, compute its amount and reserve it.
    Eligibility,
    /// Ask the policy who must decide and by when, remind people, or expire what nobody decided.
    Approval,
    /// Hand the document to the ERP, or let it book movements of money.
    ErpHandoff,
    /// Pay a leg back through a gateway.
    PaymentReversal {
        /// The name of the gateway.
        gateway: String,
    },
    /// Have a stored file scanned for viruses.
    FileScan,
    /// Deliver messages.
    Notification {
        /// The channel that the messages go over.
        channel: String,
    },
}

/// The next thing that a driver is to do for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Next {
    /// Do this step now.
    Do(Step),
    /// Do nothing before that instant.
    Wait {
        /// When to look again.
        until: Timestamp,
    },
    /// Do nothing until someone or something outside moves.
    Rest,
}

/// The steps that could be done now, and when the next one can be.
struct Agenda {
    now: Timestamp,
    ready: Option<Step>,
    earliest: Option<Timestamp>,
}

impl Agenda {
    fn add(&mut self, step: Step, not_before: Option<Timestamp>) {
        match not_before {
            Some(then) if then > self.now => self.wait(then),
            _ => {
                self.ready.get_or_insert(step);
            }
        }
    }

    fn wait(&mut self, then: Timestamp) {
        self.earliest = Some(self.earliest.map_or(then, |earliest| earliest.min(then)));
    }
}

/// Works out what comes next for this request.
#[must_use]
pub fn next(request: &Request, now: Timestamp) -> Next {
    if let Some(until) = request.step.wait(now) {
        return Next::Wait { until };
    }
    let mut agenda = Agenda { now, ready: None, earliest: None };
    // A request that needs attention is retried where it stood.
    match request.stage() {
        RequestStatus::Received if request.packet.is_none() => agenda.add(Step::InvoiceLookup, None),
        RequestStatus::Received => agenda.add(Step::Eligibility, None),
        RequestStatus::Validated | RequestStatus::AutoApproved => agenda.add(Step::Approval, None),
        status if status.awaits_people() => {
            if request.ends_for_backup() || request.is_routed_anew() {
                agenda.add(Step::Approval, None);
            }
            if let Some(deadline) = request.deadline {
                // What is overdue is looked at a second time before it expires.
                agenda.add(Step::Approval, Some(request.end_is_seen_at(deadline, now)));
            }
        }
        status if status.is_refused() => {}
        _ => execution(request, &mut agenda),
    }
    // A contradiction is looked up whatever became of the request.
    for leg in request.legs.iter().filter(|leg| leg.doubt.is_some()) {
        pay_back(leg, request.may_pay(), &mut agenda);
    }
    match request.watch(now) {
        Watch::Nothing => {}
        Watch::Wait(then) => agenda.wait(then),
        Watch::Now => agenda.add(Step::Approval, None),
    }
    if request.awaits_scan() {
        agenda.add(Step::FileScan, request.scanning.not_before);
    }
    for message in request.outbox.iter().filter(|message| message.is_queued()) {
        agenda.add(Step::Notification { channel: message.channel.clone() }, message.attempt.not_before);
    }
    match (agenda.ready, agenda.earliest) {
        (Some(step), _) => Next::Do(step),
        (None, Some(until)) => Next::Wait { until },
        (None, None) => Next::Rest,
    }
}

fn execution(request: &Request, agenda: &mut Agenda) {
    if request.awaits_payments {
        agenda.add(Step::InvoiceLookup, None);
    }
    match erp::document::work(request, agenda.now) {
        erp::document::Work::Nothing => {}
        erp::document::Work::Wait(then) => agenda.wait(then),
        _ => agenda.add(Step::ErpHandoff, None),
    }
    for leg in &request.legs {
        pay_back(leg, request.may_pay(), agenda);
    }
}

/// Adds what is to be done for a leg. Money that is out is followed whatever became of the document; none goes out
/// without one.
fn pay_back(leg: &Leg, may_pay: bool, agenda: &mut Agenda) {
    let Some(gateway) = leg.gateway() else { return };
    match gateway::refund::work(leg, agenda.now) {
        gateway::refund::Work::Nothing => {}
        _ if leg.status == LegStatus::Reserved && leg.doubt.is_none() && !may_pay => {}
        // An order that may be repeated is not repeated without a document: once it may be no more, it is looked up.
        gateway::refund::Work::Submit if !may_pay => {
            if let Some(until) = leg.replay_until {
                agenda.wait(until);
            }
        }
        gateway::refund::Work::Wait(then) => agenda.wait(then),
        _ => agenda.add(Step::PaymentReversal { gateway: gateway.into() }, None),
    }
}

/// Returns when the clock drives the request, if nothing else does. While a step is due, a driver is given some time
/// for it.
#[must_use]
pub fn due(request: &Request, now: Timestamp) -> Option<Timestamp> {
    match next(request, now) {
        Next::Do(_) => Some(now.plus_ms(limits::DRIVER_LEASE_MS)),
        Next::Wait { until } => Some(until),
        Next::Rest => None,
    }
}
