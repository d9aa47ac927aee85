//! The signals: what each counts, and the sentence that says it.

use super::history::{History, Whose};
use crate::account::Accounts;
use crate::limits;
use crate::money::Money;
use crate::policy::{Policy, WeekDay, Weight};
use crate::request::Request;
use crate::request::ask::Kind;
use crate::request::risk::{RiskPart, Signal};
use crate::schedule;
use crate::time::Day;

/// All that a score is worked out from; the history has the request itself in it.
pub(super) struct Facts<'a> {
    pub request: &'a Request,
    pub history: &'a History,
    pub held: &'a Accounts,
    pub policy: &'a Policy,
    pub today: Day,
}

/// What a signal has found: how many were counted, and the sentence.
type Found = (i64, String);

/// Works out what a signal gives.
pub(super) fn part(signal: Signal, facts: &Facts<'_>) -> Option<RiskPart> {
    let weight = facts.policy.risk.weight(signal);
    if weight.points == 0 {
        return None;
    }
    let (counted, sentence) = match signal {
        Signal::CustomerVelocity => customer_velocity(facts, weight),
        Signal::RequesterVelocity => requester_velocity(facts, weight),
        Signal::PaymentVelocity => payment_velocity(facts, weight),
        Signal::RefundRatio => refund_ratio(facts, weight),
        Signal::UnusualAmount => unusual_amount(facts, weight),
        Signal::NewCustomer => new_customer(facts, weight),
        Signal::RoundSum => round_sum(facts, weight),
        Signal::OffHours => off_hours(facts),
        Signal::RequesterAndCustomer => requester_and_customer(facts, weight),
        Signal::RequesterAndApprover => requester_and_approver(facts, weight),
        Signal::UnderThreshold => under_threshold(facts, weight),
    }?;
    let days = Some(weight.days).filter(|days| *days > 0);
    Some(RiskPart { signal, points: weight.points, counted, days, sentence })
}

fn within(days: u32) -> String {
    if days == 1 { "today".into() } else { format!("within {days} days") }
}

