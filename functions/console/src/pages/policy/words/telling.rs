//! Says who is told what, what somebody reads before it goes, and by when money arrives.

use contraflow_domain::hours::{Span, Unit};
use contraflow_domain::policy::{NotificationRule, Policy, Told};
use contraflow_domain::request::message::letter::Audience;
use maud::{Markup, html};

use super::{Section, condition, listed, names, span};
use crate::locale::named::Named as _;
use crate::locale::{Language, say, woven};
use crate::parts::foreign;
use crate::parts::words::method;

pub fn sections(policy: &Policy) -> Vec<Section> {
    vec![
        Section::new("telling", say!("policy-telling"), telling(policy)),
        Section::new("arrival", say!("policy-arrival"), arrival(policy)),
    ]
}

fn telling(policy: &Policy) -> Vec<Markup> {
    let mut lines: Vec<_> = policy.notifications.iter().map(rule).collect();
    if !lines.is_empty() || policy.business.language.is_some() {
        let tag = policy.business.language.as_deref().unwrap_or(Language::English.tag());
        let language = html! { strong { (foreign::name(&named(tag))) } };
        lines.push(woven!("policy-telling-language", language = language));
    }
    lines
}

/// Names a language in the language of the page, where it is one of the console's; else by its tag.
fn named(tag: &str) -> String {
    match Language::ALL.into_iter().find(|language| language.tag() == tag) {
        Some(Language::English) => say!("policy-language-english"),
        Some(Language::German) => say!("policy-language-german"),
        None => tag.to_owned(),
    }
}

fn told(told: &Told) -> Markup {
    match told {
        Told::Address(address) => foreign::name(address),
        Told::Part(part) => html! {
            @match part {
                Audience::Requester => (say!("policy-told-requester")),
                Audience::Deciders => (say!("policy-told-deciders")),
                Audience::Finance => (say!("policy-told-finance")),
                Audience::Customer => (say!("policy-told-customer")),
                Audience::Ticket => (say!("policy-told-ticket")),
                Audience::Address => (part.said()),
            }
        },
    }
}

fn rule(rule: &NotificationRule) -> Markup {
    let who: Vec<_> = rule.to.iter().map(|one| html! { strong { (told(one)) } }).collect();
    let news: Vec<_> = rule.news.iter().map(|kind| html! { (kind.said()) }).collect();
    html! {
        strong { (foreign::name(&rule.name)) } ": "
        (woven!("policy-telling-rule", who = listed(&who), news = listed(&news)))
        @if let Some(when) = &rule.when { " " (woven!("policy-telling-when", condition = condition(when))) }
        @if let Some(over) = &rule.over { " " (woven!("policy-telling-over", couriers = names(over))) }
        @if rule.hold { " " (say!("policy-telling-hold")) }
    }
}

fn arrival(policy: &Policy) -> Vec<Markup> {
    let days = |count| span(Span { count, unit: Unit::BusinessDays });
    let arrival = &policy.arrival;
    let each = arrival.days.iter().map(|(name, count)| {
        woven!("policy-arrival-method", method = foreign::name(&method(name)), span = html! { (days(*count)) })
    });
    let mut lines: Vec<_> = each.collect();
    let rest = html! { (days(arrival.otherwise_days)) };
    lines.push(match lines.is_empty() {
        true => woven!("policy-arrival-all", span = rest),
        false => woven!("policy-arrival-rest", span = rest),
    });
    lines
}
