//! What a dispute does to the refunds of its payment: it freezes those that were not sent, flags those that were, and
//! lets what the bank paid stand in for a leg once the dispute is lost.
//!
//! An amount that the gateway has not said, or said in another currency than the payment's, counts as all of the
//! payment, and a person is told. It is compared with nothing and not booked by itself.

use serde_json::json;

use crate::account::Accounts;
use crate::account::{Dispute, PaymentAccount};
use crate::catalogue::{EventKind, FindingCode, MessageKind, TaskCode};
use crate::dispute;
use crate::dispute::confirmation::{self, Question};
use crate::lifecycle::Machine as _;
use crate::lifecycle::dispute::{DisputeEvent, DisputeStatus};
use crate::lifecycle::leg::{LegEvent, LegStatus};
use crate::lifecycle::request::{RequestEvent, RequestStatus};
use crate::money::Money;
use crate::request::leg::{Leg, Target};
use crate::request::{Finding, Request, Severity, message};
use crate::time::Timestamp;

/// Says why a leg is not sent: the bank has paid its money to the customer.
const PAID: &str = "the dispute was lost: the bank has paid the customer";
/// Says the same where the bank has not paid all of it, or nobody can say whether it has.
const TAKEN: &str = "the dispute was lost: the bank has taken money of the payment";

/// A gateway's news about a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The gateway's name for the dispute.
    pub dispute: String,
    /// How much is disputed; `None` where the news do not say, and then it is all that was captured.
    pub amount: Option<Money>,
    /// Where the dispute stands now.
    pub status: DisputeStatus,
    /// The gateway's word for why the customer disputes the payment.
    pub reason: String,
    /// Whether the gateway has put money of it back.
    pub reinstated: bool,
    /// Which round of the dispute they are of, where the gateway signs that.
    pub round: Option<u32>,
    /// When it happened, as the gateway dates it, and never later than the news came in. Where the gateway gives no
    /// date, it is when they came in.
    pub at: Timestamp,
}

const fn event(status: DisputeStatus) -> DisputeEvent {
    match status {
        DisputeStatus::Inquiry => DisputeEvent::Inquire,
        DisputeStatus::Open => DisputeEvent::Open,
        DisputeStatus::UnderReview => DisputeEvent::Review,
        DisputeStatus::Won => DisputeEvent::Win,
        DisputeStatus::Lost => DisputeEvent::Lose,
        DisputeStatus::Accepted => DisputeEvent::Accept,
        DisputeStatus::WarningClosed => DisputeEvent::CloseWarning,
        DisputeStatus::Prevented => DisputeEvent::Prevent,
    }
}

/// Takes news into the payment's account and says whether anything changed. News never pays anybody.
///
/// A dispute may be decided more than once: lost, won after all, charged back again. Whatever the order in which that
/// is told, the decision counts that was made last: in the later round, where the gateway signs the round, and else as
/// the gateway dates it; of two at the same moment, the one that took the money.
pub fn apply_news(account: &mut PaymentAccount, news: &News) -> bool {
    let captured = account.captured;
    if let Some(known) = account.disputes.iter_mut().find(|dispute| dispute.id == news.dispute) {
        // Before it has an amount nothing of it is booked, and then it is booked by that.
        let named = news.amount.or(captured).filter(|_| known.amount.is_none());
        known.amount = known.amount.or(named);
        if is_of_earlier_round(known, news) {
            return named.is_some();
        }
        let moved = decide(known, news);
        if moved {
            known.unconfirmed = true;
        }
        known.round = known.round.max(news.round);
        return reinstate(known, news) || moved || named.is_some();
    }
    account.disputes.push(Dispute {
        id: news.dispute.clone(),
        amount: news.amount.or(captured),
        status: news.status,
        reason: news.reason.clone(),
        reinstated: news.reinstated && news.status.took_the_money(),
        decided_at: Some(news.at).filter(|_| news.status.is_decided()),
        unconfirmed: true,
        round: news.round,
    });
    true
}

/// Tells whether news are of a round that is over: whenever they come in, and whatever date they bear, they change
/// nothing.
fn is_of_earlier_round(known: &Dispute, news: &News) -> bool {
    news.round.zip(known.round).is_some_and(|(news, known)| news < known)
}

