//! The virus scanner: what it says of a stored file, and what follows from that. Unknown is never clean.

use serde_json::json;

use crate::backup;
use crate::catalogue::{EventKind, FindingCode, TaskCode};
use crate::request::attempt::{CallError, Effect};
use crate::request::file::{FileScan, StoredFile};
use crate::request::{Finding, Request, Severity};
use crate::time::Timestamp;

/// Names who scans, for the record.
const ACTOR: &str = "file-scan";

/// What the scanner surely said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanOutcome {
    /// It found nothing.
    Clean,
    /// It found something, which it names so; the name may be empty.
    Infected(String),
}

/// Returns the oldest file that is to be looked at now.
#[must_use]
pub fn due(request: &Request, now: Timestamp) -> Option<&StoredFile> {
    let waiting = request.files.iter().find(|file| file.scan == FileScan::Waiting);
    waiting.filter(|_| request.scanning.wait(now).is_none())
}

/// Records what the scanner said of a file that waited for it. A clean one counts as evidence from now on, as long as
/// nobody has decided; of an infected one the caller removes the bytes, in the same commit. A second time changes
/// nothing.
pub fn record(request: &mut Request, sha256: &str, outcome: &Result<ScanOutcome, CallError>, at: Timestamp) {
    let is_meant = |file: &&mut StoredFile| file.sha256 == sha256 && file.scan == FileScan::Waiting;
    let Some(file) = request.files.iter_mut().find(is_meant) else { return };
    let name = file.name.clone();
    match outcome {
        Ok(ScanOutcome::Clean) => {
            file.scan = FileScan::Clean;
            let evidence = file.as_evidence();
            settled(request, sha256, "", at);
            if request.takes_evidence() {
                request.add_reply("", &[evidence]);
                backup::arrived(request, at);
            }
        }
        Ok(ScanOutcome::Infected(found)) => {
            file.scan = FileScan::Infected;
            settled(request, sha256, found, at);
            let named = if found.is_empty() { String::new() } else { format!(" ({found})") };
            let message = format!("the virus scanner found the file “{name}” to be infected{named}; it was removed");
            request.findings.push(Finding { code: FindingCode::FileInfected, severity: Severity::Warning, message });
            let happened = format!("The file “{name}” is infected{named}, and was removed.");
            request.raise(at, TaskCode::FileInfected, sha256, &happened);
        }
        Err(error) => {
            let task = request.scanning.fail(Effect::Scan, error, sha256, at);
            if let Some(task) = task {
                let happened = format!("The file “{name}” could not be scanned for viruses: {error}.");
                request.raise(at, task, "", &happened);
            }
        }
    }
}

/// Writes down what became of a file, and lets the next be looked at.
fn settled(request: &mut Request, sha256: &str, found: &str, at: Timestamp) {
    request.scanning.succeed();
    let scan = request.file(sha256).map(|file| file.scan);
    request.note(at, ACTOR, EventKind::FileScanned, found, json!({"sha256": sha256, "scan": scan}));
}
