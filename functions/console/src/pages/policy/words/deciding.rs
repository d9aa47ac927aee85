//! Says who decides on what, and what passes by itself.

use contraflow_domain::policy::{ApprovalRule, AutomaticLimit, CheckOutcome, CheckRule, Deciders, Per, Policy};
use contraflow_domain::request::risk::Signal;
use contraflow_domain::request::slot::Slot;
use maud::{Markup, html};

use super::{Section, bound, condition, kinds, listed, names};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::foreign;

pub fn sections(policy: &Policy) -> Vec<Section> {
    let approval = policy.approval.iter().map(|rule| approval(rule, policy)).collect();
    let checks = policy.checks.iter().map(check).collect();
    vec![
        Section::new("levels", say!("policy-levels"), levels(policy)),
        Section::ordered("approval", say!("policy-approval"), approval),
        Section::new("automatic", say!("policy-automatic"), automatic(policy)),
        Section::new("checks", say!("policy-checks"), checks),
        Section::new("risk", say!("policy-risk"), risk(policy)),
    ]
}

fn levels(policy: &Policy) -> Vec<Markup> {
    let order = names(&policy.levels.order);
    let exceptions = names([&policy.levels.exceptions]);
    vec![woven!("policy-levels-order", levels = order), woven!("policy-levels-exceptions", level = exceptions)]
}

/// Draws deciders as they are stored with a request.
pub fn slots(slots: &[String]) -> Vec<Markup> {
    let slot = |slot: &String| match Slot::read(slot) {
        Slot::Level(level) => html! { strong { (foreign::name(level)) } },
        Slot::Person { name, fallback } => {
            let (name, level) = (html! { strong { (foreign::name(name)) } }, html! { (foreign::name(fallback)) });
            woven!("policy-person", name = name, level = level)
        }
    };
    slots.iter().map(slot).collect()
}

/// Says who decides.
pub fn deciders(deciders: &Deciders) -> Markup {
    let all = slots(&deciders.required);
    match (all.as_slice(), deciders.any) {
        ([], _) => html! { (say!("policy-who-nobody")) },
        ([one], _) => woven!("policy-who-one", who = one.clone()),
        ([first, rest @ ..], None) => {
            let rest = html! { @for (place, next) in rest.iter().enumerate() { @if place > 0 { ", " } (say!("policy-then-next")) " " (next) } };
            woven!("policy-who-order", first = first.clone(), rest = rest)
        }
        (all, Some(_)) if deciders.count() == all.len() => woven!("policy-who-all", who = listed(all)),
        (all, Some(_)) => woven!("policy-who-any", count = html! { (deciders.count()) }, who = listed(all)),
    }
}

/// Draws for what a rule is, as the beginning of a sentence.
pub fn scope(
    of: &[contraflow_domain::request::ask::Kind],
    reasons: &[String],
    categories: &[String],
    policy: &Policy,
) -> Markup {
    let reason = |code: &String| policy.reason(code).map_or_else(|| code.clone(), |reason| reason.title.clone());
    let category = |code: &String| {
        let known = policy.categories.iter().find(|known| known.code == *code);
        known.map_or_else(|| code.clone(), |known| known.title.clone())
    };
    html! {
        @if of.is_empty() { (say!("policy-every-request")) } @else { (kinds(of)) }
        @if !reasons.is_empty() { " " (woven!("policy-with-reason", reasons = names(&reasons.iter().map(reason).collect::<Vec<_>>()))) }
        @if !categories.is_empty() { " " (woven!("policy-with-category", categories = names(&categories.iter().map(category).collect::<Vec<_>>()))) }
    }
}

fn approval(rule: &ApprovalRule, policy: &Policy) -> Markup {
    let who = rule.deciders();
    html! {
        strong { (foreign::name(&rule.name)) } ": "
        (scope(&rule.kinds, &rule.reasons, &rule.categories, policy))
        @if let Some(most) = rule.up_to { " " (woven!("policy-up-to", amount = bound(most))) }
        @if let Some(when) = &rule.when { " " (woven!("policy-for-which", condition = condition(when))) }
        @if who.is_nobody() { " " } @else { ": " }
        (deciders(&who)) "."
    }
}

fn automatic(policy: &Policy) -> Vec<Markup> {
    if policy.automatic.limits.is_empty() {
        return vec![html! { (say!("policy-automatic-none")) }];
    }
    let limit = |limit: &AutomaticLimit| {
        let (amount, days) = (bound(limit.up_to), html! { (limit.days) });
        match limit.per {
            Per::Customer => woven!("policy-limit-customer", amount = amount, days = days),
            Per::Requester => woven!("policy-limit-requester", amount = amount, days = days),
            Per::Reason => woven!("policy-limit-reason", amount = amount, days = days),
            Per::All => woven!("policy-limit-all", amount = amount, days = days),
        }
    };
    policy.automatic.limits.iter().map(limit).collect()
}

fn check(check: &CheckRule) -> Markup {
    let (when, message) = (condition(&check.when), foreign::name(&check.message));
    let said = match check.then {
        CheckOutcome::Refuse => woven!("policy-check-refuse", condition = when, message = message),
        CheckOutcome::Person => woven!("policy-check-person", condition = when, message = message),
    };
    html! {
        strong { (foreign::name(&check.name)) } ": " (said)
        @if let Some(source) = &check.source { " " span.quiet { "(" (foreign::name(source)) ")" } }
    }
}

fn risk(policy: &Policy) -> Vec<Markup> {
    let risk = &policy.risk;
    let told = if risk.tell.is_empty() {
        html! { (say!("policy-risk-nobody")) }
    } else {
        names(&risk.tell)
    };
    let (person, alert) = (html! { (risk.person) }, html! { (risk.alert) });
    let mut lines = vec![
        if risk.person == 0 {
            html! { (say!("policy-risk-never")) }
        } else {
            woven!("policy-risk-person", score = person)
        },
        woven!("policy-risk-alert", score = alert, who = told),
    ];
    let weighs = |signal: &Signal| risk.weight(*signal).points > 0;
    lines.extend(Signal::ALL.iter().filter(|signal| weighs(signal)).map(|signal| {
        let (what, points) = (html! { (signal.said()) }, html! { (risk.weight(*signal).points) });
        woven!("policy-risk-signal", what = what, points = points)
    }));
    lines
}