/// Moves a dispute that is known, unless what is told lies behind its last decision.
fn decide(known: &mut Dispute, news: &News) -> bool {
    let (known_is, news_is) = (known.status, news.status);
    let repeats = known_is.took_the_money() || !known_is.is_decided();
    let is_behind = |decided_at| news.at < decided_at || news.at == decided_at && repeats && !news_is.took_the_money();
    let is_of_later_round = news.round.zip(known.round).is_some_and(|(news, known)| news > known);
    let is_one_decided = known_is.is_decided() || news_is.is_decided();
    if is_one_decided && !is_of_later_round && known.decided_at.is_some_and(is_behind) {
        return false;
    }
    let next = known.status.next(event(news.status)).unwrap_or(known.status);
    if news.status.is_decided() && next.took_the_money() == news.status.took_the_money() {
        known.decided_at = known.decided_at.max(Some(news.at));
    }
    std::mem::replace(&mut known.status, next) != next
}

/// Records that money of a dispute is back although the dispute is lost by all that is known. How much, and whether it
/// stays, only the gateway's own pages tell, so a person is told. What was put back before the loss is gone with it.
fn reinstate(known: &mut Dispute, news: &News) -> bool {
    let before = known.reinstated;
    let fresh = news.reinstated && known.decided_at.is_none_or(|decided_at| news.at >= decided_at);
    known.reinstated = known.status.took_the_money() && (before || fresh);
    known.reinstated != before
}

/// Sets the amount of disputes that took money and whose news named none: now that what was captured is known, they are
/// about all of the payment. Returns their names, because what they took is to be booked.
pub fn name_amounts(account: &mut PaymentAccount) -> Vec<String> {
    let Some(captured) = account.captured else { return Vec::new() };
    let unnamed = |dispute: &&mut Dispute| dispute.status.took_the_money() && dispute.amount.is_none();
    let name = |dispute: &mut Dispute| {
        dispute.amount = Some(captured);
        dispute.id.clone()
    };
    account.disputes.iter_mut().filter(unnamed).map(name).collect()
}

/// Brings a request with legs on the payment in line with the payment's disputes. The payment's own account must be
/// among the request's accounts, as it is after the news.
pub fn reconcile(request: &mut Request, account: &mut PaymentAccount, actor: &str, at: Timestamp) {
    dispute::reinstated::reconcile(request, account, actor, at);
    dispute::reinstated::reconcile_tasks(request, account, at);
    if request.status.is_refused() {
        return;
    }
    tell_of_currencies(request, account, at);
    confirmation::clear_confirmed(request, account);
    let frozen = account.is_frozen();
    let lost = account.disputes.iter().any(|dispute| dispute.status.took_the_money());
    let id = request.id.clone();
    let payments = payments_of(request, account);
    let mut notes = Vec::new();
    let mut flagged = dispute::exposure::flag(request, account);
    notes.extend(flagged.iter().map(|(leg, _)| json!({"leg": leg, "dual_payout_risk": true})));
    let mut refused = Vec::new();
    for leg in request.legs.iter_mut().filter(|leg| is_on(leg, &payments)) {
        let unsent = leg.status == LegStatus::Reserved && leg.doubt.is_none();
        if unsent && lost && account.over_minor() > 0 && leg.on(LegEvent::Release).is_ok() {
            leg.frozen = false;
            let paid = account.lost_unclaimed_minor() >= leg.amount.minor;
            leg.attempt.failure = Some(if paid { PAID } else { TAKEN }.into());
            if let Some(claim) = account.claims.iter_mut().find(|claim| claim.request == id && claim.leg == leg.id) {
                claim.counted = false;
                claim.by_bank = paid;
            }
            notes.push(json!({"leg": leg.id, "refused": true}));
            refused.push((leg.clone(), paid));
        } else if leg.status == LegStatus::Reserved && leg.frozen != frozen {
            leg.frozen = frozen;
            notes.push(json!({"leg": leg.id, "frozen": frozen}));
        } else if leg.status.counts()
            && leg.status != LegStatus::Reserved
            && (frozen || lost && account.over_minor() > 0)
            && !leg.dual_payout_risk
        {
            leg.dual_payout_risk = true;
            let paid = format!("has paid {} {} back", leg.amount, leg.amount.currency);
            flagged.push((leg.id.clone(), paid));
            notes.push(json!({"leg": leg.id, "dual_payout_risk": true}));
        }
    }
    if notes.is_empty() {
        return;
    }
    request.note(at, actor, EventKind::DisputeFollowed, "", json!({"payment": account.reference, "legs": notes}));
    for (leg, paid) in flagged {
        let happened = format!("Payment {} is disputed although leg {leg} {paid}.", account.reference);
        request.raise(at, TaskCode::DisputeEvidence, &leg, &happened);
    }
    if !refused.is_empty() {
        refuse(request, refused, actor, at);
    }
}

