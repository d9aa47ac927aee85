//! The doctor: works out every balance a second time, from the events, and compares it with what is stored. A sound
//! store shows no difference at any moment.

pub mod balance;
pub mod history;

use std::collections::BTreeMap;

use serde::Serialize;

use self::history::History;
use crate::account::{AccountError, CreditEntriesError, Grant, InvoiceAccount, PaymentAccount, StoreCreditAccount};
use crate::catalogue::TaskCode;
use crate::chain::{Next, next};
use crate::dispute;
use crate::dispute::loss::Loss;
use crate::invoice::Payment;
use crate::lifecycle::leg::LegStatus;
use crate::money::Money;
use crate::request::Request;
use crate::request::event::Event;
use crate::request::leg::Leg;
use crate::time::Timestamp;

/// A difference: something stored that does not agree with the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The store's key of the entry that disagrees.
    pub key: String,
    /// A stable code for what disagrees: `leg.status`, `invoice.credited`, …
    pub code: &'static str,
    /// The value that is stored.
    pub stored: String,
    /// The value that follows from everything else.
    pub expected: String,
}

/// Collects the differences of one entry.
struct Findings<'a> {
    key: &'a str,
    found: Vec<Difference>,
}

impl<'a> Findings<'a> {
    fn of(key: &'a str) -> Self {
        Self { key, found: Vec::new() }
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, code: &'static str, stored: &T, expected: &T) {
        if stored != expected {
            self.add(code, format!("{stored:?}"), format!("{expected:?}"));
        }
    }

    fn add(&mut self, code: &'static str, stored: impl Into<String>, expected: impl Into<String>) {
        self.found.push(Difference { key: self.key.into(), code, stored: stored.into(), expected: expected.into() });
    }

    fn at_most(&mut self, code: &'static str, minor: i64, most: i64) {
        if minor > most {
            self.add(code, format!("{minor} minor units"), format!("at most {most}"));
        }
    }
}

/// The accounts that should know of a request, as they were read with it.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The account of its invoice.
    pub invoice: Option<&'a InvoiceAccount>,
    /// The accounts of its payments.
    pub payments: &'a [PaymentAccount],
    /// The store credit that its legs pay into.
    pub credit: Option<&'a StoreCreditAccount>,
}

/// Checks a request against its own events, and against the accounts that should know of it, as they were read with it.
#[must_use]
pub fn request(key: &str, request: &Request, events: &[Event], beside: Beside<'_>, now: Timestamp) -> Vec<Difference> {
    let mut findings = Findings::of(key);
    match History::of(events) {
        Ok(history) => against_history(&mut findings, request, &history),
        Err(broken) => findings.add("record.broken", broken.to_string(), "an unbroken chain of events"),
    }
    against_itself(&mut findings, request, now);
    against_accounts(&mut findings, request, beside);
    findings.found
}

fn against_history(findings: &mut Findings<'_>, request: &Request, history: &History) {
    findings.compare("request.sequence", &request.sequence, &history.sequence);
    findings.compare("request.head", &request.head, &history.head);
    findings.compare("request.status", &request.status, &history.status);
    let number = request.document.as_ref().and_then(|document| document.number.clone());
    findings.compare("document.number", &number, &history.number);
    let document = request.document.as_ref().map(|document| document.status);
    findings.compare("document.status", &document, &history.document);
    let held = balance::held(request);
    let code = if held.is_some() { "request.amount" } else { "request.held" };
    findings.compare(code, &held, &history.held);
    let stored: BTreeMap<_, _> = request.legs.iter().map(|leg| (leg.id.as_str(), leg.status)).collect();
    let told: BTreeMap<_, _> = history.legs.iter().map(|(id, fact)| (id.as_str(), fact.status)).collect();
    findings.compare("leg.status", &stored, &told);
    let amounts: BTreeMap<_, _> = request.legs.iter().map(|leg| (leg.id.as_str(), Some(leg.amount))).collect();
    let told: BTreeMap<_, _> = history.legs.iter().map(|(id, fact)| (id.as_str(), fact.amount)).collect();
    findings.compare("leg.amount", &amounts, &told);
}

