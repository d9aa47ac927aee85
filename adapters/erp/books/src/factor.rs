//! An exchange rate, read and applied exactly.

use crate::limits::RATE_DIGITS;

/// A rate as a whole number and how many of its digits stand behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    digits: i128,
    decimals: u32,
}

impl Factor {
    /// Reads digits with at most one point; `None` for anything else, or for nothing.
    pub fn read(rate: &str) -> Option<Self> {
        let (whole, decimals) = rate.split_once('.').unwrap_or((rate, ""));
        let plain = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
        let ends_well = !whole.is_empty() && (!decimals.is_empty() || !rate.contains('.'));
        if !ends_well || !plain(whole) || !plain(decimals) || whole.len() + decimals.len() > RATE_DIGITS {
            return None;
        }
        let digits = format!("{whole}{decimals}").parse().ok().filter(|digits| *digits > 0)?;
        Some(Self { digits, decimals: u32::try_from(decimals.len()).ok()? })
    }

    /// Returns what an amount comes to in the other currency, rounded half up; backwards where the rate is of the other
    /// one.
    pub fn of(self, amount_minor: i64, from: u32, to: u32, backwards: bool) -> Option<i64> {
        let ten = |exponent: u32| 10_i128.pow(exponent);
        let (mut above, mut below) = (self.digits, ten(self.decimals));
        if backwards {
            std::mem::swap(&mut above, &mut below);
        }
        let above = above.checked_mul(i128::from(amount_minor))?.checked_mul(ten(to))?;
        let below = below.checked_mul(ten(from))?;
        i64::try_from(above.checked_mul(2)?.checked_add(below)?.checked_div(below.checked_mul(2)?)?).ok()
    }
}