/// Refuses a request whose money the bank has paid, while the ERP has not heard of it. After that the document stands,
/// and what the bank paid settles it in place of these legs. Where the bank paid only part of a leg, a person decides
/// on the rest.
fn refuse(request: &mut Request, refused: Vec<(Leg, bool)>, actor: &str, at: Timestamp) {
    let all = refused.iter().all(|(_, paid)| *paid);
    let why = if all { PAID } else { TAKEN };
    let event = match request.status {
        status if status.awaits_people() => Some(RequestEvent::Reject),
        RequestStatus::Approved if request.handoff.is_none() => Some(RequestEvent::Reject),
        RequestStatus::Validated => Some(RequestEvent::Exclude),
        _ => None,
    };
    if let Some(event) = event {
        if request.on(event, at, actor, why).is_ok() {
            let text = match all {
                true => "The bank has paid the money back in a dispute.",
                false => "The bank has taken money of this payment in a dispute, so it can't be refunded.",
            };
            message::queue(request, MessageKind::RequestRejected, text, at);
        }
        return;
    }
    for (leg, _) in refused.iter().filter(|(_, paid)| *paid) {
        pay_by_bank(request, leg, actor, at);
    }
}

/// Lets the bank's payment settle, in place of the leg, what the document owes. It is counted in the document's
/// currency, because no gateway pays it. Returns `false` where the request takes no more legs: then the leg stays lost,
/// which is a person's matter.
pub(crate) fn pay_by_bank(request: &mut Request, leg: &Leg, actor: &str, at: Timestamp) -> bool {
    if request.is_full_of_legs() {
        return false;
    }
    let mut new = Leg::reserved(request.next_leg_id(), Target::OutOfBand, "chargeback", leg.value());
    new.replaces = Some(leg.id.clone());
    request.note(at, actor, EventKind::LegRerouted, PAID, json!({"leg": leg.id, "by": new.id, "target": new.target}));
    if let Some(old) = request.leg_mut(&leg.id) {
        old.replaced_by = Some(new.id.clone());
    }
    request.legs.push(new);
    true
}

/// Returns the disputes that are in another currency than their payment was captured in, while they hold its money or
/// have taken it.
fn in_another_currency(account: &PaymentAccount) -> impl Iterator<Item = (&Dispute, Money, Money)> {
    let matters = |dispute: &&Dispute| dispute.status.freezes() || dispute.status.took_the_money();
    account.disputes.iter().filter(matters).filter_map(|dispute| {
        let (amount, captured) = (dispute.amount?, account.captured?);
        (amount.currency != captured.currency).then_some((dispute, amount, captured))
    })
}

/// Tells a person of disputes in another currency: each counts as all of the payment, and is not booked by itself.
fn tell_of_currencies(request: &mut Request, account: &PaymentAccount, at: Timestamp) {
    for (dispute, amount, captured) in in_another_currency(account) {
        let happened = format!(
            "Dispute {} is over {amount} {}, and payment {} was captured in {}: all of the payment counts as disputed.",
            dispute.id, amount.currency, account.reference, captured.currency
        );
        request.raise(at, TaskCode::DisputeCurrency, &dispute.id, &happened);
    }
}

/// Tells whether a payment keeps every leg from being sent: it is disputed, or more of it is gone than was captured, or
/// nobody knows how much is gone.
fn keeps(account: &PaymentAccount) -> bool {
    account.is_frozen() || account.over_minor() > 0 || account.is_unsure()
}

