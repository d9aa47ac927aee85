//! Small files that are stored with a request, as evidence: what is taken, how much, and what it counts for.

pub mod media;
pub mod scan;

use serde_json::json;

use crate::backup;
use crate::catalogue::EventKind;
use crate::lifecycle::request::RequestStatus;
use crate::limits::{EVIDENCE, FILE_BYTES, FILES, FILES_BYTES};
use crate::request::Request;
use crate::request::evidence::{is_file_name, kind_fault, name_fault};
use crate::request::file::{FileScan, StoredFile};
use crate::time::Timestamp;
use media::MediaError;

/// A file that somebody sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is, as the policy names it: `photo`, `receipt`, …
    pub kind: &'a str,
    /// As what it is sent: the header `Content-Type`, empty for nothing.
    pub media_type: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The request is decided already.
    #[error("the request stands at “{}”: nothing is added any more", .0.title())]
    Decided(RequestStatus),
    /// Its name is none.
    #[error("{0}")]
    Name(String),
    /// What it is, is not said as it should be.
    #[error("{0}")]
    Kind(String),
    /// There is nothing in it, or too much.
    #[error(
        "a file has 1 to {FILE_BYTES} bytes, and this one has {0}: what is larger lies elsewhere, with its address and hash"
    )]
    Size(usize),
    /// The request has as many files, or as many bytes of them, as one may have.
    #[error("a request holds at most {FILES} files of {FILES_BYTES} bytes in all, and this one has {0} of {1}")]
    Full(usize, u64),
    /// The request has as much evidence as one may have.
    #[error("a request holds at most {EVIDENCE} documents of evidence, and this one has {0}")]
    FullOfEvidence(usize),
    /// It is not of the type that it is sent as, or of one that is never taken.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The same bytes were found to be infected.
    #[error("the virus scanner has found this very file to be infected")]
    Infected,
}

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The file, as it is stored.
    pub file: StoredFile,
    /// Whether it is new. The same bytes are stored once, under the name that they had first.
    pub is_new: bool,
}

/// Takes a file that somebody sends, and counts it as evidence; one that is to be scanned first counts afterwards. The
/// same bytes a second time change nothing. The caller stores the bytes in the same commit.
///
/// # Errors
/// When it is not taken; nothing has changed then.
pub fn take(
    request: &mut Request,
    upload: Upload<'_>,
    (by, is_scanned): (&str, bool),
    at: Timestamp,
) -> Result<Taken, FileError> {
    let length = upload.bytes.len();
    if length == 0 || length > FILE_BYTES {
        return Err(FileError::Size(length));
    }
    let sha256 = contraflow_audit::Hash::of(upload.bytes).to_string();
    match request.file(&sha256) {
        Some(file) if file.scan == FileScan::Infected => return Err(FileError::Infected),
        Some(file) => return Ok(Taken { file: file.clone(), is_new: false }),
        None => {}
    }
    if !is_file_name(upload.name) {
        return Err(FileError::Name(name_fault()));
    }
    if let Some(fault) = kind_fault(upload.kind) {
        return Err(FileError::Kind(fault));
    }
    if !request.takes_evidence() {
        return Err(FileError::Decided(request.status));
    }
    let media_type = media::check(upload.media_type, upload.bytes)?;
    let size = u64::try_from(length).unwrap_or(u64::MAX);
    room(request, size)?;
    let file = StoredFile {
        sha256,
        name: upload.name.into(),
        kind: upload.kind.into(),
        media_type: media_type.name().into(),
        size,
        by: by.into(),
        at,
        scan: if is_scanned { FileScan::Waiting } else { FileScan::NotScanned },
    };
    request.files.push(file.clone());
    if !is_scanned {
        request.add_reply("", &[file.as_evidence()]);
    }
    let facts = json!({"file": file, "content_hash": request.content_hash});
    request.note(at, by, EventKind::FileAdded, "", facts);
    backup::arrived(request, at);
    Ok(Taken { file, is_new: true })
}

/// Checks that the request has room for one more file of that size.
fn room(request: &Request, size: u64) -> Result<(), FileError> {
    // What was removed takes no room; it is counted all the same, so that nobody sends such files again and again.
    let held: u64 = request.files.iter().filter(|file| file.scan != FileScan::Infected).map(|file| file.size).sum();
    if request.files.len() >= FILES || held + size > FILES_BYTES {
        return Err(FileError::Full(request.files.len(), held));
    }
    let waiting = request.files.iter().filter(|file| file.scan == FileScan::Waiting).count();
    let evidence = request.ask.evidence.len() + waiting;
    if evidence >= EVIDENCE { Err(FileError::FullOfEvidence(evidence)) } else { Ok(()) }
}
