//! Turns an unchecked draft into an ask, and finds every error at once.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::ask::{Ask, Destination, Direction, Kind, LineAsk};
use super::evidence;
use crate::limits;
use crate::money::{Currency, Money};

pub use contraflow_ask::table::sample;
pub use contraflow_ask::{Draft, DraftLine, Evidence as EvidenceAsked, MoneyText, PARTS, TEXTS, number};

/// Returns the names of the columns of a file of asks.
pub fn columns() -> impl Iterator<Item = &'static str> {
    contraflow_ask::table::columns().map(|column| column.name)
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// A JSON Pointer (RFC 6901) into the body; empty for the whole.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, pointer: &str, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.into(), detail: detail.into() });
    }

    fn money(&mut self, pointer: &str, text: &MoneyText) -> Option<Money> {
        let Ok(currency) = text.currency.parse::<Currency>() else {
            self.add(
                &format!("{pointer}/currency"),
                format!("`{}` is no ISO 4217 currency code, such as EUR", text.currency),
            );
            return None;
        };
        match Money::parse(&text.value, currency) {
            Ok(money) if money.minor > 0 => Some(money),
            Ok(_) => {
                self.add(&format!("{pointer}/value"), "must be more than zero");
                None
            }
            Err(error) => {
                self.add(&format!("{pointer}/value"), error.to_string());
                None
            }
        }
    }
}

