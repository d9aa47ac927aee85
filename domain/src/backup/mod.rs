//! Missing backup: what the policy wants and a request lacks is found, asked for where the request came from, followed
//! up, and closed when it arrives.

mod follow_up;

use serde_json::json;

pub use follow_up::{follow_up, reject, wait};

use crate::catalogue::{EventKind, FindingCode, MessageKind, TaskCode};
use crate::policy::Policy;
use crate::request::backup::{Backup, BackupState, Want, in_words};
use crate::request::wait::WaitStep;
use crate::request::{Finding, Request, Severity, message};
use crate::time::Timestamp;
use crate::words;

/// Names who asks, for the record.
const ACTOR: &str = "contraflow";

/// Returns what the policy wants of a request with its reason and the request lacks.
#[must_use]
pub fn missing(request: &Request, policy: &Policy) -> Vec<Want> {
    let reason = policy.reason(&request.ask.reason);
    let is_reason = |expected: &String| words::same(expected, &request.ask.reason);
    let kinds = reason.map(|reason| reason.evidence.as_slice()).unwrap_or_default();
    let needs =
        reason.is_some_and(|reason| reason.needs_evidence) || policy.evidence.expected_for.iter().any(is_reason);
    let mut wants: Vec<_> = kinds.iter().map(|kind| Want::Evidence { kind: Some(kind.clone()) }).collect();
    if wants.is_empty() && needs {
        wants.push(Want::Evidence { kind: None });
    }
    if reason.is_some_and(|reason| reason.needs_note) {
        wants.push(Want::Note);
    }
    for kind in terms(request, policy) {
        let want = Want::Evidence { kind: Some(kind.clone()) };
        if !wants.contains(&want) {
            wants.push(want);
        }
    }
    wants.retain(|want| !request.meets(want));
    wants
}

/// Returns the kinds of document that the policy's terms want, also those of which nobody can say whether they do.
fn terms<'a>(request: &Request, policy: &'a Policy) -> impl Iterator<Item = &'a String> {
    let terms = policy.terms_of(request, |rule| !rule.evidence.is_empty());
    terms.into_iter().flat_map(|term| &term.rule.evidence)
}

/// Returns the finding about the evidence that is missing; none where none is.
#[must_use]
pub fn finding(request: &Request, missing: &[Want]) -> Option<Finding> {
    let documents: Vec<_> = missing.iter().filter(|want| matches!(want, Want::Evidence { .. })).collect();
    let kinds: Vec<_> = documents.iter().filter(|want| !matches!(want, Want::Evidence { kind: None })).collect();
    if documents.is_empty() {
        return None;
    }
    let reason = &request.ask.reason;
    let what = if reason.trim().is_empty() { "it".into() } else { format!("`{reason}`") };
    let mut message = format!("{what} should come with evidence");
    if !kinds.is_empty() {
        let named: Vec<_> = kinds.into_iter().map(|want| want.words()).collect();
        message.push_str(&format!("; what is missing: {}", named.join(", ")));
    }
    Some(Finding { code: FindingCode::EvidenceMissing, severity: Severity::Warning, message })
}

const fn is_of_backup(code: FindingCode) -> bool {
    matches!(code, FindingCode::EvidenceMissing | FindingCode::ReasonNoteMissing)
}

/// Asks whoever asked for the request, where they asked, for what is missing, if the policy says so: once. A request
/// that was asked about before goes on from where that stands.
pub fn begin(request: &mut Request, policy: &Policy, at: Timestamp) {
    let was_asked = request.backup.as_ref().is_some_and(|backup| backup.asked_at.is_some());
    if was_asked || !request.findings.iter().any(|finding| is_of_backup(finding.code)) {
        return keep_time(request);
    }
    let missing = missing(request, policy);
    if missing.is_empty() {
        return;
    }
    let is_asked = policy.missing_backup.is_some();
    let state = if is_asked { BackupState::Asked } else { BackupState::Missing };
    let asked_at = is_asked.then_some(at);
    let backup = Backup { state, missing, asked_at, reminded: 0, closed_at: None, rejects: false, routes_anew: false };
    let (words, facts) = (backup.words(), json!({"missing": backup.missing}));
    request.backup = Some(backup);
    if !is_asked {
        return;
    }
    keep_time(request);
    request.note(at, ACTOR, EventKind::BackupAsked, &words, &facts);
    let text = format!("Before this can be decided we need: {words}. Please send it in answer to this.");
    message::queue_with(request, MessageKind::RequestBackupMissing, &text, ("backup", facts), at);
}

/// Lets the time run in which what is missing is waited for.
fn keep_time(request: &mut Request) {
    if request.awaits_backup() && !request.timed_steps.contains(&WaitStep::Backup) {
        request.timed_steps.push(WaitStep::Backup);
    }
}

/// Finds out whether something has arrived that was missing: the findings are those of what still is, and once nothing
/// is, the policy says anew who decides.
pub fn arrived(request: &mut Request, at: Timestamp) {
    let Some(backup) = &request.backup else { return arrived_before(request) };
    let still: Vec<_> = backup.missing.iter().filter(|want| !request.meets(want)).cloned().collect();
    if still.len() == backup.missing.len() {
        return;
    }
    let found = finding(request, &still);
    let wants_note = still.contains(&Want::Note);
    request.findings.retain(|finding| match finding.code {
        FindingCode::EvidenceMissing => false,
        FindingCode::ReasonNoteMissing => wants_note,
        _ => true,
    });
    request.findings.extend(found);
    let is_complete = still.is_empty();
    if let Some(backup) = &mut request.backup {
        backup.missing = still;
        if is_complete {
            (backup.state, backup.closed_at, backup.rejects) = (BackupState::Arrived, Some(at), false);
            backup.routes_anew = true;
        }
    }
    if is_complete {
        request.clear(TaskCode::BackupMissing, "");
        request.note(at, ACTOR, EventKind::BackupArrived, "", json!({}));
    }
}

/// Does the same for a request that was checked before it was written down what it lacked.
fn arrived_before(request: &mut Request) {
    let has_evidence = request.meets(&Want::Evidence { kind: None });
    let has_note = request.meets(&Want::Note);
    request.findings.retain(|finding| match finding.code {
        FindingCode::EvidenceMissing => !has_evidence,
        FindingCode::ReasonNoteMissing => !has_note,
        _ => true,
    });
}

/// Returns what is still missing in plain words.
fn missing_words(request: &Request) -> String {
    request.backup.as_ref().map(|backup| in_words(&backup.missing)).unwrap_or_default()
}
