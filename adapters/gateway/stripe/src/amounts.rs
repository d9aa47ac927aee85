//! Amounts as Stripe counts them, which is not always as ISO 4217 does (<https://docs.stripe.com/currencies>).

use contraflow_adapter_support::minor_units::Decimals;
use iso_currency::Currency;

use crate::bindings::contract::Money;

/// Where Stripe's decimals differ from those of ISO 4217: the króna and the Ugandan shilling are still sent with two
/// decimals, which must be 00, and the ariary, whose fifths nobody uses, with none.
const OTHER_DECIMALS: [(Currency, u32); 3] = [(Currency::ISK, 2), (Currency::UGX, 2), (Currency::MGA, 0)];

/// Converts an amount into Stripe's unit; an error, for a person, when Stripe could not take it.
pub fn to_stripe(money: &Money) -> Result<i64, String> {
    let decimals = Decimals::of(&money.currency, &OTHER_DECIMALS)?;
    if money.minor <= 0 {
        return Err("the amount must be more than zero".into());
    }
    let amount = decimals
        .to_vendor(money.minor)
        .ok_or_else(|| format!("Stripe takes {} with {} decimals only", money.currency, decimals.vendor))?;
    // Its card networks carry two decimals.
    if decimals.vendor == 3 && amount % 10 != 0 {
        return Err(format!("Stripe takes {} only where the third decimal is 0", money.currency));
    }
    Ok(amount)
}

/// Converts an amount of Stripe's into the currency's minor unit; an error when it is less than zero, or has none (a
/// fraction of a króna).
pub fn from_stripe(amount: i64, currency: &str) -> Result<Money, String> {
    if amount < 0 {
        return Err(format!("{amount} {currency} is less than zero"));
    }
    let currency = currency.to_ascii_uppercase();
    let minor = Decimals::of(&currency, &OTHER_DECIMALS)?
        .from_vendor(amount)
        .ok_or_else(|| format!("{amount} is no whole amount in the minor unit of {currency}"))?;
    Ok(Money { minor, currency })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(minor: i64, currency: &str) -> Option<i64> {
        to_stripe(&Money { minor, currency: currency.into() }).ok()
    }

    fn read(amount: i64, currency: &str) -> Option<i64> {
        from_stripe(amount, currency).ok().map(|money| money.minor)
    }

    // The zero-decimal currencies of Stripe's documentation, but for UGX, which it lists among the special cases too.
    const ZERO_DECIMAL: [&str; 15] =
        ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF", "MGA"];

    #[test]
    fn zero_decimal_currencies_are_never_multiplied() {
        for currency in ZERO_DECIMAL {
            let minor_per_unit = if currency == "MGA" { 100 } else { 1 };
            assert_eq!(sent(500 * minor_per_unit, currency), Some(500), "{currency}");
            assert_eq!(read(500, &currency.to_lowercase()), Some(500 * minor_per_unit), "{currency}");
        }
        assert_eq!(sent(50, "MGA"), None);
    }

    #[test]
    fn three_decimal_currencies_end_in_zero() {
        for currency in ["BHD", "JOD", "KWD", "OMR", "TND"] {
            assert_eq!(sent(5_120, currency), Some(5_120), "{currency}");
            assert_eq!(sent(5_124, currency), None, "{currency}");
            assert_eq!(read(5_120, currency), Some(5_120), "{currency}");
        }
    }

    #[test]
    fn krona_and_shilling_carry_two_decimals_that_are_zero() {
        for currency in ["ISK", "UGX"] {
            assert_eq!(sent(5, currency), Some(500), "{currency}");
            assert_eq!(read(500, currency), Some(5), "{currency}");
            assert_eq!(read(550, currency), None, "{currency}");
        }
    }

    #[test]
    fn all_else_is_the_minor_unit() {
        for currency in ["EUR", "USD", "GBP", "CHF", "HUF", "TWD", "CZK"] {
            assert_eq!(sent(1_250, currency), Some(1_250), "{currency}");
            assert_eq!(read(1_250, currency), Some(1_250), "{currency}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        assert_eq!(sent(0, "EUR"), None);
        assert_eq!(sent(-1, "EUR"), None);
        assert_eq!(sent(1, "eur"), None);
        assert_eq!(sent(1, "XYZ"), None);
        assert_eq!(sent(i64::MAX, "ISK"), None);
        assert_eq!(read(1, "eu"), None);
        assert_eq!(read(-1, "eur"), None);
    }
}