/// Tells whether its payment keeps a leg from being sent now; asked in the commit that would send it.
///
/// While a dispute is open, a leg that was not sent is frozen until it is decided, and a leg whose order was to be
/// given again waits. A leg waits, too, while more of its payment is gone than was captured, or nobody can say how much
/// is gone: a person finds out why. And it waits while a decision lets it go that is not confirmed: see
/// [`question`].
pub fn hold(request: &mut Request, leg: &str, accounts: &Accounts, at: Timestamp) -> bool {
    let id = request.id.clone();
    let accounts: Vec<_> = accounts_of(request, leg, accounts).collect();
    let frozen = accounts.iter().any(|account| account.is_frozen());
    let is_unconfirmed = accounts.iter().any(|account| account.unconfirmed().next().is_some());
    let is_kept = accounts.iter().any(|account| keeps(account));
    for account in accounts {
        confirmation::clear_confirmed(request, account);
    }
    let Some(held) = request.leg_mut(leg) else { return false };
    if !is_kept {
        return is_unconfirmed && held.status == LegStatus::Reserved;
    }
    if held.status == LegStatus::Reserved && !frozen {
        held.attempt.again(&id, at);
        // The gateway's news of a refund of ours may be here before we know its name: it clears up by itself.
        if held.attempt.tries > 2 {
            let happened = format!(
                "Leg {leg} is not sent: more of its payment is gone than was captured, or it was refunded elsewhere and nobody \
                 knows how much."
            );
            request.raise(at, TaskCode::LegHeld, leg, &happened);
            // A payment that comes later may cover it.
            request.look_for_payments();
        }
    } else if held.status == LegStatus::Reserved {
        held.frozen = true;
        request.note(at, "payment-reversal", EventKind::LegFrozen, "its payment is disputed", json!({"leg": leg}));
    } else {
        held.attempt.again(&id, at);
        held.replay_until = None;
    }
    true
}

/// Returns the accounts of the payment that a leg gives back.
fn accounts_of<'a>(request: &Request, leg: &str, accounts: &'a Accounts) -> impl Iterator<Item = &'a PaymentAccount> {
    let held = request.legs.iter().find(|known| known.id == leg);
    accounts.payments.iter().filter(move |account| held.is_some_and(|held| is_on(held, &payments_of(request, account))))
}

/// Returns what the gateway is to be asked before a leg may be sent that [`hold`] keeps; `None` where nothing is to be
/// confirmed, or the leg waits for another reason.
#[must_use]
pub fn question(request: &Request, leg: &str, accounts: &Accounts) -> Option<Question> {
    request.legs.iter().find(|held| held.id == leg && held.status == LegStatus::Reserved)?;
    if accounts_of(request, leg, accounts).any(keeps) {
        return None;
    }
    let ask = |account: &PaymentAccount| {
        let dispute = account.unconfirmed().next()?.clone();
        Some(Question { payment: account.reference.clone(), dispute })
    };
    accounts_of(request, leg, accounts).find_map(ask)
}

/// Returns the ERP's ids of the request's payments that the account is about.
pub(super) fn payments_of(request: &Request, account: &PaymentAccount) -> Vec<String> {
    let invoice = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let payments = invoice.map(|invoice| invoice.payments.as_slice()).unwrap_or_default().iter();
    payments.filter(|payment| account.is_of(payment)).map(|payment| payment.id.clone()).collect()
}

/// Tells whether a leg gives one of these payments back, through its gateway or by hand.
pub(super) fn is_on(leg: &Leg, payments: &[String]) -> bool {
    leg.payment().is_some_and(|payment| payments.iter().any(|known| known == payment))
}

/// Freezes the legs of a request whose payments are disputed when it is checked, and adds a finding.
pub fn freeze_new_legs(request: &mut Request, accounts: &Accounts) {
    for account in &accounts.payments {
        for (dispute, amount, captured) in in_another_currency(account) {
            request.findings.push(Finding {
                code: FindingCode::DisputeCurrency,
                severity: Severity::Warning,
                message: format!(
                    "dispute {} is over {amount} {}, and payment {} was captured in {}: all of it counts as disputed",
                    dispute.id, amount.currency, account.reference, captured.currency
                ),
            });
        }
        dispute::exposure::add_finding(request, account);
        if !account.is_frozen() {
            continue;
        }
        let payments = payments_of(request, account);
        let mut here = false;
        for leg in request.legs.iter_mut().filter(|leg| is_on(leg, &payments)) {
            leg.frozen = true;
            here = true;
        }
        if here {
            request.findings.push(Finding {
                code: FindingCode::DisputeOpen,
                severity: Severity::Warning,
                message: format!(
                    "payment {} is disputed: its refund waits until the dispute is decided",
                    account.reference
                ),
            });
        }
    }
}
