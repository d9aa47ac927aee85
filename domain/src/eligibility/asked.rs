//! Repetitions: the same ask once more, on an invoice or for a customer. From the same ticket it is a duplicate; from
//! elsewhere it may be one, so a person must look.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::EligibilityError;
use crate::catalogue::FindingCode;
use crate::lifecycle::request::RequestEvent;
use crate::limits;
use crate::policy::Policy;
use crate::request::{Finding, Request, Severity};
use crate::schedule;
use crate::time::Timestamp;
use crate::words;

/// An ask that was granted before, as far as a repetition is recognised by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The id of its request.
    pub request: String,
    /// The ticket that it came from, with its channel, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// When it was checked.
    pub at: Timestamp,
}

/// The last requests that asked for the same without an invoice: for one customer, one amount, one kind and one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The requests, the newest last; of many, the newest are kept.
    earlier: Vec<Earlier>,
    /// What of it nobody can read, which is found out anew each time.
    #[serde(skip)]
    unread: Unread,
}

/// What of the like requests nobody can read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Unread {
    /// The ids of requests that are known to have asked for the same.
    requests: Vec<String>,
    /// Whether it is not even known which ones did.
    all: bool,
}

/// What a request without an invoice asks for, as the place where the like is kept: the customer, and a hash of the
/// rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The customer, in the form in which customers are compared.
    pub customer: String,
    /// The hash of the kind, the direction, the amount and the reason.
    pub hash: String,
}

impl Wish {
    /// Returns what the request asks for; none for one about an invoice, whose account keeps that.
    #[must_use]
    pub fn of(request: &Request) -> Option<Self> {
        let ask = &request.ask;
        if ask.invoice.is_some() {
            return None;
        }
        let hash = contraflow_audit::canonical_hash(&json!({
            "kind": ask.kind, "direction": ask.direction(), "amount": ask.amount,
            "reason": words::canonical(&ask.reason),
        }));
        let customer = words::canonical(ask.customer.as_deref().unwrap_or_default());
        Some(Self { customer, hash: hash.unwrap_or_default() })
    }
}

impl Asked {
    /// Returns the ids of the requests.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.earlier.iter().map(|earlier| earlier.request.as_str())
    }

    /// Tells whether a repetition of any of these would be recognised no more.
    #[must_use]
    pub fn is_over(&self, policy: &Policy, now: Timestamp) -> bool {
        let window = u64::from(policy.windows.duplicate_days).saturating_mul(limits::DAY_MS);
        self.earlier
            .iter()
            .all(|earlier| now > earlier.at.plus_ms(window) && policy.retention.receipt_is_over(earlier.at, now))
    }

    /// Forgets requests that came to nothing: asking for the same again is no repetition.
    pub fn forget(&mut self, came_to_nothing: impl Fn(&str) -> bool) {
        self.earlier.retain(|earlier| !came_to_nothing(&earlier.request));
    }

    /// Makes it where nobody can read which requests asked for the same: none of it may be stored.
    #[must_use]
    pub fn unreadable() -> Self {
        Self { earlier: Vec::new(), unread: Unread { requests: Vec::new(), all: true } }
    }

    /// Tells whether it may be stored in place of what was read.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        !self.unread.all
    }

    /// Records that a request can't be read: whether it came to nothing is not known, so a person compares it.
    pub fn cannot_read(&mut self, request: &str) {
        self.unread.requests.push(request.into());
    }

    /// Looks for the same ask, and records this one.
    pub(super) fn compare(
        &mut self,
        request: &mut Request,
        policy: &Policy,
        at: Timestamp,
    ) -> Result<(), EligibilityError> {
        let others = self.earlier.iter().filter(|earlier| earlier.request != request.id).cloned();
        let (unread, others) = others.partition(|earlier| self.unread.requests.contains(&earlier.request));
        recognise(request, others, "for this customer", policy, at)?;
        self.tell_of_unread(request, unread, policy, at);
        let id = request.id.clone();
        self.earlier.retain(|earlier| earlier.request != id);
        self.earlier.push(Earlier { request: id, ticket: ticket(request), at });
        let surplus = self.earlier.len().saturating_sub(limits::ASKED);
        self.earlier.drain(..surplus);
        Ok(())
    }
}

