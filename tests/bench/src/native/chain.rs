//! The steps of an automatic request, each as its component does it: what is read, decided and committed, in that
//! order.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use contraflow_domain::account::Accounts;
use contraflow_domain::account::StoreCreditAccount;
use contraflow_domain::approval;
use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::catalogue::EventKind;
use contraflow_domain::chain::{Next, Step, next};
use contraflow_domain::eligibility::{self, Asked, Wish};
use contraflow_domain::erp;
use contraflow_domain::erp::document::Work;
use contraflow_domain::erp::reply::ErpReply;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::draft::{Draft, MoneyText, check};
use contraflow_domain::request::message::{self, Delivery, Tried};
use contraflow_domain::request::{KnownCustomer, Packet, Request, Source};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use serde_json::{Value, json};

use super::database::Database;
use super::unit::Unit;
use super::{books, keys};
use crate::world;

fn now() -> Timestamp {
    Timestamp::from_unix_ms(world::now_ms())
}

/// Takes the request number `number` in and follows its chain to the end.
pub async fn run(database: &Database, policy: &Path, number: usize) -> Result<()> {
    let mut request = receive(database, number).await?;
    while let Next::Do(step) = next(&request, now()) {
        request = match step {
            Step::Eligibility => eligible(database, policy, &request.id).await?,
            Step::Approval => approve(database, policy, &request.id).await?,
            Step::ErpHandoff => hand_off(database, &request.id).await?,
            Step::FileScan => bail!("the request has no files"),
            Step::Notification { channel } => notify(database, &request.id, &channel).await?,
            Step::InvoiceLookup => look_up(database, &request.id).await?,
            Step::PaymentReversal { .. } => bail!("the request has no payment"),
        };
    }
    Ok(())
}

/// Returns an id of the form of a UUID of version 7.
fn id(at: Timestamp, number: usize) -> String {
    format!("{:08x}-{:04x}-7000-8000-{number:012x}", at.unix_ms() >> 16, at.unix_ms() & 0xffff)
}

fn draft(body: &str) -> Result<Draft> {
    let body: Value = serde_json::from_str(body)?;
    let word = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Ok(Draft {
        kind: word("/kind").unwrap_or_default(),
        customer: word("/customer"),
        reason: word("/reason").unwrap_or_default(),
        amount: word("/amount/value")
            .zip(word("/amount/currency"))
            .map(|(value, currency)| MoneyText { value, currency }),
        ..Draft::default()
    })
}

async fn receive(database: &Database, number: usize) -> Result<Request> {
    let ask = check(&draft(&world::ask(number).to_string())?).map_err(|errors| anyhow!("{errors:?}"))?;
    let fingerprint = contraflow_audit::canonical_hash(&ask)?;
    let receipt = keys::inbound("api", "alice", &format!("bench-{number}"));
    let mut unit = Unit::new(database);
    if unit.read::<Value>(&receipt).await?.is_some() {
        bail!("the request was there before");
    }
    let at = now();
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive(id(at, number), source, "alice".into(), ask, at);
    request.channels = Some(vec!["webhook".into()]);
    unit.save(&mut request, at)?;
    unit.write(&receipt, &json!({"request": request.id, "fingerprint": fingerprint}))?;
    unit.commit().await?;
    Ok(request)
}

/// Reads the policy for every decision, as the components do.
fn in_force(policy: &Path) -> Result<Policy> {
    Ok(Policy::parse(&std::fs::read_to_string(policy)?)?)
}

/// Looks for the customer, whom nobody has sent an invoice to.
async fn look_up(database: &Database, id: &str) -> Result<Request> {
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    let customer = Some(KnownCustomer { known: false, alike: Vec::new() });
    request.packet = Some(Packet { built_at: at, invoice: None, customer });
    request.note(at, "invoice-lookup", EventKind::PacketBuilt, "", json!({"customer": request.ask.customer.clone()}));
    unit.save(&mut request, at)?;
    unit.commit().await?;
    Ok(request)
}

