//! Makes the keys under which things are stored. Every key is a path of segments, separated by slashes. A segment that
//! comes from outside is escaped, so that a slash in somebody's name can't lead to another thing's key.

mod indexes;
mod policy;

pub use indexes::{
    QUESTIONS, all_from, all_prefix, customer_from, customer_prefix, exception_prefix, found_by, id_of, imported,
    indexes, is_in_customer_index, outbox_prefix, place, place_behind, place_behind_term, place_in_time,
    question_prefix, questions, queue_of_person, queue_prefix, requester_prefix, status_prefix, task_prefix,
    term_prefix, told, told_prefix, whole_term_prefix,
};
pub use policy::{
    DRY_RUN_LIST, POLICY, POLICY_COUNT, POLICY_VERSIONS, approved, dry_run, dry_run_part, policy_hash, policy_name,
    policy_text, policy_version,
};

use contraflow_domain::eligibility::Wish;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits;
use contraflow_domain::request::Request;
use contraflow_domain::request::parts::Involving as _;
use contraflow_domain::risk::Place;
use contraflow_domain::time::{Day, Timestamp};
use contraflow_domain::words;

/// Escapes a segment, and replaces one that would be too long by its hash.
#[must_use]
pub fn segment(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    if escaped.len() <= limits::SEGMENT_BYTES {
        return escaped;
    }
    format!("%%{}", contraflow_audit::canonical_hash(&text).unwrap_or_default())
}

/// Returns the key of a request.
#[must_use]
pub fn request(id: &str) -> String {
    format!("request/{}", segment(id))
}

/// Returns the key of a request's packet. It stands beside the request, because it is as large as the invoice and
/// hardly ever changes.
#[must_use]
pub fn packet(id: &str) -> String {
    format!("packet/{}", segment(id))
}

/// Returns the key of the bytes of a small file that is stored with a request, by their SHA-256.
#[must_use]
pub fn file(id: &str, sha256: &str) -> String {
    format!("file/{}/{}", segment(id), segment(sha256))
}

/// Returns the key of one event of a request. The sequence is padded, so that events sort by it.
#[must_use]
pub fn event(id: &str, sequence: u64) -> String {
    format!("event/{}/{sequence:010}", segment(id))
}

/// Returns the key of the head of a request's chain that is not sealed yet. Every save has one of its own, so that
/// nobody waits for anybody.
#[must_use]
pub fn unsealed(id: &str, sequence: u64) -> String {
    format!("{UNSEALED}{}/{sequence:010}", segment(id))
}

/// Names the range of all heads that are not sealed yet.
pub const UNSEALED: &str = "unsealed/";

/// Returns the key of the number of the newest event of a request that is sealed.
#[must_use]
pub fn sealed(id: &str) -> String {
    format!("sealed/{}", segment(id))
}

/// Names the range of the requests that have been archived and of which events are still there.
pub const LEAVING: &str = "leaving/";

/// Returns the key that says which events of an archived request are still there.
#[must_use]
pub fn leaving(id: &str) -> String {
    format!("{LEAVING}{}", segment(id))
}

/// Names the key of what is known of the log of heads.
pub const LOG: &str = "log";

/// Names the range of the log of heads.
pub const HEADS: &str = "heads/";

/// Returns the key of the stretch of the log that begins at a place.
#[must_use]
pub fn heads(first: u64) -> String {
    format!("{HEADS}{first:016}")
}

/// Names the range of all checkpoints.
pub const CHECKPOINTS: &str = "checkpoint/";

/// Returns the key of a checkpoint.
#[must_use]
pub fn checkpoint(number: u64) -> String {
    format!("{CHECKPOINTS}{number:012}")
}

/// Returns the key of an invoice's account.
#[must_use]
pub fn invoice(number: &str) -> String {
    format!("invoice/{}", segment(number))
}

/// Returns the key of a payment's account. It is made from the gateway's name for the payment, because the gateway's
/// news of disputes and refunds use that name.
#[must_use]
pub fn payment(gateway: &str, reference: &str) -> String {
    format!("payment/{}/{}", segment(gateway), segment(reference))
}

/// Returns the key of a customer's store-credit account in one currency.
#[must_use]
pub fn store_credit(customer: &str, currency: &str) -> String {
    format!("credit/{}/{}", segment(customer), segment(currency))
}

/// Returns the key of one of the trays of a store-credit account.
#[must_use]
pub fn grant_tray(customer: &str, currency: &str, number: u32) -> String {
    format!("credit-tray/{}/{}/{number}", segment(customer), segment(currency))
}

