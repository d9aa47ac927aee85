//! Holds every bound of the functions in one place. The bounds of the console's pages are in the console.

/// Bytes of a request's body, at most.
pub const BODY_BYTES: usize = 256 * 1024;
/// Bytes of invoices, or of exchange rates, that the embedded books take at once, at most.
pub const BOOKS_BYTES: usize = 1024 * 1024;
/// Bytes of the file of an import, at most.
pub const IMPORT_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of a file that are looked at in one go, at most.
pub const IMPORT_PIECE_BYTES: usize = 64 * 1024;
/// Rows of an import up to which its answer says what became of each.
pub const IMPORT_ROWS_ANSWERED: u32 = 1000;
/// Rows with mistakes that the answer to a file that is only checked lists, at most.
pub const IMPORT_ERRORS: usize = 100;
/// Parts of a file that are stored in one commit while it comes in, at most; a commit takes 256 keys.
pub const IMPORT_PARTS_AT_ONCE: usize = 100;
/// Bytes of a file after which its parts are stored while it comes in; as JSON they still fit a commit.
pub const IMPORT_BYTES_AT_ONCE: usize = 512 * 1024;
/// Milliseconds without a further part of a file after which it has broken off.
pub const IMPORT_STALLED_MS: u64 = 10 * 60_000;
/// Imports of one person that may be under way, at most.
pub const IMPORTS_OPEN: usize = 5;
/// Requests of an import that are driven at the same time.
pub const IMPORT_WIDTH: usize = 8;
/// Parts of an import that become requests in one round of the clock, at most.
pub const IMPORT_PARTS_OF_ROUND: usize = 20;
/// Milliseconds after which one round of the clock takes up no further part of an import.
pub const IMPORT_ROUND_MS: u64 = 5_000;
/// Milliseconds after the answer to whoever sent a file after which the rest is left to the clock.
pub const IMPORT_LATER_MS: u64 = 60_000;
/// Index entries of an import's requests that are counted in one read of the store.
pub const IMPORT_COUNTED_AT_ONCE: u32 = 1_000;
/// Parts of an import that leave in one commit.
pub const IMPORT_PARTS_FORGOTTEN: u32 = 200;
/// Parts of an import's result that are read at once: their requests are read too, each of which may have a MiB.
pub const IMPORT_PARTS_READ: u32 = 1;
/// Bytes of a body with a text of the policy, at most: JSON may write a character of it as two.
pub const POLICY_BODY_BYTES: usize = 2 * contraflow_domain::limits::POLICY_BYTES + 32 * 1024;
/// Requests that a dry run looks at in one commit, at most.
pub const DRY_RUN_SLICE: u32 = 200;
/// Slices of a dry run that one round of the clock does, at most.
pub const DRY_RUN_SLICES: usize = 20;
/// Slices of a dry run that are done after the answer to whoever began it, at most.
pub const DRY_RUN_SLICES_LATER: usize = 500;
/// Mistakes of a text of the policy that one answer lists, at most.
pub const POLICY_ERRORS: usize = 100;
/// Texts of the policy that an instance keeps parsed, at most.
pub const PARSED_POLICIES: usize = 4;
/// Bytes of another component's answer, at most.
pub const ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of a request that is handed round for a quote, with the invoice that it is about.
pub const QUOTE_BYTES: usize = ANSWER_BYTES;
/// Tries of one unit of work, at most: it starts anew when another commit has changed what it read.
pub const CONFLICTS: usize = 24;
/// Nanoseconds that a unit of work waits, at most, after the first try in which another was faster; it doubles.
pub const CONFLICT_PAUSE_NS: u64 = 2_000_000;
/// Nanoseconds that a unit of work waits between two tries, at most.
pub const CONFLICT_PAUSE_MOST_NS: u64 = 100_000_000;
/// Entries that one commit checks, at most; the store's contract says so, as it does of the next three.
pub const COMMIT_CHECKS: usize = 256;
/// Entries that one commit writes or removes, at most.
pub const COMMIT_MUTATIONS: usize = 256;
/// Bytes of one value, at most.
pub const VALUE_BYTES: usize = 1024 * 1024;
/// Bytes of one key, at most.
pub const KEY_BYTES: usize = 512;
/// Bytes of all values of one commit, at most: they are in the memory of an instance several times.
pub const COMMIT_BYTES: usize = 8 * 1024 * 1024;
/// Portions of the requests on one payment that one round of the clock follows up, at most.
pub const FOLLOW_PORTIONS: usize = 10;
/// Steps that one drive calls, at most; the clock does the rest.
pub const HOPS: usize = 64;
/// Due things that the clock takes up in one round, at most.
pub const CLOCK_ROUND: u32 = 200;
/// Milliseconds between two rounds of the clock, at most, while it runs: more than that is a jump of the time, or the
/// clock stood still.
pub const CLOCK_JUMP_MS: u64 = 2 * 3_600_000;
/// Milliseconds by which the time may go back from one round to the next.
pub const CLOCK_BACK_MS: u64 = 60_000;
/// Milliseconds after which the time of a round is written down again.
pub const CLOCK_SEEN_MS: u64 = 30_000;
/// Due things that the clock drives at the same time.
pub const CLOCK_WIDTH: usize = 8;
/// How many entries that are due later than anything waits for a try a round of the clock looks at again.
pub const CLOCK_FAR: u32 = 16;
/// How long the clock leaves them alone after a round that did not come to their end, in milliseconds.
pub const CLOCK_FAR_PAUSE_MS: u64 = 4_000;
/// Milliseconds between two rounds of the clock that sweep out what is over.
pub const SWEEP_PAUSE_MS: u64 = 10_000;
/// Entries that one round of the clock looks at to sweep out what is over; a commit takes 256.
pub const SWEPT_AT_ONCE: u32 = 100;
/// Missed periods of one schedule for which the clock makes requests in one round, at most.
pub const SCHEDULE_RUNS: usize = 12;
/// Times to come that are shown of one schedule when the caller does not say how many.
pub const UPCOMING: usize = 5;
/// Requests of earlier versions that one round of the clock enters where they did not.
pub const ENTERED_AT_ONCE: u32 = 20;
/// Old requests whose terms are entered in one commit, at most: each has up to 24.
pub const TERMS_ENTERED_AT_ONCE: u32 = 8;
/// Commits that tell requests of one move of store credit in one round of the clock, at most.
pub const TELLINGS: usize = 10;
/// Items of a page when the caller does not say how many.
pub const PAGE: u32 = 50;
/// Items of a page that a caller may ask for, at most.
pub const PAGE_MOST: u32 = 200;
/// Bytes of a cursor, at most.
pub const CURSOR_BYTES: usize = 512;
/// Requests of a list that are read at once, because each may have a MiB.
pub const ROWS_AT_ONCE: usize = 16;
/// Bytes of requests that are read for one page of a list before it ends, at most.
pub const LIST_READ_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of the rows of one page of a list, at most, after its first row.
pub const LIST_BYTES: usize = 2 * 1024 * 1024;
/// Changes of one customer's store credit that wait for another person, at most.
pub const CREDIT_CHANGES_WAITING: u32 = 20;
/// Entries that a statement of store credit goes back over, at most.
pub const STATEMENT_ENTRIES: usize = 2_000;
/// Requests of one queue of exceptions that are counted, at most.
pub const EXCEPTIONS_COUNTED: u32 = 1_000;
/// Index entries that are read for one page of a list, at most, while the filters leave out some of them.
pub const LIST_SCAN: usize = 2_000;
/// Places that are gathered for a beginning of a term, at most.
pub const TERM_SCAN: u32 = 1_000;
/// Requests that a list may have to be sorted otherwise than by time, at most.
pub const LIST_SORTED: usize = 1_000;
/// Requests that are counted for the totals of a list, at most.
pub const LIST_COUNTED: usize = 2_000;
/// Places of a queue that are counted, at most.
pub const QUEUE_COUNTED: u32 = 1_000;
/// Places of a queue whose requests are read to be counted, at most.
pub const QUEUE_EXACT: usize = 200;
/// Rows of a list that is given as a table, at most.
pub const LIST_TABLE: usize = 10_000;
/// Views that the people of one role share and that are shown, at most.
pub const SHARED_VIEWS: u32 = 100;
/// Requests that an invoice's state looks at, at most.
pub const INVOICE_REQUESTS: usize = 50;
/// Requests of a customer before a request, among which its duplicates are looked for, at most.
pub const TWINS_BEFORE: u32 = 32;
/// Requests of a customer after a request, among which its duplicates are looked for, at most.
pub const TWINS_AFTER: u32 = 16;
/// Requests about an invoice among which the duplicates of a request are looked for, at most.
pub const TWINS_OF_INVOICE: usize = 16;
/// Requests that one round of the clock adds up for patterns; each may have an invoice of a MiB beside it.
pub const PATTERN_PORTION: u32 = 20;
/// People of whom it is looked up who can do something, at most.
pub const PEOPLE: u32 = 500;
/// People whom one answer names, at most.
pub const PEOPLE_NAMED: usize = 10;
/// Decisions of one batch, at most.
pub const BATCH: usize = 200;
/// Bytes of an idempotency key, at most.
pub const IDEMPOTENCY_KEY_BYTES: usize = 255;
/// Keys of one read of the store, at most.
pub const KEYS: usize = 256;
/// Bytes of a file from a mounted folder, such as the policy, at most.
pub const FILE_BYTES: u64 = 1024 * 1024;
/// Public keys that check tokens, at most: one, and the one that replaces it.
pub const TOKEN_KEYS: usize = 2;
/// Milliseconds for which it is remembered that a token was ended, after it has expired: 31 days. A clock that is wrong
/// for less than that brings none back.
pub const ENDED_TOKEN_KEPT_MS: u64 = 31 * 24 * 3_600_000;
/// Machine clients whose keys are not revoked, at most.
pub const CLIENTS: u32 = 200;
/// Hours for which the key of before opens a machine client that somebody takes over, where they do not say.
pub const OLD_KEY_HOURS: u32 = 72;
/// Requests that are named when somebody leaves for whose answer they wait, at most.
pub const WAITING_SHOWN: u32 = 100;
/// People who left last whose open questions are shown to others, at most.
pub const LEFT_SHOWN: u32 = 40;
/// Bytes of a token, at most.
pub const TOKEN_BYTES: usize = 4096;
/// Seconds by which the clock that signs a token and the clock that checks it may differ.
pub const TOKEN_LEEWAY_SECONDS: u64 = 30;
/// Things that one call of the hand-off does, at most; the driver calls again for the rest.
pub const HANDOFF_ROUNDS: usize = 6;
/// News of one refund that wait for its leg, at most; later news are dropped, since the gateway can be asked.
pub const UNMATCHED_NEWS: usize = 50;
/// Lines of one page of the audit export, at most.
pub const AUDIT_PAGE: u32 = 1000;
/// Bytes of a page of the audit export after which it takes up no further kind of lines.
pub const AUDIT_BYTES: usize = 4 * 1024 * 1024;
/// Heads that are sealed in one commit, at most: each removes one key and may write another, and a commit takes 256.
pub const SEALED_AT_ONCE: u32 = 100;
/// Requests of before there was a log whose heads are sealed in one commit; the page is small because it reads the
/// requests.
pub const SEALED_OLD_AT_ONCE: u32 = 50;
/// Requests that may leave and that one page of the archive shows, and that one call removes, at most.
pub const ARCHIVED_AT_ONCE: u32 = 50;
/// Index entries that are read for one page of the archive, at most, while some of the requests stay.
pub const ARCHIVE_SCAN: u32 = 500;
/// Bytes of a page of the archive after which it takes up no further request.
pub const ARCHIVE_BYTES: usize = 2 * 1024 * 1024;
/// Events of an archived request, and keys that lead to it, that leave in one commit.
pub const LEAVING_AT_ONCE: usize = 200;
/// Bytes of a checkpoint, at most.
pub const CHECKPOINT_BYTES: usize = 4 * 1024;
/// Currencies in which one customer's store credit is shown, at most.
pub const BALANCES: u32 = 200;
/// Currencies in which one customer's store credit is shown with more than its newest entry, at most.
pub const BALANCES_WITH_ENTRIES: u32 = 5;
/// Entries of one page of the doctor's walk; the page is small because an entry may be compared with dozens of others.
pub const DOCTOR_PAGE: u32 = 50;
/// Entries that an account names and that the doctor reads at once, because each may have a MiB.
pub const DOCTOR_NAMED: usize = 32;
/// Tries of the doctor to read one entry, at most: it reads anew when something changed during the read.
pub const DOCTOR_TRIES: usize = 50;
/// Invoices, or exchange rates, of one import into the embedded books, at most.
pub const BOOKS_IMPORT: usize = 1000;
/// Payments of one invoice in the embedded books, at most.
pub const BOOKS_PAYMENTS: usize = 200;
/// Entries that one read of the journal takes while it is written as Beancount.
pub const JOURNAL_READ: u32 = 1000;
/// Entries of one Beancount file, at most; a comment at its end says where to go on.
pub const BEANCOUNT_ENTRIES: usize = 50_000;
/// Requests of a batch of decisions that are decided in one call, at most.
pub const BATCH_SLICE: u32 = 25;
/// Index entries that are looked at for one batch of decisions by a filter, at most.
pub const BATCH_SCAN: usize = 5_000;
/// Bytes of requests that are read for one batch of decisions by a filter, before it ends.
pub const BATCH_READ_BYTES: usize = 64 * 1024 * 1024;
/// Characters of why a request of a batch was not decided, at most.
pub const BATCH_DETAIL_CHARS: usize = 300;
/// The first status of HTTP that says nothing of what was asked for: it is tried again.
pub const SERVER_FAULT: u16 = 500;
/// The least bytes of a secret that messages are signed with, as Standard Webhooks has it.
pub const WEBHOOK_SECRET_BYTES: usize = 24;
/// The most secrets at a time: two while one replaces the other.
pub const WEBHOOK_SECRETS: usize = 2;
/// How far the time of a signed message may be from now, in seconds.
pub const WEBHOOK_TOLERANCE_SECONDS: u64 = 300;
