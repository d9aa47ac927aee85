//! Reads one entry with all that it must agree with, in one snapshot, and compares.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::identity;

use contraflow_domain::access::SessionRecord;
use contraflow_domain::account::{
    Accounts, CreditEntry, Grant, GrantTray, InvoiceAccount, PaymentAccount, Recomputed, StoreCreditAccount,
};
use contraflow_domain::bulk::Import;
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::doctor::{self, Beside, Difference};
use contraflow_domain::dry_run::DryRun;
use contraflow_domain::follow::Follow;
use contraflow_domain::gateway::news::LegPlace;
use contraflow_domain::letters::digest::Digest;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::leg::Leg;
use contraflow_domain::schedule::Schedule;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::due::Due;
use contraflow_guest::ended::Ended;
use contraflow_guest::problem::Problem;
use contraflow_guest::store::{self, Entry};
use contraflow_guest::unit::look;
use contraflow_guest::{accounts, imports, keys, limits, now, sessions, trays};
use serde::de::DeserializeOwned;

fn unreadable(key: &str, why: &dyn std::fmt::Display) -> Difference {
    Difference { key: key.into(), code: "entry.unreadable", stored: why.to_string(), expected: "readable".into() }
}

fn decode<T: DeserializeOwned>(key: &str, entry: Option<&Entry>) -> Result<Option<T>, Difference> {
    entry.map(|entry| serde_json::from_slice(&entry.value)).transpose().map_err(|error| unreadable(key, &error))
}

/// Holds the entries of one snapshot, by key.
struct Snapshot(BTreeMap<String, Option<Entry>>);

impl Snapshot {
    async fn read(wanted: &BTreeSet<String>) -> Result<Self, Problem> {
        let wanted: Vec<_> = wanted.iter().cloned().collect();
        let found = store::get(wanted.clone()).await?;
        Ok(Self(wanted.into_iter().zip(found).collect()))
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.get(key).and_then(Option::as_ref)
    }

    fn of<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Difference> {
        decode(key, self.entry(key))
    }

    /// Returns a request with the packet that stands beside it.
    fn request(&self, key: &str) -> Result<Option<Request>, Difference> {
        let Some(mut request) = self.of::<Request>(key)? else { return Ok(None) };
        if request.packet.is_none() {
            request.packet = self.of(&keys::packet(&request.id))?;
        }
        Ok(Some(request))
    }
}

/// Examines a request with its events, its accounts and its index entries. Returns the differences and the number of
/// events.
pub async fn request(key: &str) -> Result<(Vec<Difference>, u64), Problem> {
    let mut wanted = BTreeSet::from([key.to_owned()]);
    for _ in 0..limits::DOCTOR_TRIES {
        let snapshot = Snapshot::read(&wanted).await?;
        let request: Request = match snapshot.request(key) {
            Ok(Some(request)) => request,
            Ok(None) => return Ok((Vec::new(), 0)),
            Err(difference) => return Ok((vec![difference], 0)),
        };
        let needed = surroundings(key, &request);
        if needed.is_subset(&wanted) {
            return compare(key, &request, &snapshot).await;
        }
        wanted = needed;
    }
    Err(Problem::unavailable(format!("{key} does not hold still. Try again.")))
}

fn surroundings(key: &str, request: &Request) -> BTreeSet<String> {
    let mut wanted = BTreeSet::from([key.to_owned(), keys::packet(&request.id)]);
    wanted.extend(accounts::invoice_key(request));
    wanted.extend(accounts::payment_keys(request));
    wanted.extend(accounts::store_credit_key(request));
    wanted.extend(trays::keys_of_request(request));
    wanted.extend(left_grants(request));
    wanted.extend(keys::indexes(request));
    wanted
}

/// Returns the keys of the request's grants, as far as they have left their account.
fn left_grants(request: &Request) -> Vec<String> {
    let legs = request.legs.iter().filter(|leg| leg.target.is_store_credit());
    let key = |leg: &Leg| {
        let customer = request.customer.as_deref()?;
        Some(keys::credit_grant(customer, leg.amount.currency.code(), &leg.key(&request.id)))
    };
    legs.filter_map(key).collect()
}

