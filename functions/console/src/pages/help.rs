//! Explains the words and the states that pages use, the keys, and what each role may do.

use contraflow_domain::authority::{Effect, Role};
use contraflow_domain::lifecycle::request::RequestStatus;
use maud::{Markup, html};

use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::chips;
use crate::parts::layout::{Frame, page};
use crate::parts::place::NAVIGATION;

/// Lists the words that are explained, each with the key of what it means.
const GLOSSARY: [(&str, &str); 12] = [
    ("help-request", "help-request-means"),
    ("help-memo", "help-memo-means"),
    ("help-refund", "help-refund-means"),
    ("help-store-credit", "help-store-credit-means"),
    ("help-payment", "help-payment-means"),
    ("help-level", "help-level-means"),
    ("help-finding", "help-finding-means"),
    ("help-task", "help-task-means"),
    ("help-dispute", "help-dispute-means"),
    ("help-policy", "help-policy-means"),
    ("help-deputy", "help-deputy-means"),
    ("help-fingerprint", "help-fingerprint-means"),
];

/// Lists the keys, each with the key of what it does. Those that lead to a place stand with the places.
const KEYS: [(&str, &str); 17] = [
    ("/", "help-key-search"),
    ("?", "help-key-help"),
    ("j", "help-key-down"),
    ("k", "help-key-up"),
    ("Enter", "help-key-open"),
    ("x", "help-key-tick"),
    ("a", "help-key-approve"),
    ("r", "help-key-reject"),
    ("i", "help-key-ask"),
    ("e", "help-key-escalate"),
    ("n", "help-key-next"),
    ("p", "help-key-previous"),
    ("s", "help-key-skip"),
    ("[", "help-key-page-before"),
    ("]", "help-key-page-after"),
    ("u", "help-key-back"),
    ("Ctrl + Enter", "help-key-send"),
];

/// Returns what a state means.
fn meaning(status: RequestStatus) -> String {
    match status {
        RequestStatus::Received => say!("help-status-received"),
        RequestStatus::Validated => say!("help-status-validated"),
        RequestStatus::Ineligible => say!("help-status-ineligible"),
        RequestStatus::Duplicate => say!("help-status-duplicate"),
        RequestStatus::AutoApproved => say!("help-status-auto-approved"),
        RequestStatus::PendingApproval => say!("help-status-pending-approval"),
        RequestStatus::Approved => say!("help-status-approved"),
        RequestStatus::Rejected => say!("help-status-rejected"),
        RequestStatus::InfoRequested => say!("help-status-info-requested"),
        RequestStatus::Escalated => say!("help-status-escalated"),
        RequestStatus::Expired => say!("help-status-expired"),
        RequestStatus::Withdrawn => say!("help-status-withdrawn"),
        RequestStatus::Executing => say!("help-status-executing"),
        RequestStatus::NeedsAttention => say!("help-status-needs-attention"),
        RequestStatus::Completed => say!("help-status-completed"),
        RequestStatus::PartiallyCompleted => say!("help-status-partially-completed"),
    }
}

/// Lists the roles of people, each with the key of its name.
const ROLES: [(Role, &str); 5] = [
    (Role::Requester, "help-role-requester"),
    (Role::Approver, "help-role-approver"),
    (Role::Finance, "help-role-finance"),
    (Role::Auditor, "help-role-auditor"),
    (Role::Admin, "help-role-admin"),
];

/// Returns what a role may do, as the table of authority says.
fn allowed(role: Role) -> impl Iterator<Item = Effect> {
    Effect::ALL.iter().copied().filter(move |effect| effect.rule().roles.contains(&role))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>) -> Markup {
    let body = html! {
        div.title { h1 { (say!("help-title")) } }
        nav.ways aria-label=(say!("help-on-this-page")) {
            a href="#words" { (say!("help-words")) } a href="#states" { (say!("help-states")) } a href="#keys" { (say!("help-keys")) } a href="#roles" { (say!("help-roles")) }
        }
        section.card aria-labelledby="words" {
            h2 #words { (say!("help-words")) }
            dl.explained { @for (word, means) in GLOSSARY { dt { (say!(word)) } dd { (say!(means)) } } }
        }
        section.card.below aria-labelledby="states" {
            h2 #states { (say!("help-states")) }
            dl.explained { @for status in RequestStatus::ALL { dt { (chips::status(*status)) } dd { (meaning(*status)) } } }
        }
        section.card.below aria-labelledby="keys" {
            h2 #keys { (say!("help-keys")) }
            p { (say!("help-keys-hint")) " " a href="/settings" { (say!("help-keys-settings")) } }
            dl.explained {
                @for (key, does) in KEYS { dt { kbd { (key) } } dd { (say!(does)) } }
                @for entry in NAVIGATION.iter().filter(|entry| !entry.keys.is_empty() && frame.leads_to(entry)) {
                    dt { kbd { (entry.keys) } } dd { (say!("help-key-go", place = say!(entry.name))) }
                }
            }
        }
        section.card.below aria-labelledby="roles" {
            h2 #roles { (say!("help-roles")) }
            p { (say!("help-roles-hint")) }
            @for (role, name) in ROLES {
                details {
                    summary { (say!(name)) }
                    ul { @for effect in allowed(role) { li { (effect.said()) } } }
                }
            }
        }
    };
    page(frame, &say!("help-title"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_role_may_do_is_what_the_table_says() {
        let may = |role, effect| allowed(role).any(|allowed| allowed == effect);
        assert!(may(Role::Requester, Effect::Ask) && !may(Role::Requester, Effect::Decide));
        assert!(may(Role::Finance, Effect::ConfirmPayout) && !may(Role::Admin, Effect::ConfirmPayout));
        let people = ROLES.map(|(role, _)| role);
        let left_out: Vec<_> =
            Effect::ALL.iter().filter(|effect| !people.iter().any(|role| may(*role, **effect))).collect();
        assert!(left_out.iter().all(|effect| effect.rule().roles == [Role::Machine]), "{left_out:?}");
    }
}