fn against_itself(findings: &mut Findings<'_>, request: &Request, now: Timestamp) {
    if let Err(unbalanced) = balance::check(request) {
        findings.compare("document.allocations", &unbalanced.legs_minor, &unbalanced.amount.minor);
    }
    if request.ask.invoice.is_some() && request.amount.is_some() && request.packet.is_none() {
        findings.add("request.packet", "nothing", "the invoice that its amount was computed from");
    }
    if let (Some(document), Some(amount)) = (&request.document, request.amount) {
        findings.compare("document.total", &document.total, &amount);
    }
    // Nothing is lost from sight: what can go on has a time at which the clock takes it up; what can't and has not
    // ended has a task.
    if request.due.is_none() && next(request, now) != Next::Rest {
        findings.add("request.forgotten", "never taken up by the clock", "a time at which the clock takes it up");
    }
    // A draft has no effect on the accounts: until it is posted the request has not ended, and a person has a task.
    if request.awaits_posting() && (request.status.is_settled() || !request.has_task(TaskCode::ErpPost, "")) {
        findings.add(
            "document.unposted",
            format!("{} with a draft in the ERP", request.status.name()),
            "a task to post it",
        );
    }
    let waits = request.awaits_decision() || request.status.is_settled();
    if request.due.is_none() && !waits && request.tasks.is_empty() && !request.legs.iter().any(Leg::waits_for_dispute) {
        findings.add("request.stuck", format!("{} with nothing to do", request.status.name()), "a task for a person");
    }
}

fn against_accounts(findings: &mut Findings<'_>, request: &Request, Beside { invoice, payments, credit }: Beside<'_>) {
    if let Some(account) = invoice {
        let claim = account.claims.iter().find(|claim| claim.request == request.id);
        let payout = account.payouts.iter().find(|payout| payout.request == request.id);
        let gross = claim.map(|claim| claim.gross).or(payout.map(|payout| payout.amount));
        findings.compare("invoice.claim", &gross, &balance::held(request));
    }
    for leg in &request.legs {
        if let Some(payment) = payment_of(request, leg) {
            let account = payments.iter().find(|account| account.is_of(payment));
            let counted =
                account.and_then(|account| claim_of(account, &request.id, &leg.id)).map(|claim| claim.counted);
            // A claim that holds nothing may have left its account.
            let counted = counted.or_else(|| account.filter(|_| !leg.status.counts()).map(|_| false));
            findings.compare("payment.claim", &counted, &Some(leg.status.counts()));
        }
        if leg.target.is_store_credit() {
            let key = leg.key(&request.id);
            let granted = credit.and_then(|account| account.grants.iter().find(|grant| grant.id == key));
            let due = matches!(leg.status, LegStatus::Succeeded | LegStatus::Reversed).then_some(leg.amount);
            findings.compare("store_credit.grant", &granted.map(|grant| grant.amount), &due);
        }
    }
}

/// Returns the invoice's payment that the leg gives back.
fn payment_of<'a>(request: &'a Request, leg: &Leg) -> Option<&'a Payment> {
    let payment = leg.payment()?;
    let invoice = request.packet.as_ref()?.invoice.as_ref()?;
    invoice.payments.iter().find(|known| known.id == payment)
}

fn claim_of<'a>(account: &'a PaymentAccount, request: &str, leg: &str) -> Option<&'a crate::account::LegClaim> {
    account.claims.iter().find(|claim| claim.request == request && claim.leg == leg)
}

/// Checks an invoice's account against its claims and the requests that they name, as they were read with it; `None`
/// stands for a request that does not exist.
#[must_use]
pub fn invoice(key: &str, account: &InvoiceAccount, holders: &BTreeMap<String, Request>) -> Vec<Difference> {
    let mut findings = Findings::of(key);
    let mut sum = account.archived.credited.clone();
    for allocation in account.claims.iter().filter_map(|claim| holders.get(&claim.request)?.allocation()) {
        sum.add(&allocation);
    }
    if !account.credited.is_equal_to(&sum) {
        findings.add("invoice.credited", format!("{:?}", account.credited.sums()), "the sum of what its claims hold");
    }
    for claim in &account.claims {
        let holder = holders.get(&claim.request).filter(|request| balance::held(request).is_some());
        let amount = holder.and_then(|request| request.amount);
        findings.compare("invoice.holder", &Some(claim.gross), &amount);
    }
    for payout in &account.payouts {
        let holder = holders.get(&payout.request).filter(|request| balance::held(request).is_some());
        findings.compare("invoice.payout", &Some(payout.amount), &holder.and_then(|request| request.amount));
    }
    if let Some(total) = account.total {
        findings.at_most("invoice.exceeded", account.held_minor(), total.minor);
    }
    findings.found
}