async fn compare(key: &str, request: &Request, snapshot: &Snapshot) -> Result<(Vec<Difference>, u64), Problem> {
    // Events never change once they are written, so they need not be read in the same snapshot.
    let wanted: Vec<_> = (1..=request.sequence).map(|sequence| keys::event(&request.id, sequence)).collect();
    let mut events: Vec<Event> = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(limits::KEYS) {
        events.extend(look::<Event>(some).await?.into_iter().flatten());
    }
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let mut found = match around(request, snapshot) {
        Ok((invoice, held, credit)) => doctor::request(
            key,
            request,
            &events,
            Beside { invoice: invoice.as_ref(), payments: &held.payments, credit: credit.as_ref() },
            now(),
        ),
        Err(difference) => vec![difference],
    };
    let absent = keys::indexes(request).into_iter().filter(|index| snapshot.entry(index).is_none());
    found.extend(absent.map(|index| missing(index, key)));
    Ok((found, count))
}

type Around = (Option<InvoiceAccount>, Accounts, Option<StoreCreditAccount>);

fn around(request: &Request, snapshot: &Snapshot) -> Result<Around, Difference> {
    let invoice = accounts::invoice_key(request).map(|key| snapshot.of(&key)).transpose()?.flatten();
    let held = accounts::gather(request, None, |key| snapshot.of(key))?;
    let credit = accounts::store_credit_key(request).map(|key| snapshot.of(&key)).transpose()?.flatten();
    let mut credit: Option<StoreCreditAccount> = credit;
    if let Some(credit) = &mut credit {
        for key in trays::keys_of_request(request) {
            let tray: Option<GrantTray> = snapshot.of(&key)?;
            credit.take_in(tray).map_err(|twice| doctor::unsound_tray(&key, &twice))?;
        }
        for key in left_grants(request) {
            let left: Option<Grant> = snapshot.of(&key)?;
            let left = left.filter(|left| credit.grants.iter().all(|grant| grant.id != left.id));
            credit.grants.extend(left);
        }
    }
    Ok((invoice, held, credit))
}

/// Returns the keys of the requests of those ids, by id.
fn requests<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    ids.map(|id| (id.clone(), keys::request(id))).collect()
}

/// Reads an account with everything that it names, all as they were at one moment. What it names is given by a name and
/// the key under which it is kept; `keep` says what is kept of it in memory.
async fn with_named<T: DeserializeOwned, N: DeserializeOwned>(
    key: &str,
    named: impl Fn(&T) -> BTreeMap<String, String>,
    keep: fn(N) -> N,
    compare: impl Fn(&T, &BTreeMap<String, N>) -> Vec<Difference>,
) -> Result<Vec<Difference>, Problem> {
    with_named_beside(key, None, named, keep, |account, others, _| compare(account, others)).await
}

/// Reads an account in the same way, and tells whether the entry `beside` it was there while any of that was read.
async fn with_named_beside<T: DeserializeOwned, N: DeserializeOwned>(
    key: &str,
    beside: Option<&str>,
    named: impl Fn(&T) -> BTreeMap<String, String>,
    keep: fn(N) -> N,
    compare: impl Fn(&T, &BTreeMap<String, N>, bool) -> Vec<Difference>,
) -> Result<Vec<Difference>, Problem> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    'again: for _ in 0..limits::DOCTOR_TRIES {
        let mut account: Option<Entry> = None;
        let mut others = BTreeMap::new();
        let mut is_beside = false;
        let places: Vec<_> = known.iter().collect();
        // Every part is read together with the account: if the account is the same each time, nothing that it names has
        // changed.
        let parts: Vec<&[_]> =
            if places.is_empty() { vec![&[]] } else { places.chunks(limits::DOCTOR_NAMED).collect() };
        for some in parts {
            let always = std::iter::once(key).chain(beside).map(str::to_owned);
            let wanted = some.iter().map(|(_, place)| (*place).clone()).chain(always).collect();
            let snapshot = Snapshot::read(&wanted).await?;
            is_beside |= beside.is_some_and(|beside| snapshot.entry(beside).is_some());
            let Some(entry) = snapshot.entry(key).cloned() else { return Ok(Vec::new()) };
            if account.as_ref().is_some_and(|before| before.version != entry.version) {
                continue 'again;
            }
            account = Some(entry);
            for (name, place) in some {
                match snapshot.of::<N>(place) {
                    Ok(other) => others.extend(other.map(|other| ((*name).clone(), keep(other)))),
                    Err(difference) => return Ok(vec![difference]),
                }
            }
        }
        let account: T = match decode(key, account.as_ref()) {
            Ok(Some(account)) => account,
            Ok(None) => return Ok(Vec::new()),
            Err(difference) => return Ok(vec![difference]),
        };
        let needed = named(&account);
        if needed.keys().all(|name| known.contains_key(name)) {
            return Ok(compare(&account, &others, is_beside));
        }
        known = needed;
    }
    Err(Problem::unavailable(format!("{key} does not hold still. Try again.")))
}

