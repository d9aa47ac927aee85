//! Holds every bound of what the console draws and reads. What a person may type is bounded in the domain.

/// Bytes of a form that a browser sends, at most.
pub const FORM_BYTES: usize = 64 * 1024;
/// Requests that are read from the api at the same time.
pub const READS_AT_ONCE: usize = 8;
/// Items on one page of a list.
pub const PAGE: usize = 50;
/// Requests that a customer's page shows, at most.
pub const CUSTOMER_REQUESTS: usize = 20;
/// Events that a request's page asks for and shows, at most.
pub const EVENTS: usize = 200;
/// Bytes of a token that a cookie may carry, at most: browsers keep about 4 KiB.
pub const TOKEN_BYTES: usize = 3_500;
/// Evidence links of one form, at most.
pub const EVIDENCE: usize = 5;
/// Segments of a money bar that are drawn apart, at most; the rest is drawn as one.
pub const SEGMENTS: usize = 7;
/// Times that a page asks whether its request has moved on, at most; the time between them grows.
pub const REFRESHES: u32 = 12;
/// Milliseconds after a request's last change during which its page asks whether it has moved on.
pub const REFRESH_FOR_MS: u64 = 60_000;
/// Characters of a sentence that is carried over to the next page, at most.
pub const FLASH_CHARS: usize = 400;
/// Seconds that a browser keeps such a sentence, at most.
pub const FLASH_SECONDS: u32 = 60;
/// Requests with messages that one page of the outbox shows, at most: each message stands there with its whole text.
pub const OUTBOX: usize = 20;
/// Characters of a request's number, or of the address of its page, at most.
pub const REQUEST_ADDRESS_CHARS: usize = 200;
/// Characters of the tag of a language, at most.
pub const LANGUAGE_TAG_CHARS: usize = 35;
/// Pages of a list that an address remembers, so that "previous" leads back.
pub const TRAIL: usize = 20;
/// Requests that somebody has skipped and that a browser remembers, at most.
pub const SKIPPED: usize = 50;
/// Seconds for which a browser remembers what was skipped.
pub const SKIPPED_SECONDS: u32 = 8 * 60 * 60;
/// Pages of the queue that are looked through for the next request, at most.
pub const LOOKED_THROUGH: usize = 3;
/// Requests of a customer that are summed up beside one, at most.
pub const HISTORY: usize = 100;
/// Slices of a batch that one page shows, at most.
pub const BATCH_SLICES_SHOWN: usize = 4;
/// Bytes of a form that are kept over a sign-in, at most: they go back in a form that has others besides.
pub const KEPT_FORM_BYTES: usize = 20_000;
/// Places of the navigation that are shown outside of the menu, at most.
pub const PLACES: usize = 6;
/// Messages that could not be read and that stand above the queue, at most.
pub const UNREAD: u32 = 20;
/// Seconds that a browser keeps what belongs to a sign-in at the provider, at most.
pub const SIGN_IN_SECONDS: u32 = 600;
/// Bytes of a form with a text of the policy, at most: a browser writes some characters as three.
pub const POLICY_FORM_BYTES: usize = 3 * contraflow_domain::limits::POLICY_BYTES + FORM_BYTES;
/// Characters of events that are pasted to try the policy on, at most: a form writes most of them as three.
pub const PASTED_CHARS: usize = FORM_BYTES / 4;
/// Requests whose tasks are on one page, at most.
pub const TASK_REQUESTS: usize = 50;
/// Pages that are read to find requests with a task of one kind among those with others.
pub const TASK_PAGES: usize = 10;
/// Requests whose payouts are on one page, and payouts that are confirmed at once, at most.
pub const PAYOUTS: usize = 50;
/// Requests that are read at once for the file of payouts.
pub const PAYOUT_FILE_PAGE: usize = 200;
/// Pages that the file of payouts is put together from, at most.
pub const PAYOUT_FILE_PAGES: usize = 10;
/// Entries of a list that is walked through that are read at once.
pub const WALKED_PAGE: usize = 200;
/// Pages of machine clients that are read to find one, at most.
pub const CLIENT_PAGES: usize = 10;
/// Requests of the queue that the picture of its age is drawn from, at most.
pub const PICTURED: usize = 100;
/// Requests of their own that a person finds on their first page, at most.
pub const MINE: usize = 10;
/// Pages of the record that are read to find the last checkpoint, at most.
pub const CHECKPOINT_PAGES: usize = 5;
/// Pages of the record that are one part of its files.
pub const RECORD_PAGES: usize = 4;
/// Pages of the doctor's walk that are made before a page is shown.
pub const DOCTOR_PAGES: usize = 10;
/// Differences that are found before a page is shown, at most.
pub const DIFFERENCES: usize = 50;
/// Entries of the journal that are read at once.
pub const JOURNAL_PAGE: usize = 200;
/// Pages of the journal that are one file, at most.
pub const JOURNAL_PAGES: usize = 50;
/// How many of a person's newest requests are looked through for one that was sent twice.
pub const JUST_SENT: u32 = 5;
/// Milliseconds within which the same content counts as sent twice, and not as asked for anew.
pub const JUST_SENT_MS: u64 = 120_000;
/// What a search shows at once, at most.
pub const FOUND: usize = 10;
/// Requests that the picture of a customer's last twelve months is drawn from, at most.
pub const PICTURED_REQUESTS: u32 = 200;
/// Currencies for which a customer's page draws a picture, at most.
pub const PICTURES: usize = 3;
/// Pages of the changes of a customer's store credit that are read, at most.
pub const CREDIT_CHANGE_PAGES: usize = 10;
/// Changes of store credit that are over and shown, at most.
pub const EARLIER_CHANGES: usize = 200;
/// How often a change of store credit is confirmed on, until all of it is moved.
pub const CONFIRM_ROUNDS: usize = 20;
/// Kilobytes of a file that is sent by a form, at most.
pub const FILE_KILOBYTES: usize = 230;
/// Kilobytes of a file that is stored with a request, at most: a form around it has to fit into what the host takes of
/// somebody who is signed in.
pub const EVIDENCE_KILOBYTES: usize = 1_000;
/// Bytes of a form with such a file, at most.
pub const EVIDENCE_FORM_BYTES: usize = 1024 * 1024;
/// Bytes of a form with a file, at most: beside a new file it may still hold the one that was checked, and a browser
/// writes each end of a line as two characters.
pub const FILE_FORM_BYTES: usize = 2 * 2 * FILE_KILOBYTES * 1024 + FORM_BYTES;
/// Seconds until the page of an import that runs asks again how far it is.
pub const IMPORT_ASKED_AGAIN: u32 = 3;
/// Times that are shown of those at which a schedule comes next.
pub const COMING: usize = 12;

/// Returns how many bytes of a form are taken at an address, at most.
pub fn form_bytes(path: &str) -> usize {
    match path {
        "/policy/propose" => POLICY_FORM_BYTES,
        "/imports" => FILE_FORM_BYTES,
        _ if path.starts_with("/requests/") && path.ends_with("/files") => EVIDENCE_FORM_BYTES,
        _ => FORM_BYTES,
    }
}
