//! What was measured, as a table and as JSON.

use std::time::Duration;

use serde::Serialize;

/// The middle and the slow end of some times, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Quantiles {
    /// Half are faster.
    pub p50_ms: f64,
    /// 99 of 100 are faster.
    pub p99_ms: f64,
}

impl Quantiles {
    /// Works out the quantiles of these times; zero of none.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
            times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        Self { p50_ms: at(50), p99_ms: at(99) }
    }
}

/// One line of the table.
#[derive(Debug, Serialize)]
struct Line {
    what: String,
    value: f64,
    unit: &'static str,
}

/// All lines.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    machine: Vec<(String, String)>,
    measured: Vec<Line>,
}

impl Report {
    /// Adds a fact about the machine.
    pub fn fact(&mut self, what: &str, value: impl ToString) {
        self.machine.push((what.to_owned(), value.to_string()));
    }

    /// Adds a number.
    pub fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.measured.push(Line { what: what.into(), value, unit });
    }

    /// Adds the two quantiles.
    pub fn quantiles(&mut self, what: &str, times: Quantiles) {
        self.add(format!("{what}, p50"), times.p50_ms, "ms");
        self.add(format!("{what}, p99"), times.p99_ms, "ms");
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.machine.iter().map(|(what, _)| what).chain(self.measured.iter().map(|line| &line.what));
        let width = names.map(|name| name.chars().count()).max().unwrap_or_default();
        for (what, value) in &self.machine {
            writeln!(out, "{what:width$}  {value}")?;
        }
        writeln!(out)?;
        for Line { what, value, unit } in &self.measured {
            writeln!(out, "{what:width$}  {value:>10.2} {unit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let times = Quantiles::of((1..=200).map(Duration::from_millis).collect());
        assert_eq!((times.p50_ms, times.p99_ms), (100.0, 198.0));
        assert_eq!(Quantiles::of(Vec::new()).p99_ms, 0.0);
    }
}