/// Leaves out of a request what no account is compared with, because an account may name thousands of them.
fn bare(mut request: Request) -> Request {
    request.packet = None;
    request.ask.evidence.clear();
    request.outbox.clear();
    request
}

/// Examines an invoice's account, with the requests that it names.
pub async fn invoice(key: &str) -> Result<Vec<Difference>, Problem> {
    let named = |account: &InvoiceAccount| {
        let held = account.claims.iter().map(|claim| &claim.request);
        requests(held.chain(account.payouts.iter().map(|payout| &payout.request)))
    };
    with_named(key, named, bare, |account, holders| doctor::invoice(key, account, holders)).await
}

/// Examines a payment's account, with the requests that its claims name, and with what is to be booked of its disputes.
pub async fn payment(key: &str) -> Result<Vec<Difference>, Problem> {
    let claimed = |account: &PaymentAccount| requests(account.claims.iter().map(|claim| &claim.request));
    let disputed = |account: &PaymentAccount| {
        let ids = account.disputes.iter().map(|dispute| &dispute.id);
        ids.map(|id| (id.clone(), keys::loss(&account.gateway, id))).collect()
    };
    let follow = keys::follow_of(key);
    let compare = |account: &PaymentAccount, holders: &BTreeMap<String, Request>, is_to_be_told: bool| {
        doctor::payment(key, account, holders, !is_to_be_told)
    };
    let mut found = with_named_beside(key, Some(&follow), claimed, bare, compare).await?;
    found.extend(with_named(key, disputed, identity, |account, known| doctor::losses(key, account, known)).await?);
    Ok(found)
}

/// Examines a store-credit account, with the entries and the grants that have left it.
pub async fn store_credit(key: &str) -> Result<Vec<Difference>, Problem> {
    for _ in 0..limits::DOCTOR_TRIES {
        let Some(entry) = store::get(vec![key.to_owned()]).await?.into_iter().flatten().next() else {
            return Ok(Vec::new());
        };
        let account: StoreCreditAccount = match decode(key, Some(&entry)) {
            Ok(Some(account)) => account,
            Ok(None) => return Ok(Vec::new()),
            Err(difference) => return Ok(vec![difference]),
        };
        let recomputed = match recompute(key, &account).await? {
            Ok(recomputed) => recomputed.grants,
            Err(difference) => return Ok(vec![difference]),
        };
        let gone = recomputed.iter().filter(|due| account.grants.iter().all(|grant| grant.id != due.id));
        let (customer, currency) = (account.customer.as_str(), account.currency.code());
        let wanted: Vec<_> = gone.map(|grant| keys::credit_grant(customer, currency, &grant.id)).collect();
        let mut beside = BTreeMap::new();
        for some in wanted.chunks(limits::KEYS) {
            for left in look::<Grant>(some).await?.into_iter().flatten() {
                beside.insert(left.id.clone(), left);
            }
        }
        // What stands beside the account changes with it alone.
        let again = store::get(vec![key.to_owned()]).await?.into_iter().flatten().next();
        if again.is_some_and(|again| again.version == entry.version) {
            return Ok(doctor::store_credit(key, &account, &recomputed, &beside));
        }
    }
    Err(Problem::unavailable(format!("{key} does not hold still. Try again.")))
}

