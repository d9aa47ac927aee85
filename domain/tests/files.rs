//! Small files that are stored with a request.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::files::{self, FileError, Upload};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{EVIDENCE, FILE_BYTES, FILES};
use contraflow_domain::request::Request;
use contraflow_domain::request::evidence::Evidence;
use contraflow_domain::request::file::FileScan;
use samples::{approved, at};

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
    let taken = files::take(&mut request, upload("chat.txt", b"hello"), "alice", at(1)).unwrap();
    assert!(taken.is_new);
    assert_eq!(taken.file.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!((taken.file.size, taken.file.scan), (5, FileScan::NotScanned));
    assert_ne!(request.content_hash, before, "whoever decides looks again");
    let counted = request.ask.evidence.last().unwrap();
    assert_eq!((counted.stored, &counted.url, &counted.by), (true, &None, &Some("alice".into())));
    let after = request.clone();
    let again = files::take(&mut request, upload("other name.txt", b"hello"), "bob", at(2)).unwrap();
    assert_eq!((again.is_new, again.file.name.as_str()), (false, "chat.txt"));
    assert_eq!(request, after, "nothing has changed");
}

#[test]
fn a_file_that_is_too_large_misnamed_of_a_wrong_type_or_too_late_leaves_no_trace() {
    let large = vec![b'a'; FILE_BYTES + 1];
    let mut request = waiting();
    let before = request.clone();
    let refused = |request: &mut Request, upload| files::take(request, upload, "alice", at(1)).unwrap_err();
    assert_eq!(refused(&mut request, upload("a.txt", b"")), FileError::Size(0));
    assert_eq!(refused(&mut request, upload("a.txt", &large)), FileError::Size(FILE_BYTES + 1));
    assert!(matches!(refused(&mut request, upload("../a.txt", b"x")), FileError::Name(_)));
    assert!(matches!(refused(&mut request, Upload { kind: "", ..upload("a", b"x") }), FileError::Kind(_)));
    assert!(matches!(refused(&mut request, upload("a.txt", b"<html>")), FileError::Media(_)));
    assert_eq!(request, before);
    assert!(files::take(&mut request, upload("a.txt", &large[1..]), "alice", at(1)).is_ok(), "at the bound");
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
        files::take(&mut request, upload("a.txt", text.as_bytes()), "alice", at(1)).unwrap();
    }
    let refused = files::take(&mut request, upload("a.txt", b"one more"), "alice", at(1)).unwrap_err();
    assert!(matches!(refused, FileError::Full(FILES, _)), "{refused}");
    assert!(files::take(&mut request, upload("a.txt", b"file 0"), "alice", at(1)).is_ok(), "it is there already");
    let mut request = waiting();
    for number in 0..10_u8 {
        files::take(&mut request, upload("a.txt", &vec![b'a' + number; FILE_BYTES]), "alice", at(1)).unwrap();
    }
    assert!(matches!(files::take(&mut request, upload("a.txt", b"x"), "alice", at(1)), Err(FileError::Full(10, _))));
    let mut request = waiting();
    request.ask.evidence = vec![Evidence::link("photo", "https://files.example/1"); EVIDENCE];
    let refused = files::take(&mut request, upload("a.txt", b"x"), "alice", at(1));
    assert_eq!(refused, Err(FileError::FullOfEvidence(EVIDENCE)));
}
