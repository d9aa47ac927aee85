//! Amounts that others name.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// An amount in a gateway's words. Its currency may be one that is unknown here: then it is no amount of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldAmount {
    /// In minor units of its currency.
    pub minor: i64,
    /// Its currency, as the gateway writes it.
    pub currency: String,
}

impl ToldAmount {
    /// Tells whether it is exactly this amount of money.
    #[must_use]
    pub fn is(&self, amount: Money) -> bool {
        *self == Self::from(amount)
    }

    /// Returns it as money; `None` where the currency is unknown here, or the amount out of bounds.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Money::new(self.minor, self.currency.parse().ok()?).ok()
    }
}

impl From<Money> for ToldAmount {
    fn from(amount: Money) -> Self {
        Self { minor: amount.minor, currency: amount.currency.code().into() }
    }
}

impl std::fmt::Display for ToldAmount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.money() {
            Some(amount) => write!(f, "{amount} {}", amount.currency),
            None => write!(f, "{} minor units of `{}`", self.minor, self.currency),
        }
    }
}