/// Works out the grants of an account from all its entries: those that have left it, and then its own.
async fn recompute(key: &str, account: &StoreCreditAccount) -> Result<Result<Recomputed, Difference>, Problem> {
    let mut recomputed = Recomputed::default();
    let first = account.entries.first().map_or(1, |entry| entry.sequence);
    let left = |sequence| keys::credit_entry(&account.customer, account.currency.code(), sequence);
    let (mut start, end) = (Some(left(1)), left(first));
    while let Some(from) = start.take() {
        let page = store::scan(from, end.clone(), limits::AUDIT_PAGE).await?;
        for entry in &page.entries {
            let added = decode::<CreditEntry>(&entry.key, Some(entry)).and_then(|credit| {
                credit
                    .map_or(Ok(()), |credit| recomputed.add(&credit))
                    .map_err(|why| doctor::unsound_entries(key, &why))
            });
            if let Err(difference) = added {
                return Ok(Err(difference));
            }
        }
        start = page.next;
    }
    for entry in &account.entries {
        if let Err(unsound) = recomputed.add(entry) {
            return Ok(Err(doctor::unsound_entries(key, &unsound)));
        }
    }
    Ok(Ok(recomputed))
}

/// Examines the entry that names the leg of a refund: the leg must know the refund by the same name.
pub async fn refund(key: &str) -> Result<Vec<Difference>, Problem> {
    let named = |place: &LegPlace| requests(std::iter::once(&place.request));
    let found = with_named(key, named, bare, |place, holders: &BTreeMap<String, Request>| {
        let leg = holders.get(&place.request).and_then(|request| request.legs.iter().find(|leg| leg.id == place.leg));
        let known = leg.and_then(|leg| Some(keys::refund(leg.gateway()?, leg.gateway_reference.as_deref()?)));
        if known.as_deref() == Some(key) {
            return Vec::new();
        }
        let stored = format!("leg {} of request {}", place.leg, place.request);
        let expected = known.map_or_else(|| "no such leg".into(), |known| format!("that leg is known as {known}"));
        vec![Difference { key: key.into(), code: "refund.place", stored, expected }]
    })
    .await?;
    if found.is_empty() {
        return Ok(found);
    }
    // A request that is being archived leaves before what leads to it.
    let Some(place) = look::<LegPlace>(&[key.to_owned()]).await?.pop().flatten() else { return Ok(Vec::new()) };
    let is_leaving = store::get(vec![keys::leaving(&place.request)]).await?.into_iter().flatten().next().is_some();
    Ok(if is_leaving { Vec::new() } else { found })
}

/// Examines a chargeback loss: until the ERP has booked it, an index entry must lead the clock to it.
pub async fn loss(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, due_of_loss).await
}

/// Examines a schedule: while something is to come, an index entry must lead the clock to it.
pub async fn schedule(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, due_of_schedule).await
}

/// Examines a message that could not be read: while somebody is to be told, an index entry must lead the clock to it.
pub async fn unread(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, due_of_unread).await
}

/// Examines what is still to be told to the requests on a payment: an index entry must lead the clock to it.
pub async fn follow(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, |follow| Some(due_of_follow(follow))).await
}

/// Examines a dry run: while it is under way, an index entry must lead the clock to it.
pub async fn dry_run(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, due_of_dry_run).await
}

/// Examines an import: the clock must find it when it is due.
pub async fn import(key: &str) -> Result<Vec<Difference>, Problem> {
    led_to(key, imports::due_entry).await
}

fn due_of_dry_run(run: &DryRun) -> Option<String> {
    run.due.map(|due| keys::due(due, &Due::DryRun(run.id.clone()).to_string()))
}

fn due_of_follow(follow: &Follow) -> String {
    keys::due(follow.due, &Due::follow(&follow.gateway, &follow.payment).to_string())
}

fn due_of_unread(unread: &UnreadMessage) -> Option<String> {
    unread.due.map(|due| keys::due(due, &Due::Unread(unread.id.clone()).to_string()))
}

fn due_of_loss(loss: &Loss) -> Option<String> {
    loss.due.map(|due| keys::due(due, &Due::loss(&loss.gateway, &loss.dispute).to_string()))
}

