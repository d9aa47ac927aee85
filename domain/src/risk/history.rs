//! History: the counters that a score is worked out from.
//!
//! A counter is kept in parts, as sums of what passes by itself are: a request adds to the part that its id leads to,
//! and all parts are read. So many requests at once seldom wait for each other. The other parts may change meanwhile,
//! and no commit checks them: a score may miss what comes in at the same moment.

use super::counter::{Counted, Counter};
use crate::lifecycle::named;
use crate::request::Request;
use crate::request::parts::Involving as _;
use crate::time::Day;
use crate::words;

named! {
    /// Whose requests a counter counts.
    Whose {
        /// Those for one customer.
        Customer = "customer",
        /// Those of one requester.
        Requester = "requester",
        /// Those of one kind for one reason.
        Reason = "reason",
        /// Those of one requester for one customer.
        Pair = "pair",
        /// The decisions on the requests of one requester.
        Deciders = "deciders",
    }
}

impl Whose {
    /// Returns in how many parts it is kept.
    const fn parts(self) -> u32 {
        match self {
            Self::Pair => 1,
            Self::Customer | Self::Deciders => 4,
            Self::Requester | Self::Reason => 8,
        }
    }
}

/// One part of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose requests it counts.
    pub whose: Whose,
    /// The customer, the requester, the reason or the pair, in the one form in which they are compared.
    pub who: String,
    /// The number of the part.
    pub part: u32,
    /// Whether the request adds to this part.
    pub is_own: bool,
}

/// Returns the part that a request adds to; ids end in random digits.
fn own_part(request: &Request, whose: Whose) -> u32 {
    let digits = request.id.bytes().rev().take(8);
    digits.fold(0, |sum: u32, byte| (sum * 31 + u32::from(byte)) % 65_521) % whose.parts()
}

/// Returns the part in which a decision on the request is counted.
#[must_use]
pub fn of_decision(request: &Request) -> Place {
    let whose = Whose::Deciders;
    Place { whose, who: request.asker().key(), part: own_part(request, whose), is_own: true }
}

/// The counters that a score is worked out from.
#[derive(Debug, Clone, Default)]
pub struct History {
    parts: Vec<(Place, Counter)>,
}

impl History {
    /// Names the parts that are to be read for a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let requester = request.asker().key();
        let customer = request.customer.as_deref().map(words::canonical);
        let reason = format!("{}:{}", request.ask.kind.name(), words::canonical(&request.ask.reason));
        let pair = customer.as_ref().map(|customer| format!("{requester}/{customer}"));
        let counters = [
            customer.map(|who| (Whose::Customer, who)),
            Some((Whose::Requester, requester.clone())),
            Some((Whose::Reason, reason)),
            pair.map(|who| (Whose::Pair, who)),
            Some((Whose::Deciders, requester)),
        ];
        let places = counters.into_iter().flatten().flat_map(|(whose, who)| {
            let own = own_part(request, whose);
            (0..whose.parts()).map(move |part| {
                // Whoever decides is counted when they do.
                let is_own = part == own && whose != Whose::Deciders;
                Place { whose, who: who.clone(), part, is_own }
            })
        });
        Self { parts: places.map(|place| (place, Counter::default())).collect() }
    }

    /// Returns the parts, in the order in which [`Self::fill`] takes what is stored there.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.parts.iter().map(|(place, _)| place)
    }

    /// Takes the parts as they are stored.
    pub fn fill(&mut self, stored: impl IntoIterator<Item = Option<Counter>>) {
        for ((_, counter), stored) in self.parts.iter_mut().zip(stored) {
            *counter = stored.unwrap_or_default();
        }
    }

    /// Returns the parts that the request has added to, as they then are.
    pub fn changed(&self) -> impl Iterator<Item = (&Place, &Counter)> {
        self.parts.iter().filter(|(place, _)| place.is_own).map(|(place, counter)| (place, counter))
    }

    /// Adds a request to the parts that are its own.
    pub(super) fn add(&mut self, counted: Counted, today: Day) {
        for (_, counter) in self.parts.iter_mut().filter(|(place, _)| place.is_own) {
            counter.add(counted, today);
        }
    }

    fn of_whom(&self, whose: Whose) -> impl Iterator<Item = &Counter> {
        self.parts.iter().filter(move |(place, _)| place.whose == whose).map(|(_, counter)| counter)
    }

    /// Adds up the last days, today included, over all parts.
    pub(super) fn since(&self, whose: Whose, days: u32, today: Day) -> Counted {
        self.of_whom(whose).fold(Counted::default(), |sum, counter| sum.plus(counter.since(days, today)))
    }

    /// Returns the first day on which anything was counted.
    pub(super) fn first(&self, whose: Whose) -> Option<Day> {
        self.of_whom(whose).filter_map(Counter::first).min()
    }

    /// Returns how many decisions each person made within the last days, over all parts.
    pub(super) fn deciders(&self, days: u32, today: Day) -> std::collections::BTreeMap<&str, i64> {
        let mut made = std::collections::BTreeMap::new();
        for (name, count) in self.of_whom(Whose::Deciders).flat_map(|counter| counter.deciders(days, today)) {
            *made.entry(name).or_default() += count;
        }
        made
    }
}
