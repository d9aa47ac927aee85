//! Delegation: a person lets someone else decide in their place for a while. What is lent can't be lent on, nor in a
//! circle, and never serves to decide on a request of the person who lent it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::approval::Person;
use crate::authority::{self, Effect};
use crate::identity::{Identity, SignInError};
use crate::limits::{DAY_MS, DELEGATION_DAYS, DELEGATIONS};
use crate::time::Timestamp;

/// A delegation: authority to decide that one person lends to another for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The person who lends it.
    pub from: String,
    /// The person who decides in their place.
    pub to: String,
    /// The roles to decide with that the lender had when they lent them. Those that they have lost since don't count.
    pub roles: BTreeSet<String>,
    /// When it began.
    pub since: Timestamp,
    /// When it ends; set to an earlier time to end it sooner.
    pub until: Timestamp,
}

impl Delegation {
    /// Tells whether the delegation is in force at that time.
    #[must_use]
    pub fn is_on(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until
    }

    fn is_between(&self, from: &Identity, to: &Identity) -> bool {
        Identity::read(&self.from).is(from) && Identity::read(&self.to).is(to)
    }
}

/// All that one person has lent and was lent, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delegations {
    /// What they lent.
    #[serde(default)]
    pub given: Vec<Delegation>,
    /// What they were lent.
    #[serde(default)]
    pub received: Vec<Delegation>,
}

impl Delegations {
    /// Returns the names of those to whom they lend now.
    pub fn lends_to(&self, at: Timestamp) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |lent| lent.is_on(at)).map(|lent| lent.to.as_str())
    }

    /// Returns the names of those who lend to this person now, whose delegations these are.
    pub fn lenders<'a>(&'a self, who: &'a Identity, at: Timestamp) -> impl Iterator<Item = Identity> + 'a {
        let theirs = move |lent: &&Delegation| lent.is_on(at) && Identity::read(&lent.to).is(who);
        self.received.iter().filter(theirs).map(|lent| Identity::read(&lent.from))
    }

    /// Takes from what is lent what its lender no longer may, as far as that is known: with these roles a person was
    /// last here. Of a lender who was never seen since, what was lent stands.
    pub fn keep_to(&mut self, lender: &Identity, roles: &BTreeSet<String>) {
        for lent in self.received.iter_mut().filter(|lent| Identity::read(&lent.from).is(lender)) {
            lent.roles.retain(|role| roles.contains(role));
        }
        self.received.retain(|lent| !lent.roles.is_empty());
    }

    /// Returns what this person, whose they are, may decide with now besides their own roles.
    #[must_use]
    pub fn in_hand(&self, who: &Identity, at: Timestamp) -> Vec<Delegation> {
        let theirs = |lent: &&Delegation| lent.is_on(at) && Identity::read(&lent.to).is(who);
        self.received.iter().filter(theirs).cloned().collect()
    }
}

/// Why authority can't be lent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// The person has no role to decide with.
    #[error("you decide at no level yourself, and what was lent to you can't be lent on")]
    Nothing,
    /// The name is none that anybody can sign in with.
    #[error("names a person as their token does: it {0}")]
    NoName(#[from] SignInError),
    /// They would lend to themselves.
    #[error("name someone else: you have this authority already")]
    Oneself,
    /// The delegation would close a circle: those who lend would decide for each other, and for themselves in the end.
    #[error("{to} lends to you already, directly or through others; end that first")]
    Circle {
        /// The person whom it was to be lent to.
        to: String,
    },
    /// The end does not lie ahead, or lies too far off.
    #[error("until when must lie ahead, by {DELEGATION_DAYS} days at most")]
    Until,
    /// A person has given or received as many delegations as are allowed.
    #[error("{who} has {DELEGATIONS} delegations in force or lately; wait until some are over")]
    Full {
        /// The person who has so many.
        who: String,
    },
}

/// Returns what a person may lend: those of their own roles that let them decide.
#[must_use]
pub fn lendable(person: &Person) -> BTreeSet<String> {
    authority::held_for(Effect::Decide, &person.roles).map(|held| held.written.to_owned()).collect()
}

/// Lends the authority of `person` to `to`. `reached` are all to whom `to` lends, directly and through others.
///
/// # Errors
/// When there is nothing to lend, or it can't be lent like that; nothing has changed then.
pub fn lend(
    person: &Person,
    to: &str,
    (lender, borrower): (&mut Delegations, &mut Delegations),
    reached: &BTreeSet<String>,
    until: Timestamp,
    at: Timestamp,
) -> Result<Delegation, DelegationError> {
    let roles = lendable(person);
    if roles.is_empty() {
        return Err(DelegationError::Nothing);
    }
    let (me, borrower_is) = (person.identity(), Identity::sign_in(to)?);
    let to = borrower_is.to_string();
    if !borrower_is.is_surely_not(&me) {
        return Err(DelegationError::Oneself);
    }
    if reached.iter().any(|name| !Identity::read(name).is_surely_not(&me)) {
        return Err(DelegationError::Circle { to });
    }
    if until <= at || until.ms_since(at) > u64::from(DELEGATION_DAYS) * DAY_MS {
        return Err(DelegationError::Until);
    }
    let lent = Delegation { from: person.name.clone(), to, roles, since: at, until };
    let is_other = |known: &Delegation| known.is_on(at) && !known.is_between(&me, &borrower_is);
    for (who, list) in [(&person.name, &lender.given), (&lent.to, &borrower.received)] {
        if list.iter().filter(|known| is_other(known)).count() >= DELEGATIONS {
            return Err(DelegationError::Full { who: who.clone() });
        }
    }
    for list in [&mut lender.given, &mut borrower.received] {
        list.retain(is_other);
        list.push(lent.clone());
    }
    Ok(lent)
}

/// Ends what `from` lends to `to`; returns `true` if anything was in force.
pub fn end(
    from: &Identity,
    to: &Identity,
    (lender, borrower): (&mut Delegations, &mut Delegations),
    at: Timestamp,
) -> bool {
    let mut ended = false;
    for lent in lender.given.iter_mut().chain(&mut borrower.received) {
        if lent.is_between(from, to) && lent.is_on(at) {
            lent.until = at;
            ended = true;
        }
    }
    ended
}
