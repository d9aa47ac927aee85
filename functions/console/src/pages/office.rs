//! Holds what several pages of running the house need.

use contraflow_domain::authority::{Held, Role};
use contraflow_domain::money::Money;

use crate::session::Session;

/// Tells whether somebody has a role.
pub fn holds(session: &Session, role: Role) -> bool {
    Held::all(&session.person.roles).any(|held| held.role == role)
}

/// Adds amounts up, each currency by itself, in the order in which the currencies come. What can't be counted any more
/// is left out.
pub fn sums(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in amounts {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => sums.push(amount),
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraflow_domain::money::Currency;

    #[test]
    fn amounts_of_several_currencies_are_never_added_together() {
        let money = |minor, currency| Money { minor, currency };
        let all = [money(100, Currency::EUR), money(50, Currency::JPY), money(1, Currency::EUR)];
        assert_eq!(sums(all.into_iter()), [money(101, Currency::EUR), money(50, Currency::JPY)]);
    }
}