/// Returns the key of a link to decide, by the hash of its token.
#[must_use]
pub fn decision_link(name: &str) -> String {
    format!("decision-link/{}", segment(name))
}

/// Returns the key that says which link a person has to decide on a request: at most one.
#[must_use]
pub fn decision_link_of(request: &str, person: &Identity) -> String {
    format!("decision-link-of/{}/{}", segment(request), segment(&person.key()))
}

/// Names the range of all changes of store credit that two people make.
pub const CREDIT_CHANGES: &str = "credit-change/";

/// Returns the prefix of the changes of a customer's store credit, the oldest first.
#[must_use]
pub fn credit_changes(customer: &str) -> String {
    format!("{CREDIT_CHANGES}{}/", segment(customer))
}

/// Returns the key of a change of a customer's store credit.
#[must_use]
pub fn credit_change(customer: &str, id: &str) -> String {
    format!("{}{}", credit_changes(customer), segment(id))
}

/// Names the range that leads to the changes of store credit that wait for another person.
pub const WAITING_CREDIT_CHANGES: &str = "credit-change-waiting/";

/// Returns the prefix of what leads to a customer's changes of store credit that wait.
#[must_use]
pub fn waiting_credit_changes(customer: &str) -> String {
    format!("{WAITING_CREDIT_CHANGES}{}/", segment(customer))
}

/// Returns the key that leads to a change of store credit while it waits.
#[must_use]
pub fn waiting_credit_change(customer: &str, id: &str) -> String {
    format!("{}{}", waiting_credit_changes(customer), segment(id))
}

/// Returns the key of an entry that has left a store-credit account. The number is padded, so that entries sort by it.
#[must_use]
pub fn credit_entry(customer: &str, currency: &str, sequence: u64) -> String {
    format!("credit-entry/{}/{}/{sequence:010}", segment(customer), segment(currency))
}

/// Returns the key of a grant that has left a store-credit account, because it has nothing left.
#[must_use]
pub fn credit_grant(customer: &str, currency: &str, grant: &str) -> String {
    format!("credit-grant/{}/{}/{}", segment(customer), segment(currency), segment(grant))
}

/// Returns the key of what has become of a spending of store credit.
#[must_use]
pub fn credit_spending(customer: &str, currency: &str, spending: &str) -> String {
    format!("credit-spending/{}/{}/{}", segment(customer), segment(currency), segment(spending))
}

/// Names the range of the index of what is due.
pub const DUE: &str = "due/";

/// Names the range of the receipts of messages.
pub const INBOUND: &str = "inbound/";

/// Names the range of what was asked for without an invoice.
pub const ASKED: &str = "asked/";

/// Names the range of the sums of what passed by itself.
pub const TALLY: &str = "tally/";

/// Names the range of what risk scores are worked out from.
pub const RISK: &str = "risk/";

/// Names the key of the patterns that the last nightly pass has found.
pub const PATTERNS: &str = "patterns/found";

/// Returns the key of the sums of a day, in which patterns are looked for.
#[must_use]
pub fn pattern_day(day: Day) -> String {
    format!("patterns/day/{day}")
}

/// Names the range of the news of refunds whose leg is not known.
pub const UNMATCHED: &str = "unmatched/";

/// Returns the key of the receipt that says what became of a message from a source.
#[must_use]
pub fn inbound(source: &str, sender: &str, id: &str) -> String {
    format!("{INBOUND}{}/{}/{}", segment(source), segment(sender), segment(id))
}

/// Returns the key of the entry that says which leg a gateway's refund belongs to.
#[must_use]
pub fn refund(gateway: &str, reference: &str) -> String {
    format!("refund/{}/{}", segment(gateway), segment(reference))
}

/// Returns the key of the news of a refund whose leg is not known yet.
#[must_use]
pub fn unmatched(gateway: &str, refund: &str) -> String {
    format!("{UNMATCHED}{}/{}", segment(gateway), segment(refund))
}

/// Returns the key of the delegations that a person has given and received.
#[must_use]
pub fn delegations(person: &Identity) -> String {
    format!("delegation/{}", segment(&person.key()))
}

/// Returns the key of what is known of a person: their roles when they were last here.
#[must_use]
pub fn seen(person: &Identity) -> String {
    format!("{}{}", seen_prefix(), segment(&person.key()))
}