impl Asked {
    /// Puts before a person what can't be compared.
    fn tell_of_unread(&self, request: &mut Request, unread: Vec<Earlier>, policy: &Policy, at: Timestamp) {
        let mut messages = Vec::new();
        if self.unread.all {
            messages.push("which requests asked for the same before can't be read: compare them yourself".to_owned());
        }
        if let Some(twin) = twins(unread, ticket(request).as_deref(), policy, at).last() {
            let day = policy.business.time_zone.day(twin.at);
            messages.push(format!(
                "request {} of {day} asked for the same for this customer, and can't be read: what became of it is not known",
                twin.request
            ));
        }
        let finding = |message| Finding { code: FindingCode::DuplicateSuspected, severity: Severity::Warning, message };
        request.findings.extend(messages.into_iter().map(finding));
    }
}

/// Returns the ticket that a request came from, with its channel, as it is kept: a long one as its hash.
pub(super) fn ticket(request: &Request) -> Option<String> {
    let name = ticket_name(request)?;
    if name.len() <= limits::CLAIM_TICKET_BYTES { Some(name) } else { contraflow_audit::canonical_hash(&name).ok() }
}

fn ticket_name(request: &Request) -> Option<String> {
    request.source.reference.as_ref().map(|reference| format!("{}:{reference}", request.source.channel))
}

/// Tells whether two tickets are two periods of one schedule, which asks for the same on purpose.
fn is_one_schedule(one: &str, other: &str) -> bool {
    let schedule = |ticket: &str| {
        let period = ticket.strip_prefix(schedule::CHANNEL)?.strip_prefix(':')?;
        period.split_once('/').map(|(schedule, _)| schedule.to_owned())
    };
    one != other && schedule(one).is_some() && schedule(one) == schedule(other)
}

/// Returns those of the earlier requests that a repetition is recognised by: not those of long ago, and no other period
/// of the same schedule.
fn twins(mut earlier: Vec<Earlier>, ticket: Option<&str>, policy: &Policy, at: Timestamp) -> Vec<Earlier> {
    let window = u64::from(policy.windows.duplicate_days) * limits::DAY_MS;
    let is_other_period =
        |twin: &Earlier| ticket.zip(twin.ticket.as_deref()).is_some_and(|(one, other)| is_one_schedule(one, other));
    earlier.retain(|twin| at.ms_since(twin.at) <= window && !is_other_period(twin));
    earlier
}

/// Looks among earlier requests that asked for the same, the newest last.
pub(super) fn recognise(
    request: &mut Request,
    earlier: Vec<Earlier>,
    place: &str,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    let (name, kept) = (ticket_name(request), ticket(request));
    let twins = twins(earlier, kept.as_deref(), policy, at);
    // Claims of earlier versions have long names as they are.
    let is_same = |twin: &&Earlier| twin.ticket.is_some() && (twin.ticket == name || twin.ticket == kept);
    if let Some(twin) = twins.iter().rev().find(is_same) {
        let ticket = name.as_deref().unwrap_or_default();
        return Err(EligibilityError {
            code: FindingCode::DuplicateSameTicket,
            message: format!("ticket {ticket} asked for the same in request {}", twin.request),
            event: RequestEvent::RecogniseDuplicate,
            rule: String::new(),
        });
    }
    let Some(twin) = twins.last() else { return Ok(()) };
    let day = policy.business.time_zone.day(twin.at);
    let message = format!("request {} of {day} asks for the same {place}", twin.request);
    request.findings.push(Finding { code: FindingCode::DuplicateSuspected, severity: Severity::Warning, message });
    Ok(())
}
