//! Says how long things take, and when the business is open.

use contraflow_domain::hours::Opening;
use contraflow_domain::policy::{MissingBackup, Policy, SlaRule, WhenGivenUp};
use contraflow_domain::request::wait::WaitStep;
use maud::{Markup, html};

use super::deciding::{scope, slots};
use super::{Section, condition, listed, names, span, spans};
use crate::locale::{say, woven};
use crate::parts::{foreign, time};

pub fn sections(policy: &Policy) -> Vec<Section> {
    let sla = policy.sla.iter().map(|rule| deadline(rule, policy)).collect();
    let backup = policy.missing_backup.as_ref().map(backup).unwrap_or_default();
    vec![
        Section::new("windows", say!("policy-windows"), windows(policy)),
        Section::ordered("deadlines", say!("policy-sla"), sla),
        Section::new("hours", say!("policy-hours"), hours(policy)),
        Section::new("backup", say!("policy-backup"), backup),
        Section::new("retention", say!("policy-retention"), retention(policy)),
    ]
}

fn windows(policy: &Policy) -> Vec<Markup> {
    let windows = &policy.windows;
    vec![
        html! { (say!("policy-window-refund", days = windows.refund_days)) },
        html! { (say!("policy-window-duplicate", days = windows.duplicate_days)) },
        html! { (say!("policy-window-decision", days = windows.decision_days)) },
    ]
}

fn deadline(rule: &SlaRule, policy: &Policy) -> Markup {
    let within = html! { strong { (span(rule.within)) } };
    let what = match rule.step {
        WaitStep::Decide if rule.levels.is_empty() => woven!("policy-sla-decide", within = within),
        WaitStep::Decide => woven!("policy-sla-decide-levels", levels = names(&rule.levels), within = within),
        WaitStep::Answer => woven!("policy-sla-answer", within = within),
        WaitStep::Backup => woven!("policy-sla-backup", within = within),
        WaitStep::Task => woven!("policy-sla-task", within = within),
    };
    let is_for_some = !(rule.kinds.is_empty() && rule.reasons.is_empty() && rule.categories.is_empty());
    let escalation = rule.escalates_to().map(|slot| listed(&slots(&[slot])));
    html! {
        strong { (foreign::name(&rule.name)) } ": " (what)
        @if is_for_some { " " (woven!("policy-sla-for", what = scope(&rule.kinds, &rule.reasons, &rule.categories, policy))) }
        @if let Some(when) = &rule.when { " " (woven!("policy-sla-when", condition = condition(when))) }
        @if !rule.remind_before.is_empty() { " " (woven!("policy-sla-before", spans = spans(&rule.remind_before))) }
        @if !rule.remind_after.is_empty() { " " (woven!("policy-sla-after", spans = spans(&rule.remind_after))) }
        @if let Some(who) = escalation {
            " "
            @match rule.escalate_after {
                Some(after) => (woven!("policy-sla-escalate-after", who = who, span = html! { (span(after)) })),
                None => (woven!("policy-sla-escalate", who = who)),
            }
        }
    }
}

fn hours(policy: &Policy) -> Vec<Markup> {
    let hours = &policy.business_hours;
    let days: [(String, &Vec<Opening>); 7] = [
        (say!("policy-monday"), &hours.monday),
        (say!("policy-tuesday"), &hours.tuesday),
        (say!("policy-wednesday"), &hours.wednesday),
        (say!("policy-thursday"), &hours.thursday),
        (say!("policy-friday"), &hours.friday),
        (say!("policy-saturday"), &hours.saturday),
        (say!("policy-sunday"), &hours.sunday),
    ];
    let open = days.into_iter().filter(|(_, open)| !open.is_empty()).map(|(day, open)| {
        let open: Vec<_> = open.iter().map(|one| one.to_string().replace('-', "–")).collect();
        html! { (day) ": " (open.join(", ")) }
    });
    let zone = hours.time_zone.unwrap_or(policy.business.time_zone);
    let mut lines: Vec<_> = open.collect();
    lines.push(html! { (say!("policy-zone", zone = zone.to_string())) });
    let closed = policy.holidays.iter().map(|holiday| {
        woven!("policy-holiday", day = html! { (time::day(holiday.date)) }, name = foreign::name(&holiday.name))
    });
    lines.extend(closed);
    lines
}

fn backup(backup: &MissingBackup) -> Vec<Markup> {
    let after = html! { (span(backup.give_up_after)) };
    let given_up = match backup.then {
        WhenGivenUp::Task => woven!("policy-backup-task", span = after),
        WhenGivenUp::Reject => woven!("policy-backup-reject", span = after),
    };
    let reminded =
        (!backup.remind_after.is_empty()).then(|| woven!("policy-backup-remind", spans = spans(&backup.remind_after)));
    reminded.into_iter().chain([given_up]).collect()
}

fn retention(policy: &Policy) -> Vec<Markup> {
    let retention = policy.retention;
    vec![
        html! { (say!("policy-retention-requests", days = retention.requests_after_days)) },
        html! { (say!("policy-retention-receipts", days = retention.receipts_after_days)) },
    ]
}
