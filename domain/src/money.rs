//! Money: an amount in a currency's minor unit, never a fraction of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::limits;

/// Why something is not money, in words that say what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// No such code in ISO 4217, or one without a minor unit (gold, test codes).
    #[error("{code:?} is no ISO 4217 currency; write its three upper-case letters, such as \"EUR\"")]
    UnknownCurrency {
        /// What was written.
        code: String,
    },
    /// Not a plain decimal.
    #[error("{value:?} is not an amount; write digits with a point, such as {example:?}")]
    NotANumber {
        /// What was written.
        value: String,
        /// An amount with this currency's decimals.
        example: String,
    },
    /// More or fewer decimals than the currency has.
    #[error("{value:?} has {found} decimal{}; {currency} takes exactly {exponent}", if *found == 1 { "" } else { "s" })]
    WrongDecimals {
        /// What was written.
        value: String,
        /// Its decimals.
        found: usize,
        /// The currency.
        currency: Currency,
        /// The currency's decimals.
        exponent: u32,
    },
    /// Beyond [`limits::MONEY_MINOR`].
    #[error("the amount is beyond {} minor units of {currency}", limits::MONEY_MINOR)]
    TooLarge {
        /// The currency.
        currency: Currency,
    },
    /// Two currencies in one sum.
    #[error("{left} and {right} cannot be added: give both amounts in one currency")]
    MixedCurrencies {
        /// The first amount's.
        left: Currency,
        /// The second amount's.
        right: Currency,
    },
}

/// An ISO 4217 currency that has a minor unit; its JSON is the code: `"EUR"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, two decimals.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    /// The Swiss franc, two decimals.
    pub const CHF: Currency = Currency(iso_currency::Currency::CHF);
    /// The US dollar, two decimals.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);
    /// The yen, no decimals.
    pub const JPY: Currency = Currency(iso_currency::Currency::JPY);
    /// The Kuwaiti dinar, three decimals.
    pub const KWD: Currency = Currency(iso_currency::Currency::KWD);

    /// Finds the currency of an upper-case ISO 4217 code.
    pub fn from_code(code: &str) -> Result<Currency, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.code() == code && currency.exponent().is_some())
            .map(Currency)
            .ok_or_else(|| MoneyError::UnknownCurrency { code: code.to_owned() })
    }

    /// Returns the ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Returns the decimals of the major unit: 0 for JPY, 2 for EUR, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Counts the minor units in a major one: 1, 100, 1000.
    fn minor_per_major(self) -> i64 {
        10_i64.saturating_pow(self.exponent())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        Currency::from_code(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::from_code(&code).map_err(D::Error::custom)
    }
}

/// An amount, at most [`limits::MONEY_MINOR`] minor units either way. Its JSON is `{"value": "12.50", "currency":
/// "EUR"}`.
///
/// ```
/// use contraflow_domain::money::{Currency, Money, MoneyError};
///
/// let price = Money::parse("12.50", Currency::EUR)?;
/// assert_eq!(price.minor, 1250);
/// let half = Money::new(625, Currency::EUR)?;
/// assert_eq!(price.checked_sub(half)?.to_string(), "6.25");
///
/// // Amounts are read exactly or not at all, and currencies are never mixed.
/// assert!(Money::parse("12.5", Currency::EUR).is_err());
/// assert!(price.checked_add(Money::parse("1250", Currency::JPY)?).is_err());
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Money {
    /// In minor units: cents for EUR, yen for JPY, fils for KWD.
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// Makes an amount of minor units; an error where it is beyond the bound.
    pub fn new(minor: i64, currency: Currency) -> Result<Money, MoneyError> {
        if minor.unsigned_abs() > limits::MONEY_MINOR.unsigned_abs() {
            return Err(MoneyError::TooLarge { currency });
        }
        Ok(Money { minor, currency })
    }

    /// Returns zero in that currency.
    pub fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads `12.50`: exactly the currency's decimals, no sign but a leading minus, no grouping, no exponent.
    pub fn parse(value: &str, currency: Currency) -> Result<Money, MoneyError> {
        let exponent = currency.exponent();
        let unsigned = value.strip_prefix('-').unwrap_or(value);
        let (whole, decimals) = match unsigned.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (unsigned, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = digits(whole) && decimals.is_none_or(digits) && (whole == "0" || !whole.starts_with('0'));
        if !plain {
            let example = Money { minor: 1250, currency }.to_string();
            return Err(MoneyError::NotANumber { value: value.to_owned(), example });
        }
        let decimals = decimals.unwrap_or_default();
        if decimals.len() != exponent as usize {
            return Err(MoneyError::WrongDecimals {
                value: value.to_owned(),
                found: decimals.len(),
                currency,
                exponent,
            });
        }
        let minor: i64 = format!("{whole}{decimals}").parse().map_err(|_| MoneyError::TooLarge { currency })?;
        Money::new(if unsigned.len() < value.len() { -minor } else { minor }, currency)
    }

    /// Tells whether it is more than zero.
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Tells whether it is zero.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Adds two amounts of one currency; an error where the sum is beyond the bound.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Money::new(self.minor.saturating_add(other.minor), self.currency)
    }

    /// Subtracts an amount of the same currency; the difference may be negative.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Money::new(self.minor.saturating_sub(other.minor), self.currency)
    }

    /// Adds up amounts of `currency`; none come to zero.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::checked_add)
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::MixedCurrencies { left: self.currency, right: other.currency })
    }
}

