//! Amounts as Adyen counts them, which is not always as ISO 4217 does
//! (<https://docs.adyen.com/development-resources/currency-codes>).

use contraflow_adapter_support::minor_units::Decimals;
use iso_currency::Currency;

use crate::bindings::contract::Money;
use crate::limits;

/// Where Adyen's decimals differ from those of ISO 4217.
const OTHER_DECIMALS: [(Currency, u32); 4] =
    [(Currency::CLP, 2), (Currency::CVE, 0), (Currency::IDR, 0), (Currency::ISK, 2)];

/// Currencies that other gateways count in ways of their own and that Adyen's list does not have: a guess would be off
/// by a hundred.
const UNLISTED: [Currency; 3] = [Currency::BIF, Currency::MGA, Currency::MRU];

/// Converts an amount into Adyen's unit; an error, for a person, when Adyen could not take it.
pub fn to_adyen(money: &Money) -> Result<i64, String> {
    let decimals = decimals(&money.currency)?;
    if money.minor <= 0 {
        return Err("the amount must be more than zero".into());
    }
    decimals
        .to_vendor(money.minor)
        .ok_or_else(|| format!("Adyen takes {} with {} decimals only", money.currency, decimals.vendor))
}

/// Converts an amount of Adyen's into the currency's minor unit; an error when it is less than zero, or has none (a
/// fraction of a Chilean peso).
pub fn from_adyen(amount: i64, currency: &str) -> Result<Money, String> {
    if amount < 0 {
        return Err(format!("{amount} {currency} is less than zero"));
    }
    let minor = decimals(currency)?
        .from_vendor(amount)
        .ok_or_else(|| format!("{amount} is no whole amount in the minor unit of {currency}"))?;
    Ok(Money { minor, currency: currency.to_owned() })
}

fn decimals(code: &str) -> Result<Decimals, String> {
    let decimals = Decimals::of(code, &OTHER_DECIMALS)?;
    if decimals.vendor > limits::MOST_DECIMALS || UNLISTED.iter().any(|currency| currency.code() == code) {
        return Err(format!("how Adyen counts {code} is not known here: pay it back in Adyen's Customer Area"));
    }
    Ok(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(minor: i64, currency: &str) -> Option<i64> {
        to_adyen(&Money { minor, currency: currency.into() }).ok()
    }

    fn read(amount: i64, currency: &str) -> Option<i64> {
        from_adyen(amount, currency).ok().map(|money| money.minor)
    }

    #[test]
    fn most_are_sent_in_their_minor_unit() {
        for currency in ["EUR", "USD", "JPY", "KRW", "KWD", "TND", "HUF", "UGX", "VND"] {
            assert_eq!(sent(1_234, currency), Some(1_234), "{currency}");
            assert_eq!(read(1_234, currency), Some(1_234), "{currency}");
        }
    }

    #[test]
    fn peso_and_krona_carry_two_decimals_that_are_zero() {
        for currency in ["CLP", "ISK"] {
            assert_eq!(sent(10, currency), Some(1_000), "{currency}");
            assert_eq!(read(1_000, currency), Some(10), "{currency}");
            assert_eq!(read(1_050, currency), None, "{currency}");
        }
    }

    #[test]
    fn rupiah_and_cape_verdean_escudo_carry_none() {
        for currency in ["IDR", "CVE"] {
            assert_eq!(sent(1_000, currency), Some(10), "{currency}");
            assert_eq!(read(10, currency), Some(1_000), "{currency}");
            assert_eq!(sent(1_050, currency), None, "{currency}");
        }
    }

    #[test]
    fn what_is_no_amount_or_not_known_is_refused() {
        for (minor, currency) in [(0, "EUR"), (-1, "EUR"), (1, "eur"), (1, "XQX"), (1, "MGA"), (1, "MRU"), (1, "BIF")] {
            assert_eq!(sent(minor, currency), None, "{minor} {currency}");
        }
        assert_eq!(sent(1, "CLF"), None);
        assert_eq!(sent(i64::MAX, "CLP"), None);
        assert_eq!(read(1, "MGA"), None);
        assert_eq!(read(-1, "EUR"), None);
    }
}
