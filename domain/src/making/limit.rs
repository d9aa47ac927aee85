//! Bounds on what a rule makes: how many requests and how much of late, for a customer and in all.

use crate::approval::tally::{Tally, plain, within};
use crate::policy::{MakingRule, RulePer};
use crate::time::Day;

/// What a rule has made of late within its bounds: how many requests, and what they were worth, in hundredths of the
/// unit of the policy's bounds. What was beyond a bound waits for a person and is not counted, so one event that says
/// far too much leaves room for those after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many requests there were for the customer.
    pub customer_count: Tally,
    /// What these were worth.
    pub customer_worth: Tally,
    /// How many the rule made in all.
    pub rule_count: Tally,
    /// What these were worth.
    pub rule_worth: Tally,
}

impl Sums {
    /// Says which bound of the rule one request more does not fit; `None` where it fits all. Where nobody knows what it
    /// is worth, it fits no bound on a sum.
    #[must_use]
    pub fn over(&self, rule: &MakingRule, worth: Option<i64>, today: Day) -> Option<String> {
        rule.limits.iter().find_map(|limit| {
            let (count, sum) = match limit.per {
                RulePer::Customer => (&self.customer_count, &self.customer_worth),
                RulePer::Rule => (&self.rule_count, &self.rule_worth),
            };
            let within = within(limit.days);
            let (made, worth_so_far) = (count.since(limit.days, today), sum.since(limit.days, today));
            if let Some(most) = limit.count.filter(|most| made >= i64::from(*most)) {
                return Some(format!("{made} of {most} requests were made {within} {}", limit.per.title()));
            }
            let most = limit.hundredths()?;
            let Some(worth) = worth else {
                return Some(format!(
                    "what it is worth is not known, and {within} {} may be made {}",
                    plain(most),
                    limit.per.title()
                ));
            };
            let is_over = worth_so_far.saturating_add(worth) > most;
            is_over.then(|| {
                let (so_far, most, one) = (plain(worth_so_far), plain(most), plain(worth));
                format!("{so_far} of {most} were made {within} {}; this one is {one} more", limit.per.title())
            })
        })
    }

    /// Adds a request that was made within the bounds.
    pub fn add(&mut self, worth: Option<i64>, today: Day) {
        let worth = worth.unwrap_or(0);
        self.customer_count.add(1, today);
        self.rule_count.add(1, today);
        self.customer_worth.add(worth, today);
        self.rule_worth.add(worth, today);
    }
}