fn due_of_schedule(schedule: &Schedule) -> Option<String> {
    schedule.due().map(|due| keys::due(due, &Due::schedule(&schedule.id).to_string()))
}

/// Examines an entry that only the clock reads: when it says that it is due, an index entry must lead to it.
async fn led_to<T: DeserializeOwned>(key: &str, due: fn(&T) -> Option<String>) -> Result<Vec<Difference>, Problem> {
    let mut wanted = BTreeSet::from([key.to_owned()]);
    for _ in 0..limits::DOCTOR_TRIES {
        let snapshot = Snapshot::read(&wanted).await?;
        let due = match snapshot.of::<T>(key) {
            Ok(entry) => entry.as_ref().and_then(due),
            Err(difference) => return Ok(vec![difference]),
        };
        let Some(due) = due else { return Ok(Vec::new()) };
        if wanted.contains(&due) {
            let missing = snapshot.entry(&due).is_none().then(|| missing(due, key));
            return Ok(missing.into_iter().collect());
        }
        wanted = BTreeSet::from([key.to_owned(), due]);
    }
    Err(Problem::unavailable(format!("{key} does not hold still. Try again.")))
}

fn missing(index: String, key: &str) -> Difference {
    Difference { key: index, code: "index.missing", stored: "nothing".into(), expected: format!("an entry for {key}") }
}

/// Examines an index entry: what it names must have an index entry at that place.
pub async fn index(key: &str, id: &str) -> Result<Vec<Difference>, Problem> {
    let due = Due::read(id);
    let named = due.key();
    let snapshot = Snapshot::read(&BTreeSet::from([key.to_owned(), named.clone()])).await?;
    if snapshot.entry(key).is_none() {
        return Ok(Vec::new());
    }
    let current = match due {
        Due::DryRun(_) => {
            snapshot.of::<DryRun>(&named).map(|run| run.as_ref().and_then(due_of_dry_run).into_iter().collect())
        }
        Due::Loss { .. } => {
            snapshot.of::<Loss>(&named).map(|loss| loss.as_ref().and_then(due_of_loss).into_iter().collect())
        }
        Due::Follow { .. } => snapshot.of::<Follow>(&named).map(|found| found.iter().map(due_of_follow).collect()),
        Due::Schedule(_) => {
            snapshot.of::<Schedule>(&named).map(|found| found.as_ref().and_then(due_of_schedule).into_iter().collect())
        }
        Due::Unread(_) => snapshot
            .of::<UnreadMessage>(&named)
            .map(|found| found.as_ref().and_then(due_of_unread).into_iter().collect()),
        Due::EndedToken(token) => {
            snapshot.of::<Ended>(&named).map(|found| found.and_then(|ended| ended.due(&token)).into_iter().collect())
        }
        Due::Session(name) => snapshot
            .of::<SessionRecord>(&named)
            .map(|found| found.map(|session| sessions::due(&name, &session)).into_iter().collect()),
        Due::Import(_) => {
            snapshot.of::<Import>(&named).map(|found| found.as_ref().and_then(imports::due_entry).into_iter().collect())
        }
        Due::Digest(_) => snapshot
            .of::<Digest>(&named)
            .map(|found| found.map(|digest| keys::due(digest.due, id)).into_iter().collect()),
        Due::Credit { .. } | Due::CreditExpiry { .. } | Due::Batch(_) | Due::DecisionLink(_) => {
            Ok(snapshot.entry(&named).map(|_| key.to_owned()).into_iter().collect())
        }
        Due::Request(_) => {
            snapshot.of::<Request>(&named).map(|found| found.as_ref().map(keys::indexes).unwrap_or_default())
        }
    };
    let current: Vec<String> = match current {
        Ok(current) => current,
        Err(difference) => return Ok(vec![difference]),
    };
    if current.iter().any(|known| known == key) {
        return Ok(Vec::new());
    }
    Ok(vec![Difference {
        key: key.into(),
        code: "index.stale",
        stored: format!("an entry for {named}"),
        expected: "none: it is elsewhere".into(),
    }])
}
