//! Finds the indexes in which stands what waits for somebody.

use std::sync::Arc;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::{self, Effect};
use contraflow_domain::identity::Identity;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::exception::ExceptionQueue;
use contraflow_domain::request::parts::Involving as _;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Incoming;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{keys, now, policy};

use crate::walk::Walk;
use crate::{delegate, exceptions, leaving};

/// Names a part of what waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Everything,
    /// What they may decide on.
    Decisions,
    /// What only a person can mend.
    Tasks,
    /// What they were asked.
    Questions,
    /// Of whose risk they are told.
    Alerts,
}

impl View {
    /// Lists the views by their names.
    const NAMED: [(&'static str, Self); 4] = [
        ("decisions", Self::Decisions),
        ("tasks", Self::Tasks),
        ("questions", Self::Questions),
        ("alerts", Self::Alerts),
    ];

    /// Reads `view=…`; without it, everything is meant.
    fn read(incoming: &Incoming) -> Result<Self, Problem> {
        let Some(name) = incoming.parameter("view").filter(|name| !name.is_empty()) else {
            return Ok(Self::Everything);
        };
        Self::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, view)| view).ok_or_else(|| {
            let known = Self::NAMED.map(|(known, _)| known).join(", ");
            Problem::parameter("view", format!("`{name}` is no view of the queue; use one of {known}."))
        })
    }

    fn has(self, part: Self) -> bool {
        self == Self::Everything || self == part
    }
}

/// Holds the indexes of what waits for somebody, and who they are.
pub struct Indexes {
    prefixes: Vec<String>,
    view: View,
    exception: Option<ExceptionQueue>,
    person: Person,
    policy: Arc<Policy>,
    /// The indexes of what they were told of.
    told: Vec<String>,
    /// Those who left and whose questions they see.
    left: Vec<Identity>,
    sees_tasks: bool,
}

impl Indexes {
    /// Finds the indexes that a caller asks for by `view=…` and `exception=…`.
    ///
    /// # Errors
    /// 422 for what is no view; 403 for a queue of exceptions that is not theirs.
    pub async fn asked_for(incoming: &Incoming, person: &Person) -> Result<Self, Problem> {
        let view = View::read(incoming)?;
        let policy = policy::in_force().await?;
        let person = delegate::with_lent(&mut Unit::default(), person, now()).await?;
        let exception = exceptions::asked_for(incoming, &person, &policy)?;
        Self::of(view, exception, person, policy).await
    }

    /// Finds the indexes of a view.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of(
        view: View,
        exception: Option<ExceptionQueue>,
        person: Person,
        policy: Arc<Policy>,
    ) -> Result<Self, Problem> {
        let sees_tasks = view.has(View::Tasks) && person.may(Effect::SeeTasks).is_ok();
        // What people were told of stands in their queue, by their name or by a level that they reach.
        let levels = policy.levels.order.iter().filter(|level| person.reaches(level, &policy)).map(String::as_str);
        let told: Vec<String> = match view.has(View::Alerts) {
            true => levels.chain([person.name.as_str()]).map(keys::told_prefix).collect(),
            false => Vec::new(),
        };
        // Nobody else would see the questions that wait for somebody who left.
        let sees_left = view.has(View::Questions) && person.may(Effect::SeeTasks).is_ok();
        let left = if sees_left { leaving::last().await? } else { Vec::new() };
        let mut prefixes = told.clone();
        if view.has(View::Decisions) {
            prefixes.extend(decided_from(&person, &policy));
        }
        if view.has(View::Questions) {
            prefixes.push(keys::question_prefix(&person.identity().key()));
            prefixes.extend(left.iter().map(|who| keys::question_prefix(&who.key())));
        }
        if sees_tasks {
            prefixes.push(keys::task_prefix());
        }
        if let Some(exception) = exception {
            prefixes = vec![keys::exception_prefix(exception)];
        }
        Ok(Self { prefixes, view, exception, person, policy, told, left, sees_tasks })
    }

    /// Walks the indexes; with `overdue=true`, as far as what was due before now.
    ///
    /// # Errors
    /// 422 where `overdue` is neither true nor false.
    pub fn walk(&self, incoming: &Incoming, at: Timestamp) -> Result<Walk, Problem> {
        let walk = Walk::over(self.prefixes.clone());
        match incoming.parameter("overdue").as_deref() {
            None | Some("" | "false") => Ok(walk),
            Some("true") => Ok(walk.before(format!("{at}0"))),
            Some(other) => Err(Problem::parameter("overdue", format!("`{other}` is neither true nor false."))),
        }
    }

    /// Walks the indexes from their beginning to their end.
    pub fn whole(&self) -> Walk {
        Walk::over(self.prefixes.clone())
    }

    /// Tells whether a place is the first at which a request stands in these indexes: it is shown there and nowhere
    /// else.
    pub fn stands_first(&self, place: &str, request: &Request) -> bool {
        let all = keys::indexes(request);
        let all =
            all.iter().filter_map(|key| self.prefixes.iter().find_map(|prefix| key.strip_prefix(prefix.as_str())));
        all.min().is_none_or(|first| first >= place)
    }

    /// Tells whether a request waits for the caller: nobody decides on their own request, and what the requester must
    /// answer waits for the requester.
    pub fn is_mine(&self, request: &Request) -> bool {
        let Self { person, policy, .. } = self;
        let is_told = || keys::told(request).iter().any(|name| self.told.contains(&keys::told_prefix(name)));
        match request.status {
            _ if self.exception.is_some() => true,
            _ if self.sees_tasks && !request.tasks.is_empty() || is_told() => true,
            RequestStatus::InfoRequested => {
                let is_theirs = person.is_asker(request) || self.left.iter().any(|who| request.asker().is(who));
                self.view.has(View::Questions) && is_theirs
                    || request.escalated_to().any(|besides| person.is_waited_for(besides, policy))
            }
            _ if self.view == View::Decisions => {
                request.awaits_decision() && authority::apart(Effect::Decide, request, &person.identity()).is_ok()
            }
            _ => !request.awaits_decision() || authority::apart(Effect::Decide, request, &person.identity()).is_ok(),
        }
    }
}

/// Returns the prefixes of the queues that a person decides from: of the levels that they reach, and of themselves and
/// those who lend to them.
pub fn decided_from(person: &Person, policy: &Policy) -> Vec<String> {
    let levels = policy.levels.order.iter().filter(|level| person.reaches(level, policy));
    let lenders = person.lent.iter().map(|lent| Identity::read(&lent.from));
    let named = lenders.chain([person.identity()]).map(|who| keys::queue_prefix(&keys::queue_of_person(&who)));
    levels.map(|level| keys::queue_prefix(level)).chain(named).collect()
}
