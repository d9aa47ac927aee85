//! Shows what the checks found, and what only a person can do.

use std::cmp::Reverse;

use contraflow_domain::request::risk::Risk;
use contraflow_domain::request::{Finding, Task};
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::{chips, time};

/// Draws the findings, the most severe first.
pub fn findings(findings: &[Finding]) -> Markup {
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|finding| Reverse(finding.severity));
    html! {
        section.card aria-labelledby="findings" {
            h2 #findings { "Findings" }
            @if ordered.is_empty() {
                p.quiet { "The checks found nothing to look at." }
            } @else {
                ul.plain {
                    @for finding in ordered {
                        li.finding { (chips::severity(finding.severity)) div { p { (finding.message) } p.quiet.mono { (finding.code.name()) } } }
                    }
                }
            }
        }
    }
}

/// Draws the risk score with its parts.
pub fn risk(risk: &Risk) -> Markup {
    html! {
        section.card aria-labelledby="risk" {
            h2 #risk { "Risk score " (risk.score) " of 100" }
            @if risk.parts.is_empty() {
                p.quiet { "Nothing that is counted gave points." }
            } @else {
                ul.plain {
                    @for part in &risk.parts {
                        li { p { (part.sentence) } p.quiet { (part.points) " points · " (part.signal.title()) } }
                    }
                }
            }
        }
    }
}

/// Draws the tasks; nothing when there are none.
pub fn tasks(tasks: &[Task], now: Timestamp) -> Markup {
    if tasks.is_empty() {
        return html! {};
    }
    html! {
        section.card.attention aria-labelledby="tasks" {
            h2 #tasks { "What needs a person" }
            ul.plain {
                @for task in tasks {
                    li {
                        p { strong { (task.code.title()) } @if !task.subject.is_empty() { " · " span.mono { (task.subject) } } }
                        p { (task.detail) }
                        p.quiet { "since " (time::relative(task.since, now)) }
                    }
                }
            }
        }
    }
}