/// Writes hundredths as a decimal.
fn plain(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Returns how many percent a part is of a whole, rounded down; 0 of nothing.
fn percent(part: i64, whole: i64) -> i64 {
    let percent = (i128::from(part) * 100).checked_div(i128::from(whole)).unwrap_or(0);
    i64::try_from(percent).unwrap_or(i64::MAX)
}

/// Tells whether a schedule or a rule made the request: nobody asked for it at that hour, or asks for more than they
/// did.
fn is_scheduled(request: &Request) -> bool {
    request.source.channel == schedule::CHANNEL || request.rule.is_some()
}

fn customer_velocity(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let count = facts.history.since(Whose::Customer, weight.days, facts.today).asks;
    let found = count >= i64::from(weight.from);
    found.then(|| (count, format!("This is request {count} for this customer {}.", within(weight.days))))
}

fn requester_velocity(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let count = facts.history.since(Whose::Requester, weight.days, facts.today).asks;
    let before = weight.days.saturating_add(limits::RISK_USUAL_DAYS).min(limits::RISK_DAYS);
    let earlier = facts.history.since(Whose::Requester, before, facts.today).asks - count;
    let usual_days = i64::from(before - weight.days).max(1);
    let usual = earlier * i64::from(weight.days) / usual_days;
    let is_more = i128::from(count) * i128::from(usual_days) * 100
        >= i128::from(earlier) * i128::from(weight.days) * i128::from(weight.percent);
    let found = count >= i64::from(weight.from) && is_more && !is_scheduled(facts.request);
    let name = &facts.request.requester;
    found.then(|| {
        let within = within(weight.days);
        (count, format!("This is request {count} of {name} {within}; about {usual} are usual in that time."))
    })
}

fn payment_velocity(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let id = facts.request.id.as_str();
    let own = facts.held.payments.iter().filter(|payment| payment.claims.iter().any(|claim| claim.request == id));
    let counted = own.map(|payment| (payment.touched().len(), payment.name()));
    let (count, name) = counted.max()?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    (count >= i64::from(weight.from))
        .then(|| (count, format!("This is request {count} that pays back payment {name}.")))
}

fn refund_ratio(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    facts.request.ask.invoice.as_ref()?;
    let counted = facts.history.since(Whose::Customer, weight.days, facts.today);
    let share = percent(counted.credited, counted.invoiced);
    let found = counted.invoices >= i64::from(weight.from) && share >= i64::from(weight.percent);
    found.then(|| {
        let sentence = format!(
            "{share} percent of {} invoices of this customer go back, counting those that requests were about {}.",
            counted.invoices,
            within(weight.days)
        );
        (share, sentence)
    })
}

fn unusual_amount(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let worth = facts.policy.worth(facts.request.amount?)?;
    let all = facts.history.since(Whose::Reason, weight.days, facts.today);
    // What is usual is what the others come to.
    let (count, sum) = (all.asks - 1, all.worth.saturating_sub(worth));
    let multiple = percent(worth, sum.checked_div(count)?);
    let found = count >= i64::from(weight.from) && multiple >= i64::from(weight.percent);
    let reason = facts.request.ask.reason.as_str();
    let what = if reason.is_empty() { facts.request.ask.kind.title() } else { reason };
    found.then(|| {
        let sentence = format!(
            "It is {multiple} percent of what is usual for “{what}”: {} on average over {count} requests {}.",
            plain(sum / count),
            within(weight.days)
        );
        (multiple, sentence)
    })
}

fn new_customer(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let invoice = facts.request.packet.as_ref().and_then(|packet| packet.invoice.as_ref());
    let issued: Option<Day> = invoice.and_then(|invoice| invoice.issued_on.parse().ok());
    let known = facts.history.first(Whose::Customer).into_iter().chain(issued).min()?;
    let age = (facts.today - known).num_days().max(0);
    (age < i64::from(weight.days)).then(|| {
        let sentence = match age {
            0 => "Nothing older than today is known of this customer.".into(),
            1 => "Nothing older than 1 day is known of this customer.".into(),
            _ => format!("Nothing older than {age} days is known of this customer."),
        };
        (age, sentence)
    })
}

/// Tells whether an amount is one digit with zeros behind it, or two of which the second is a 5.
fn is_round(amount: Money) -> bool {
    let mut digits = amount.minor;
    while digits >= 10 && digits % 10 == 0 {
        digits /= 10;
    }
    digits > 0 && (digits < 10 || digits < 100 && digits % 10 == 5)
}

fn round_sum(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let asked = facts.request.ask.amount?;
    let worth = facts.policy.worth(asked)?;
    let found = worth >= i64::from(weight.from) * 100 && is_round(asked);
    found.then(|| (worth / 100, format!("{asked} {} is a round sum.", asked.currency)))
}

fn off_hours(facts: &Facts<'_>) -> Option<Found> {
    let risk = &facts.policy.risk;
    let (hour, week_day) = facts.policy.business.time_zone.hour_and_weekday(facts.request.created_at);
    let day = WeekDay::of(week_day)?;
    let is_open = (risk.opens..risk.closes).contains(&hour) && !risk.closed_on.contains(&day);
    (!is_open && !is_scheduled(facts.request)).then(|| {
        let name: String = day
            .name()
            .chars()
            .enumerate()
            .map(|(place, letter)| if place == 0 { letter.to_ascii_uppercase() } else { letter })
            .collect();
        let hours = if risk.closed_on.contains(&day) {
            "business is closed on that day".into()
        } else {
            format!("business is open from {} to {}", risk.opens, risk.closes)
        };
        (i64::from(hour), format!("It was asked for on a {name} after {hour} o'clock; {hours}."))
    })
}

fn requester_and_customer(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let count = facts.history.since(Whose::Pair, weight.days, facts.today).asks;
    let all = facts.history.since(Whose::Requester, weight.days, facts.today).asks;
    let share = percent(count, all);
    let found = count >= i64::from(weight.from) && share >= i64::from(weight.percent);
    let name = &facts.request.requester;
    found.then(|| {
        let within = within(weight.days);
        (
            count,
            format!(
                "{name} asked {count} times for this customer {within}: {share} percent of all that {name} asked for."
            ),
        )
    })
}

fn requester_and_approver(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let made = facts.history.deciders(weight.days, facts.today);
    let all: i64 = made.values().sum();
    let (decider, count) = made.into_iter().max_by_key(|(_, count)| *count)?;
    let found = count >= i64::from(weight.from) && percent(count, all) >= i64::from(weight.percent);
    let name = &facts.request.requester;
    found.then(|| {
        (count, format!("{decider} made {count} of {all} decisions on requests of {name} {}.", within(weight.days)))
    })
}

/// Tells whether an amount is just below a bound of the policy.
pub(super) fn is_under(kind: Kind, amount: Money, policy: &Policy) -> bool {
    policy.bound_above(kind, amount, policy.risk.weight(Signal::UnderThreshold).percent).is_some()
}

fn under_threshold(facts: &Facts<'_>, weight: Weight) -> Option<Found> {
    let bound = facts.policy.bound_above(facts.request.ask.kind, facts.request.amount?, weight.percent)?;
    let for_customer = facts.history.since(Whose::Customer, weight.days, facts.today).under;
    let of_requester = facts.history.since(Whose::Requester, weight.days, facts.today);
    let from = i64::from(weight.from);
    let (count, whose) = if for_customer >= from {
        (for_customer, "for this customer".to_owned())
    } else if of_requester.under >= from
        && percent(of_requester.under, of_requester.asks) >= limits::RISK_SERIES_PERCENT
    {
        (of_requester.under, format!("of {}", facts.request.requester))
    } else {
        return None;
    };
    let sentence = format!(
        "This is request {count} {whose} {} that stays less than {} percent below a bound of the policy, here {bound}.",
        within(weight.days),
        weight.percent
    );
    Some((count, sentence))
}
