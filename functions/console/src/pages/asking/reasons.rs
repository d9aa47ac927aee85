//! Draws the list of reasons, with what each of them wants.

use contraflow_domain::policy::{Reason, ReasonList};
use contraflow_domain::request::ask::{Destination, Kind};
use contraflow_domain::words;
use maud::{Markup, html};

use crate::form::Form;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::fields::{self, Fault, Faults, Field};
use crate::parts::words::{document, humane};

/// Returns the reason that was chosen.
pub fn chosen<'a>(list: &'a ReasonList, form: &Form) -> Option<&'a Reason> {
    let code = form.some("reason").filter(|_| form.some("own_reason").is_none())?;
    list.reasons.iter().find(|reason| words::same(&reason.code, code))
}

fn fits(reason: &Reason, kind: Option<Kind>) -> bool {
    reason.kinds.is_empty() || kind.is_some_and(|kind| reason.kinds.contains(&kind))
}

/// Draws the choice of a reason: those for the kind of request first, by category.
pub fn choice(list: &ReasonList, form: &Form, kind: Option<Kind>, faults: &Faults) -> Markup {
    let known: Vec<_> = list.reasons.iter().filter(|reason| !reason.retired).collect();
    let code = form.get("reason");
    let option = |reason: &Reason| {
        html! {
            option value=(reason.code) selected[!code.is_empty() && words::same(&reason.code, code)] data-note[reason.needs_note] data-evidence[reason.needs_evidence] {
                (reason.title)
            }
        }
    };
    let of = |category: &str| {
        let category = category.to_owned();
        known.iter().filter(move |reason| words::same(&reason.category, &category) && fits(reason, kind))
    };
    let options = html! {
        option value="" { (say!("asking-reason-choose")) }
        @for category in &list.categories {
            @if of(&category.code).next().is_some() {
                optgroup label=(category.title) { @for reason in of(&category.code) { (option(reason)) } }
            }
        }
        @if known.iter().any(|reason| !fits(reason, kind)) {
            optgroup label=(say!("asking-reason-others")) { @for reason in known.iter().filter(|reason| !fits(reason, kind)) { (option(reason)) } }
        }
        // A reason of a request that is corrected may be in no list any more.
        @if !code.is_empty() && !known.iter().any(|reason| words::same(&reason.code, code)) {
            option value=(code) selected { (humane(code)) }
        }
    };
    let own = Field {
        hint: say!("asking-own-reason-hint"),
        most: contraflow_domain::limits::REASON_CHARS,
        ..Field::new("own_reason", say!("asking-own-reason"))
    };
    html! {
        @if known.is_empty() && list.free_allowed {
            (fields::text(&Field { name: "reason", label: say!("asking-reason"), ..own }, form, faults))
        } @else {
            (fields::select(&Field { hint: wants(chosen(list, form)), ..Field::new("reason", say!("asking-reason")) }, options, faults))
            @if list.free_allowed { (fields::text(&own, form, &at(faults, "reason", "own_reason"))) }
        }
    }
}

/// Returns the faults of one field as those of another, where what was typed stands in the other.
fn at(faults: &Faults, from: &str, to: &str) -> Faults {
    let moved =
        faults.of(from).filter(|fault| !fault.is_foreign).map(|fault| Fault { field: to.into(), ..fault.clone() });
    Faults(moved.collect())
}

/// Says what a reason wants; empty when it wants nothing.
fn wants(reason: Option<&Reason>) -> String {
    let Some(reason) = reason else { return String::new() };
    let mut said = Vec::new();
    if reason.needs_note {
        said.push(say!("asking-wants-note"));
    }
    if reason.needs_evidence {
        let kinds: Vec<_> = reason.evidence.iter().map(|kind| document(kind)).collect();
        said.push(match kinds.is_empty() {
            true => say!("asking-wants-evidence"),
            false => say!("asking-wants-documents", kinds = kinds.join(", ")),
        });
    }
    said.join(" ")
}

/// Returns where the money may go: what the reason allows, of what is possible with or without an invoice.
pub fn destinations(reason: Option<&Reason>, has_invoice: bool) -> Vec<(String, String)> {
    let allowed = |to: &Destination| {
        let possible = has_invoice || !matches!(to, Destination::OriginalTender | Destination::InvoiceBalance);
        let by_reason = reason.is_none_or(|reason| reason.destinations.is_empty() || reason.destinations.contains(to));
        *to != Destination::Auto && possible && by_reason
    };
    let named = Destination::ALL.iter().filter(|to| allowed(to));
    std::iter::once(&Destination::Auto).chain(named).map(|to| (to.name().to_owned(), to.said())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::reasons;

    #[test]
    fn only_what_the_reason_and_the_invoice_allow_can_be_chosen() {
        let list = reasons();
        let form = Form::from([("reason", "late")]);
        let late = chosen(&list, &form);
        let names = |all: Vec<(String, String)>| all.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(destinations(late, true)), ["auto", "store_credit"]);
        assert_eq!(names(destinations(None, false)), ["auto", "store_credit", "manual"]);
        assert_eq!(destinations(None, true).len(), Destination::ALL.len());
    }

    #[test]
    fn retired_reasons_are_not_offered_and_those_for_other_kinds_come_last() {
        let list = reasons();
        let html = choice(&list, &Form::default(), Some(Kind::Refund), &Faults::default()).into_string();
        assert!(!html.contains("value=\"old\""), "retired");
        let place = |code: &str| html.find(&format!("value=\"{code}\"")).expect("an option");
        assert!(place("damaged") < place("price") && place("late") < place("price"));
        let kept = choice(&list, &Form::from([("reason", "old")]), None, &Faults::default()).into_string();
        assert!(kept.contains("value=\"old\" selected"), "{kept}");
    }
}
