//! Reasons and their categories: for what a credit is given, and what each reason wants.

use serde::{Deserialize, Serialize};

use super::Policy;
use super::place::Mistake;
use crate::limits;
use crate::request::ask::{Destination, Kind};
use crate::request::evidence::kind_fault;
use crate::words;

/// A category of reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The code, by which reasons and rules name it.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The group that it is listed in, such as `customer_service`.
    #[serde(default)]
    pub group: String,
}

/// A reason for which a credit is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The code, which requests name. It is the same however it is written.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The code of its category.
    pub category: String,
    /// The kinds of request that it is for; empty means all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Whether the request must say more in its note.
    #[serde(default)]
    pub needs_note: bool,
    /// Whether the request must come with evidence.
    #[serde(default)]
    pub needs_evidence: bool,
    /// The kinds of document that the request must come with, each of them; empty means any, where it needs evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Where the money may go; empty means anywhere. Where nobody says where, it goes to the first of these.
    #[serde(default)]
    pub destinations: Vec<Destination>,
    /// The words for it that the customer reads on the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_text: Option<String>,
    /// The ERP's own code for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_code: Option<String>,
    /// The ERP's account that a credit for it is booked on in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_account: Option<String>,
    /// Whether no new request may name it. Requests that did stay as they are.
    #[serde(default)]
    pub retired: bool,
}

impl Reason {
    /// Says where the money may go with this reason, where it may not go to this place; `None` where it may.
    #[must_use]
    pub fn bars(&self, destination: Destination) -> Option<String> {
        if self.destinations.is_empty() || self.destinations.contains(&destination) {
            return None;
        }
        let places: Vec<_> = self.destinations.iter().map(|place| format!("“{}”", place.title())).collect();
        Some(format!("with the reason “{}”, the money may go to {} only", self.title, places.join(" or ")))
    }
}

/// Whether reasons may be given that are in no list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FreeReasons {
    /// Whether a request may give a reason of its own, or none.
    pub allowed: bool,
}

impl Default for FreeReasons {
    fn default() -> Self {
        Self { allowed: true }
    }
}

/// The reasons that a request may give, as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReasonList {
    /// The version of the policy.
    pub policy: String,
    /// Whether a request may give a reason of its own, or none.
    pub free_allowed: bool,
    /// The categories.
    pub categories: Vec<Category>,
    /// The reasons, also those that are retired.
    pub reasons: Vec<Reason>,
    /// Codes that requests have named and that the policy does not have any more. Put them back, as retired.
    pub dropped: Vec<String>,
}

impl ReasonList {
    /// Returns the reasons of a policy; `used` are the codes that requests have named.
    #[must_use]
    pub fn of(policy: &Policy, used: &[String]) -> Self {
        let codes: Vec<_> = used.iter().map(String::as_str).collect();
        Self {
            policy: policy.version.clone(),
            free_allowed: policy.free_reasons.allowed,
            categories: policy.categories.clone(),
            reasons: policy.reasons.clone(),
            dropped: policy.dropped_reasons(&codes).into_iter().map(str::to_owned).collect(),
        }
    }
}

/// The reasons and their categories, as the document lists them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reasons<'a> {
    pub categories: &'a [Category],
    pub reasons: &'a [Reason],
    pub free: &'a FreeReasons,
}

impl Reasons<'_> {
    /// Finds what is wrong with the lists.
    pub(super) fn check(self, mistakes: &mut Vec<Mistake>) {
        for (list, length) in [("categories", self.categories.len()), ("reasons", self.reasons.len())] {
            if length > limits::POLICY_RULES {
                let message = format!("[[{list}]] has more than {} entries", limits::POLICY_RULES);
                mistakes.push(Mistake::at(&[list], message));
            }
        }
        let categories: Vec<_> = self.categories.iter().map(|one| (one.code.as_str(), one.title.as_str())).collect();
        let reasons: Vec<_> = self.reasons.iter().map(|one| (one.code.as_str(), one.title.as_str())).collect();
        names("categories", &categories, mistakes);
        names("reasons", &reasons, mistakes);
        for (place, reason) in self.reasons.iter().enumerate() {
            let (code, place) = (&reason.code, place.to_string());
            let mut mistake = |member: &str, message: String| {
                mistakes.push(Mistake::at(&["reasons", &place, member], format!("reason `{code}` {message}")));
            };
            if !self.categories.iter().any(|known| words::same(&known.code, &reason.category)) {
                mistake("category", format!("names category `{}`, which [[categories]] do not have", reason.category));
            }
            if reason.destinations.contains(&Destination::Auto) {
                mistake("destinations", "names `auto`, which is no place: leave destinations out for any place".into());
            }
            let text = reason.customer_text.as_ref().map_or(1, |text| text.chars().count());
            if !(1..=limits::REASON_TEXT_CHARS).contains(&text) {
                mistake("customer_text", format!("takes 1 to {} characters", limits::REASON_TEXT_CHARS));
            }
            if reason.evidence.len() > limits::EVIDENCE_KINDS {
                mistake("evidence", format!("names more than {} kinds of evidence", limits::EVIDENCE_KINDS));
            }
            if let Some(fault) = reason.evidence.iter().find_map(|kind| kind_fault(kind)) {
                mistake("evidence", format!("names a kind of evidence that {fault}"));
            }
            for (member, name) in [("erp_code", &reason.erp_code), ("erp_account", &reason.erp_account)] {
                let length = name.as_ref().map_or(1, |name| name.trim().chars().count());
                if !(1..=limits::ERP_NAME_CHARS).contains(&length) {
                    mistake(member, format!("takes 1 to {} characters as {member}", limits::ERP_NAME_CHARS));
                }
            }
        }
        if !self.free.allowed && self.reasons.iter().all(|reason| reason.retired) {
            let message = "[free_reasons] allowed = false, and there is no [[reasons]] that a request could name";
            mistakes.push(Mistake::at(&["free_reasons", "allowed"], message));
        }
    }
}

/// Finds codes that are empty, too long or there twice, and titles that are missing.
fn names(list: &'static str, entries: &[(&str, &str)], mistakes: &mut Vec<Mistake>) {
    for (place, (code, title)) in entries.iter().enumerate() {
        let at = place.to_string();
        let length = words::canonical(code).chars().count();
        if !(1..=limits::REASON_CODE_CHARS).contains(&length) {
            let message = format!("[[{list}]]: a code has 1 to {} characters", limits::REASON_CODE_CHARS);
            mistakes.push(Mistake::at(&[list, &at, "code"], message));
        }
        if entries.iter().take(place).any(|(known, _)| words::same(known, code)) {
            mistakes.push(Mistake::at(&[list, &at, "code"], format!("[[{list}]] has `{code}` twice")));
        }
        if !(1..=limits::REASON_TEXT_CHARS).contains(&title.trim().chars().count()) {
            let message = format!("[[{list}]] `{code}` takes a title of 1 to {} characters", limits::REASON_TEXT_CHARS);
            mistakes.push(Mistake::at(&[list, &at, "title"], message));
        }
    }
}

impl Policy {
    /// Returns what is wrong with each of the categories that a row names and that the policy does not have, with its
    /// place in the row's list.
    pub(super) fn unknown_categories(&self, named: &[String]) -> Vec<(usize, String)> {
        let is_known = |category: &String| self.categories.iter().any(|known| words::same(&known.code, category));
        let unknown = named.iter().enumerate().filter(|(_, category)| !is_known(category));
        unknown
            .map(|(place, category)| (place, format!("names category `{category}`, which [[categories]] do not have")))
            .collect()
    }
}
