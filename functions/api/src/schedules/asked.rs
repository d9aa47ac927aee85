//! What people ask for when they make or change a schedule.

use contraflow_domain::limits::SCHEDULE_NAME_CHARS;
use contraflow_domain::request::ask::{Ask, Kind};
use contraflow_domain::request::draft::{self, Draft, FieldError};
use contraflow_domain::schedule::{Content, Every, Missed, Monthly, Plan, Recurring, Rule, Start};
use contraflow_domain::time::Day;
use contraflow_domain::zone::Zone;
use contraflow_guest::problem::Problem;
use serde::Deserialize;

/// A schedule as somebody asks for it: by a rule, once, or on a day of every month.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    name: String,
    #[serde(default)]
    rule: Option<String>,
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    except: Vec<Day>,
    #[serde(default = "Missed::each")]
    missed: Missed,
    #[serde(default)]
    every: Option<Every>,
    #[serde(default)]
    day: Option<u32>,
    #[serde(default)]
    from: Option<Day>,
    #[serde(default)]
    until: Option<Day>,
    /// The revision that is changed, where one is.
    #[serde(default)]
    pub revision: Option<u32>,
    /// What is asked in every period. It is for a customer and not for an invoice, because what remains of an invoice
    /// is not the same in two periods.
    request: Draft,
}

fn error(pointer: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer: pointer.into(), detail: detail.into() }
}

impl Asked {
    /// Returns what is asked for, with days of the zone of the business where none is named; or everything that is
    /// wrong with it.
    ///
    /// # Errors
    /// 400 for fields that do not belong there, 422 for what they say.
    pub fn checked(self, business: Zone) -> Result<Content, Problem> {
        let strange = self.out_of_place();
        if !strange.is_empty() {
            return Err(Problem::malformed(strange));
        }
        let mut errors = wrong_name(&self.name).into_iter().collect::<Vec<_>>();
        let ask = checked_ask(&self.request).map_err(|wrong| errors.extend(wrong)).ok();
        let plan = self.plan(business).map_err(|wrong| errors.extend(wrong)).ok();
        match (ask, plan) {
            (Some(ask), Some(plan)) if errors.is_empty() => {
                Ok(Content { name: self.name, plan, ask, missed: self.missed })
            }
            _ => Err(Problem::invalid(errors)),
        }
    }

    fn is_monthly(&self) -> bool {
        self.every.is_some() || self.day.is_some() || self.from.is_some() || self.until.is_some()
    }

    /// Returns errors for the fields that a request may have and a schedule may not, and for those of both forms of a
    /// plan at once.
    fn out_of_place(&self) -> Vec<FieldError> {
        let of_request = [
            ("/request/invoice", self.request.invoice.is_some()),
            ("/request/lines", !self.request.lines.is_empty()),
            ("/request/evidence", !self.request.evidence.is_empty()),
        ];
        let given = of_request.into_iter().filter(|(_, is_given)| *is_given);
        let mut errors: Vec<_> = given
            .map(|(pointer, _)| error(pointer, "a schedule asks for a customer and an amount: leave this out"))
            .collect();
        if self.is_monthly() {
            let of_rule = [
                ("/rule", self.rule.is_some()),
                ("/start", self.start.is_some()),
                ("/time_zone", self.time_zone.is_some()),
                ("/except", !self.except.is_empty()),
            ];
            let detail = "does not go with `every`, `day`, `from` and `until`: use `rule` and `start` without them";
            errors.extend(of_rule.into_iter().filter(|(_, is)| *is).map(|(pointer, _)| error(pointer, detail)));
            let needed =
                [("/every", self.every.is_none()), ("/day", self.day.is_none()), ("/from", self.from.is_none())];
            let detail = "is missing: a schedule of every month has `every`, `day` and `from`";
            errors.extend(needed.into_iter().filter(|(_, is)| *is).map(|(pointer, _)| error(pointer, detail)));
        } else if self.start.is_none() {
            errors.push(error("/start", "is missing: say when it first comes, such as 2026-12-31T09:00"));
        }
        errors
    }

    fn plan(&self, business: Zone) -> Result<Plan, Vec<FieldError>> {
        if let (Some(every), Some(day), Some(from)) = (self.every, self.day, self.from) {
            return Ok(Plan::Monthly(Monthly { every, day, from, until: self.until, zone: business }));
        }
        let mut errors = Vec::new();
        let rule = self.rule.as_deref().map(str::parse::<Rule>).transpose();
        let rule = rule.map_err(|wrong| errors.push(error("/rule", wrong.to_string()))).ok();
        let start = self.start.as_deref().unwrap_or_default().parse::<Start>();
        let start = start.map_err(|wrong| errors.push(error("/start", wrong.to_string()))).ok();
        let zone = self.time_zone.as_deref().map_or(Ok(business), str::parse::<Zone>);
        let zone = zone.map_err(|wrong| errors.push(error("/time_zone", wrong.to_string()))).ok();
        match (rule, start, zone) {
            (Some(rule), Some(start), Some(zone)) => {
                let mut except = self.except.clone();
                except.sort_unstable();
                except.dedup();
                Ok(Plan::Recurring(Recurring { rule, start, zone, except }))
            }
            _ => Err(errors),
        }
    }
}

fn wrong_name(name: &str) -> Option<FieldError> {
    let fits = (1..=SCHEDULE_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let detail = format!("must be 1 to {SCHEDULE_NAME_CHARS} characters without control characters");
    (!fits).then(|| error("/name", detail))
}

/// Returns the ask, or everything that is wrong with it.
fn checked_ask(asked: &Draft) -> Result<Ask, Vec<FieldError>> {
    draft::check(asked).map_err(|wrong| {
        let errors = Problem::invalid(wrong).below("/request").errors.into_iter().map(|found| {
            // A schedule has no invoice that could be missing.
            if found.pointer != "/request/invoice" {
                return found;
            }
            let kind = Kind::named(&asked.kind).map_or(asked.kind.as_str(), |kind| kind.title());
            error("/request/kind", format!("“{kind}” corrects an invoice: a schedule asks for what needs none"))
        });
        errors.collect()
    })
}
