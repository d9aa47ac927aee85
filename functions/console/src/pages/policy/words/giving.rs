//! Says for what credits are given, where the money goes, and who looks after exceptions.

use contraflow_domain::policy::{ExceptionRule, Policy, Reason, Tenders, UnknownCustomer};
use contraflow_domain::request::posting::Posting;
use maud::{Markup, html};

use super::deciding::slots;
use super::{Section, condition, kinds, listed, names};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::words::{humane, method};
use crate::parts::{foreign, money};

pub fn sections(policy: &Policy) -> Vec<Section> {
    let reasons = policy.reasons.iter().map(|one| reason(one, policy)).chain([free(policy)]).collect();
    let exceptions = policy.exceptions.iter().map(|rule| exception(rule, policy)).collect();
    vec![
        Section::new("exceptions", say!("policy-exceptions"), exceptions),
        Section::new("reasons", say!("policy-reasons"), reasons),
        Section::new("evidence", say!("policy-evidence"), evidence(policy)),
        Section::new("money", say!("policy-money"), where_to(policy)),
        Section::new("worth", say!("policy-factors"), factors(policy)),
        Section::new("others", say!("policy-others"), others(policy)),
    ]
}

fn exception(rule: &ExceptionRule, policy: &Policy) -> Markup {
    let owners = listed(&slots(&policy.owners(rule.queue)));
    let queue = html! { strong { (rule.queue.said()) } };
    html! {
        (woven!("policy-exception", queue = queue, owners = owners))
        @if let Some(when) = &rule.when { " " (woven!("policy-exception-when", condition = condition(when))) }
    }
}

fn reason(reason: &Reason, policy: &Policy) -> Markup {
    let category = policy.categories.iter().find(|known| known.code == reason.category);
    html! {
        strong { (foreign::name(&reason.title)) }
        @if let Some(category) = category { " (" (foreign::name(&category.title)) ")" }
        @if reason.retired { ". " (say!("policy-reason-retired")) }
        @if !reason.kinds.is_empty() { ". " (woven!("policy-reason-kinds", kinds = kinds(&reason.kinds))) }
        @if reason.needs_note { ". " (say!("policy-reason-note")) }
        @if reason.needs_evidence { ". " (say!("policy-reason-evidence")) }
        @if let Some(text) = &reason.customer_text { ". " (woven!("policy-reason-customer", text = foreign::name(text))) }
        @if let Some(account) = &reason.erp_account { ". " (woven!("policy-reason-account", account = foreign::name(account))) }
    }
}

fn free(policy: &Policy) -> Markup {
    html! { @if policy.free_reasons.allowed { (say!("policy-reasons-free")) } @else { (say!("policy-reasons-closed")) } }
}

fn evidence(policy: &Policy) -> Vec<Markup> {
    let expected: Vec<_> = policy.evidence.expected_for.iter().map(|reason| humane(reason)).collect();
    if expected.is_empty() { Vec::new() } else { vec![woven!("policy-evidence-expected", reasons = names(&expected))] }
}

fn where_to(policy: &Policy) -> Vec<Markup> {
    let credit = &policy.destination.store_credit;
    let tenders = match &policy.destination.tenders {
        Tenders::Methods(methods) => {
            let methods: Vec<_> = methods.iter().map(|name| method(name)).collect();
            woven!("policy-tenders-methods", methods = names(&methods))
        }
        Tenders::Named(name) => html! {
            @match name.as_str() {
                "ratio" => (say!("policy-tenders-ratio")),
                "first_in" => (say!("policy-tenders-first")),
                _ => (say!("policy-tenders-last")),
            }
        },
    };
    let mut lines = Vec::new();
    if !credit.is_empty() {
        lines.push(woven!("policy-money-credit", kinds = kinds(credit)));
    }
    lines.push(html! { (say!("policy-money-rest")) });
    lines.push(tenders);
    lines.extend(
        policy
            .store_credit
            .expires_after_days
            .iter()
            .map(|(kind, days)| woven!("policy-credit-expires", kind = kinds(&[*kind]), days = html! { (days) })),
    );
    if policy.store_credit.expires_after_days.is_empty() {
        lines.push(html! { (say!("policy-credit-never")) });
    }
    lines
}

fn factors(policy: &Policy) -> Vec<Markup> {
    let known =
        policy.factors.iter().map(|(currency, factor)| html! { (money::grouped(&factor.to_string())) " " (currency) });
    let known: Vec<_> = known.collect();
    let none = html! { (say!("policy-factors-none")) };
    if known.is_empty() { vec![none] } else { vec![woven!("policy-factors-known", factors = listed(&known)), none] }
}

fn others(policy: &Policy) -> Vec<Markup> {
    let customers = match policy.customers.unknown {
        UnknownCustomer::Person => say!("policy-unknown-person"),
        UnknownCustomer::Pass => say!("policy-unknown-pass"),
    };
    let posting = match policy.erp.posting {
        Posting::Post => say!("policy-posting-post"),
        Posting::Draft => say!("policy-posting-draft"),
    };
    vec![html! { (customers) }, html! { (posting) }]
}
