//! Requests that rules make: an event happened elsewhere, and a rule of the policy asks for a credit because of it.

mod binding;
mod event;
mod limit;

pub use binding::{Mode, attributes, of_webhook};
pub use event::{Event, EventFields};
pub use limit::Sums;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::money::Currency;
use crate::policy::condition::{EventExpression, Type, Value};
use crate::policy::{MakingRule, Part, Policy, Template, parts};
use crate::request::ask::Ask;
use crate::request::draft::{Draft, FieldError, MoneyText, check};
pub use crate::request::rule_made::CHANNEL;

/// Returns the name under which a rule asks.
#[must_use]
pub fn asker(rule: &str) -> String {
    format!("{CHANNEL}:{rule}")
}

/// What a rule makes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// It asks for something.
    Ask(Box<Ask>),
    /// It asks for nothing, and says why.
    Nothing(&'static str),
}

/// Returns the rules that take events of that type, and what each makes of the event: what it asks for, or all that is
/// wrong with the event for it.
#[must_use]
pub fn wishes<'a>(policy: &'a Policy, event: &Event) -> Vec<(&'a MakingRule, Result<Wish, Vec<FieldError>>)> {
    let rules = policy.rules.iter().filter(|rule| rule.on == event.kind);
    let found = rules.filter_map(|rule| Some((rule, wish(rule, policy.template(&rule.template)?, event))));
    found.collect()
}

fn unsaid(error: impl std::fmt::Display, rule: &MakingRule) -> Vec<FieldError> {
    vec![FieldError { pointer: "/data".into(), detail: format!("rule `{}`: {error}", rule.name) }]
}

fn wish(rule: &MakingRule, template: &Template, event: &Event) -> Result<Wish, Vec<FieldError>> {
    let fields = event.fields(template)?;
    let types = template.types();
    let value = |text: &str, kind| {
        let read = EventExpression::read(text, &types, kind).map_err(|fault| unsaid(fault.message, rule))?;
        read.value(&fields).map_err(|error| unsaid(error, rule))
    };
    if let Some(when) = &rule.when
        && value(when, Type::Flag)? != Value::Flag(true)
    {
        return Ok(Wish::Nothing("its condition is not true of the event"));
    }
    let filled = |text: &str| filled(text, &fields).map_err(|error| unsaid(error, rule));
    let optional = |text: &Option<String>| text.as_deref().map(filled).transpose();
    let named = |name: &str, text: &Option<String>| match optional(text)? {
        Some(text) if text.trim() != text => {
            Err(unsaid(format!("its {name} would be `{text}`, and a name has no white space around it"), rule))
        }
        text => Ok(text),
    };
    let amount = match (&template.amount, optional(&template.currency)?) {
        (Some(amount), Some(currency)) => {
            let Value::Number(number) = value(amount, Type::Number)? else {
                return Err(unsaid("its amount is no number", rule));
            };
            let amount = money(number, &currency).map_err(|error| unsaid(error, rule))?;
            if number <= Decimal::ZERO || amount.value.parse().is_ok_and(|value: Decimal| value.is_zero()) {
                return Ok(Wish::Nothing("its amount is nothing"));
            }
            Some(amount)
        }
        _ => None,
    };
    let draft = Draft {
        kind: template.kind.name().to_owned(),
        customer: named("customer", &template.customer)?,
        invoice: named("invoice", &template.invoice)?,
        amount,
        reason: template.reason.clone(),
        note: filled(&template.note)?,
        destination: template.destination.map(|destination| destination.name().to_owned()),
        ..Draft::default()
    };
    let ask = check(&draft).map_err(|errors| {
        let told = errors.into_iter().map(|error| format!("{}: {}", error.pointer, error.detail));
        unsaid(format!("what it would ask for is wrong: {}", told.collect::<Vec<_>>().join("; ")), rule)
    })?;
    Ok(Wish::Ask(Box::new(ask)))
}

/// Fills the places of a text with what the event says.
fn filled(text: &str, fields: &EventFields) -> Result<String, String> {
    let mut out = String::new();
    for part in parts(text).map_err(|_| "a place in its template is none".to_owned())? {
        match part {
            Part::Words(words) => out.push_str(words),
            Part::Place(name) => match fields.get(name) {
                Some(Value::Text(text)) => out.push_str(text),
                Some(Value::Number(number)) => out.push_str(&number.normalize().to_string()),
                Some(other) => out.push_str(&other.to_string()),
                None => return Err(format!("event.{name} is not in this event")),
            },
        }
    }
    Ok(out)
}

/// Rounds an amount to the decimals of its currency, halves away from zero.
fn money(number: Decimal, currency: &str) -> Result<MoneyText, String> {
    let known: Currency = currency.parse().map_err(|_| format!("`{currency}` is no currency"))?;
    let mut rounded = number.round_dp_with_strategy(known.exponent(), RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(known.exponent());
    Ok(MoneyText { value: rounded.to_string(), currency: currency.to_owned() })
}

#[cfg(test)]
mod tests;