/// The value alone, with the currency's decimals: `12.50`, `1250`, `1.250`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.currency.minor_per_major().unsigned_abs();
        let (whole, rest) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        if self.minor < 0 {
            f.write_str("-")?;
        }
        match self.currency.exponent() as usize {
            0 => write!(f, "{whole}"),
            width => write!(f, "{whole}.{rest:0width$}"),
        }
    }
}

/// Money as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    value: String,
    currency: Currency,
}

impl From<Money> for Written {
    fn from(money: Money) -> Written {
        Written { value: money.to_string(), currency: money.currency }
    }
}

impl TryFrom<Written> for Money {
    type Error = MoneyError;

    fn try_from(written: Written) -> Result<Money, MoneyError> {
        Money::parse(&written.value, written.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_exactly_the_currencys_decimals() {
        let read =
            |value, currency| Money::parse(value, currency).map(|money| money.minor).map_err(|error| error.to_string());
        assert_eq!(read("12.50", Currency::EUR), Ok(1250));
        assert_eq!(read("-0.05", Currency::EUR), Ok(-5));
        assert_eq!(read("1000", Currency::JPY), Ok(1000));
        assert_eq!(read("1.250", Currency::KWD), Ok(1250));
        let refused = [
            ("12.5", Currency::EUR, "\"12.5\" has 1 decimal; EUR takes exactly 2"),
            ("12", Currency::EUR, "\"12\" has 0 decimals; EUR takes exactly 2"),
            ("10.00", Currency::JPY, "\"10.00\" has 2 decimals; JPY takes exactly 0"),
            ("10.00", Currency::KWD, "\"10.00\" has 2 decimals; KWD takes exactly 3"),
            ("99999999999999.00", Currency::EUR, "the amount is beyond 1000000000000000 minor units of EUR"),
            ("99999999999999999999.00", Currency::EUR, "the amount is beyond 1000000000000000 minor units of EUR"),
        ];
        for (value, currency, error) in refused {
            assert_eq!(read(value, currency), Err(error.to_owned()));
        }
        for value in
            ["", "-", ".50", "12.", "+1.00", "1,00", "1e2", "1_0.00", " 1.00", "01.00", "٣.00", "--1.00", "NaN"]
        {
            assert_eq!(
                read(value, Currency::EUR),
                Err(format!("{value:?} is not an amount; write digits with a point, such as \"12.50\""))
            );
        }
    }

    #[test]
    fn is_an_object_of_two_strings_in_json() {
        let money = Money { minor: 1250, currency: Currency::EUR };
        let json = r#"{"value":"12.50","currency":"EUR"}"#;
        assert_eq!(serde_json::to_string(&money).ok().as_deref(), Some(json));
        assert_eq!(serde_json::from_str::<Money>(json).ok(), Some(money));
        for wrong in [
            r#"{"value":12.50,"currency":"EUR"}"#,
            r#"{"value":"12.50","currency":"eur"}"#,
            r#"{"value":"12.50","currency":"XAU"}"#,
            r#"{"value":"12.50","currency":"EUR","x":1}"#,
        ] {
            assert!(serde_json::from_str::<Money>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sums_stay_in_one_currency_and_in_bounds() {
        let euros = |minor| Money { minor, currency: Currency::EUR };
        assert_eq!(euros(5).checked_sub(euros(7)), Ok(euros(-2)));
        let mixed = MoneyError::MixedCurrencies { left: Currency::EUR, right: Currency::JPY };
        assert_eq!(euros(5).checked_add(Money::zero(Currency::JPY)), Err(mixed));
        let most = euros(limits::MONEY_MINOR);
        assert_eq!(most.checked_add(euros(1)), Err(MoneyError::TooLarge { currency: Currency::EUR }));
        assert_eq!(euros(i64::MAX).checked_add(euros(i64::MAX)), Err(MoneyError::TooLarge { currency: Currency::EUR }));
        assert_eq!(euros(i64::MIN).to_string(), "-92233720368547758.08");
    }
}
