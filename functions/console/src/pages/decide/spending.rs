//! Shows beside the buttons of a decision what is left of the bounds on what people approve.

use contraflow_domain::request::Severity;
use contraflow_domain::request::spending::{SpendingLeft, SpendingLimitUse};
use contraflow_domain::request::view::RequestView;
use maud::{Markup, html};

use crate::api_client;
use crate::form::segment;
use crate::locale::{say, woven};
use crate::pages::decidable::why_not;
use crate::parts::{chips, foreign, money, words};
use crate::session::Session;

/// Reads what is left for somebody who may decide on the request; `None` for all others, and where it can't be read:
/// the api decides in any case.
pub async fn load(session: &Session, request: &RequestView) -> Option<SpendingLeft> {
    if !request.status.awaits_people() || why_not(session, request).is_some() {
        return None;
    }
    api_client::get(session, &format!("/v1/requests/{}/spending", segment(&request.id))).await.ok()
}

/// Draws it: a warning where an approval would be beyond a bound, and what is left of each.
pub fn spending(left: Option<&SpendingLeft>) -> Markup {
    let Some(left) = left.filter(|left| !left.bounds.is_empty()) else { return html! {} };
    html! {
        @if left.fits == Some(false) { p { (chips::severity(Severity::Warning)) " " (beyond(left)) } }
        ul.plain { @for bound in &left.bounds { li.quiet { (bound_left(bound, left.approver.as_deref())) } } }
    }
}

/// Says that the request is more than what is left, and who must agree, too.
fn beyond(left: &SpendingLeft) -> Markup {
    let worth = left.worth.map(|worth| money::grouped(&worth.to_string()));
    let needs = left.needs.as_deref().map(|needs| html! { strong { (words::slot(needs)) } });
    match (worth, needs) {
        (Some(worth), Some(needs)) => woven!("decide-spending-beyond", worth = html! { (worth) }, level = needs),
        (Some(worth), None) => woven!("decide-spending-beyond-all", worth = html! { (worth) }),
        (None, Some(needs)) => woven!("decide-spending-unknown", level = needs),
        (None, None) => html! { (say!("decide-spending-unknown-all")) },
    }
}

fn bound_left(bound: &SpendingLimitUse, approver: Option<&str>) -> Markup {
    let (days, up_to) = (html! { (bound.days) }, html! { (money::grouped(&bound.up_to.to_string())) });
    let level = bound.level.as_deref().map(|level| format!(" ({})", words::slot(level))).unwrap_or_default();
    let line = match (&bound.left, bound.per.as_str(), approver) {
        (None, ..) | (_, "approver", None) => woven!("decide-spending-whoever", days = days, bound = up_to),
        (Some(left), per, approver) => {
            let left = html! { strong { (money::grouped(&left.to_string())) } };
            match (per, approver) {
                ("approver", Some(name)) => {
                    let name = foreign::name(name);
                    woven!("decide-spending-approver", name = name, days = days, left = left, bound = up_to)
                }
                ("customer", _) => woven!("decide-spending-customer", days = days, left = left, bound = up_to),
                ("requester", _) => woven!("decide-spending-requester", days = days, left = left, bound = up_to),
                ("reason", _) => woven!("decide-spending-reason", days = days, left = left, bound = up_to),
                _ => woven!("decide-spending-all", days = days, left = left, bound = up_to),
            }
        }
    };
    html! { (line) (level) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk;

    #[test]
    fn what_is_left_stands_beside_the_buttons_and_what_is_beyond_it_is_a_warning() {
        let beyond = spending(Some(&desk::spending("lea"))).into_string();
        for part in ["70.00", "manager", "must agree, too", "lea", "4,930.00", "of 5,000.00", "50.00", "(team-lead)"] {
            assert!(beyond.contains(part), "{part}: {beyond}");
        }
        let fits = SpendingLeft { fits: Some(true), needs: None, ..desk::spending("lea") };
        let fits = spending(Some(&fits)).into_string();
        assert!(!fits.contains("must agree") && fits.contains("4,930.00"), "{fits}");
        let top = SpendingLeft { needs: None, ..desk::spending("lea") };
        assert!(spending(Some(&top)).into_string().contains("nobody is above"));
    }

    #[test]
    fn where_no_bound_is_concerned_nothing_is_drawn() {
        assert_eq!(spending(None).into_string(), "");
        assert_eq!(spending(Some(&SpendingLeft::default())).into_string(), "");
    }
}
