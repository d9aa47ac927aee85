//! Reads what somebody wants to see of a list, and finds where to look for it.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::making;
use contraflow_domain::request::Request;
use contraflow_domain::request::filter::Filter;
use contraflow_domain::request::terms;
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::Incoming;
use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, policy};

use crate::walk::Walk;

/// Holds what is wanted, with the time zone that its days are those of.
pub struct Wanted {
    /// What is wanted.
    pub filter: Filter,
    zone: Zone,
}

impl Wanted {
    /// Reads the parameters of a list; `others` are those that it takes besides the filters.
    ///
    /// # Errors
    /// 422 with the parameter that nothing is known of or that can't be read.
    pub async fn read(incoming: &Incoming, others: &[&str]) -> Result<Self, Problem> {
        let known: Vec<&str> = Filter::NAMES.iter().chain(others).copied().collect();
        incoming.only_parameters(&known)?;
        let mut filter = Filter::default();
        for (name, value) in incoming.parameters() {
            if Filter::NAMES.contains(&name.as_str()) {
                filter.set(&name, &value).map_err(|detail| Problem::parameter(&name, detail))?;
            }
        }
        let has_days = filter.from.is_some() || filter.until.is_some();
        let zone = if has_days { policy::in_force().await?.business.time_zone } else { Zone::UTC };
        Ok(Self { filter, zone })
    }

    /// Tells whether a request is wanted.
    pub fn fits(&self, request: &Request) -> bool {
        self.filter.fits(request, self.zone)
    }

    /// Returns the narrowest walk that passes everything that is wanted and that the person may read, newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn walk(&self, person: &Person) -> Result<Walk, Problem> {
        let filter = &self.filter;
        let longest = filter.words.iter().max_by_key(|word| word.len());
        let own = person.identity().key();
        let walk = if person.may(Effect::ReadRequests).is_err() {
            Walk::over(vec![keys::requester_prefix(&own)])
        } else if let Some(longest) = longest {
            Walk::over_terms(longest).await?
        } else if let Some(invoice) = &filter.invoice {
            Walk::over(vec![keys::whole_term_prefix(&terms::whole(invoice))])
        } else if let Some(customer) = &filter.customer {
            Walk::over(vec![keys::customer_prefix(customer)])
        } else if let Some(rule) = &filter.rule {
            Walk::over(vec![keys::requester_prefix(&Identity::read(&making::asker(rule)).key())])
        } else if let Some(requester) = &filter.requester {
            Walk::over(vec![keys::requester_prefix(requester)])
        } else if !filter.statuses.is_empty() {
            Walk::over(filter.statuses.iter().map(|status| keys::status_prefix(status.name())).collect())
        } else {
            Walk::over(vec![keys::all_prefix()])
        };
        Ok(self.within_days(walk))
    }

    /// Returns the narrowest walk that passes everything that is wanted and that the person may read, in no order that
    /// could be told: for whoever reads all of it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn walk_in_any_order(&self, person: &Person) -> Result<Walk, Problem> {
        let Filter { task, words, invoice, customer, rule, requester, .. } = &self.filter;
        let names_one = invoice.is_some() || customer.is_some() || rule.is_some() || requester.is_some();
        // Tasks stand by what is due first. Few requests have any, however many there are.
        if task.is_some() && words.is_empty() && !names_one && person.may(Effect::ReadRequests).is_ok() {
            return Ok(Walk::over(vec![keys::task_prefix()]));
        }
        self.walk(person).await
    }

    /// Ends the walk at the days that are wanted. A place begins with its instant, the later ones first.
    fn within_days(&self, walk: Walk) -> Walk {
        let Filter { from, until, .. } = self.filter;
        let walk = match until.and_then(|until| until.succ_opt()) {
            // Just before the first instant of the day after.
            Some(after) => walk.behind(&keys::place_behind(self.zone.start_of(after))),
            None => walk,
        };
        match from {
            Some(from) => walk.before(keys::place_behind(self.zone.start_of(from))),
            None => walk,
        }
    }
}
