//! Terms of the policy: windows, destinations and evidence, by country, product, kind and reason.

use serde::Deserialize;

use super::Policy;
use super::checks::{CheckOutcome, is_later};
use super::condition::{Condition, Field, Value};
use super::facts::{Facts, Surroundings};
use super::place::Mistake;
use crate::limits;
use crate::request::Request;
use crate::request::ask::{Destination, Kind};
use crate::request::evidence::kind_fault;
use crate::words;

/// The countries that `EU` stands for: the members of the European Union.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT",
    "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
];

/// A row of terms: for which requests it is, and how old their invoice may be, where their money may go, which evidence
/// they need. Of each of these three the first row counts that fits and says something of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EligibilityRule {
    /// The name, which its findings have.
    pub name: String,
    /// The kinds that it is for; empty means all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The reasons that it is for, by their codes; empty means all.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// The categories of reasons that it is for, by their codes; empty means all, also reasons in no list.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The customer's countries that it is for, as two letters; `EU` stands for all of its members. Empty means all.
    #[serde(default)]
    pub countries: Vec<String>,
    /// The products that it is for: words of which the text of a credited line has one. Empty means all.
    #[serde(default)]
    pub products: Vec<String>,
    /// What else must be true of the request, in CEL.
    pub when: Option<Condition>,
    /// How many days old the invoice may be; it takes the place of `refund_days`.
    pub days: Option<u32>,
    /// Where the money may go; empty means that it says nothing of that.
    #[serde(default)]
    pub destinations: Vec<Destination>,
    /// The kinds of document that it must come with, each of them.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What becomes of a request that is too old, or whose money is to go elsewhere; a person decides, where it is left
    /// out. Evidence that is missing is always a person's.
    #[serde(default)]
    pub then: CheckOutcome,
    /// What people read about it besides.
    pub message: Option<String>,
    /// Where it is written down, such as the article of a law.
    pub source: Option<String>,
}

/// A row that speaks of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term<'a> {
    /// The row.
    pub rule: &'a EligibilityRule,
    /// Whether nobody can say that it is for the request.
    pub unsure: bool,
}

impl Term<'_> {
    /// Tells whether a request that goes against it is refused. What may not be for it refuses nothing.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.rule.then == CheckOutcome::Refuse && !self.unsure
    }

    /// Returns what follows what the row says: its words, its source and its name.
    #[must_use]
    pub fn by(&self) -> String {
        let words = self.rule.message.as_ref().map(|words| format!(": {}", words.trim())).unwrap_or_default();
        let source = self.rule.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        let unsure = if self.unsure { "; not all is known that it asks for, so it may not hold" } else { "" };
        format!("{words}{source}, by the row “{}”{unsure}", self.rule.name)
    }

    /// Says that the money may not go to this place; `None` where it may.
    #[must_use]
    pub fn bars(&self, destination: Destination) -> Option<String> {
        if self.rule.destinations.is_empty() || self.rule.destinations.contains(&destination) {
            return None;
        }
        let places: Vec<_> = self.rule.destinations.iter().map(|place| format!("“{}”", place.title())).collect();
        Some(format!("the money may go to {} only{}", places.join(" or "), self.by()))
    }
}

impl EligibilityRule {
    /// Tells whether it is for a request; `None` where nobody can say.
    fn fits(&self, facts: &Facts) -> Option<bool> {
        if !facts.are_named(&self.kinds, &self.reasons, &self.categories) {
            return Some(false);
        }
        let condition = || match &self.when {
            None => Some(true),
            Some(condition) => condition.holds(&|field| facts.get(field)).ok(),
        };
        let parts = [self.is_of_country(facts), self.is_of_product(facts), condition()];
        if parts.contains(&Some(false)) { Some(false) } else { (!parts.contains(&None)).then_some(true) }
    }

    fn is_of_country(&self, facts: &Facts) -> Option<bool> {
        if self.countries.is_empty() {
            return Some(true);
        }
        let country = facts.text_of(Field::CustomerCountry)?;
        let of = |named: &String| {
            words::same(named, country) || words::same(named, "EU") && EU.iter().any(|one| words::same(one, country))
        };
        Some(self.countries.iter().any(of))
    }

    fn is_of_product(&self, facts: &Facts) -> Option<bool> {
        if self.products.is_empty() {
            return Some(true);
        }
        let Some(Value::Texts(texts)) = facts.get(Field::InvoiceProducts) else { return None };
        let has = |text: &String| {
            let text = words::canonical(text);
            self.products.iter().any(|product| text.contains(&words::canonical(product)))
        };
        Some(texts.iter().any(has))
    }

