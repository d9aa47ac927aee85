//! Says which requests the policy makes by itself when something happens.

use contraflow_domain::policy::{Decider, MakingRule, NamedDecider, Policy, RuleLimit, RulePer};
use contraflow_domain::request::slot::Slot;
use maud::{Markup, html};

use super::deciding::slots;
use super::{Section, bound, kinds, listed};
use crate::locale::{say, woven};
use crate::parts::foreign;

pub fn sections(policy: &Policy) -> Vec<Section> {
    let rules = policy.rules.iter().map(|rule| making(rule, policy)).collect();
    vec![Section::new("making", say!("policy-making"), rules)]
}

fn owner(owner: &Decider) -> Markup {
    let slot = match owner {
        Decider::Level(level) => level.clone(),
        Decider::Person(NamedDecider { person, fallback }) => Slot::of_person(person, fallback),
    };
    listed(&slots(&[slot]))
}

fn making(rule: &MakingRule, policy: &Policy) -> Markup {
    let event = html! { strong { (foreign::name(&rule.on)) } };
    let template = policy.templates.iter().find(|template| template.name == rule.template);
    html! {
        strong { (foreign::name(&rule.name)) } ": "
        (woven!("policy-making-when", event = event))
        @if let Some(when) = &rule.when { " " (woven!("policy-for-which", condition = html! { code.break { (when) } })) }
        @if let Some(template) = template {
            ", " (woven!("policy-making-asks", what = kinds(&[template.kind])))
            @if let Some(amount) = &template.amount { " " (woven!("policy-making-amount", amount = html! { code.break { (amount) } })) }
        }
        ". " (woven!("policy-making-owner", who = owner(&rule.owner))) " "
        @if rule.automatic { (say!("policy-making-automatic")) } @else { (say!("policy-making-person")) }
        @for limit in &rule.limits { " " (bounded(limit)) }
    }
}

fn bounded(limit: &RuleLimit) -> Markup {
    let most = match (limit.count, limit.up_to) {
        (Some(count), Some(sum)) => woven!("policy-making-both", count = html! { (count) }, sum = bound(sum)),
        (Some(count), None) => woven!("policy-making-count", count = html! { (count) }),
        (None, Some(sum)) => bound(sum),
        (None, None) => return html! {},
    };
    let days = html! { (limit.days) };
    match limit.per {
        RulePer::Customer => woven!("policy-making-limit-customer", most = most, days = days),
        RulePer::Rule => woven!("policy-making-limit-rule", most = most, days = days),
    }
}
