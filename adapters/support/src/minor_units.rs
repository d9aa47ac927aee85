//! How vendors count currencies, which is not always as ISO 4217 does.

use iso_currency::Currency;

/// The decimals of one currency, by ISO 4217 and by a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimals {
    /// By ISO 4217.
    pub iso: u32,
    /// As the vendor counts.
    pub vendor: u32,
}

impl Decimals {
    /// Finds the unit of a currency, for a vendor whose decimals are those of ISO 4217 but for `others`; an error, for
    /// a person, when there is no such currency.
    pub fn of(code: &str, others: &[(Currency, u32)]) -> Result<Self, String> {
        let currency = Currency::from_code(code).ok_or_else(|| format!("`{code}` is no currency code of ISO 4217"))?;
        let iso = currency.exponent().map_or(0, u32::from);
        let vendor = others.iter().find(|(other, _)| *other == currency).map_or(iso, |(_, decimals)| *decimals);
        Ok(Self { iso, vendor })
    }

    /// Converts an amount from the currency's minor unit into the vendor's; `None` when it is no whole number there.
    #[must_use]
    pub fn to_vendor(self, minor: i64) -> Option<i64> {
        scale(minor, self.iso, self.vendor)
    }

    /// Converts an amount from the vendor's unit into the currency's minor unit; `None` when it is no whole number
    /// there.
    #[must_use]
    pub fn from_vendor(self, amount: i64) -> Option<i64> {
        scale(amount, self.vendor, self.iso)
    }
}

/// Converts an amount into a unit of other decimals; `None` when it is no whole number there.
fn scale(amount: i64, from: u32, to: u32) -> Option<i64> {
    if to >= from {
        return amount.checked_mul(10_i64.checked_pow(to - from)?);
    }
    let factor = 10_i64.checked_pow(from - to)?;
    (amount % factor == 0).then_some(amount / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [(Currency, u32); 2] = [(Currency::ISK, 2), (Currency::IDR, 0)];

    #[test]
    fn amounts_go_there_and_back_or_are_none() {
        for (code, minor, vendor) in [("EUR", 1_234, 1_234), ("ISK", 5, 500), ("IDR", 500, 5), ("KWD", 1, 1)] {
            let decimals = Decimals::of(code, &OTHERS).expect("a currency");
            assert_eq!(decimals.to_vendor(minor), Some(vendor), "{code}");
            assert_eq!(decimals.from_vendor(vendor), Some(minor), "{code}");
        }
        let (krona, rupiah) = (Decimals::of("ISK", &OTHERS).expect("ISK"), Decimals::of("IDR", &OTHERS).expect("IDR"));
        assert_eq!((krona.from_vendor(550), krona.to_vendor(i64::MAX), rupiah.to_vendor(550)), (None, None, None));
        assert!(Decimals::of("eur", &OTHERS).is_err());
    }
}
