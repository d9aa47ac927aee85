//! Small files that are stored with a request.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::files::scan::{self, ScanOutcome};
use contraflow_domain::files::{self, FileError, Upload};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{EVIDENCE, FILE_BYTES, FILES, TRIES};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::evidence::Evidence;
use contraflow_domain::request::file::FileScan;
use samples::{approved, at, steps, tasks};

fn waiting() -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.hash_content();
    request
}

fn upload<'a>(name: &'a str, bytes: &'a [u8]) -> Upload<'a> {
    Upload { name, kind: "chat", media_type: "text/plain", bytes }
}

#[test]
fn a_file_counts_as_evidence_once_however_often_it_is_sent() {
    let mut request = waiting();
    let before = request.content_hash.clone();
    let taken = files::take(&mut request, upload("chat.txt", b"hello"), ("alice", false), at(1)).unwrap();
    assert!(taken.is_new);
    assert_eq!(taken.file.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!((taken.file.size, taken.file.scan), (5, FileScan::NotScanned));
    assert_ne!(request.content_hash, before, "whoever decides looks again");
    let counted = request.ask.evidence.last().unwrap();
    assert_eq!((counted.stored, &counted.url, &counted.by), (true, &None, &Some("alice".into())));
    let after = request.clone();
    let again = files::take(&mut request, upload("other name.txt", b"hello"), ("bob", false), at(2)).unwrap();
    assert_eq!((again.is_new, again.file.name.as_str()), (false, "chat.txt"));
    assert_eq!(request, after, "nothing has changed");
}

#[test]
fn a_file_that_is_too_large_misnamed_of_a_wrong_type_or_too_late_leaves_no_trace() {
    let large = vec![b'a'; FILE_BYTES + 1];
    let mut request = waiting();
    let before = request.clone();
    let refused = |request: &mut Request, upload| files::take(request, upload, ("alice", false), at(1)).unwrap_err();
    assert_eq!(refused(&mut request, upload("a.txt", b"")), FileError::Size(0));
    assert_eq!(refused(&mut request, upload("a.txt", &large)), FileError::Size(FILE_BYTES + 1));
    assert!(matches!(refused(&mut request, upload("../a.txt", b"x")), FileError::Name(_)));
    assert!(matches!(refused(&mut request, Upload { kind: "", ..upload("a", b"x") }), FileError::Kind(_)));
    assert!(matches!(refused(&mut request, upload("a.txt", b"<html>")), FileError::Media(_)));
    assert_eq!(request, before);
    assert!(files::take(&mut request, upload("a.txt", &large[1..]), ("alice", false), at(1)).is_ok(), "at the bound");
    for status in [RequestStatus::Approved, RequestStatus::Completed, RequestStatus::Rejected, RequestStatus::Executing]
    {
        let mut decided = Request { status, ..waiting() };
        assert_eq!(refused(&mut decided, upload("a.txt", b"x")), FileError::Decided(status));
    }
}

#[test]
fn a_request_holds_as_many_files_and_as_many_bytes_of_them_as_it_may_and_no_more() {
    let mut request = waiting();
    for number in 0..FILES {
        let text = format!("file {number}");
        files::take(&mut request, upload("a.txt", text.as_bytes()), ("alice", false), at(1)).unwrap();
    }
    let refused = files::take(&mut request, upload("a.txt", b"one more"), ("alice", false), at(1)).unwrap_err();
    assert!(matches!(refused, FileError::Full(FILES, _)), "{refused}");
    assert!(
        files::take(&mut request, upload("a.txt", b"file 0"), ("alice", false), at(1)).is_ok(),
        "it is there already"
    );
    let mut request = waiting();
    for number in 0..10_u8 {
        files::take(&mut request, upload("a.txt", &vec![b'a' + number; FILE_BYTES]), ("alice", false), at(1)).unwrap();
    }
    assert!(matches!(
        files::take(&mut request, upload("a.txt", b"x"), ("alice", false), at(1)),
        Err(FileError::Full(10, _))
    ));
    let mut request = waiting();
    request.ask.evidence = vec![Evidence::link("photo", "https://files.example/1"); EVIDENCE];
    let refused = files::take(&mut request, upload("a.txt", b"x"), ("alice", false), at(1));
    assert_eq!(refused, Err(FileError::FullOfEvidence(EVIDENCE)));
}

#[test]
fn a_file_that_waits_for_the_scanner_counts_as_nothing_until_it_is_surely_clean() {
    let mut request = waiting();
    let hash = files::take(&mut request, upload("a.txt", b"hello"), ("alice", true), at(1)).unwrap().file.sha256;
    assert!(request.ask.evidence.is_empty() && request.awaits_scan() && !request.files[0].is_given_out());
    assert_eq!(chain::next(&request, at(1)), Next::Do(Step::FileScan));
    for (number, error) in
        [CallError::Unknown("no verdict".into()), CallError::not_sent("away"), CallError::Declined("no".into())]
            .into_iter()
            .cycle()
            .take(TRIES as usize)
            .enumerate()
    {
        scan::record(&mut request, &hash, &Err(error), at(2 + number as u64));
        assert!(request.ask.evidence.is_empty() && !request.files[0].is_given_out(), "unknown is never clean");
    }
    assert_eq!(tasks(&request), ["file.unscanned"], "a person is told");
    let before = request.content_hash.clone();
    scan::record(&mut request, &hash, &Ok(ScanOutcome::Clean), at(100));
    assert_eq!((request.ask.evidence.len(), request.files[0].is_given_out()), (1, true));
    assert_ne!(request.content_hash, before);
    steps::seal(&mut request, at(100));
    assert_eq!(tasks(&request), Vec::<&str>::new());
    let after = request.clone();
    scan::record(&mut request, &hash, &Ok(ScanOutcome::Infected("late".into())), at(101));
    assert_eq!(request, after, "what was recorded stays");
}

#[test]
fn an_infected_file_is_told_and_the_same_bytes_are_not_taken_again() {
    let mut request = waiting();
    let hash = files::take(&mut request, upload("a.txt", b"hello"), ("alice", true), at(1)).unwrap().file.sha256;
    scan::record(&mut request, &hash, &Ok(ScanOutcome::Infected("Eicar".into())), at(2));
    assert!(request.findings.iter().any(|finding| finding.message.contains("Eicar")), "{:?}", request.findings);
    assert_eq!((tasks(&request), request.ask.evidence.len()), (vec!["file.infected"], 0));
    let again = files::take(&mut request, upload("b.txt", b"hello"), ("bob", true), at(3));
    assert_eq!(again, Err(FileError::Infected));
}

#[test]
fn a_file_that_turns_out_clean_after_the_decision_changes_nothing_that_was_decided() {
    let mut request = waiting();
    let hash = files::take(&mut request, upload("a.txt", b"hello"), ("alice", true), at(1)).unwrap().file.sha256;
    let before = request.content_hash.clone();
    request.status = RequestStatus::Approved;
    scan::record(&mut request, &hash, &Ok(ScanOutcome::Clean), at(2));
    assert_eq!((&request.content_hash, request.ask.evidence.len()), (&before, 0));
    assert!(request.files[0].is_given_out());
}
