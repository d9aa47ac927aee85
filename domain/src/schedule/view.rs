//! What is shown of a schedule.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use serde::{Deserialize, Serialize};

use super::{Confirmation, End, Every, Missed, PassedOver, Period, Plan, Run, Schedule, ScheduleWait, Touch};
use crate::money::Money;
use crate::request::ask::{Destination, Direction, Kind};
use crate::time::{Day, Timestamp};

/// What a schedule asks for each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScheduledAsk {
    /// What kind of adjustment is asked for.
    pub kind: Kind,
    /// Which way it moves what the customer owes.
    pub direction: Direction,
    /// The customer.
    pub customer: Option<String>,
    /// The amount.
    pub amount: Option<Money>,
    /// A short word for why; may be empty.
    pub reason: String,
    /// Free text; may be empty.
    pub note: String,
    /// Where the money is to go.
    pub destination: Destination,
}

/// One time at which a schedule comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coming {
    /// What the request is for: a day, or a month of a schedule that was made as one of every month.
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$")))]
    pub period: Period,
    /// Its day, in the schedule's time zone.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub on: Day,
    /// The instant from which the clock makes its request.
    pub at: Timestamp,
}

/// When a schedule comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanView {
    /// When it comes, in words.
    pub words: String,
    /// The rule by which it comes, as RFC 5545 writes it; null: it comes once.
    pub rule: Option<String>,
    /// The first day on which it may come, and the time of day at which it comes, as its time zone shows them.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")))]
    pub start: String,
    /// The time zone that its days and its time are of.
    pub time_zone: String,
    /// The days on which it does not come, although its rule says so.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub except: Vec<Day>,
    /// How often it comes, where it was made as one of every month.
    pub every: Option<Every>,
    /// On which day of the month it comes, or on its last, where it was made as one of every month.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 31)))]
    pub day: Option<u32>,
    /// The first day on which it may come.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date")))]
    pub from: Day,
    /// The last day on which it may come, where it was made as one of every month and has an end.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Day>,
}

/// A request that a schedule made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Made {
    /// What the request is for.
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$")))]
    pub period: Period,
    /// The request's id.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub request: String,
}

/// A schedule as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Schedule"))]
pub struct ScheduleView {
    /// The schedule's id.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uuid")))]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it comes.
    #[serde(flatten)]
    pub plan: PlanView,
    /// What is made of runs that were missed.
    pub missed: Missed,
    /// What is asked each time.
    pub request: ScheduledAsk,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who keeps it: the requester of its next requests. That is whoever made it, changed it last or took it over.
    pub kept_by: String,
    /// 1, and one more with each change.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub revision: u32,
    /// When it was changed or taken over last, and by whom; null: never.
    pub changed: Option<Touch>,
    /// What comes next; null: nothing any more.
    pub next: Option<Coming>,
    /// What comes next and after that, the earliest first; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upcoming: Option<Vec<Coming>>,
    /// What it made last; null: nothing yet.
    pub last: Option<Made>,
    /// That it was ended before its time.
    pub ended: Option<End>,
    /// That somebody else than its makers confirmed it as it is; null: nobody has, and each of its requests waits for a
    /// person.
    pub confirmed: Option<Confirmation>,
    /// When whoever kept it left, while nobody has taken it over: until then each of its requests waits for a person.
    pub keeper_left: Option<Timestamp>,
    /// Runs that were passed over, and that nobody has looked at yet.
    pub passed_over: Option<PassedOver>,
    /// What it waits for a person to do.
    pub waits_for: Vec<ScheduleWait>,
}

/// A schedule that would be made, before it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SchedulePreview {
    /// What people call it.
    pub name: String,
    /// When it comes.
    #[serde(flatten)]
    pub plan: PlanView,
    /// What is made of runs that were missed.
    pub missed: Missed,
    /// What is asked each time.
    pub request: ScheduledAsk,
    /// What comes first and after that, the earliest first.
    pub upcoming: Vec<Coming>,
    /// How many requests would be made at once, because their time is over.
    pub made_at_once: u64,
}

impl Plan {
    fn view(&self) -> PlanView {
        let recurring = self.recurring();
        let monthly = match self {
            Self::Monthly(monthly) => Some(monthly),
            Self::Recurring(_) => None,
        };
        PlanView {
            words: self.words(),
            rule: recurring.rule.as_ref().map(ToString::to_string),
            start: recurring.start.to_string(),
            time_zone: recurring.zone.to_string(),
            except: recurring.except,
            every: monthly.map(|monthly| monthly.every),
            day: monthly.map(|monthly| monthly.day),
            from: recurring.start.day,
            until: monthly.and_then(|monthly| monthly.until),
        }
    }

    fn coming(&self, period: Period) -> Coming {
        Coming { period, on: self.on(period), at: self.at(period) }
    }
}

impl From<Run> for Made {
    fn from(Run { period, request }: Run) -> Self {
        Self { period, request }
    }
}

impl Schedule {
    /// Returns what is shown of it in a list.
    #[must_use]
    pub fn row(&self) -> ScheduleView {
        ScheduleView {
            id: self.id.clone(),
            name: self.name.clone(),
            plan: self.plan.view(),
            missed: self.missed,
            request: ScheduledAsk {
                kind: self.ask.kind,
                direction: self.ask.direction(),
                customer: self.ask.customer.clone(),
                amount: self.ask.amount,
                reason: self.ask.reason.clone(),
                note: self.ask.note.clone(),
                destination: self.ask.destination,
            },
            made_by: self.made_by.clone(),
            created_at: self.created_at,
            kept_by: self.keeper().to_owned(),
            revision: self.revision(),
            changed: self.changed.clone(),
            next: self.next.map(|period| self.plan.coming(period)),
            upcoming: None,
            last: self.last.clone().map(Made::from),
            ended: self.ended.clone(),
            confirmed: self.confirmed.clone(),
            keeper_left: self.left,
            passed_over: self.passed_over.clone(),
            waits_for: self.waits_for(),
        }
    }

    fn coming(&self, most: usize) -> Vec<Coming> {
        let Some(next) = self.next else { return Vec::new() };
        let periods = self.plan.periods_from(next.first_day(), most + 1).into_iter();
        periods.filter(|period| *period >= next).take(most).map(|period| self.plan.coming(period)).collect()
    }

    /// Returns what is shown of it, with so many of the times at which it comes next.
    #[must_use]
    pub fn view(&self, upcoming: usize) -> ScheduleView {
        ScheduleView { upcoming: Some(self.coming(upcoming)), ..self.row() }
    }

    /// Returns what is shown of it before it is made, at an instant.
    #[must_use]
    pub fn preview(&self, upcoming: usize, at: Timestamp) -> SchedulePreview {
        let ScheduleView { name, plan, missed, request, .. } = self.row();
        let due = self.turn(at).map_or(0, |turn| match missed {
            Missed::Each | Missed::Skip => self.due_periods(at).len() - turn.passed_over.len(),
            Missed::Once => usize::from(turn.made.is_some()),
        });
        let made_at_once = u64::try_from(due).unwrap_or(u64::MAX);
        SchedulePreview { name, plan, missed, request, upcoming: self.coming(upcoming), made_at_once }
    }
}