/// Checks a payment's account against the legs that its claims name. While those are still to hear what has become of
/// the payment (`is_told` is false), more than was captured may be gone of it.
#[must_use]
pub fn payment(
    key: &str,
    account: &PaymentAccount,
    holders: &BTreeMap<String, Request>,
    is_told: bool,
) -> Vec<Difference> {
    let mut findings = Findings::of(key);
    let mut at_risk = false;
    for claim in &account.claims {
        let leg = holders.get(&claim.request).and_then(|request| request.legs.iter().find(|leg| leg.id == claim.leg));
        let stands: Option<(Money, bool)> = leg.map(|leg| (leg.amount, leg.status.counts()));
        findings.compare("payment.holder", &Some((claim.amount, claim.counted)), &stands);
        if let Some(request) = holders.get(&claim.request).filter(|_| claim.by_bank) {
            findings.compare("payment.by_bank", &true, &dispute::reinstated::is_by_bank(request, &claim.leg));
        }
        at_risk |= leg.is_some_and(|leg| leg.dual_payout_risk || leg.excess.is_some());
    }
    if !is_told {
        return findings.found;
    }
    // What disputes gave back nobody has from the bank any more.
    if account.captured.is_some() {
        findings.at_most("payment.given_back", -account.lost_unclaimed_minor(), 0);
    }
    // A dispute that was lost after the money had gone out, and money that a gateway paid although it was not there,
    // are over the payment, and a person has a task about it.
    if let (Some(captured), false) = (account.captured, at_risk) {
        findings.at_most("payment.exceeded", account.used_minor() + account.lost_minor(), captured.minor);
        for (application, used) in account.exceeded() {
            findings.at_most("payment.application_exceeded", used, application.captured.minor);
        }
    }
    findings.found
}

/// Checks a payment's account against what is to be booked of its disputes, by their names.
#[must_use]
pub fn losses(key: &str, account: &PaymentAccount, known: &BTreeMap<String, Loss>) -> Vec<Difference> {
    let mut findings = Findings::of(key);
    for dispute in &account.disputes {
        let gone = dispute.status.took_the_money();
        match known.get(&dispute.id) {
            Some(loss) => findings.compare("payment.loss", &loss.stands(), &gone),
            // What was captured is known to one of a payment's names: by that one it is booked.
            None if account.captured.is_some() && Loss::amount_of(account, &dispute.id).is_some() => {
                findings.add("payment.loss", "nothing to book", format!("what dispute {} took", dispute.id));
            }
            None => {}
        }
    }
    findings.found
}

/// Checks a store-credit account: what is left of each grant must follow from all its entries alone. `beside` holds the
/// grants that have left the account, as they stand beside it.
#[must_use]
pub fn store_credit(
    key: &str,
    account: &StoreCreditAccount,
    recomputed: &[Grant],
    beside: &BTreeMap<String, Grant>,
) -> Vec<Difference> {
    let mut findings = Findings::of(key);
    let here: BTreeMap<_, _> = account.grants.iter().map(|grant| (grant.id.as_str(), grant)).collect();
    let known = |due: &Grant| here.get(due.id.as_str()).copied().or_else(|| beside.get(&due.id)).cloned();
    let stored: Vec<_> = recomputed.iter().filter_map(known).collect();
    findings.compare("store_credit.grants", &stored.as_slice(), &recomputed);
    for grant in account.grants.iter().filter(|grant| recomputed.iter().all(|due| due.id != grant.id)) {
        findings.add("store_credit.grants", grant.id.clone(), "no grant that the entries do not tell of");
    }
    findings.found
}

/// Returns the difference of an tray of store credit whose grants do not fit their account.
#[must_use]
pub fn unsound_tray(key: &str, unsound: &AccountError) -> Difference {
    let expected = "grants that the account does not have yet".into();
    Difference { key: key.into(), code: "store_credit.tray", stored: unsound.to_string(), expected }
}

/// Returns the difference of a store-credit account whose entries contradict each other.
#[must_use]
pub fn unsound_entries(key: &str, unsound: &CreditEntriesError) -> Difference {
    let expected = "entries that agree with each other".into();
    Difference { key: key.into(), code: "store_credit.entries", stored: unsound.to_string(), expected }
}
