//! Templates, and the rules that make requests from them when something happens: a late delivery, a price drop, a
//! service level that was missed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Policy;
use super::automatic::hundredths;
use super::condition::{EventExpression, Type};
use super::place::Mistake;
use super::rule::Decider;
use crate::lifecycle::{named, titled};
use crate::limits;
use crate::money::Currency;
use crate::request::ask::{Destination, Kind};
use crate::request::slot::Slot;

named! {
    /// The type of a field of an event.
    FieldType {
        /// An exact decimal number.
        Number = "number",
        /// A text.
        Text = "text",
        /// True or false.
        Flag = "flag",
    }
}

titled! {
    /// Whose requests of a rule a bound counts.
    RulePer {
        /// Those for one customer.
        Customer = "customer": "for this customer",
        /// All that the rule makes.
        Rule = "rule": "by this rule",
    }
}

/// A template: an ask with places for what an event says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The name, by which rules use it.
    pub name: String,
    /// The fields of an event's `data` that it asks for, each with its type.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldType>,
    /// What kind of adjustment is asked for.
    pub kind: Kind,
    /// The customer: a text with places such as `{{event.customer}}`.
    pub customer: Option<String>,
    /// The invoice, where one is corrected; with places.
    pub invoice: Option<String>,
    /// The amount in major units, in CEL over the fields of the event, such as `event.total * 0.1`. It is rounded to
    /// the currency's decimals, halves away from zero. One of zero asks for nothing.
    pub amount: Option<String>,
    /// The currency of the amount; with places.
    pub currency: Option<String>,
    /// A short word for why.
    #[serde(default)]
    pub reason: String,
    /// Free text, with places.
    #[serde(default)]
    pub note: String,
    /// Where the money is to go.
    pub destination: Option<Destination>,
}

/// A bound on what one rule makes within some days. What is beyond it waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleLimit {
    /// Whose requests are counted.
    pub per: RulePer,
    /// Within how many days, today included.
    pub days: u32,
    /// How many requests.
    pub count: Option<u32>,
    /// Up to which sum, in major units as the bounds of the rules of approval.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::DecimalText>"))]
    pub up_to: Option<Decimal>,
}

/// A rule that makes requests from a template when something happens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MakingRule {
    /// The name; its requests are asked for by `rule:<name>`.
    pub name: String,
    /// The type of the events that it takes.
    pub on: String,
    /// What must be true of the event for it, in CEL over the fields of the template; left out: any event of the type.
    pub when: Option<String>,
    /// The template of its requests.
    pub template: String,
    /// Who answers for it: a level, or a person with a level in their place.
    pub owner: Decider,
    /// Whether its requests may pass without a person, where the rules of approval let them.
    #[serde(default)]
    pub automatic: bool,
    /// The bounds on what it makes. At least one is per rule.
    pub limits: Vec<RuleLimit>,
}

/// The fields that every event has, besides those that a template names.
pub const EVENT_FIELDS: [&str; 4] = ["id", "source", "subject", "type"];

/// A part of a text with places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words as they are.
    Words(&'a str),
    /// The place of a field, by its name.
    Place(&'a str),
}

/// Splits a text into its words and its places, `{{event.name}}`.
///
/// # Errors
/// At the byte where a place is no such place.
pub fn parts(text: &str) -> Result<Vec<Part<'_>>, usize> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((words, place)) = rest.split_once("{{") {
        let offset = text.len() - place.len();
        let (name, after) = place.split_once("}}").ok_or(offset)?;
        let name = name.trim().strip_prefix("event.").ok_or(offset)?;
        found.push(Part::Words(words));
        found.push(Part::Place(name));
        rest = after;
    }
    found.push(Part::Words(rest));
    Ok(found)
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_';
    (1..=limits::RULE_NAME_CHARS).contains(&name.len())
        && name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.chars().all(fits)
}

