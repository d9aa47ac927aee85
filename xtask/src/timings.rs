//! Where the time of a task went: its stages as they end, and the tests that took longest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::junit::{self, Program};

/// Fewer stages than that were seen as they passed.
const WORTH_A_TABLE: usize = 3;
/// How many of the longest tests are named.
const LONGEST: usize = 12;

static STAGES: Mutex<Vec<Stage>> = Mutex::new(Vec::new());

struct Stage {
    name: String,
    took: Duration,
}

/// Remembers how long a stage took.
pub fn took(name: &str, took: Duration) {
    let stage = Stage { name: name.to_owned(), took };
    STAGES.lock().unwrap_or_else(PoisonError::into_inner).push(stage);
}

/// Prints where the time since `begun` went, if there is much to tell.
pub fn print(begun: Instant) {
    let stages = STAGES.lock().unwrap_or_else(PoisonError::into_inner);
    if stages.len() < WORTH_A_TABLE {
        return;
    }
    print!("\n{}", table(&stages, &junit::read_since(begun), begun.elapsed()));
}

fn table(stages: &[Stage], programs: &[Program], all: Duration) -> String {
    let mut table = String::from("── where the time went\n");
    for Stage { name, took } in stages {
        line(&mut table, *took, all, name);
    }
    line(&mut table, all, all, "all, some of it side by side");
    if programs.is_empty() {
        return table;
    }
    table += "── of the tests, by program (several ran at once)\n";
    let spent: Duration = programs.iter().map(Program::took).sum();
    let mut programs: Vec<_> = programs.iter().collect();
    programs.sort_by_key(|program| std::cmp::Reverse(program.took()));
    for program in &programs {
        line(&mut table, program.took(), spent, &format!("{}: {} tests", program.name, program.tests.len()));
    }
    table += "── the longest tests\n";
    let tests = programs.iter().flat_map(|program| program.tests.iter().map(move |test| (test.took, program, test)));
    let mut tests: Vec<_> = tests.collect();
    tests.sort_by_key(|(took, ..)| std::cmp::Reverse(*took));
    for (took, program, test) in tests.into_iter().take(LONGEST) {
        line(&mut table, took, spent, &format!("{} {}", program.name, test.name));
    }
    table
}

fn line(table: &mut String, took: Duration, of: Duration, name: &str) {
    let share = 100.0 * took.as_secs_f64() / of.as_secs_f64().max(f64::EPSILON);
    *table += &format!("{:>9.1} s {share:>4.0} %  {name}\n", took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::junit::Test;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn stages_stand_in_their_order_and_tests_by_their_time() {
        let stages =
            [("host", 30), ("tests", 70)].map(|(name, took)| Stage { name: name.to_owned(), took: seconds(took) });
        let test = |name: &str, took| Test { name: name.to_owned(), took: seconds(took) };
        let programs = [
            Program { name: "domain".to_owned(), tests: vec![test("money", 1)] },
            Program { name: "chain".to_owned(), tests: vec![test("quick", 2), test("long", 97)] },
        ];
        let shown = table(&stages, &programs, seconds(100));
        let lines: Vec<_> = shown.lines().map(str::trim_start).collect();
        assert_eq!(
            lines,
            [
                "── where the time went",
                "30.0 s   30 %  host",
                "70.0 s   70 %  tests",
                "100.0 s  100 %  all, some of it side by side",
                "── of the tests, by program (several ran at once)",
                "99.0 s   99 %  chain: 2 tests",
                "1.0 s    1 %  domain: 1 tests",
                "── the longest tests",
                "97.0 s   97 %  chain long",
                "2.0 s    2 %  chain quick",
                "1.0 s    1 %  domain money",
            ]
        );
    }
}