/// Returns the prefix of the keys of what is known of people.
#[must_use]
pub fn seen_prefix() -> String {
    "seen/".into()
}

/// Returns the key of how somebody wants the console to be.
#[must_use]
pub fn preferences(person: &Identity) -> String {
    format!("preferences/{}", segment(&person.key()))
}

/// Returns the key of the letter of a day that somebody is to get.
#[must_use]
pub fn digest(person: &Identity) -> String {
    format!("digest/{}", segment(&person.key()))
}

/// Returns the prefix of the news that wait for somebody's letter of a day, oldest first. `name` is the segment of the
/// person.
#[must_use]
pub fn digest_lines(name: &str) -> String {
    format!("digest-line/{name}/")
}

/// Returns the prefix of the views that are shared with the people of a role.
#[must_use]
pub fn shared_views(role: &str) -> String {
    format!("shared-view/{}/", segment(role))
}

/// Returns the key of a view that somebody shares with the people of a role.
#[must_use]
pub fn shared_view(role: &str, owner: &Identity, name: &str) -> String {
    format!("{}{}/{}", shared_views(role), segment(&owner.key()), segment(name))
}

/// Names the range of the records of people.
pub const PEOPLE: &str = "person/";

/// Returns the key of a person's record.
#[must_use]
pub fn person(person: &Identity) -> String {
    format!("{PEOPLE}{}", segment(&person.key()))
}

/// Returns the key of the name of the person whose account at a provider of sign-ins this is. Issuer and subject are
/// taken exactly as they are written.
#[must_use]
pub fn account(issuer: &str, subject: &str) -> String {
    format!("account/{}", contraflow_audit::canonical_hash(&(issuer, subject)).unwrap_or_default())
}

/// Returns the key that leads from an address at a helpdesk to the name of its person.
#[must_use]
pub fn address(who: &Identity) -> String {
    format!("address/{}", segment(&who.key()))
}

/// Names the range of the people who left, the last one first.
pub const LEFT: &str = "left/";

/// Returns the key that stands while somebody has left.
#[must_use]
pub fn left(at: Timestamp, who: &Identity) -> String {
    format!("{LEFT}{}/{}", newest_first(at), segment(&who.key()))
}

/// Names the range of the machine clients.
pub const CLIENTS: &str = "client/";

/// Names the key of how many machine clients there are whose keys are not revoked.
pub const OPEN_CLIENTS: &str = "client-count";

/// Returns the key of a machine client.
#[must_use]
pub fn client(id: &str) -> String {
    format!("{CLIENTS}{}", segment(id))
}

/// Returns the key that leads from a name to the id of the newest machine client of that name.
#[must_use]
pub fn client_name(name: &str) -> String {
    format!("client-name/{}", segment(name))
}

/// Returns a cursor that is one segment of a key; `None` for any other text.
#[must_use]
pub fn is_segment(cursor: &str) -> Option<String> {
    let is_one = !cursor.is_empty() && cursor.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    is_one.then(|| cursor.to_owned())
}

/// Returns the key of a session, from the hash of the token that opens it.
#[must_use]
pub fn session(name: &str) -> String {
    format!("session/{}", segment(name))
}

/// Returns the prefix of the index of the sessions of an account at a provider of sign-ins.
#[must_use]
pub fn sessions_of(issuer: &str, subject: &str) -> String {
    format!("session-of/{}/", contraflow_audit::canonical_hash(&(issuer, subject)).unwrap_or_default())
}

/// Returns the prefix of the index of the sessions that began in one session at a provider.
#[must_use]
pub fn provider_session(issuer: &str, session: &str) -> String {
    format!("session-in/{}/", contraflow_audit::canonical_hash(&(issuer, session)).unwrap_or_default())
}

/// Returns the key of how far the chain has come of somebody or something that is no request.
#[must_use]
pub fn chronicle(subject: &str) -> String {
    format!("chronicle/{}", segment(subject))
}

/// Returns the prefix of the entries of such a chain. They stand where the events of requests do, so that they are a
/// part of the record.
#[must_use]
pub fn chronicle_prefix(subject: &str) -> String {
    format!("event/{}/", segment(subject))
}

/// Returns the key that stands where a token was ended before it expired.
#[must_use]
pub fn ended_token(name: &str) -> String {
    format!("ended/token/{}", segment(name))
}

/// Returns the key of the time before which all tokens of a person were ended.
#[must_use]
pub fn ended_person(person: &Identity) -> String {
    format!("ended/person/{}", segment(&person.key()))
}

