//! Changes in words, from two TOML tables. Entries of a list are known by their `name` or `code`; those of a list
//! without such are the same only where all of it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::lines::rising;
use crate::lifecycle::named;
use crate::limits;
use crate::words;

named! {
    /// What became of something in the policy.
    ChangeKind {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// It says something else.
        Changed = "changed",
        /// It stands in another place of its list, which matters where the first that fits counts.
        Moved = "moved",
    }
}

/// One thing in which two texts of the policy differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyChange"))]
pub struct Change {
    /// Where it stands: `approval.small-goodwill.up_to`.
    pub path: String,
    /// What became of it.
    pub change: ChangeKind,
    /// What it was, in TOML, shortened; null where it is new.
    pub before: Option<String>,
    /// What it is, in TOML, shortened; null where it is gone.
    pub after: Option<String>,
    /// All of that in a sentence.
    pub words: String,
}

/// Compares two documents.
pub(super) fn changes(before: &Table, after: &Table) -> Vec<Change> {
    let mut found = Vec::new();
    members(&Place::default(), before, after, &mut found);
    found
}

/// Where something stands: its path, and how people call it.
#[derive(Debug, Clone, Default)]
struct Place {
    path: Vec<String>,
    title: String,
}

impl Place {
    fn below(&self, name: &str, is_section: bool) -> Self {
        let path: Vec<_> = self.path.iter().cloned().chain([name.to_owned()]).collect();
        let title = match is_section {
            _ if !self.title.is_empty() => format!("{} {name}", self.title),
            true => format!("[{name}]"),
            false => name.to_owned(),
        };
        Self { path, title }
    }

    /// Returns the place of an entry of the list that stands here.
    fn entry(&self, section: &str, name: &str) -> Self {
        let path = self.path.iter().cloned().chain([name.to_owned()]).collect();
        let noun = match section {
            "approval" => "rule ",
            "checks" => "check ",
            "eligibility" => "row ",
            "reasons" => "reason ",
            "categories" => "category ",
            _ => "",
        };
        let list = self.path.join(".");
        Self { path, title: format!("[[{list}]] {noun}“{name}”") }
    }

    fn tell(&self, change: ChangeKind, before: Option<&Value>, after: Option<&Value>) -> Change {
        let (before, after) = (before.map(written), after.map(written));
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let words = match change {
            ChangeKind::Added => format!("{} is new: {}", self.title, text(&after)),
            ChangeKind::Removed => format!("{} is gone; it was {}", self.title, text(&before)),
            ChangeKind::Changed => format!("{} is {} and was {}", self.title, text(&after), text(&before)),
            ChangeKind::Moved => self.title.clone(),
        };
        Change { path: self.path.join("."), change, before, after, words }
    }
}

/// Writes a value as TOML, shortened.
fn written(value: &Value) -> String {
    let text = value.to_string();
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= limits::DIFF_VALUE_CHARS {
        return one_line;
    }
    one_line.chars().take(limits::DIFF_VALUE_CHARS).chain(['…']).collect()
}

fn members(place: &Place, before: &Table, after: &Table, found: &mut Vec<Change>) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        value(place, name, before.get(name), after.get(name), found);
    }
}

fn value(place: &Place, name: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let here = place.below(name, matches!(before.or(after), Some(Value::Table(_))));
    if let Some((old, new)) =
        entries(before).zip(entries(after)).filter(|(old, new)| !(old.is_empty() && new.is_empty()))
    {
        return list(&here, name, &old, &new, found);
    }
    match (before, after) {
        (Some(Value::Table(old)), Some(Value::Table(new))) => members(&here, old, new, found),
        (None, after) => found.push(here.tell(ChangeKind::Added, None, after)),
        (before, None) => found.push(here.tell(ChangeKind::Removed, before, None)),
        (before, after) => found.push(here.tell(ChangeKind::Changed, before, after)),
    }
}

/// Returns the entries of a list of tables; what is not there is an empty one.
fn entries(value: Option<&Value>) -> Option<Vec<&Table>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(Value::as_table).collect(),
        Some(_) => None,
    }
}

/// Returns the entries by what they are called; none where some have no name, or two the same.
fn named_by<'t>(list: &[&'t Table], member: &str) -> Option<BTreeMap<String, (usize, &'t Table, &'t str)>> {
    let mut named = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        let name = entry.get(member)?.as_str()?;
        if named.insert(words::canonical(name), (index, *entry, name)).is_some() {
            return None;
        }
    }
    Some(named)
}