    fn check(&self, place: usize, policy: &Policy, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &[&str], message: String| {
            let path: Vec<_> = ["eligibility", &place].iter().chain(member).copied().collect();
            mistakes.push(Mistake::at(&path, format!("[[eligibility]] `{name}` {message}")));
        };
        if name.trim().is_empty() {
            mistake(&["name"], "needs a name, which its findings have".into());
        }
        if self.days.is_none() && self.destinations.is_empty() && self.evidence.is_empty() {
            mistake(&[], "says nothing: give it days, destinations or evidence".into());
        }
        for (index, country) in self.countries.iter().enumerate() {
            if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
                let message = format!("names country `{country}`: write two capital letters, such as DE, or EU");
                mistake(&["countries", &index.to_string()], message);
            }
        }
        for (index, product) in self.products.iter().enumerate() {
            if words::canonical(product).is_empty() {
                mistake(&["products", &index.to_string()], "names a product without a word".into());
            }
        }
        for (index, message) in policy.unknown_categories(&self.categories) {
            mistake(&["categories", &index.to_string()], message);
        }
        for (index, reason) in self.reasons.iter().enumerate() {
            if !policy.free_reasons.allowed && policy.reason(reason).is_none() {
                let message = format!("names reason `{reason}`, which [[reasons]] do not have");
                mistake(&["reasons", &index.to_string()], message);
            }
        }
        if self.destinations.contains(&Destination::Auto) {
            let message = "names `auto`, which is no place: leave destinations out for any place".into();
            mistake(&["destinations"], message);
        }
        if self.evidence.len() > limits::EVIDENCE_KINDS {
            mistake(&["evidence"], format!("names more than {} kinds of evidence", limits::EVIDENCE_KINDS));
        }
        if let Some(fault) = self.evidence.iter().find_map(|kind| kind_fault(kind)) {
            mistake(&["evidence"], format!("names a kind of evidence that {fault}"));
        }
        let longest = [&self.reasons, &self.categories, &self.countries, &self.products];
        if longest.iter().any(|list| list.len() > limits::TERM_NAMES) {
            mistake(&[], format!("names more than {} of one kind", limits::TERM_NAMES));
        }
        let text = self.message.as_ref().map_or(1, |text| text.trim().chars().count());
        if !(1..=limits::REASON_TEXT_CHARS).contains(&text) {
            mistake(&["message"], format!("takes a message of 1 to {} characters", limits::REASON_TEXT_CHARS));
        }
        let Some(condition) = &self.when else { return };
        let path = ["eligibility", &place, "when"];
        mistakes.extend(Mistake::in_condition(&path, &format!("[[eligibility]] `{name}`"), condition));
        if let Some(field) = condition.fields().into_iter().find(|field| is_later(*field)) {
            let message = format!("[[eligibility]] `{name}`: {} is not known yet when it is asked", field.name());
            mistakes.push(Mistake::at(&path, message));
        }
    }
}

impl Policy {
    /// Returns the rows that speak of a request, of those that say something of a thing: the first that surely is for
    /// it, behind those before it of which nobody can say.
    #[must_use]
    pub fn terms_of(&self, request: &Request, says: impl Fn(&EligibilityRule) -> bool) -> Vec<Term<'_>> {
        let mut found = Vec::new();
        let mut rows = self.eligibility.iter().filter(|rule| says(rule)).peekable();
        if rows.peek().is_none() {
            return found;
        }
        let facts = Facts::of(request, &Surroundings::default(), self);
        for rule in rows {
            match rule.fits(&facts) {
                Some(false) => {}
                Some(true) => {
                    found.push(Term { rule, unsure: false });
                    break;
                }
                None => found.push(Term { rule, unsure: true }),
            }
        }
        found
    }

    /// Finds what is wrong with the terms.
    pub(super) fn check_eligibility(&self, mistakes: &mut Vec<Mistake>) {
        if self.eligibility.len() > limits::POLICY_RULES {
            let message = format!("[[eligibility]] has more than {} rows", limits::POLICY_RULES);
            mistakes.push(Mistake::at(&["eligibility"], message));
        }
        for (place, rule) in self.eligibility.iter().enumerate() {
            rule.check(place, self, mistakes);
        }
    }
}