/// Finds what is wrong with documents of evidence, each with a pointer below `/evidence`.
#[must_use]
pub fn evidence_faults(list: &[EvidenceAsked]) -> Vec<FieldError> {
    let found = list.iter().enumerate().flat_map(|(index, item)| {
        let told = move |(member, detail)| FieldError { pointer: format!("/evidence/{index}/{member}"), detail };
        evidence::mistakes(item).into_iter().map(told)
    });
    found.collect()
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> String {
    all.iter().map(|case| name(*case)).collect::<Vec<_>>().join(", ")
}

/// Checks a draft and turns it into an ask.
///
/// # Errors
/// All that is wrong with it, each with a pointer to the field.
pub fn check(draft: &Draft) -> Result<Ask, Vec<FieldError>> {
    let mut errors = Errors(Vec::new());
    let kind = Kind::named(&draft.kind);
    if kind.is_none() {
        errors.add(
            "/kind",
            format!("`{}` is no kind of request; use one of {}", draft.kind, names(Kind::ALL, Kind::name)),
        );
    }
    let destination = match draft.destination.as_deref() {
        None => Some(Destination::Auto),
        Some(name) => Destination::named(name),
    };
    if destination.is_none() {
        errors.add("/destination", format!("use one of {}", names(Destination::ALL, Destination::name)));
    }
    let direction = direction(draft, kind, &mut errors);
    whom(draft, kind, direction, &mut errors);
    if draft.reason.chars().count() > limits::REASON_CHARS {
        errors.add("/reason", format!("at most {} characters; the story goes into `note`", limits::REASON_CHARS));
    }
    if draft.note.chars().count() > limits::NOTE_CHARS {
        errors.add("/note", format!("at most {} characters", limits::NOTE_CHARS));
    }
    if draft.evidence.len() > limits::EVIDENCE {
        errors.add("/evidence", format!("at most {} items", limits::EVIDENCE));
    }
    errors.0.extend(evidence_faults(&draft.evidence));
    let lines = lines(draft, kind, &mut errors);
    let amount = draft.amount.as_ref().and_then(|amount| errors.money("/amount", amount));
    if draft.amount.is_some() && !draft.lines.is_empty() {
        errors.add("/amount", "give either `amount` or `lines`, not both");
    }
    match (kind, destination, errors.0.is_empty()) {
        (Some(kind), Some(destination), true) => Ok(Ask {
            kind,
            direction,
            invoice: draft.invoice.clone(),
            customer: draft.customer.clone(),
            reason: draft.reason.clone(),
            note: draft.note.clone(),
            lines,
            amount,
            destination,
            evidence: draft.evidence.iter().cloned().map(Into::into).collect(),
        }),
        _ => Err(errors.0),
    }
}

/// Reads the direction. Only a correction says one: all other kinds go one way.
fn direction(draft: &Draft, kind: Option<Kind>, errors: &mut Errors) -> Option<Direction> {
    let name = draft.direction.as_deref()?;
    let direction = Direction::named(name);
    if direction.is_none() {
        let known = names(Direction::ALL, Direction::name);
        errors.add("/direction", format!("`{name}` is no direction; use one of {known}"));
    } else if let Some(kind) = kind.filter(|kind| kind.direction().is_some()) {
        errors.add("/direction", format!("“{}” has its direction already: leave this out", kind.title()));
    }
    direction
}

fn whom(draft: &Draft, kind: Option<Kind>, direction: Option<Direction>, errors: &mut Errors) {
    for (pointer, name) in [("/invoice", &draft.invoice), ("/customer", &draft.customer)] {
        if name.as_deref().is_some_and(|name| {
            name.is_empty() || name.len() > limits::REFERENCE_LENGTH || name.chars().any(char::is_control)
        }) {
            errors.add(
                pointer,
                format!("must be 1 to {} characters without control characters", limits::REFERENCE_LENGTH),
            );
        }
    }
    let Some(kind) = kind else { return };
    match (&draft.invoice, &draft.customer) {
        (None, _) if kind.needs_invoice() => {
            errors.add("/invoice", format!("“{}” corrects an invoice: name it", kind.title()))
        }
        (None, None) => errors.add("/customer", "name an `invoice`, or a `customer` and an `amount`"),
        (None, Some(_)) => {
            if draft.amount.is_none() {
                errors.add("/amount", "without an invoice, `amount` says how much");
            }
            if !draft.lines.is_empty() {
                errors.add("/lines", "lines belong to an invoice: name it");
            }
        }
        (Some(_), Some(_)) => errors.add("/customer", "the invoice says who the customer is: leave this out"),
        (Some(_), None) if kind == Kind::BalanceCorrection && direction == Some(Direction::Debit) => {
            if !draft.lines.is_empty() {
                errors.add(
                    "/lines",
                    "what was paid too much on an invoice is on no line: give an `amount`, or none for all",
                );
            }
        }
        (Some(_), None) if kind.direction().or(direction) == Some(Direction::Debit) => {
            errors.add(
                "/invoice",
                format!("“{}” that charges goes to an account: give `customer` and `amount`", kind.title()),
            );
        }
        (Some(_), None) => {}
    }
}

fn lines(draft: &Draft, kind: Option<Kind>, errors: &mut Errors) -> Vec<LineAsk> {
    if draft.lines.len() > limits::LINES {
        errors.add("/lines", format!("at most {} lines", limits::LINES));
        return Vec::new();
    }
    let by_amount_only = matches!(kind, Some(Kind::TaxAdjustment | Kind::PriceCorrection | Kind::DiscountApplication));
    let mut seen = BTreeSet::new();
    let mut checked = Vec::new();
    for (index, line) in draft.lines.iter().enumerate() {
        let at = format!("/lines/{index}");
        if !seen.insert(&line.line) {
            errors.add(&format!("{at}/line"), format!("line {} stands here twice", line.line));
        }
        let quantity = line.quantity.as_deref().and_then(|text| {
            let quantity = Decimal::from_str_exact(text).ok().filter(|quantity| *quantity > Decimal::ZERO);
            if quantity.is_none() {
                errors.add(&format!("{at}/quantity"), "must be a decimal above zero, such as \"2\" or \"0.5\"");
            }
            quantity
        });
        let amount = line.amount.as_ref().and_then(|amount| errors.money(&format!("{at}/amount"), amount));
        if line.quantity.is_some() == line.amount.is_some() {
            errors.add(&at, "give exactly one of `quantity` and `amount`");
        } else if by_amount_only && line.quantity.is_some() {
            errors.add(&format!("{at}/quantity"), "no goods come back here: give `amount`");
        }
        checked.push(LineAsk { line: line.line.clone(), quantity, amount });
    }
    checked
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft(kind: &str, direction: Option<&str>) -> Draft {
        Draft {
            kind: kind.into(),
            direction: direction.map(str::to_owned),
            customer: Some("C".into()),
            amount: Some(MoneyText { value: "1.00".into(), currency: "EUR".into() }),
            ..Draft::default()
        }
    }

    #[test]
    fn a_correction_says_its_direction_and_all_other_kinds_have_one() {
        for (kind, direction, debit) in [
            ("account_correction", None, false),
            ("account_correction", Some("credit"), false),
            ("account_correction", Some("debit"), true),
            ("balance_correction", Some("debit"), true),
            ("fee_assessment", None, true),
            ("goodwill_credit", None, false),
        ] {
            assert_eq!(check(&draft(kind, direction)).unwrap().is_debit(), debit, "{kind} {direction:?}");
        }
        for (kind, direction) in [
            ("goodwill_credit", "debit"),
            ("goodwill_credit", "credit"),
            ("fee_assessment", "credit"),
            ("account_correction", "up"),
        ] {
            let errors = check(&draft(kind, Some(direction))).unwrap_err();
            assert_eq!(errors.first().unwrap().pointer, "/direction", "{kind} {direction}");
        }
        let invoiced = |kind| Draft { invoice: Some("I".into()), customer: None, ..draft(kind, Some("debit")) };
        assert_eq!(check(&invoiced("account_correction")).unwrap_err().first().unwrap().pointer, "/invoice");
        assert!(check(&invoiced("balance_correction")).unwrap().is_payout());
        let line = DraftLine { line: "1".into(), quantity: Some("1".into()), amount: None };
        let of_line = Draft { amount: None, lines: vec![line], ..invoiced("balance_correction") };
        assert_eq!(check(&of_line).unwrap_err().first().unwrap().pointer, "/lines");
    }
}
