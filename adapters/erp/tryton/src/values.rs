//! Tryton's values: what JSON has no form for (`{"__class__": …}`) there and back, and records read without a guess.

use std::str::FromStr as _;

use chrono::{Datelike as _, NaiveDate};
use contraflow_adapter_support::minor_units::Decimals;
use contraflow_adapter_support::outbound::quoted;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::bindings::contract::Fault;

/// Returns a decimal as Tryton reads it.
pub fn decimal(value: Decimal) -> Json {
    json!({"__class__": "Decimal", "decimal": value.to_string()})
}

/// Returns a day as Tryton reads it.
pub fn date(day: NaiveDate) -> Json {
    json!({"__class__": "date", "year": day.year(), "month": day.month(), "day": day.day()})
}

/// Reads a day of the contract: `YYYY-MM-DD` and nothing else.
pub fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (day.to_string() == text && (1..=9999).contains(&day.year())).then_some(day)
}

/// A currency by ISO 4217, with its decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(u32);

impl Unit {
    /// Finds the unit of a currency; an error, for a person, where there is none.
    pub fn of(code: &str) -> Result<Self, String> {
        Decimals::of(code, &[]).map(|decimals| Self(decimals.iso))
    }

    /// Returns minor units as an amount.
    pub fn amount(self, minor: i64) -> Decimal {
        Decimal::new(minor, self.0)
    }

    /// Returns an amount in minor units; `None` where it is no whole number of them.
    pub fn minor(self, amount: Decimal) -> Option<i64> {
        let mut amount = amount.normalize();
        if amount.scale() > self.0 {
            return None;
        }
        amount.rescale(self.0);
        (amount.scale() == self.0).then_some(amount.mantissa())?.try_into().ok()
    }
}

/// One record of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Record<'j>(pub &'j Json);

impl<'j> Record<'j> {
    /// Returns the text in a field; `None` where it is empty or absent.
    pub fn text(self, pointer: &str) -> Option<&'j str> {
        self.0.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns the text that must be in a field.
    pub fn required(self, pointer: &str) -> Result<&'j str, Fault> {
        self.text(pointer).ok_or_else(|| self.unread(pointer))
    }

    /// Returns the whole number in a field.
    pub fn number(self, pointer: &str) -> Result<i64, Fault> {
        self.0.pointer(pointer).and_then(Json::as_i64).ok_or_else(|| self.unread(pointer))
    }

    /// Returns the whole numbers in a list.
    pub fn numbers(self, pointer: &str) -> Result<Vec<i64>, Fault> {
        let items = self.0.pointer(pointer).and_then(Json::as_array).ok_or_else(|| self.unread(pointer))?;
        items.iter().map(|item| item.as_i64().ok_or_else(|| self.unread(pointer))).collect()
    }

    /// Returns the records in a list; none where the field is null.
    pub fn records(self, pointer: &str) -> Vec<Self> {
        self.0.pointer(pointer).and_then(Json::as_array).into_iter().flatten().map(Record).collect()
    }

    /// Returns the decimal in a field: Tryton's own, or the plain number that a quantity is.
    pub fn decimal(self, pointer: &str) -> Result<Decimal, Fault> {
        let field = self.0.pointer(pointer);
        let text = field.and_then(|value| match value {
            Json::Number(number) => Some(number.to_string()),
            other => other.get("decimal")?.as_str().map(str::to_owned),
        });
        let read = |text: String| Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text)).ok();
        text.and_then(read).ok_or_else(|| self.unread(pointer))
    }

    /// Returns the amount in a field, in minor units.
    pub fn minor(self, pointer: &str, unit: Unit) -> Result<i64, Fault> {
        unit.minor(self.decimal(pointer)?).ok_or_else(|| self.unread(pointer))
    }

    /// Returns the day in a field; `None` where there is none.
    pub fn day(self, pointer: &str) -> Option<NaiveDate> {
        let field = Record(self.0.pointer(pointer)?);
        let part = |name: &str| field.number(name).ok();
        let (month, day) = (part("/month")?.try_into().ok()?, part("/day")?.try_into().ok()?);
        NaiveDate::from_ymd_opt(part("/year")?.try_into().ok()?, month, day)
    }

    /// Returns the fault of a field that is not what it must be.
    pub fn unread(self, pointer: &str) -> Fault {
        let shown = quoted(self.0.to_string().as_bytes());
        Fault::OutcomeUnknown(format!("Tryton's answer has no readable `{pointer}`: {shown}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        let cents = Unit::of("EUR").unwrap_or(Unit(9));
        for (text, minor) in [("110.00", Some(11_000)), ("-0.00", Some(0)), ("1E+2", Some(10_000)), ("0.005", None)] {
            let record = json!({"amount": {"__class__": "Decimal", "decimal": text}});
            assert_eq!(Record(&record).minor("/amount", cents).ok(), minor, "{text}");
        }
        for wrong in [json!({}), json!({"amount": "110.00"}), json!({"amount": {"decimal": "NaN"}})] {
            assert!(matches!(Record(&wrong).minor("/amount", cents), Err(Fault::OutcomeUnknown(_))), "{wrong}");
        }
        assert_eq!(cents.amount(-5_950).to_string(), "-59.50");
        assert_eq!(Unit::of("JPY").map(|yen| yen.amount(5_950).to_string()), Ok("5950".to_owned()));
        assert!(Unit::of("QQQ").is_err());
    }

    #[test]
    fn days_have_one_form() {
        assert_eq!(
            day("2026-11-21").map(date),
            Some(json!({"__class__": "date", "year": 2026, "month": 11, "day": 21}))
        );
        for wrong in ["", "2026-02-30", "21.11.2026", "2026-1-2", "2026-11-21T00:00:00Z", "9999999-01-01"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