impl Template {
    /// Returns the fields that its expressions may ask for, with their types.
    #[must_use]
    pub fn types(&self) -> BTreeMap<String, Type> {
        let kind = |kind: &FieldType| match kind {
            FieldType::Number => Type::Number,
            FieldType::Text => Type::Text,
            FieldType::Flag => Type::Flag,
        };
        let own = self.fields.iter().map(|(name, field)| (name.clone(), kind(field)));
        own.chain(EVENT_FIELDS.map(|name| (name.to_owned(), Type::Text))).collect()
    }

    fn check(&self, place: usize, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &str, message: String| {
            mistakes.push(Mistake::at(&["templates", &place, member], format!("template `{name}`: {message}")));
        };
        if !is_name(name) {
            mistake("name", wrong_name());
        }
        if self.fields.len() > limits::EVENT_FIELDS {
            mistake("fields", format!("at most {} fields", limits::EVENT_FIELDS));
        }
        for field in self.fields.keys() {
            if !is_name(field) || field.contains('-') || EVENT_FIELDS.contains(&field.as_str()) {
                let most = limits::RULE_NAME_CHARS;
                let detail = "must be lower-case letters, digits and `_`, and none of id, source, subject, type";
                mistake("fields", format!("`{field}` {detail}; at most {most}"));
            }
        }
        match (&self.customer, &self.invoice) {
            (Some(_), None) if self.amount.is_none() => {
                mistake("customer", "for a customer, `amount` and `currency` say how much".into());
            }
            (None, None) => mistake("name", "needs a `customer` or an `invoice`".into()),
            (Some(_), Some(_)) => mistake("customer", "goes without `invoice`: an invoice has its customer".into()),
            _ => {}
        }
        if self.amount.is_some() != self.currency.is_some() {
            mistake("amount", "`amount` and `currency` go together".into());
        }
        let types = self.types();
        let texts = [
            ("customer", self.customer.as_deref()),
            ("invoice", self.invoice.as_deref()),
            ("currency", self.currency.as_deref()),
            ("note", Some(self.note.as_str())),
        ];
        for (member, text) in texts {
            if let Some((offset, message)) = text.and_then(|text| wrong_place(text, &types)) {
                let at = Mistake::at(&["templates", &place, member], format!("template `{name}`: {message}"));
                mistakes.push(Mistake { offset: offset.max(1), ..at });
            }
        }
        let is_plain = |text: &&str| !text.contains("{{");
        if let Some(code) = self.currency.as_deref().filter(is_plain).filter(|code| code.parse::<Currency>().is_err()) {
            let message = format!("template `{name}`: `{code}` is no currency: write its ISO code, such as EUR");
            mistakes.push(Mistake::at(&["templates", &place, "currency"], message));
        }
        if let Some(amount) = &self.amount {
            let path = ["templates", &place, "amount"];
            mistakes.extend(wrong_expression(&path, &format!("template `{name}`"), amount, &types, Type::Number));
        }
    }
}

fn wrong_name() -> String {
    format!("its name must be lower-case letters, digits, `-` and `_`, at most {}", limits::RULE_NAME_CHARS)
}

fn wrong_place(text: &str, types: &BTreeMap<String, Type>) -> Option<(usize, String)> {
    let known = || types.keys().map(|name| format!("event.{name}")).collect::<Vec<_>>().join(", ");
    match parts(text) {
        Err(offset) => {
            Some((offset, format!("a place is a name in braces, `{{{{event.id}}}}`; there are {}", known())))
        }
        Ok(parts) => parts.into_iter().find_map(|part| match part {
            Part::Place(name) if !types.contains_key(name) => {
                let offset = text.find(name).unwrap_or(0);
                Some((offset, format!("there is no `event.{name}`; there are {}", known())))
            }
            _ => None,
        }),
    }
}

fn wrong_expression(
    path: &[&str],
    whose: &str,
    text: &str,
    types: &BTreeMap<String, Type>,
    kind: Type,
) -> Option<Mistake> {
    let fault = EventExpression::read(text, types, kind).err()?;
    let mistake = Mistake::at(path, format!("{whose}: {}", fault.message));
    Some(Mistake { offset: fault.offset.max(1), ..mistake })
}

