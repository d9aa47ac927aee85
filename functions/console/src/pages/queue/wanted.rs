//! Says which part of the queue is wanted: a view of it, with filters, from a place on.

use contraflow_domain::authority::Effect;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::totals::{Counted, QueueCounts};
use serde_json::{Value, json};

use crate::form::{Form, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::filters::Filters;
use crate::parts::pager::Trail;
use crate::session::Session;

/// Names a part of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What they may decide on.
    Decisions,
    /// What only a person can mend.
    Tasks,
    /// What they were asked.
    Questions,
    /// What they were told of.
    Alerts,
    /// What is late.
    Overdue,
    /// What stands in queues of exceptions.
    Exceptions,
}

impl View {
    /// Every part, in order.
    pub const ALL: [Self; 6] =
        [Self::Decisions, Self::Tasks, Self::Questions, Self::Alerts, Self::Overdue, Self::Exceptions];

    /// Returns its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Tasks => "tasks",
            Self::Questions => "questions",
            Self::Alerts => "alerts",
            Self::Overdue => "overdue",
            Self::Exceptions => "exceptions",
        }
    }

    /// Returns its name for people.
    pub fn said(self) -> String {
        match self {
            Self::Decisions => say!("queue-decisions"),
            Self::Tasks => say!("queue-tasks"),
            Self::Questions => say!("queue-questions"),
            Self::Alerts => say!("queue-alerts"),
            Self::Overdue => say!("queue-overdue"),
            Self::Exceptions => say!("queue-exceptions"),
        }
    }

    /// Returns how much waits in it; `None` where that is not known.
    pub fn count(self, counts: Option<QueueCounts>) -> Option<Counted> {
        let counts = counts?;
        match self {
            Self::Decisions => Some(counts.decisions),
            Self::Tasks => Some(counts.tasks),
            Self::Questions => Some(counts.questions),
            Self::Alerts => Some(counts.alerts),
            Self::Overdue => Some(counts.overdue),
            Self::Exceptions => None,
        }
    }

    /// Tells whether a person has such a part of the queue.
    pub fn is_for(self, session: &Session) -> bool {
        match self {
            Self::Decisions | Self::Alerts => session.person.may(Effect::Decide).is_ok(),
            Self::Exceptions => session.person.may(Effect::ReadRequests).is_ok(),
            Self::Tasks => session.person.may(Effect::SeeTasks).is_ok(),
            Self::Questions | Self::Overdue => true,
        }
    }

    /// Returns the part that a person begins with.
    fn usual(session: &Session) -> Self {
        Self::ALL.into_iter().find(|view| view.is_for(session)).unwrap_or(Self::Questions)
    }
}

/// Lists the filters of the queue.
pub const FILTERS: [&str; 7] = ["kind", "reason", "currency", "min", "max", "customer", "exception"];

/// Holds which part of the queue is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The part.
    pub view: View,
    /// The filters.
    pub filters: Filters,
    /// Where the page begins.
    pub trail: Trail,
}

impl Wanted {
    /// Reads it from the query of an address.
    pub fn of(query: &Form, session: &Session) -> Self {
        let view = View::ALL.into_iter().find(|view| view.name() == query.get("view"));
        Self {
            view: view.unwrap_or_else(|| View::usual(session)),
            filters: Filters::of(query, &FILTERS),
            trail: Trail::of(query),
        }
    }

    /// Reads it from the query of an address, as text.
    pub fn read(query: &str, session: &Session) -> Self {
        Self::of(&Form::parse(query.as_bytes()), session)
    }

    /// Returns the parameters of its address, without the place.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        [("view", self.view.name())].into_iter().chain(self.filters.parameters()).collect()
    }

    /// Returns the query of its address.
    pub fn query(&self) -> String {
        let place = self.trail.parameters();
        let place = place.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<_> = self.parameters().into_iter().chain(place).collect();
        with_query("", &all).trim_start_matches('?').to_owned()
    }

    /// Returns its address.
    pub fn address(&self) -> String {
        format!("/queue?{}", self.query())
    }

    /// Returns the address of the api for the list that begins at a cursor, or of what it comes to.
    pub fn api(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut parameters = self.filters.asked();
        match self.view {
            View::Overdue => parameters.push(("overdue", "true".into())),
            // Without one of its queues, the policy's exceptions are shown.
            View::Exceptions if self.filters.get("exception").is_empty() => {
                parameters.push(("exception", "policy".into()));
            }
            View::Exceptions => {}
            view => parameters.push(("view", view.name().into())),
        }
        let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        with_query(path, &parameters.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    /// Returns the address of the api for a page of the list.
    pub fn page(&self, cursor: &str) -> String {
        self.api("/v1/queue", &[("limit", &limits::PAGE.to_string()), ("cursor", cursor)])
    }
}

/// Returns the filter by which the api freezes exactly what a view shows; `None` where it has none that is so.
pub fn frozen(wanted: &Wanted) -> Option<Value> {
    let filters = &wanted.filters;
    if wanted.view != View::Decisions || !filters.get("min").is_empty() || !filters.get("exception").is_empty() {
        return None;
    }
    let kinds: Vec<_> = filters.get("kind").split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let reasons: Vec<_> = Some(filters.get("reason")).filter(|reason| !reason.is_empty()).into_iter().collect();
    let mut filter = json!({"kinds": kinds, "reasons": reasons});
    let members = filter.as_object_mut()?;
    if !filters.get("customer").is_empty() {
        members.insert("customer".into(), json!(filters.get("customer")));
    }
    if !filters.get("currency").is_empty() {
        members.insert("currency".into(), json!(filters.get("currency").to_uppercase()));
    }
    if let Some((_, most)) = filters.asked().into_iter().find(|(name, _)| *name == "max") {
        // A largest amount is one of a currency, and has all of its decimals.
        let currency: Currency = filters.get("currency").to_uppercase().parse().ok()?;
        let (whole, decimals) = most.split_once('.').unwrap_or((most.as_str(), ""));
        let value = match currency.exponent() as usize {
            0 if decimals.is_empty() => whole.to_owned(),
            exponent => format!("{whole}.{decimals:0<exponent$}"),
        };
        members.insert("up_to".into(), json!(Money::parse(&value, currency).ok()?));
    }
    Some(filter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::session;

    #[test]
    fn everybody_begins_with_what_is_theirs() {
        for (roles, view) in [
            (&["approver:lead"][..], View::Decisions),
            (&["finance"], View::Decisions),
            (&["admin"], View::Tasks),
            (&["requester"], View::Questions),
        ] {
            assert_eq!(Wanted::read("", &session("x", roles)).view, view, "{roles:?}");
        }
    }

    #[test]
    fn an_address_says_all_that_is_wanted_and_is_read_again() {
        let bob = session("bob", &["finance"]);
        let wanted = Wanted::read("view=tasks&kind=refund&min=12%2C50&cursor=c&before=a&before=b&odd=1", &bob);
        assert_eq!(wanted.query(), "view=tasks&kind=refund&min=12%2C50&cursor=c&before=a&before=b");
        assert_eq!(Wanted::read(&wanted.query(), &bob), wanted);
        assert_eq!(wanted.page("c"), "/v1/queue?kind=refund&min=12.50&view=tasks&limit=50&cursor=c");
        let late = Wanted::read("view=overdue", &bob);
        assert_eq!(late.api("/v1/queue/totals", &[]), "/v1/queue/totals?overdue=true");
    }
}