async fn eligible(database: &Database, policy: &Path, id: &str) -> Result<Request> {
    let policy = in_force(policy)?;
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    let wish = Wish::of(&request).context("an ask without an invoice")?;
    let mut asked: Asked = unit.read(&keys::asked(&wish)).await?.unwrap_or_default();
    eligibility::check(&mut request, &mut Accounts::default(), &mut asked, &[], &policy, at)?;
    unit.write(&keys::asked(&wish), &asked)?;
    unit.save(&mut request, at)?;
    unit.commit().await?;
    Ok(request)
}

async fn approve(database: &Database, policy: &Path, id: &str) -> Result<Request> {
    let policy = in_force(policy)?;
    // What passes by itself adds to sums that others add to, too.
    loop {
        if let Some(request) = try_to_approve(database, &policy, id).await? {
            return Ok(request);
        }
    }
}

async fn try_to_approve(database: &Database, policy: &Policy, id: &str) -> Result<Option<Request>> {
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    let mut passing = Passing::of(&request, Origin::Asked, policy, at);
    for count in &mut passing.counts {
        while let Some(part) = count.next() {
            let key = keys::tally(count.per.name(), &count.who, part);
            count.look(part, unit.read(&key).await?.unwrap_or_default());
        }
    }
    approval::route(&mut request, &passing, policy, at)?;
    for count in &passing.counts {
        for (part, tally) in count.changed() {
            unit.write(&keys::tally(count.per.name(), &count.who, part), &tally)?;
        }
    }
    unit.save(&mut request, at)?;
    Ok(unit.try_commit().await?.then_some(request))
}

async fn hand_off(database: &Database, id: &str) -> Result<Request> {
    let mut request = Unit::new(database).request(id).await?;
    loop {
        request = match erp::document::work(&request, now()) {
            Work::Send => send(database, id).await?,
            Work::Settle => settle(database, &request).await?,
            Work::Wait(_) | Work::Nothing => return Ok(request),
            other => bail!("{other:?} is not expected of an automatic request"),
        };
    }
}

async fn send(database: &Database, id: &str) -> Result<Request> {
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    let attempt = erp::document::send(&mut request, Zone::UTC, at)?;
    unit.save(&mut request, at)?;
    unit.commit().await?;

    let (reference, number) = books::submit(database, &request).await?;
    let answer = Ok(ErpReply::Document { reference, number, found: false });

    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit()).context("no store credit")?;
    let (customer, currency) = (request.customer.clone().context("no customer")?, leg.amount.currency);
    let key = keys::store_credit(&customer, currency.code());
    let mut credit = unit.read(&key).await?.unwrap_or_else(|| StoreCreditAccount::empty(&customer, currency));
    erp::document::record_outcome(&mut request, attempt, &answer, Some(&mut credit), at)?;
    unit.write(&key, &credit)?;
    unit.save(&mut request, at)?;
    unit.commit().await?;
    Ok(request)
}

async fn settle(database: &Database, request: &Request) -> Result<Request> {
    let mut booked = Vec::new();
    for leg in request.legs.iter().filter(|leg| leg.unbooked()) {
        books::settle(database, request, leg, now()).await?;
        booked.push((leg.id.clone(), leg.booked));
    }
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(&request.id).await?;
    erp::document::record_bookings(&mut request, &booked, None, at);
    unit.save(&mut request, at)?;
    unit.commit().await?;
    Ok(request)
}

/// Tells nobody, for nobody has subscribed.
async fn notify(database: &Database, id: &str, channel: &str) -> Result<Request> {
    let request = Unit::new(database).request(id).await?;
    let due = request.outbox.iter().filter(|message| message.is_due(channel, now()));
    let due: Vec<_> = due.map(|message| message.id.clone()).collect();
    let mut unit = Unit::new(database);
    let at = now();
    let mut request = unit.request(id).await?;
    for message in &due {
        let tried = Tried { id: message.clone(), words: None, outcome: Ok(Delivery::Unheard) };
        message::record_outcome(&mut request, &tried, at);
    }
    unit.save(&mut request, at)?;
    unit.commit().await?;
    Ok(request)
}