impl RuleLimit {
    /// Returns the bound on the sum in hundredths of the unit of bounds; `None` where only requests are counted.
    #[must_use]
    pub fn hundredths(&self) -> Option<i64> {
        self.up_to.map(|most| hundredths(most).unwrap_or(0))
    }
}

impl MakingRule {
    /// Says who answers for it.
    #[must_use]
    pub fn owner_title(&self) -> String {
        Slot::read(&self.owner.slot()).title()
    }

    fn check(&self, place: usize, policy: &Policy, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &str, message: String| {
            mistakes.push(Mistake::at(&["rules", &place, member], format!("rule `{name}`: {message}")));
        };
        if !is_name(name) {
            mistake("name", wrong_name());
        }
        if !(1..=limits::EVENT_TYPE_CHARS).contains(&self.on.chars().count()) {
            mistake("on", format!("takes a type of events of 1 to {} characters", limits::EVENT_TYPE_CHARS));
        }
        for wrong in self.owner.wrong(&policy.levels.order) {
            mistake("owner", wrong);
        }
        if !self.limits.iter().any(|limit| limit.per == RulePer::Rule) {
            mistake("limits", "needs a limit per = \"rule\": how much it makes in all within some days".into());
        }
        if self.limits.len() > limits::RULE_LIMITS {
            mistake("limits", format!("at most {} limits", limits::RULE_LIMITS));
        }
        for limit in &self.limits {
            if !(1..=limits::AUTOMATIC_DAYS).contains(&limit.days) {
                mistake("limits", format!("days must be 1 to {}", limits::AUTOMATIC_DAYS));
            }
            if limit.count.is_none() && limit.up_to.is_none() {
                mistake("limits", "a limit has `count`, `up_to` or both".into());
            }
            if limit.up_to.is_some_and(|most| most < Decimal::ZERO || hundredths(most).is_none()) {
                mistake("limits", "up_to must be zero or more, and within what money may be".into());
            }
        }
        let alike = policy.rules.iter().filter(|rule| rule.on == self.on);
        if alike.count() > limits::RULES_PER_EVENT {
            mistake("on", format!("at most {} rules take events of one type", limits::RULES_PER_EVENT));
        }
        let Some(template) = policy.template(&self.template) else {
            mistake("template", format!("names template `{}`, which [[templates]] do not have", self.template));
            return;
        };
        if template.customer.is_none() && self.limits.iter().any(|limit| limit.per == RulePer::Customer) {
            mistake("limits", "per = \"customer\" needs a template with a `customer`".into());
        }
        if let Some(when) = &self.when {
            let path = ["rules", &place, "when"];
            mistakes.extend(wrong_expression(&path, &format!("rule `{name}`"), when, &template.types(), Type::Flag));
        }
    }
}

impl Policy {
    /// Returns the template of that name.
    #[must_use]
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// Returns the rule of that name that makes requests.
    #[must_use]
    pub fn making_rule(&self, name: &str) -> Option<&MakingRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// Finds what is wrong with the templates, and with the rules that use them.
    pub(super) fn check_making(&self, mistakes: &mut Vec<Mistake>) {
        let names = [
            ("templates", self.templates.iter().map(|template| &template.name).collect::<Vec<_>>()),
            ("rules", self.rules.iter().map(|rule| &rule.name).collect()),
        ];
        for (list, names) in names {
            if names.len() > limits::POLICY_RULES {
                let message = format!("[[{list}]] has more than {} entries", limits::POLICY_RULES);
                mistakes.push(Mistake::at(&[list], message));
            }
            for (place, name) in names.iter().enumerate() {
                if names.iter().take(place).any(|known| known == name) {
                    let path = [list, &place.to_string(), "name"];
                    mistakes.push(Mistake::at(&path, format!("[[{list}]] names `{name}` twice")));
                }
            }
        }
        for (place, template) in self.templates.iter().enumerate() {
            template.check(place, mistakes);
        }
        for (place, rule) in self.rules.iter().enumerate() {
            rule.check(place, self, mistakes);
        }
    }
}
