//! Where things are stored. Every key is a path of segments; a segment that comes from outside is escaped, so that no
//! name reaches into another's place.

use contraflow_domain::limits;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;

/// Escapes a segment; one that would be too long is replaced by its hash.
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

/// A request.
#[must_use]
pub fn request(id: &str) -> String {
    format!("request/{}", segment(id))
}

/// One event of a request.
#[must_use]
pub fn event(id: &str, sequence: u64) -> String {
    format!("event/{}/{sequence:010}", segment(id))
}

/// The account of an invoice.
#[must_use]
pub fn invoice(number: &str) -> String {
    format!("invoice/{}", segment(number))
}

/// The account of a payment: by the gateway's name for it, by which disputes and refunds speak of it.
#[must_use]
pub fn payment(gateway: &str, reference: &str) -> String {
    format!("payment/{}/{}", segment(gateway), segment(reference))
}

/// A customer's store credit in one currency.
#[must_use]
pub fn store_credit(customer: &str, currency: &str) -> String {
    format!("credit/{}/{}", segment(customer), segment(currency))
}

/// What became of a message from a source.
#[must_use]
pub fn inbound(source: &str, sender: &str, id: &str) -> String {
    format!("inbound/{}/{}/{}", segment(source), segment(sender), segment(id))
}

/// Which leg a gateway's refund belongs to.
#[must_use]
pub fn refund(gateway: &str, reference: &str) -> String {
    format!("refund/{}/{}", segment(gateway), segment(reference))
}

/// News of a refund whose leg is not known yet.
#[must_use]
pub fn unmatched(gateway: &str, refund: &str) -> String {
    format!("unmatched/{}/{}", segment(gateway), segment(refund))
}

/// What a person has lent of their authority, and was lent.
#[must_use]
pub fn delegations(person: &str) -> String {
    format!("delegation/{}", segment(person))
}

/// What a lost dispute took.
#[must_use]
pub fn loss(gateway: &str, dispute: &str) -> String {
    format!("loss/{}/{}", segment(gateway), segment(dispute))
}

/// The source of what schedules ask for.
pub const SCHEDULE: &str = "schedule";

/// A schedule.
#[must_use]
pub fn schedule(id: &str) -> String {
    format!("schedule/{}", segment(id))
}

/// What the clock takes up at an instant.
#[must_use]
pub fn due(at: Timestamp, id: &str) -> String {
    format!("due/{at}/{id}")
}

/// The range of all that is due up to an instant.
#[must_use]
pub fn due_until(at: Timestamp) -> (String, String) {
    ("due/".into(), format!("due/{at}0"))
}

/// A number that sorts later instants first.
fn newest_first(at: Timestamp) -> String {
    format!("{:016x}", u64::MAX - at.unix_ms())
}

/// The index of all requests, newest first.
#[must_use]
pub fn all_prefix() -> String {
    "all/".into()
}

/// The index of the requests in a state.
#[must_use]
pub fn status_prefix(status: &str) -> String {
    format!("status/{}/", segment(status))
}

/// The index of a customer's requests.
#[must_use]
pub fn customer_prefix(customer: &str) -> String {
    format!("customer/{}/", segment(customer))
}

/// The index of the requests that someone asked for.
#[must_use]
pub fn requester_prefix(requester: &str) -> String {
    format!("requester/{}/", segment(requester))
}

/// The index of what waits for a level, oldest deadline first.
#[must_use]
pub fn queue_prefix(level: &str) -> String {
    format!("queue/{}/", segment(level))
}

/// The index of requests with open tasks.
#[must_use]
pub fn task_prefix() -> String {
    "task/".into()
}

/// A place of an index, or of the record, as a cursor names it: two segments.
#[must_use]
pub fn place(cursor: &str) -> Option<String> {
    let written = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte))
    };
    let (first, second) = cursor.split_once('/')?;
    (written(first) && written(second)).then(|| cursor.to_owned())
}

/// Every index entry that a request has as it is; their values are empty.
#[must_use]
pub fn indexes(request: &Request) -> Vec<String> {
    let place = format!("{}/{}", newest_first(request.created_at), request.id);
    let mut keys = vec![format!("{}{place}", all_prefix()), format!("{}{place}", status_prefix(request.status.name()))];
    keys.push(format!("{}{place}", requester_prefix(&request.requester)));
    if let Some(customer) = &request.customer {
        keys.push(format!("{}{place}", customer_prefix(customer)));
    }
    if let Some(due) = request.due {
        keys.push(self::due(due, &request.id));
    }
    if request.status.awaits_people() {
        let level = request.approvals.next_level(&request.content_hash).unwrap_or_default();
        let deadline = request.deadline.unwrap_or(request.created_at);
        keys.push(format!("{}{deadline}/{}", queue_prefix(level), request.id));
    }
    if !request.tasks.is_empty() {
        keys.push(format!("{}{}/{}", task_prefix(), request.created_at, request.id));
    }
    keys
}

/// The id at the end of an index key.
#[must_use]
pub fn id_of(index_key: &str) -> &str {
    index_key.rsplit('/').next().unwrap_or_default()
}
