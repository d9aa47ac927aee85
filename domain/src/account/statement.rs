//! A statement of a customer's store credit: what was there at the beginning of a period, what moved in it, and what
//! was there at its end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::credit_entries::CreditEntry;
use crate::money::{Currency, Money};
use crate::request::booking::CreditMove;
use crate::time::Timestamp;

/// A statement over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreditStatement {
    /// The ERP's id of the customer.
    pub customer: String,
    /// ISO 4217 code.
    pub currency: Currency,
    /// The beginning of the period.
    pub from: Timestamp,
    /// Its end, which does not belong to it.
    pub until: Timestamp,
    /// What was there at the beginning.
    pub opening: Money,
    /// What was there at the end.
    pub closing: Money,
    /// What moved, added up by what it was.
    pub sums: Vec<CreditSum>,
    /// What moved, in order.
    pub lines: Vec<StatementLine>,
}

/// The sum of one kind of move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreditSum {
    /// What moved it.
    pub what: CreditMove,
    /// How much; less than zero where credit went out.
    pub change: Money,
}

/// One move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatementLine {
    /// The number of the entry.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub sequence: u64,
    /// What it is.
    pub what: CreditMove,
    /// When it happened.
    pub at: Timestamp,
    /// The person who caused it, or `contraflow`.
    pub actor: String,
    /// What it refers to, as in the entry.
    pub refers_to: String,
    /// How it changed the balance; less than zero where credit went out.
    pub change: Money,
    /// The balance after it.
    pub balance: Money,
}

/// A statement while it is made: from the newest entry back to the beginning of the period.
#[derive(Debug, Clone)]
pub struct StatementMaker {
    statement: CreditStatement,
    balance: Money,
}

impl StatementMaker {
    /// Begins with the balance as it is now, all that has expired being written down.
    #[must_use]
    pub fn new(customer: &str, balance: Money, (from, until): (Timestamp, Timestamp)) -> Self {
        let statement = CreditStatement {
            customer: customer.into(),
            currency: balance.currency,
            from,
            until,
            opening: balance,
            closing: balance,
            sums: Vec::new(),
            lines: Vec::new(),
        };
        Self { statement, balance }
    }

    /// Takes up the entry before those that it has. Returns whether those before it matter, too.
    pub fn before(&mut self, entry: &CreditEntry) -> bool {
        if entry.at < self.statement.from {
            return false;
        }
        let minor = entry.what.sign() * entry.amount.minor;
        let (after, currency) = (self.balance, self.balance.currency);
        self.balance.minor -= minor;
        self.statement.opening = self.balance;
        if entry.at >= self.statement.until {
            self.statement.closing = self.balance;
            return true;
        }
        self.statement.lines.push(StatementLine {
            sequence: entry.sequence,
            what: entry.what,
            at: entry.at,
            actor: entry.actor.clone(),
            refers_to: entry.refers_to.clone(),
            change: Money { minor, currency },
            balance: after,
        });
        true
    }

    /// Returns the statement.
    #[must_use]
    pub fn done(mut self) -> CreditStatement {
        self.statement.lines.reverse();
        let mut sums: BTreeMap<&str, CreditSum> = BTreeMap::new();
        for line in &self.statement.lines {
            let none = CreditSum { what: line.what, change: Money::zero(self.statement.currency) };
            sums.entry(line.what.name()).or_insert(none).change.minor += line.change.minor;
        }
        self.statement.sums = sums.into_values().collect();
        self.statement
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::account::StoreCreditAccount;

    fn at(day: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + day * crate::limits::DAY_MS)
    }

    fn eur(minor: i64) -> Money {
        Money { minor, currency: Currency::EUR }
    }

    fn statement(account: &StoreCreditAccount, from: u64, until: u64, now: u64) -> CreditStatement {
        let mut account = account.clone();
        account.expire(at(now)).unwrap();
        let mut maker = StatementMaker::new("CUST-7", account.balance(at(now)), (at(from), at(until)));
        for entry in account.entries.iter().rev() {
            if !maker.before(entry) {
                break;
            }
        }
        maker.done()
    }

    #[test]
    fn what_was_there_and_what_moved_makes_what_is_there_over_any_period() {
        let mut account = StoreCreditAccount::empty("CUST-7", Currency::EUR);
        account.grant("g1", "r1", eur(3_000), at(1), Some(at(10))).unwrap();
        account.grant("g2", "r2", eur(2_000), at(2), None).unwrap();
        account.spend("s1", eur(1_000), "ORDER-1", "shop", at(5)).unwrap();
        let all = statement(&account, 0, 20, 30);
        assert_eq!((all.opening, all.closing), (eur(0), eur(2_000)));
        let balances: Vec<i64> = all.lines.iter().map(|line| line.balance.minor).collect();
        assert_eq!(balances, [3_000, 5_000, 4_000, 2_000], "the rest of the first grant expired on day 10");
        for from in 0..12 {
            for until in from..13 {
                let period = statement(&account, from, until, 30);
                let moved: i64 = period.lines.iter().map(|line| line.change.minor).sum();
                let summed: i64 = period.sums.iter().map(|sum| sum.change.minor).sum();
                assert_eq!(period.opening.minor + moved, period.closing.minor, "{from}..{until}");
                assert_eq!(moved, summed);
                assert_eq!(period.closing, statement(&account, until, 40, 30).opening, "periods join");
            }
        }
    }
}
