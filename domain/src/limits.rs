//! Limits: every bound of the domain, in one place; those of an ask, which every source keeps too, stand in `ask`.

pub use contraflow_ask::limits::{
    EVIDENCE, EVIDENCE_BYTES, EVIDENCE_HASH_CHARS, EVIDENCE_KIND_CHARS, EVIDENCE_NAME_CHARS, EVIDENCE_TYPE_CHARS,
    EVIDENCE_URL_BYTES, LINES, NOTE_CHARS, REASON_CHARS,
};

/// How long a driver that works on a request is left alone before the clock drives it, in milliseconds.
pub const DRIVER_LEASE_MS: u64 = 20_000;
/// How long an outside call may be under way, in milliseconds: adapters give up at 25 s, and the rest is for clocks
/// that differ. Only after it does "there is no such refund" mean that none will come.
pub const CALL_LEASE_MS: u64 = 45_000;
/// By how much the clocks of two hosts may differ, in milliseconds. What happened further ahead was written down by a
/// clock that was wrong.
pub const CLOCKS_DIFFER_MS: u64 = 60_000;
/// How long before a gateway forgets a key the last order may be given under it, in milliseconds. The time is for the
/// way to the gateway, and for clocks that differ.
pub const KEY_MARGIN_MS: u64 = 3_600_000;
/// How long after the ERP last had a posted document it is taken to have it still, in milliseconds. After that, the ERP
/// is asked for it before money moves on.
pub const SEEN_FOR_MS: u64 = 3_600_000;
/// How long after sending a lost answer is looked up, in milliseconds.
pub const LOOK_UP_AFTER_MS: u64 = 2_000;
/// The longest that anything waits between two tries, in milliseconds: a gateway may ask for a day. What waits longer
/// was written by a clock that was wrong.
pub const WAIT_MS: u64 = 26 * 3_600_000;
/// How long after it was first found overdue a request, or store credit, expires, in milliseconds: a day. So a clock
/// that is wrong for some hours lets nothing expire, and people have a day for what a clock that was behind gave a
/// deadline in the past.
pub const EXPIRY_MS: u64 = 24 * 3_600_000;
/// How many days back a schedule may begin. The requests of all periods since then are made at once, so a start decades
/// back would be a mistake.
pub const SCHEDULE_BACK_DAYS: u64 = 366;
/// How many days ahead a schedule may begin: ten years.
pub const SCHEDULE_AHEAD_DAYS: u64 = 3_660;
/// The most characters of a schedule's name.
pub const SCHEDULE_NAME_CHARS: usize = 128;
/// The most bytes of a schedule's rule.
pub const SCHEDULE_RULE_BYTES: usize = 512;
/// The most units of its frequency that lie between two times of a rule.
pub const SCHEDULE_INTERVAL: u32 = 1_000;
/// The most times that a rule that is counted comes: every day of ten years.
pub const SCHEDULE_COUNT: u32 = 3_660;
/// The most days on which a schedule does not come although its rule says so.
pub const SCHEDULE_EXCEPT: usize = 366;
/// How many days after it came last a rule is looked at for its next time: a hundred years. One that does not come in
/// them comes no more.
pub const SCHEDULE_SEARCH_DAYS: u64 = 36_600;
/// How long after its time a run of a schedule is taken to have been missed, in milliseconds: an hour.
pub const SCHEDULE_LATE_MS: u64 = HOUR_MS;
/// The most runs of a schedule that are made up after they were missed: those of each day of the time that one may be
/// dated back. Older ones are passed over, and a person is told.
pub const SCHEDULE_MADE_UP: usize = 367;
/// The most times of a schedule that are shown at once.
pub const SCHEDULE_SHOWN: usize = 50;
/// The most people who may have had a hand in what one schedule asks for.
pub const SCHEDULE_HANDS: usize = 20;
/// The milliseconds of a day.
pub const DAY_MS: u64 = 86_400_000;
/// The first pause after a failed try, in milliseconds; it doubles with each try.
pub const BACKOFF_FIRST_MS: u64 = 2_000;
/// The longest pause between tries, in milliseconds: one hour.
pub const BACKOFF_LONGEST_MS: u64 = 3_600_000;
/// How many tries may fail before a person must look.
pub const TRIES: u32 = 12;
/// How many times a pending refund is looked up before a person must look; with the longest pause this is about two
/// weeks.
pub const PENDING_LOOK_UPS: u32 = 340;
/// The most legs that a request begins with: one for each payment of its invoice, and one for its open balance.
pub const FIRST_LEGS: usize = 201;
/// The most legs of one request, counting those that failed: each may go elsewhere once, and some more often. With the
/// gateways' words about all of them the request fits one value of the store.
pub const LEGS: usize = 500;
/// The most claims on one payment: those that stand, and those whose order a gateway was given. With all its shares,
/// applications and news its account still fits one value of the store, so that a dispute always gets in.
pub const CLAIMS: usize = 2_000;
/// The most legs that give money of one payment back by another road.
pub const SHARES: usize = 1_000;
/// The most claims that one invoice holds at a time.
pub const INVOICE_CLAIMS: usize = 2_000;
/// The most bytes of a ticket's name in a claim; of a longer one it has the hash.
pub const CLAIM_TICKET_BYTES: usize = 64;
/// The most invoices that one payment is known to have paid.
pub const APPLICATIONS: usize = 250;
/// The most requests that pay out what was paid too much on one invoice: it has no more payments.
pub const PAYOUTS: usize = 200;
/// The most disputes on one payment, the most warnings about it, and the most refunds of it that were made elsewhere.
pub const PAYMENT_NEWS: usize = 200;
/// The most requests on a payment that hear its news one after the other before it is written down how far that is.
pub const FOLLOWED_AT_ONCE: usize = 20;
/// The most delegations that a person has given, or was given, at the same time.
pub const DELEGATIONS: usize = 20;
/// The most days that authority may be lent for.
pub const DELEGATION_DAYS: u32 = 92;
/// The most hours that a link to decide is good for: a week.
pub const DECISION_LINK_HOURS: u64 = 168;
/// The hours that a link to decide is good for, where its maker does not say.
pub const DECISION_LINK_USUAL_HOURS: u64 = 24;
/// The most days ahead that store credit is carried forward to: ten years.
pub const CREDIT_CARRIED_DAYS: u32 = 3_660;
/// The most grants of one store-credit account that have something left. One more is granted once one of them is spent.
pub const OPEN_GRANTS: usize = 1_000;
/// How many grants a store-credit account keeps, open ones aside: older ones that have nothing left stand beside it.
pub const GRANTS_KEPT: usize = 100;
/// How many grants of one store-credit account are shown at once.
pub const GRANTS_SHOWN: usize = 200;
/// How many entries a store-credit account keeps; older ones stand beside it.
pub const CREDIT_ENTRIES_KEPT: usize = 100;
/// How many parts the entries that a store-credit account keeps have together, its newest entry aside.
pub const CREDIT_PARTS_KEPT: usize = 1_000;
/// The part under which the sum of a customer was one value in earlier versions. It is added to no more, and counts
/// against all parts, whose numbers follow.
pub const EARLIER_PART: u32 = 0;
/// How many trays a store-credit account has, for grants of many requests at once.
pub const CREDIT_TRAYS: u32 = 4;
/// How many grants one tray holds. Those of all trays together leave an account in one commit, as others come in.
pub const TRAY_GRANTS: usize = 7;
/// The most entries, and the most grants, that leave a store-credit account in one commit.
pub const CREDIT_LEAVING: usize = 30;
/// The most requests that are told of a move of store credit in the commit that moves it; where there are more, the
/// clock tells them.
pub const TOLD_AT_ONCE: usize = 20;
/// The most characters of a note in a row of a list.
pub const ROW_NOTE_CHARS: usize = 200;
/// The most messages that one request may have, waiting and delivered.
pub const MESSAGES: usize = 200;
/// The most letters that one piece of news becomes: one for each person.
pub const LETTERS: usize = 20;
/// The most messages of one request whose words are kept with it; those beyond are written when they are sent.
pub const WRITTEN_LETTERS: usize = 40;
/// The most characters of a letter's subject.
pub const LETTER_SUBJECT_CHARS: usize = 200;
/// The most bytes of a letter's text, and of a comment on a ticket.
pub const LETTER_BYTES: usize = 8 * 1024;
/// The most bytes of a template.
pub const LETTER_TEMPLATE_BYTES: usize = 16 * 1024;
/// The most templates of letters that a house writes itself.
pub const LETTER_TEMPLATES: u32 = 500;
/// The most pieces of news in the letter of a day.
pub const DIGEST_LINES: u32 = 100;
/// The most rules of notifications of a policy.
pub const NOTIFICATION_RULES: usize = 100;
/// The most addresses that one rule of notifications names.
pub const NOTIFICATION_ADDRESSES: usize = 20;
/// The most characters of an e-mail address (RFC 5321, section 4.5.3.1.3).
pub const ADDRESS_CHARS: usize = 254;
/// The most business days after which money may be said to arrive.
pub const ARRIVAL_DAYS: u32 = 60;
/// The most minor units that one amount may have, with either sign: so every product of amount and share fits 128 bits.
pub const MONEY_MINOR: i64 = 1_000_000_000_000_000;
/// The most digits after the point of a quantity.
pub const QUANTITY_DECIMALS: u32 = 6;
/// The bound that a quantity is below.
pub const QUANTITY: i64 = 1_000_000_000;
/// The most digits after the point of a rate or a unit price.
pub const RATE_DECIMALS: u32 = 12;
/// The most characters of a decimal written out.
pub const DECIMAL_CHARS: usize = 29;
/// The milliseconds of an hour.
pub const HOUR_MS: u64 = 3_600_000;
/// The milliseconds of a minute.
pub const MINUTE_MS: u64 = 60_000;
/// The minutes of a day.
pub const DAY_MINUTES: u32 = 24 * 60;
/// The most characters, or bytes where it is part of a key, of a name that another system gave: an invoice's, a
/// customer's, a payment's.
pub const REFERENCE_LENGTH: usize = contraflow_ask::limits::ID_CHARS;
/// The most characters of a sign-in name.
pub const PERSON_CHARS: usize = 120;
/// The most accounts at providers of sign-ins that one person has.
pub const PERSON_ACCOUNTS: usize = 8;
/// The most characters of a text that describes a person.
pub const PERSON_TEXT_CHARS: usize = 200;
/// How long after a session was used it is written down again that it is, in milliseconds.
pub const SESSION_SEEN_AGAIN_MS: u64 = MINUTE_MS;
/// The most addresses of one person at helpdesks.
pub const PERSON_ADDRESSES: usize = 20;
/// The most roles that an admin gives one person.
pub const PERSON_ROLES: usize = 30;
/// The most characters of the name of a machine client.
pub const CLIENT_NAME_CHARS: usize = 40;
/// How long after a machine client was used it is written down again that it is, in milliseconds.
pub const CLIENT_SEEN_AGAIN_MS: u64 = 10 * MINUTE_MS;
/// For how many hours the key of before opens a machine client at most, once it has a new one.
pub const CLIENT_OLD_KEY_HOURS: u32 = 30 * 24;
/// The seconds by which the clock of a provider of sign-ins and ours may differ.
pub const PROVIDER_SKEW_SECONDS: u64 = 60;
/// The most groups of a provider's token that are looked at for the roles that they give.
pub const PROVIDER_GROUPS: usize = 1_000;
/// The most bytes of a provider's own name of an account; OpenID Connect allows 255.
pub const PROVIDER_SUBJECT_BYTES: usize = 255;
/// How long after somebody was seen with the same roles it is recorded again that they were here, in milliseconds.
pub const SEEN_AGAIN_MS: u64 = DAY_MS;
/// The most people whose delegations are followed in search of a circle: more lend to each other in no company.
pub const DELEGATION_PEOPLE: usize = 200;
/// The most bytes of one segment of a key; a longer name is replaced by its hash. The store takes keys of 512 bytes, of
/// three such segments.
pub const SEGMENT_BYTES: usize = 120;
/// The most messages of one source that could not be read and that nobody has seen to. One more is not taken, so that
/// its sender keeps it.
pub const UNREAD_MESSAGES: u32 = 200;
/// The most characters of a message that could not be read, that are kept for whoever looks at it.
pub const UNREAD_TEXT: usize = 4_000;
/// The most mistakes of such a message that are kept.
pub const UNREAD_ERRORS: usize = 20;
/// The most characters of each word of such a message, and of each mistake.
pub const UNREAD_WORDS: usize = 300;
/// The most bounds that a policy sets on what passes by itself.
pub const AUTOMATIC_LIMITS: usize = 16;
/// The most names of one kind, such as countries, that a row of the policy's terms lists.
pub const TERM_NAMES: usize = 300;
/// The most days over which such a bound adds up, and the days that are counted apart.
pub const AUTOMATIC_DAYS: u32 = 366;
/// The most requests that are kept to recognise a repetition of the same ask without an invoice.
pub const ASKED: usize = 8;
/// The fewest days for which a closed request is kept. A card payment may be disputed for 540 days (the longest time of
/// Visa and Mastercard), and a dispute must still find the refunds of its payment.
pub const KEPT_REQUEST_DAYS: u32 = 730;
/// The fewest days for which the receipt of a message is kept. Gateways send a message again for up to 30 days, by hand
/// too.
pub const KEPT_RECEIPT_DAYS: u32 = 90;
/// The most bytes of a policy document.
pub const POLICY_BYTES: usize = 256 * 1024;
/// How many days ahead a version of the policy may be put in force, at most.
pub const POLICY_AHEAD_DAYS: u32 = 366;
/// The most kinds of evidence that a reason wants.
pub const EVIDENCE_KINDS: usize = 10;
/// The most bytes of a small file that is stored with a request: what one value of the store takes.
pub const FILE_BYTES: usize = 1024 * 1024;
/// The most small files that are stored with a request, with those that were removed because they were infected.
pub const FILES: usize = 20;
/// The most bytes of all small files that are stored with a request.
pub const FILES_BYTES: u64 = 10 * 1024 * 1024;
/// The most versions of the policy that are stored.
pub const POLICY_VERSIONS: u32 = 1_000;
/// How many lines that are the same are shown around each that is not.
pub const DIFF_CONTEXT: usize = 3;
/// How often what stands between lines that are the same is compared again.
pub const DIFF_DEPTH: usize = 32;
/// The most lines that a comparison of two texts shows.
pub const DIFF_LINES: usize = 5_000;
/// The most changes that a comparison of two texts puts into words.
pub const DIFF_CHANGES: usize = 500;
/// The most characters of a value that such words show.
pub const DIFF_VALUE_CHARS: usize = 300;
/// The most dry runs that are stored.
pub const DRY_RUNS: usize = 20;
/// The most requests that a dry run lists; the others are only counted.
pub const DRY_RUN_LISTED: u32 = 2_000;
/// How many of them are stored and shown together.
pub const DRY_RUN_PART: u32 = 50;
/// The most rules in each list of a policy.
pub const POLICY_RULES: usize = 500;
/// The most rules that put requests into queues of exceptions.
pub const EXCEPTION_RULES: usize = 50;
/// The most characters of the name of a template, of a rule that makes requests, and of a field of an event.
pub const RULE_NAME_CHARS: usize = 40;
/// The most rules that take events of one type: so one event fits one commit.
pub const RULES_PER_EVENT: usize = 10;
/// The most bounds of one rule that makes requests.
pub const RULE_LIMITS: usize = 20;
/// The most events of one batch.
pub const EVENTS_PER_BATCH: usize = 100;
/// The most requests that rules are tried with at once: each is handed round the steps.
pub const TRIED_REQUESTS: usize = 50;
/// The most fields of an event that one template asks for.
pub const EVENT_FIELDS: usize = 30;
/// The most characters of an event's id.
pub const EVENT_ID_CHARS: usize = 128;
/// The most characters of an event's source, and of its subject.
pub const EVENT_SOURCE_CHARS: usize = 256;
/// The most characters of an event's type.
pub const EVENT_TYPE_CHARS: usize = 128;
/// The most characters of a text in an event that a template asks for.
pub const EVENT_TEXT_CHARS: usize = 500;
/// The most deciders that one rule names.
pub const DECIDERS: usize = 20;
/// The most bytes of a condition.
pub const CONDITION_BYTES: usize = 1_000;
/// The most parts of a condition: operators, names, numbers and texts.
pub const CONDITION_NODES: usize = 200;
/// How deep the parts of a condition stand in each other.
pub const CONDITION_DEPTH: u16 = 24;
/// The most steps that it takes to evaluate a condition.
pub const CONDITION_STEPS: usize = 2_000;
/// How many days back the policy's conditions look at earlier requests.
pub const HISTORY_DAYS: u32 = 90;
/// The most earlier requests that are counted, of a customer or of a requester.
pub const HISTORY_REQUESTS: u32 = 100;
/// The most characters of the code of a reason or a category.
pub const REASON_CODE_CHARS: usize = contraflow_ask::limits::REASON_CHARS;
/// The most characters of a text of the policy that people read: a title, a customer's text, a check's message.
pub const REASON_TEXT_CHARS: usize = 300;
/// The most characters of an ERP's own code for a reason, or of its account.
pub const ERP_NAME_CHARS: usize = 64;
/// The most digits of a number in a condition: as many as are read exactly.
pub const CONDITION_DIGITS: usize = 15;
/// How many reasons a message names.
pub const REASONS_NAMED: usize = 12;
/// The most words that invoices and customers are found by at once.
pub const FIND_WORDS: usize = 6;
/// The most terms by which one request is found.
pub const TERMS: usize = 24;
/// The least characters of a term by which a request is found: nearly every request has one of a single character.
pub const TERM_LEAST_CHARS: usize = 2;
/// The most characters of a term by which a request is found.
pub const TERM_CHARS: usize = 24;
/// The characters at the end of an id that people are shown in place of all of it.
pub const SHOWN_OF_ID: usize = 8;
/// The most characters of what a list is filtered by.
pub const FILTER_CHARS: usize = 200;
/// The most characters of a customer's name that is kept with a request.
pub const CUSTOMER_NAME_CHARS: usize = 120;
/// The most views of lists that one person keeps.
pub const VIEWS: usize = 30;
/// The most characters of the name of a view.
pub const VIEW_NAME_CHARS: usize = 60;
/// The most bytes of what a view shows, as the query of its address.
pub const VIEW_QUERY_BYTES: usize = 1_000;
/// The fewest characters of such a word: fewer are found nearly everywhere.
pub const FIND_LEAST_CHARS: usize = 3;
/// The most characters of such a word.
pub const FIND_WORD_CHARS: usize = 100;
/// The most invoices or customers that are found at once.
pub const FOUND: u32 = 50;
/// The most holds on one store-credit account that stand at a time.
pub const HOLDS: usize = 50;
/// How long store credit is kept for an order at most, in milliseconds: seven days.
pub const HOLD_MS: u64 = 7 * DAY_MS;
/// How long store credit is kept for an order where nobody says how long, in minutes.
pub const HOLD_USUAL_MINUTES: u64 = 30;
/// The most points of a risk score.
pub const RISK_POINTS: u32 = 100;
/// The most days over which a part of a risk score counts, and the days that are counted apart.
pub const RISK_DAYS: u32 = 92;
/// The most that a policy may let a part of a risk score count before it gives points.
pub const RISK_FROM: u32 = 1_000_000;
/// The most percent that a policy may compare a part of a risk score with.
pub const RISK_PERCENT: u32 = 100_000;
/// Of how many percent of a requester's requests a series just below a bound has to be, where it is not for one
/// customer: whoever asks for much comes near a bound now and then.
pub const RISK_SERIES_PERCENT: i64 = 30;
/// The most levels and people who are told of a high risk score.
pub const RISK_TOLD: usize = 20;
/// The most people whose decisions on one requester's requests are counted apart.
pub const RISK_DECIDERS: usize = 16;
/// How many days before the days that are counted are taken for what a requester usually asks for.
pub const RISK_USUAL_DAYS: u32 = 28;
/// The most characters of a text that are compared with another.
pub const COMPARED_CHARS: usize = 2_000;
/// How alike a request has to be to another, in percent, to be shown beside it.
pub const TWIN_ALIKE: u32 = 55;
/// The most requests that are shown beside one as its likely duplicates.
pub const TWINS: usize = 10;
/// How many days before and after a request its duplicates are looked for.
pub const TWIN_DAYS: u64 = 90;
/// How long it is seen that somebody is looking at a request, in milliseconds: half an hour.
pub const TAKEN_MS: u64 = 30 * MINUTE_MS;
/// Over how many days patterns are looked for.
pub const PATTERN_DAYS: u32 = 28;
/// How many of these days are compared with those before them.
pub const PATTERN_WEEK_DAYS: u32 = 7;
/// The most requesters, and the most products, of one day that patterns are looked for among.
pub const PATTERN_NAMES: usize = 200;
/// The most characters of a product's text that are compared.
pub const PATTERN_NAME_CHARS: usize = 80;
/// The fewest other requesters that say what is usual.
pub const PATTERN_PEERS: usize = 4;
/// The fewest requests of a requester that are a pattern.
pub const PATTERN_LEAST: i64 = 20;
/// The fewest requests that credit a product within a week that are a pattern.
pub const PATTERN_RETURNS: i64 = 5;
/// How many times what is usual is a pattern.
pub const PATTERN_TIMES: i64 = 3;
/// The most patterns of one kind that are shown.
pub const PATTERN_SHOWN: usize = 20;
/// The most days of which it is looked when a business is open, in search of an instant: with one day a week and as
/// many holidays as a policy may have, the most business days end before.
pub const BUSINESS_SEARCH_DAYS: usize = 12_000;
/// The most minutes of a span of the policy: about a year.
pub const SPAN_MINUTES: u32 = 366 * DAY_MINUTES;
/// The most hours of a span of the policy: about a year.
pub const SPAN_HOURS: u32 = 366 * 24;
/// The most days of a span of the policy: about a year.
pub const SPAN_DAYS: u32 = 366;
/// The most holidays of a policy.
pub const HOLIDAYS: usize = 1_000;
/// The most spans of hours of one day of the week.
pub const OPENINGS: usize = 8;
/// The most reminders before the time of a rule is over, and the most after it.
pub const REMINDERS: usize = 5;
/// The most things that people are waited for at a time, of one request, whose time is kept: the oldest.
pub const WAITS: usize = 8;
/// How long after it was first found due a reminder is sent, or a request escalated, in milliseconds. So a clock that
/// jumps for a moment does neither.
pub const REMIND_SURE_MS: u64 = 5 * MINUTE_MS;
/// How many messages a request has from which on it gets no more reminders, so that there is room for the others.
pub const REMINDER_MESSAGES: usize = 100;
/// How long after the policy could not be read it is looked again by when people must have acted, in milliseconds.
pub const SLA_AGAIN_MS: u64 = HOUR_MS;
/// The most times that decisions of one request are handed to another person by name.
pub const REASSIGNMENTS: usize = 20;
/// The most requests of one batch of decisions.
pub const BATCH_ITEMS: usize = 1_000;
/// How long a batch of decisions is kept, in milliseconds: 30 days.
pub const BATCH_KEPT_MS: u64 = 30 * DAY_MS;
/// The most rows of an import that ask for something.
pub const IMPORT_ROWS: usize = 100_000;
/// The most bytes of one row of an import.
pub const IMPORT_ROW_BYTES: usize = 64 * 1024;
/// The most bytes of the first row of an import, which names the columns.
pub const IMPORT_HEAD_BYTES: usize = 16 * 1024;
/// The rows of an import that are stored together and become requests in one commit: each writes twelve keys at most,
/// and a commit takes 256.
pub const IMPORT_PART_ROWS: u32 = 20;
/// From how many bytes on a part of an import takes no further row. Written as JSON it still fits one value of the
/// store, whatever characters it has.
pub const IMPORT_PART_BYTES: usize = 64 * 1024;
/// How long an import is kept after its last row was dealt with, with what became of each row, in milliseconds: 90
/// days.
pub const IMPORT_KEPT_MS: u64 = 90 * DAY_MS;
/// How long a file that broke off is kept, in milliseconds: a day.
pub const IMPORT_BROKEN_MS: u64 = DAY_MS;
/// The most characters of the name of a template of imports.
pub const IMPORT_TEMPLATE_NAME_CHARS: usize = 40;
/// The most columns that a template of imports names.
pub const IMPORT_TEMPLATE_COLUMNS: usize = 100;
/// The most characters of a column's name, or of a text, in a template of imports.
pub const IMPORT_TEMPLATE_TEXT_CHARS: usize = 200;
/// The most templates of imports.
pub const IMPORT_TEMPLATES: u32 = 100;
