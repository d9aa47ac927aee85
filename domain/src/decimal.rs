//! Rounding and sharing, exactly: whole numbers and decimals, one rule (half up, away from zero), the same for both
//! signs.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use crate::limits;
use crate::money::{Currency, Money, MoneyError};

/// Why a text is not a decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is not made of digits with at most one point.
    #[error("{0:?} is not a decimal; write digits with a point, such as \"0.19\"")]
    NotADecimal(String),
    /// The text has more decimals than are allowed.
    #[error("{value:?} has more than {most} decimals")]
    TooFine {
        /// The text that was written.
        value: String,
        /// How many decimals it may have.
        most: u32,
    },
}

/// Reads a plain decimal: `-`, digits, a point. It takes no exponent, grouping, plus sign or blank.
pub fn parse(text: &str, most_decimals: u32) -> Result<Decimal, DecimalError> {
    let refused = || DecimalError::NotADecimal(text.chars().take(limits::DECIMAL_CHARS).collect());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = match unsigned.split_once('.') {
        Some((whole, decimals)) => digits(whole) && digits(decimals),
        None => digits(unsigned),
    };
    if !plain || text.len() > limits::DECIMAL_CHARS {
        return Err(refused());
    }
    let value = Decimal::from_str_exact(text).map_err(|_| refused())?;
    if value.normalize().scale() > most_decimals {
        return Err(DecimalError::TooFine { value: text.to_owned(), most: most_decimals });
    }
    Ok(value)
}

/// Rounds to `decimals` places, halves away from zero: 12.345 → 12.35 and −12.345 → −12.35.
pub fn round_half_up(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Turns an amount in major units into minor units of its currency, rounded half up.
pub fn to_minor(value: Decimal, currency: Currency) -> Result<Money, MoneyError> {
    let too_large = || MoneyError::TooLarge { currency };
    let unit = Decimal::from(10_u64.saturating_pow(currency.exponent()));
    // Rounded first: the product is then whole, and exact.
    let minor = round_half_up(value, currency.exponent()).checked_mul(unit).ok_or_else(too_large)?;
    Money::new(minor.to_i64().ok_or_else(too_large)?, currency)
}

/// Computes `a × b / c`, rounded half up away from zero. Returns `None` where `c` is zero or the product exceeds 127
/// bits, which no amounts and quantities within [`limits`] do.
pub fn mul_div_round_half_up(a: i128, b: i128, c: i128) -> Option<i128> {
    if c == 0 {
        return None;
    }
    let product = a.checked_mul(b)?;
    let (quotient, rest) = (product.checked_div(c)?, product.checked_rem(c)?);
    // |rest| < |c|, so this compares 2·|rest| with |c| without doubling.
    let away = rest.unsigned_abs() >= c.unsigned_abs() - rest.unsigned_abs();
    match (rest != 0 && away, (product < 0) == (c < 0)) {
        (false, _) => Some(quotient),
        (true, true) => quotient.checked_add(1),
        (true, false) => quotient.checked_sub(1),
    }
}

/// Splits `total` in proportion to `weights`, by largest remainder, ties to the first. The parts sum to `total`
/// exactly, and while `total` is between zero and the sum of the weights, every part is between zero and its weight
/// (weights may be negative). Returns `None` where the weights sum to zero, or with numbers beyond [`limits`].
pub fn spread(total: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return None;
    }
    // With a positive divisor, div_euclid is the floor and the remainder is what the floor cut off.
    let factor = if sum < 0 { -i128::from(total) } else { i128::from(total) };
    let sum = sum.abs();
    let products: Vec<i128> =
        weights.iter().map(|weight| factor.checked_mul(i128::from(*weight))).collect::<Option<_>>()?;
    let mut parts: Vec<i128> = products.iter().map(|product| product.div_euclid(sum)).collect();
    let mut by_remainder: Vec<(usize, i128)> =
        products.iter().map(|product| product.rem_euclid(sum)).enumerate().collect();
    by_remainder.sort_by_key(|(index, remainder)| (-remainder, *index));
    let left = usize::try_from(i128::from(total) - parts.iter().sum::<i128>()).ok()?;
    for (index, _) in by_remainder.iter().take(left) {
        *parts.get_mut(*index)? += 1;
    }
    parts.into_iter().map(|part| i64::try_from(part).ok()).collect()
}