/// Returns the key that stands where a person has a request about that customer.
#[must_use]
pub fn touched_customer(person: &Identity, customer: &str) -> String {
    format!("touched/{}/customer/{}", segment(&person.key()), segment(customer))
}

/// Returns the key that stands where a person has a request about that invoice.
#[must_use]
pub fn touched_invoice(person: &Identity, number: &str) -> String {
    format!("touched/{}/invoice/{}", segment(&person.key()), segment(number))
}

/// Returns the keys that say what a request is about, for whoever asked for it. They stand once for all their requests,
/// and leave with the last of these.
#[must_use]
pub fn touched(request: &Request) -> Vec<String> {
    let asker = request.asker();
    let invoice = request.ask.invoice.as_deref().map(|number| touched_invoice(&asker, number));
    let customer = request.customer.as_deref().map(|customer| touched_customer(&asker, customer));
    invoice.into_iter().chain(customer).collect()
}

/// Returns the prefix of the keys of all delegations.
#[must_use]
pub fn delegations_prefix() -> String {
    "delegation/".into()
}

/// Returns the key of a chargeback loss: what a lost dispute took.
#[must_use]
pub fn loss(gateway: &str, dispute: &str) -> String {
    format!("loss/{}/{}", segment(gateway), segment(dispute))
}

/// Returns the key of what is still to be told to the requests on a payment.
#[must_use]
pub fn follow(gateway: &str, payment: &str) -> String {
    format!("follow/{}/{}", segment(gateway), segment(payment))
}

/// Returns the key of what is still to be told to the requests on the payment whose account has that key.
#[must_use]
pub fn follow_of(payment_key: &str) -> String {
    payment_key.replacen("payment/", "follow/", 1)
}

/// Returns the prefix of all messages that could not be read.
#[must_use]
pub fn unread_prefix() -> String {
    "unread/".into()
}

/// Returns the key of a message that could not be read.
#[must_use]
pub fn unread(id: &str) -> String {
    format!("{}{}", unread_prefix(), segment(id))
}

/// Returns the key under which a source's messages are counted that could not be read.
#[must_use]
pub fn unread_count(source: &str) -> String {
    format!("unread-count/{}", segment(source))
}

/// Names the source of requests that schedules make.
pub const SCHEDULE: &str = contraflow_domain::schedule::CHANNEL;

/// Returns the key of an import.
#[must_use]
pub fn import(id: &str) -> String {
    format!("import/{}", segment(id))
}

/// Returns the key of a schedule.
#[must_use]
pub fn schedule(id: &str) -> String {
    format!("schedule/{}", segment(id))
}

/// Returns the key of an index entry that leads the clock to something at an instant. `id` is the one of a
/// `due::Due`.
#[must_use]
pub fn due(at: Timestamp, id: &str) -> String {
    format!("{DUE}{at}/{id}")
}

/// Returns the key of the last requests without an invoice that asked for the same.
#[must_use]
pub fn asked(wish: &Wish) -> String {
    format!("{ASKED}{}/{}", segment(&wish.customer), segment(&wish.hash))
}

/// Returns the key of one part of a sum of what passed by itself.
#[must_use]
pub fn tally(per: &str, who: &str, part: u32) -> String {
    format!("{TALLY}{}/{}/{part}", segment(per), segment(who))
}

/// Returns the key of one part of what risk scores are worked out from.
#[must_use]
pub fn risk(place: &Place) -> String {
    format!("{RISK}{}/{}/{}", place.whose.name(), segment(&place.who), place.part)
}

/// Returns the range of keys of everything that is due up to an instant.
#[must_use]
pub fn due_until(at: Timestamp) -> (String, String) {
    (DUE.into(), format!("{DUE}{at}0"))
}

/// Returns where the keys begin of everything that is due after an instant.
#[must_use]
pub fn due_after(at: Timestamp) -> String {
    format!("{DUE}{at}0")
}

/// Returns the prefix of the keys of all codes of reasons that requests have named.
#[must_use]
pub fn reason_prefix() -> String {
    "reason/".into()
}

/// Returns the key that stands where a request has named that code of a reason.
#[must_use]
pub fn reason(code: &str) -> String {
    format!("{}{}", reason_prefix(), segment(&words::canonical(code)))
}

/// Returns an instant as a number that sorts later instants first.
pub(crate) fn newest_first(at: Timestamp) -> String {
    format!("{:016x}", u64::MAX - at.unix_ms())
}
