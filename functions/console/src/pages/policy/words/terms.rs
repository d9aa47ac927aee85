//! Says on which terms credits are given, and how much people may approve.

use contraflow_domain::policy::{CheckOutcome, EligibilityRule, Policy, SpendingLimit, SpentPer};
use contraflow_domain::request::ask::Destination;
use maud::{Markup, html};

use super::deciding::scope;
use super::{Section, bound, condition, listed, names};
use crate::locale::{say, woven};
use crate::parts::foreign;
use crate::parts::words::document;

pub fn sections(policy: &Policy) -> Vec<Section> {
    let terms = policy.eligibility.iter().map(|rule| term(rule, policy)).collect();
    let spending = policy.spending.limits.iter().map(spending).collect();
    vec![
        Section::new("terms", say!("policy-terms"), terms),
        Section::new("spending", say!("policy-spending"), spending),
    ]
}

fn place(destination: Destination) -> Markup {
    html! {
        @match destination {
            Destination::OriginalTender => (say!("policy-place-tender")),
            Destination::StoreCredit => (say!("policy-place-credit")),
            Destination::InvoiceBalance => (say!("policy-place-balance")),
            Destination::Manual => (say!("policy-place-hand")),
            Destination::Auto => (say!("policy-place-auto")),
        }
    }
}

fn term(rule: &EligibilityRule, policy: &Policy) -> Markup {
    let evidence: Vec<_> = rule.evidence.iter().map(|kind| document(kind)).collect();
    let places: Vec<_> = rule.destinations.iter().map(|to| place(*to)).collect();
    html! {
        strong { (foreign::name(&rule.name)) } ": "
        (scope(&rule.kinds, &rule.reasons, &rule.categories, policy))
        @if !rule.countries.is_empty() { " " (woven!("policy-term-countries", countries = names(&rule.countries))) }
        @if !rule.products.is_empty() { " " (woven!("policy-term-products", products = names(&rule.products))) }
        @if let Some(when) = &rule.when { " " (woven!("policy-for-which", condition = condition(when))) }
        "."
        @if let Some(days) = rule.days { " " (say!("policy-term-days", days = days)) }
        @if !places.is_empty() { " " (woven!("policy-term-places", places = listed(&places))) }
        @if !evidence.is_empty() { " " (woven!("policy-term-evidence", evidence = names(&evidence))) }
        " "
        @match rule.then {
            CheckOutcome::Refuse => (say!("policy-term-refuse")),
            CheckOutcome::Person => (say!("policy-term-person")),
        }
        @if let Some(source) = &rule.source { " " span.quiet { "(" (foreign::name(source)) ")" } }
    }
}

fn spending(limit: &SpendingLimit) -> Markup {
    let (amount, days) = (bound(limit.up_to), html! { (limit.days) });
    let said = match limit.per {
        SpentPer::Approver => woven!("policy-spent-approver", amount = amount, days = days),
        SpentPer::Customer => woven!("policy-spent-customer", amount = amount, days = days),
        SpentPer::Requester => woven!("policy-spent-requester", amount = amount, days = days),
        SpentPer::Reason => woven!("policy-spent-reason", amount = amount, days = days),
        SpentPer::All => woven!("policy-spent-all", amount = amount, days = days),
    };
    html! {
        (said)
        @if let Some(level) = &limit.level { " " (woven!("policy-spent-level", level = names([level]))) }
    }
}
