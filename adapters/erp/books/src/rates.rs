//! What currencies are worth on a day: taken in, and looked up for a refund of money that was captured in another
//! currency.

use std::collections::HashSet;

use spin_sdk::sqlite::{RowResult, Value};

use crate::bindings::contract::{Fault, FieldError, ImportOutcome, Money, Rate};
use crate::database::{self, fault, text};
use crate::factor::Factor;
use crate::{check, import, limits, sql};

/// Returns the decimals of a currency's major unit.
fn exponent(code: &str) -> Option<u32> {
    iso_currency::Currency::from_code(code)?.exponent().map(u32::from)
}

/// Writes the same rate in the same way, however many zeros it was sent with.
fn canonical(rate: &str) -> String {
    let rate = rate.trim_start_matches('0');
    let rate = if rate.contains('.') { rate.trim_end_matches('0').trim_end_matches('.') } else { rate };
    if rate.is_empty() || rate.starts_with('.') { format!("0{rate}") } else { rate.to_owned() }
}

/// Takes all rates in, or none where one of them can't be.
pub async fn take_in(rates: Vec<Rate>) -> Result<Vec<ImportOutcome>, Fault> {
    if rates.is_empty() || rates.len() > limits::IMPORT {
        let detail = format!("an import takes 1 to {} rates, not {}", limits::IMPORT, rates.len());
        return Err(Fault::InvalidArgument(detail));
    }
    let mut pairs = HashSet::new();
    let mut judge = |rate: &Rate| {
        let mut wrong = check::rate(rate);
        if !pairs.insert((rate.day.clone(), rate.from_currency.clone(), rate.to_currency.clone())) {
            let detail = "stands in this import twice".to_owned();
            wrong.push(FieldError { pointer: "/day".to_owned(), detail });
        }
        wrong
    };
    let wrong: Vec<Vec<FieldError>> = rates.iter().map(&mut judge).collect();
    if wrong.iter().any(|wrong| !wrong.is_empty()) {
        return Ok(wrong
            .into_iter()
            .map(|wrong| if wrong.is_empty() { ImportOutcome::Imported } else { ImportOutcome::Invalid(wrong) })
            .collect());
    }
    let given: Vec<_> =
        rates.iter().map(|rate| (&rate.day, &rate.from_currency, &rate.to_currency, canonical(&rate.rate))).collect();
    let given = Value::Text(database::to_json(&given)?);
    let fresh = database::write(sql::RATES, vec![given.clone()]).await.map_err(fault)?;
    let known = database::read(sql::RATES_KNOWN, vec![given]).await?;
    let name = |row: &RowResult| Ok::<_, Fault>((text(row, 0)?, text(row, 1)?, text(row, 2)?));
    let fresh: HashSet<_> = fresh.iter().map(name).collect::<Result<_, _>>()?;
    let outcome = |(rate, known): (&Rate, &RowResult)| match known.get::<&str>(0) {
        Some(there) if there != canonical(&rate.rate) => {
            import::different(&format!("the books have {there} for that day, which stands"))
        }
        Some(_) if !fresh.contains(&(rate.day.clone(), rate.from_currency.clone(), rate.to_currency.clone())) => {
            ImportOutcome::Unchanged
        }
        // Or it was held back by another of this import.
        _ => ImportOutcome::Imported,
    };
    Ok(rates.iter().zip(&known).map(outcome).collect())
}

/// Returns what an amount was worth in `currency` on that day; `None` where the books know no rate of the pair.
pub async fn worth(amount: &Money, currency: &str, day: &str) -> Result<Option<i64>, Fault> {
    let parameters = [day, &amount.currency, currency].map(Value::from).to_vec();
    let rows = database::read(sql::RATE, parameters).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let factor = Factor::read(&text(row, 0)?).ok_or_else(database::broken)?;
    let backwards = database::integer(row, 1)? == 0;
    let (Some(from), Some(to)) = (exponent(&amount.currency), exponent(currency)) else { return Ok(None) };
    Ok(factor.of(amount.minor, from, to, backwards))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_plain_digits_above_zero() {
        for wrong in ["", "0", "0.000", "-1", "1e2", "1,1", "1.", ".5", "1.1.1", "1234567890123456789", " 1"] {
            assert_eq!(Factor::read(wrong), None, "{wrong:?}");
        }
        assert!(Factor::read("0.950000").is_some() && Factor::read("160").is_some());
        for (sent, kept) in [("0.950", "0.95"), ("1.00", "1"), ("007", "7"), ("100", "100"), ("0.5", "0.5")] {
            assert_eq!(canonical(sent), kept);
        }
    }

    #[test]
    fn worth_is_rounded_half_up_in_the_other_currencys_minor_unit_both_ways() {
        let of = |rate: &str, minor, from, to, backwards| {
            Factor::read(rate).and_then(|factor| factor.of(minor, from, to, backwards))
        };
        assert_eq!(of("0.95", 2200, 2, 2, false), Some(2090));
        assert_eq!(of("0.9525", 2200, 2, 2, false), Some(2096), "20.955");
        assert_eq!(of("160", 1000, 2, 0, false), Some(1600), "yen have no cents");
        assert_eq!(of("160", 1600, 0, 2, true), Some(1000));
        assert_eq!(of("999999999999999999", 1_000_000_000_000_000, 0, 3, false), None, "beyond every amount");
    }
}
