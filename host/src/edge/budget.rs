//! Counts something that is there only so often: in total, and for each network.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::address::Network;

/// Bounds how much is taken at the same time.
pub struct Budget {
    total: usize,
    each: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    total: usize,
    /// What each network holds now. A network that holds nothing has no entry, so there are never more entries than
    /// shares.
    each: HashMap<Network, usize>,
}

/// Says which bound is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// All networks together hold all that there is.
    Total,
    /// This network holds its whole share.
    Each,
}

/// Holds a part of a budget, and gives it back when it is dropped.
pub struct Share {
    budget: Arc<Budget>,
    network: Option<Network>,
    amount: usize,
}

impl Budget {
    /// Makes a budget of `total`, of which one network may hold `each`.
    pub fn new(total: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { total, each, taken: Mutex::default() })
    }

    /// Takes a part for a network; `None` counts in the total alone.
    ///
    /// # Errors
    /// The bound that is reached. Then nothing is taken.
    pub fn take(self: &Arc<Self>, network: Option<Network>, amount: usize) -> Result<Share, Exhausted> {
        let mut share = Share { budget: self.clone(), network, amount: 0 };
        share.grow(amount)?;
        Ok(share)
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes more.
    ///
    /// # Errors
    /// The bound that is reached. Then nothing more is taken.
    pub fn grow(&mut self, amount: usize) -> Result<(), Exhausted> {
        let mut taken = self.budget.lock();
        let each = self.network.map(|network| {
            let held = taken.each.get(&network).copied().unwrap_or(0);
            (network, held.saturating_add(amount))
        });
        if each.is_some_and(|(_, each)| each > self.budget.each) {
            return Err(Exhausted::Each);
        }
        let total = taken.total.saturating_add(amount);
        if total > self.budget.total {
            return Err(Exhausted::Total);
        }
        if let Some((network, each)) = each.filter(|(_, each)| *each > 0) {
            taken.each.insert(network, each);
        }
        taken.total = total;
        drop(taken);
        self.amount += amount;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.budget.lock();
        taken.total = taken.total.saturating_sub(self.amount);
        let Some(network) = self.network else { return };
        if let Some(each) = taken.each.get_mut(&network) {
            *each = each.saturating_sub(self.amount);
            if *each == 0 {
                taken.each.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(last: u8) -> Option<Network> {
        Some(Network::of([192, 0, 2, last].into()))
    }

    #[test]
    fn one_network_never_holds_more_than_its_share_and_all_never_more_than_there_is() {
        let budget = Budget::new(10, 4);
        let mut first = budget.take(network(1), 4).unwrap();
        assert_eq!(first.grow(1).err(), Some(Exhausted::Each));
        let _second = budget.take(network(2), 4).unwrap();
        assert_eq!(budget.take(network(3), 3).err(), Some(Exhausted::Total));
        drop(first);
        assert!(budget.take(network(3), 3).is_ok());
    }

    #[test]
    fn what_is_given_back_leaves_nothing_behind() {
        let budget = Budget::new(100, 100);
        for last in 0..50 {
            let mut share = budget.take(network(last), 0).unwrap();
            share.grow(2).unwrap();
        }
        let taken = budget.lock();
        assert_eq!((taken.total, taken.each.len()), (0, 0));
    }
}
