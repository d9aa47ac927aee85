//! Rules of approval: for which requests they are, and who decides.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::condition::Condition;
use super::place::Mistake;
use crate::identity::Identity;
use crate::limits;
use crate::request::ask::Kind;
use crate::request::slot::Slot;

/// Somebody who decides, as a rule names them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Decider {
    /// Anybody who has this level, or a higher one.
    Level(String),
    /// A person by name.
    Person(NamedDecider),
}

/// A person who decides, and who does in their place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NamedDecider {
    /// The name under which they sign in.
    pub person: String,
    /// The level that may decide in their place: they may be away, or have asked for it themselves.
    pub fallback: String,
}

/// Says that a level is in no order; none where it is in that one.
pub(super) fn wrong_level(level: &String, order: &[String]) -> Option<String> {
    (!order.contains(level)).then(|| format!("names level `{level}`, which [levels] order does not have"))
}

impl Decider {
    /// Returns the level whose people may decide.
    pub(super) fn level_mut(&mut self) -> &mut String {
        match self {
            Self::Level(level) => level,
            Self::Person(named) => &mut named.fallback,
        }
    }

    /// Finds what is wrong with them: a person who can't sign in, a level that is in no order.
    pub(super) fn wrong(&self, order: &[String]) -> Vec<String> {
        let (person, level) = match self {
            Self::Level(level) => (None, level),
            Self::Person(NamedDecider { person, fallback }) => (Some(person), fallback),
        };
        let nobody = person.and_then(|person| {
            let error = Identity::sign_in(person).err()?;
            Some(format!("names a person `{person}` who can't sign in: a name {error}"))
        });
        nobody.into_iter().chain(wrong_level(level, order)).collect()
    }

    /// Returns them as they are stored with a request.
    pub(super) fn slot(&self) -> String {
        match self {
            Self::Level(level) => level.clone(),
            Self::Person(named) => Slot::of_person(&Identity::read(&named.person).to_string(), &named.fallback),
        }
    }
}

/// Those who decide: how many of whom, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deciders {
    /// Those who decide, as they are stored with a request; empty means that it passes by itself.
    pub required: Vec<String>,
    /// How many of them decide, in any order; `None` means all of them, one after the other.
    pub any: Option<u32>,
}

impl Deciders {
    /// Tells whether nobody decides: the request passes by itself.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.required.is_empty()
    }

    /// Returns how many must agree.
    #[must_use]
    pub fn count(&self) -> usize {
        self.any.and_then(|any| usize::try_from(any).ok()).unwrap_or(self.required.len()).min(self.required.len())
    }

    /// Returns them in words: `manager, then finance`.
    #[must_use]
    pub fn title(&self) -> String {
        let names: Vec<_> = self.required.iter().map(|slot| Slot::read(slot).title()).collect();
        match self.any {
            _ if names.is_empty() => "nobody: it passes by itself".into(),
            None => names.join(", then "),
            Some(_) if self.count() == names.len() => format!("all of {}", names.join("; ")),
            Some(any) => format!("any {any} of {}", names.join("; ")),
        }
    }
}

/// A rule that says who decides. Exactly one of `levels`, `all_of` and `any_of` says who.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// The rule's name, which is recorded with every decision that it made.
    pub name: String,
    /// The kinds that the rule is for; empty means all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The reasons that the rule is for, by their codes; empty means all.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// The categories of reasons that the rule is for, by their codes; empty means all, also reasons in no list.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Up to which amount the rule holds, in major units of the bounds; left out for any amount.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::DecimalText>"))]
    pub up_to: Option<Decimal>,
    /// What else must be true of the request, in CEL.
    pub when: Option<Condition>,
    /// Who decides, one after the other; empty means that the request passes by itself.
    pub levels: Option<Vec<Decider>>,
    /// Who decides, all of them, in any order.
    pub all_of: Option<Vec<Decider>>,
    /// Of whom some decide, in any order; `count` says how many.
    pub any_of: Option<Vec<Decider>>,
    /// How many of `any_of` decide; 1 where it is left out.
    pub count: Option<u32>,
}

impl ApprovalRule {
    /// Returns who decides.
    #[must_use]
    pub fn deciders(&self) -> Deciders {
        let slots = |deciders: &[Decider]| deciders.iter().map(Decider::slot).collect::<Vec<_>>();
        if let Some(all) = &self.all_of {
            return Deciders { required: slots(all), any: u32::try_from(all.len()).ok() };
        }
        if let Some(any) = &self.any_of {
            return Deciders { required: slots(any), any: Some(self.count.unwrap_or(1)) };
        }
        Deciders { required: slots(self.levels.as_deref().unwrap_or_default()), any: None }
    }

    /// Tells whether the rule takes every request that comes to it.
    pub(super) fn takes_all(&self) -> bool {
        let named = [self.kinds.is_empty(), self.reasons.is_empty(), self.categories.is_empty()];
        named.iter().all(|is_empty| *is_empty) && self.up_to.is_none() && self.when.is_none()
    }

    /// Returns the lists that say who decides.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&'static str, &Vec<Decider>)> {
        let lists = [("levels", &self.levels), ("all_of", &self.all_of), ("any_of", &self.any_of)];
        lists.into_iter().filter_map(|(name, list)| list.as_ref().map(|list| (name, list)))
    }

    /// Returns everybody who decides.
    pub(super) fn deciders_mut(&mut self) -> impl Iterator<Item = &mut Decider> {
        let lists = [&mut self.levels, &mut self.all_of, &mut self.any_of];
        lists.into_iter().flatten().flatten()
    }

    /// Finds what is wrong with the rule, which stands in that place of the list.
    pub(super) fn check(&self, place: usize, order: &[String], mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &[&str], message: String| {
            let path: Vec<_> = ["approval", &place].iter().chain(member).copied().collect();
            mistakes.push(Mistake::at(&path, format!("rule `{name}` {message}")));
        };
        let lists: Vec<_> = self.lists().collect();
        match lists.as_slice() {
            [_] => {}
            [] => mistake(&[], "does not say who decides: give it levels, all_of or any_of".into()),
            _ => mistake(&[], "says twice who decides: give it one of levels, all_of and any_of".into()),
        }
        for (list, deciders) in &lists {
            if *list != "levels" && deciders.is_empty() {
                mistake(&[list], format!("names nobody in {list}: what passes by itself has levels = []"));
            }
            if deciders.len() > limits::DECIDERS {
                mistake(&[list], format!("names more than {} deciders", limits::DECIDERS));
            }
            for (index, decider) in deciders.iter().enumerate() {
                for wrong in decider.wrong(order) {
                    mistake(&[list, &index.to_string()], wrong);
                }
            }
        }
        match (self.count, self.any_of.as_ref().map(Vec::len)) {
            (None, _) => {}
            (Some(_), None) => mistake(&["count"], "has a count, which goes with any_of only".into()),
            (Some(count), Some(all)) if count == 0 || usize::try_from(count).is_ok_and(|count| count > all) => {
                mistake(&["count"], format!("asks for {count} of {all}: the count is 1 to {all}"));
            }
            (Some(_), Some(_)) => {}
        }
        if let Some(condition) = &self.when {
            let path = ["approval", &place, "when"];
            mistakes.extend(Mistake::in_condition(&path, &format!("rule `{name}`"), condition));
        }
        if self.name.trim().is_empty() {
            mistakes
                .push(Mistake::at(&["approval", &place, "name"], "a rule needs a name, which its decisions record"));
        }
    }
}