fn list(place: &Place, section: &str, before: &[&Table], after: &[&Table], found: &mut Vec<Change>) {
    let by = |member| named_by(before, member).zip(named_by(after, member));
    let Some((old, new)) = by("name").or_else(|| by("code")) else {
        return nameless(place, section, before, after, found);
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut both = Vec::new();
    for key in keys {
        match (old.get(key), new.get(key)) {
            (Some((_, gone, name)), None) => {
                let gone = Value::Table((*gone).clone());
                found.push(place.entry(section, name).tell(ChangeKind::Removed, Some(&gone), None));
            }
            (None, Some((_, added, name))) => {
                let added = Value::Table((*added).clone());
                found.push(place.entry(section, name).tell(ChangeKind::Added, None, Some(&added)));
            }
            (Some((from, old, _)), Some((to, new, name))) => {
                both.push((*from, *to, *name));
                members(&place.entry(section, name), old, new, found);
            }
            (None, None) => {}
        }
    }
    both.sort_unstable();
    let stays: BTreeSet<usize> = {
        let places: Vec<_> = both.iter().map(|(from, to, _)| (*from, *to)).collect();
        rising(&places).into_iter().map(|(from, _)| from).collect()
    };
    for (from, to, name) in both.into_iter().filter(|(from, ..)| !stays.contains(from)) {
        let mut moved = place.entry(section, name).tell(ChangeKind::Moved, None, None);
        let (from, to) = (from + 1, to + 1);
        moved.words = format!("{} stands in place {to} and stood in place {from}", moved.words);
        (moved.before, moved.after) = (Some(from.to_string()), Some(to.to_string()));
        found.push(moved);
    }
}

/// Tells of the entries that are on one side only, as often as they are there more often.
fn nameless(place: &Place, section: &str, before: &[&Table], after: &[&Table], found: &mut Vec<Change>) {
    let mut left: Vec<&Table> = after.to_vec();
    let noun = if section == "limits" { "a limit" } else { "an entry" };
    let here = Place { path: place.path.clone(), title: format!("[[{}]] {noun}", place.path.join(".")) };
    for gone in before {
        match left.iter().position(|known| known == gone) {
            Some(index) => drop(left.remove(index)),
            None => found.push(here.tell(ChangeKind::Removed, Some(&Value::Table((*gone).clone())), None)),
        }
    }
    for added in left {
        found.push(here.tell(ChangeKind::Added, None, Some(&Value::Table(added.clone()))));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn words(before: &str, after: &str) -> Vec<String> {
        let table = |text: &str| toml::from_str::<Table>(text).unwrap();
        changes(&table(before), &table(after)).into_iter().map(|change| change.words).collect()
    }

    const RULES: &str = "[[approval]]\nname = \"small\"\nup_to = \"50.00\"\nlevels = []\n\
                         [[approval]]\nname = \"Big one\"\nlevels = [\"manager\"]\n";

    #[test]
    fn a_rule_that_changes_comes_goes_or_moves_is_told_by_its_name() {
        assert_eq!(words(RULES, RULES), Vec::<String>::new());
        assert_eq!(words(RULES, &format!("# why\n{}", RULES.replace(" = ", "="))), Vec::<String>::new(), "layout");
        assert_eq!(
            words(RULES, &RULES.replace("50.00", "80.00")),
            ["[[approval]] rule “small” up_to is \"80.00\" and was \"50.00\""]
        );
        assert_eq!(
            words(RULES, &format!("{RULES}when = 'true'\n[[approval]]\nname = \"rest\"\nlevels = [\"finance\"]\n")),
            [
                "[[approval]] rule “Big one” when is new: \"true\"",
                "[[approval]] rule “rest” is new: { levels = [\"finance\"], name = \"rest\" }"
            ]
        );
        let gone = RULES.split_inclusive("levels = []\n").next().unwrap();
        assert_eq!(
            words(RULES, gone),
            ["[[approval]] rule “Big one” is gone; it was { levels = [\"manager\"], name = \"Big one\" }"]
        );
        let (first, second) = RULES.split_at(RULES.rfind("[[").unwrap());
        assert_eq!(
            words(RULES, &format!("{second}{first}")),
            ["[[approval]] rule “small” stands in place 2 and stood in place 1"]
        );
    }

    #[test]
    fn a_section_that_nobody_listed_is_told_of_like_any_other() {
        assert_eq!(
            words(
                "version = \"1\"\n[sla]\nhours = 8\n[sla.days]\nmonday = true",
                "version = \"2\"\n[sla]\nhours = 9\n[risk]\nround = 5"
            ),
            [
                "[risk] is new: { round = 5 }",
                "[sla] days is gone; it was { monday = true }",
                "[sla] hours is 9 and was 8",
                "version is \"2\" and was \"1\""
            ]
        );
    }

    #[test]
    fn entries_without_a_name_are_compared_as_a_whole() {
        let limits = "[[automatic.limits]]\nper = \"all\"\ndays = 1\nup_to = \"5\"\n";
        assert_eq!(
            words(&limits.repeat(2), &format!("{limits}{}", limits.replace("\"5\"", "\"6\""))),
            [
                "[[automatic.limits]] a limit is gone; it was { days = 1, per = \"all\", up_to = \"5\" }",
                "[[automatic.limits]] a limit is new: { days = 1, per = \"all\", up_to = \"6\" }"
            ]
        );
        assert_eq!(words("", limits).len(), 1);
    }

    #[test]
    fn what_is_long_is_shortened() {
        let told = words("", &format!("a = \"{}\"", "x".repeat(5_000)));
        assert!(told[0].chars().count() < limits::DIFF_VALUE_CHARS + 50 && told[0].ends_with('…'), "{}", told[0].len());
    }
}
