//! What in an export is not as it was written.

/// Names something in an export that is not as it was written.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum RecordError {
    /// A line is not part of a record.
    #[error("line {line}: not a line of a record: {detail}")]
    Unreadable {
        /// The number of the line, counted from 1.
        line: usize,
        /// The reason why the line can't be read.
        detail: String,
    },
    /// The content of an event does not have the hash that it carries.
    #[error(
        "line {line}: event {sequence} of request {request} was changed: its content does not have the hash it carries"
    )]
    Changed {
        /// The number of the line, counted from 1.
        line: usize,
        /// The id of the request.
        request: String,
        /// The number of the event in its request's record.
        sequence: u64,
    },
    /// An event does not follow the one before it.
    #[error(
        "line {line}: request {request}: event {sequence} does not follow event {after}: one was removed, added or moved"
    )]
    Unlinked {
        /// The number of the line, counted from 1.
        line: usize,
        /// The id of the request.
        request: String,
        /// The number of the event in its request's record.
        sequence: u64,
        /// The number of the last event that is as it was written.
        after: u64,
    },
    /// An event is there twice, with different contents.
    #[error("line {line}: event {sequence} of request {request} stands there a second time, with another content")]
    TwoEvents {
        /// The number of the line, counted from 1.
        line: usize,
        /// The id of the request.
        request: String,
        /// The number of the event in its request's record.
        sequence: u64,
    },
    /// A place of the log holds two different heads.
    #[error("line {line}: place {place} of the log of heads is there a second time, with another content")]
    TwoHeads {
        /// The number of the line, counted from 1.
        line: usize,
        /// The place in the log, counted from 0.
        place: u64,
    },
    /// A checkpoint is not what its key signed.
    #[error("line {line}: checkpoint {number} is forged: the key that it names did not sign it as it stands")]
    Forged {
        /// The number of the line, counted from 1.
        line: usize,
        /// The number of the checkpoint.
        number: u64,
    },
    /// There are two checkpoints of one number, or two of the same count of heads with different roots.
    #[error("the record is forked: checkpoints {one} and {other} both cover {heads} heads, but not the same ones")]
    Fork {
        /// The number of one of the checkpoints.
        one: u64,
        /// The number of the other.
        other: u64,
        /// The heads that both cover.
        heads: u64,
    },
    /// There are two checkpoints of one number.
    #[error("line {line}: the record is forked: there is another checkpoint of the number {number}")]
    TwoCheckpoints {
        /// The number of the line, counted from 1.
        line: usize,
        /// The number that both have.
        number: u64,
    },
    /// A checkpoint is signed by a key that it should not be signed by.
    #[error("checkpoint {number} is forged, or the key was changed: it is signed by {key}, which nobody named")]
    OtherKey {
        /// The number of the checkpoint.
        number: u64,
        /// The key that signed it.
        key: String,
    },
    /// A checkpoint is missing among the others.
    #[error(
        "checkpoint {number} was removed: checkpoint {after} names it as one that came before. If it was archived, give the archive, too"
    )]
    NoCheckpoint {
        /// The number of the missing checkpoint.
        number: u64,
        /// The number of the next one that is there.
        after: u64,
    },
    /// A checkpoint does not follow the one before it.
    #[error("checkpoint {number} does not follow checkpoint {before} as that stands: one of them was replaced")]
    Replaced {
        /// The number of the checkpoint.
        number: u64,
        /// The number of the one before.
        before: u64,
    },
    /// The record ends before the checkpoint that somebody has seen.
    #[error(
        "the record was cut back: you have seen checkpoint {seen} of {at}, and the last one in this export is {last}"
    )]
    CutBack {
        /// The number of the checkpoint that was seen.
        seen: u64,
        /// When that was signed.
        at: String,
        /// The number of the last checkpoint in the export, or that there is none.
        last: String,
    },
    /// The record is another one than the one that somebody has seen.
    #[error("checkpoint {number} is not the one that you have seen: the record was made anew from there or before")]
    OtherRecord {
        /// The number of the checkpoint.
        number: u64,
    },
    /// A place of the log is missing that a checkpoint covers.
    #[error(
        "place {place} of the log of heads is missing: checkpoint {checkpoint} covers {heads} of them. If it was archived, give the archive, too"
    )]
    NoHead {
        /// The place in the log, counted from 0.
        place: u64,
        /// The number of the first checkpoint that covers it.
        checkpoint: u64,
        /// The number of heads that this checkpoint covers.
        heads: u64,
    },
    /// The log does not have the root that was signed.
    #[error(
        "the log of heads is not the one that checkpoint {checkpoint} signed: a head was changed, removed or moved"
    )]
    OtherHeads {
        /// The number of the first checkpoint whose root differs.
        checkpoint: u64,
    },
    /// The log does not have as many requests or events as was signed.
    #[error("checkpoint {checkpoint} counts {stated}, but the log of heads says {found}")]
    Miscounted {
        /// The number of the checkpoint.
        checkpoint: u64,
        /// What the checkpoint says.
        stated: String,
        /// What the log says.
        found: String,
    },
    /// A request is missing with all its events.
    #[error(
        "request {request} was removed: all of its {events} events that were signed are missing. If it was archived, give the archive, too"
    )]
    NoRequest {
        /// The id of the request.
        request: String,
        /// The number of its events that a checkpoint covers.
        events: u64,
    },
    /// The last events of a request are missing.
    #[error(
        "request {request}: its last events were removed: it ends at event {last}, and event {sequence} was signed"
    )]
    NoTail {
        /// The id of the request.
        request: String,
        /// The number of its last event that is there.
        last: u64,
        /// The number of its newest event that a checkpoint covers.
        sequence: u64,
    },
    /// The events of a request are others than those that were signed.
    #[error("request {request}: its record was made anew: event {sequence} is not the one that was signed")]
    Rebuilt {
        /// The id of the request.
        request: String,
        /// The number of the first event that was signed and is another one now.
        sequence: u64,
    },
}
