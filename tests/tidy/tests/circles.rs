//! Modules of a crate use each other in one direction only.

#![allow(missing_docs)]

use contraflow_tidy::crates;
use contraflow_tidy::modules::{Module, Use, uses};
use std::collections::BTreeMap;

/// Which of the modules that stand beside each other use which, for each module that has others in it, and one place
/// where it does. A module and those in it may use each other: they are one.
type Siblings<'a> = BTreeMap<&'a [String], BTreeMap<(&'a String, &'a String), &'a str>>;

fn siblings(uses: &[Use]) -> Siblings<'_> {
    let mut siblings = Siblings::new();
    for one in uses {
        let shared = one.from.iter().zip(&one.to).take_while(|(from, to)| from == to).count();
        let (Some(from), Some(to)) = (one.from.get(shared), one.to.get(shared)) else { continue };
        let above = one.from.get(..shared).unwrap_or_default();
        siblings.entry(above).or_default().entry((from, to)).or_insert(&one.place);
    }
    siblings
}

/// Returns the shortest way from a module over others back to it.
fn circle<'a>(arrows: &BTreeMap<(&'a String, &'a String), &str>, start: &'a String) -> Option<Vec<&'a String>> {
    let mut ways = vec![vec![start]];
    let mut seen = Vec::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = *way.last()?;
            for (_, to) in arrows.keys().filter(|(from, _)| *from == last) {
                let way: Vec<&String> = way.iter().copied().chain([*to]).collect();
                if *to == start {
                    return Some(way);
                }
                if !seen.contains(to) {
                    seen.push(*to);
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

/// Returns every circle, told as `request → approval → request` with a place for each arrow; none is told twice.
fn circles(uses: &[Use]) -> Vec<String> {
    let mut told = Vec::new();
    for (above, arrows) in siblings(uses) {
        let mut covered: Vec<&String> = Vec::new();
        for (start, _) in arrows.keys() {
            if covered.contains(start) {
                continue;
            }
            let Some(way) = circle(&arrows, start) else { continue };
            covered.extend(&way);
            let names: Vec<&str> = way.iter().map(|name| name.as_str()).collect();
            let place = |pair: &[&String]| match pair {
                [from, to] => arrows.get(&(*from, *to)).map(|place| format!("\n    {from} → {to}: {place}")),
                _ => None,
            };
            let places: String = way.windows(2).filter_map(place).collect();
            told.push(format!("  in {}: {}{places}", shown(above), names.join(" → ")));
        }
    }
    told
}

fn shown(module: &[String]) -> String {
    std::iter::once("crate").chain(module.iter().map(String::as_str)).collect::<Vec<_>>().join("::")
}

#[test]
fn modules_use_each_other_in_one_direction() -> anyhow::Result<()> {
    let mut told = Vec::new();
    for one in crates()? {
        let circles = circles(&uses(&one.folder)?);
        if !circles.is_empty() {
            told.push(format!("{}:\n{}", one.folder, circles.join("\n")));
        }
    }
    assert!(told.is_empty(), "modules that use each other in a circle:\n{}", told.join("\n"));
    Ok(())
}

#[test]
fn a_circle_is_told_with_its_places_and_a_module_is_one_with_those_in_it() {
    let module = |path: &str| -> Module { path.split("::").map(str::to_owned).collect() };
    let uses = |pairs: &[(&str, &str)]| -> Vec<Use> {
        let one = |(from, to): &(&str, &str)| Use { from: module(from), to: module(to), place: format!("{from} says") };
        pairs.iter().map(one).collect()
    };
    assert!(circles(&uses(&[("a", "b"), ("b", "c"), ("a", "c"), ("a", "a::x"), ("a::x", "a")])).is_empty());
    let told = circles(&uses(&[("a", "b::y"), ("b", "c"), ("c", "a::x")]));
    assert_eq!(told, ["  in crate: a → b → c → a\n    a → b: a says\n    b → c: b says\n    c → a: c says"]);
    assert_eq!(circles(&uses(&[("a::x", "a::y"), ("a::y", "a::x")])).len(), 1);
}
