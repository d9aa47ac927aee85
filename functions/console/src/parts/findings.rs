//! Shows what the checks found.

use std::cmp::Reverse;

use contraflow_domain::request::Finding;
use contraflow_domain::request::risk::Risk;
use maud::{Markup, html};

use super::{chips, foreign, words};
use crate::locale::named::Named as _;
use crate::locale::say;

/// Draws the findings, the most severe first.
pub fn findings(findings: &[Finding]) -> Markup {
    let mut ordered: Vec<_> = findings.iter().collect();
    ordered.sort_by_key(|finding| Reverse(finding.severity));
    html! {
        section.card aria-labelledby="findings" {
            h2 #findings { (say!("finding-title")) }
            @if ordered.is_empty() {
                p.quiet { (say!("finding-none")) }
            } @else {
                ul.plain {
                    @for finding in ordered {
                        li.finding { (chips::severity(finding.severity)) div { p { (finding.code.said()) } p.quiet { (foreign::record(&words::spoken(&finding.message))) } } }
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
            h2 #risk { (say!("finding-risk", score = risk.score)) }
            @if risk.parts.is_empty() {
                p.quiet { (say!("finding-risk-none")) }
            } @else {
                ul.plain {
                    @for part in &risk.parts {
                        li { p { (foreign::record(&part.sentence)) } p.quiet { (say!("finding-points", count = part.points)) " · " (foreign::record(part.signal.title())) } }
                    }
                }
            }
        }
    }
}
