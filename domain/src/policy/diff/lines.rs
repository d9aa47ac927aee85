//! Lines of two texts side by side: what stays, what is gone, what is new.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lifecycle::named;
use crate::limits;

named! {
    /// What became of a line.
    LineChange {
        /// It is in both texts.
        Same = "same",
        /// It is in the earlier text only.
        Removed = "removed",
        /// It is in the later text only.
        Added = "added",
    }
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PolicyDiffLine"))]
pub struct DiffLine {
    /// What became of it.
    pub change: LineChange,
    /// Its number in the earlier text, from 1; null where it is not there.
    pub before: Option<u32>,
    /// Its number in the later text, from 1; null where it is not there.
    pub after: Option<u32>,
    /// The line, without its end.
    pub text: String,
}

/// A place in both lists: kept, or in one of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Same(usize, usize),
    Removed(usize),
    Added(usize),
}

/// Compares two texts line by line. Of what is the same in both, the three lines around each change are shown.
#[must_use]
pub fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let edits = edits(&old, &new);
    let changed: Vec<_> = edits.iter().map(|edit| !matches!(edit, Edit::Same(..))).collect();
    let near = |place: usize| {
        let first = place.saturating_sub(limits::DIFF_CONTEXT);
        changed.iter().skip(first).take(place - first + limits::DIFF_CONTEXT + 1).any(|changed| *changed)
    };
    let text = |list: &[&str], place: usize| list.get(place).copied().unwrap_or_default().to_owned();
    let number = |place: usize| u32::try_from(place + 1).ok();
    let shown = edits.iter().enumerate().filter(|(place, _)| near(*place)).map(|(_, edit)| match *edit {
        Edit::Same(a, b) => {
            DiffLine { change: LineChange::Same, before: number(a), after: number(b), text: text(&old, a) }
        }
        Edit::Removed(a) => {
            DiffLine { change: LineChange::Removed, before: number(a), after: None, text: text(&old, a) }
        }
        Edit::Added(b) => DiffLine { change: LineChange::Added, before: None, after: number(b), text: text(&new, b) },
    });
    shown.collect()
}

/// Compares two lists. What is in both in another order counts as taken out in one place and put in at another.
pub(super) fn edits<T: Ord>(before: &[T], after: &[T]) -> Vec<Edit> {
    let mut found = Vec::with_capacity(before.len().max(after.len()));
    compare(before, after, (0, 0), 0, &mut found);
    found
}

/// Compares what stands from those places on: beginnings and ends that are the same, then what is there exactly once on
/// both sides, and what is left between these in the same way.
fn compare<T: Ord>(before: &[T], after: &[T], (a, b): (usize, usize), depth: usize, found: &mut Vec<Edit>) {
    let head = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    found.extend((0..head).map(|place| Edit::Same(a + place, b + place)));
    let (before, after) = (before.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (before.len() - tail, after.len() - tail);
    let (before, after) = (before.get(..old).unwrap_or_default(), after.get(..new).unwrap_or_default());
    let (a, b) = (a + head, b + head);
    let anchors = if depth < limits::DIFF_DEPTH { anchors(before, after) } else { Vec::new() };
    if anchors.is_empty() {
        found.extend((0..old).map(|place| Edit::Removed(a + place)));
        found.extend((0..new).map(|place| Edit::Added(b + place)));
    } else {
        let (mut from, mut to) = (0, 0);
        for (x, y) in anchors.into_iter().chain([(old, new)]) {
            let (left, right) = (before.get(from..x).unwrap_or_default(), after.get(to..y).unwrap_or_default());
            compare(left, right, (a + from, b + to), depth + 1, found);
            if x < old {
                found.push(Edit::Same(a + x, b + y));
            }
            (from, to) = (x + 1, y + 1);
        }
    }
    found.extend((0..tail).map(|place| Edit::Same(a + old + place, b + new + place)));
}

/// Returns where each item stands; no place for what is there more than once.
fn once<T: Ord>(list: &[T]) -> BTreeMap<&T, Option<usize>> {
    let mut known: BTreeMap<&T, Option<usize>> = BTreeMap::new();
    for (place, item) in list.iter().enumerate() {
        known.entry(item).and_modify(|known| *known = None).or_insert(Some(place));
    }
    known
}

/// Returns the places of what is there exactly once on both sides, as far as its order is the same.
fn anchors<T: Ord>(before: &[T], after: &[T]) -> Vec<(usize, usize)> {
    let (old, new) = (once(before), once(after));
    let both = old.iter().filter_map(|(item, place)| Some(((*place)?, (*new.get(item)?)?)));
    let mut both: Vec<_> = both.collect();
    both.sort_unstable();
    rising(&both)
}

/// Returns the longest part of the list in which the second numbers rise, too.
pub(super) fn rising(list: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The end of the best run of each length, and what stands before each item in its best run.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(list.len());
    let second = |place: usize| list.get(place).map(|(_, second)| *second);
    for (place, (_, item)) in list.iter().enumerate() {
        let length = ends.partition_point(|end| second(*end).is_some_and(|end| end < *item));
        previous.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut run = Vec::new();
    let mut next = ends.last().copied();
    while let Some(place) = next {
        run.extend(list.get(place));
        next = previous.get(place).copied().flatten();
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let mark = |change| match change {
            LineChange::Same => ' ',
            LineChange::Removed => '-',
            LineChange::Added => '+',
        };
        lines(before, after).iter().map(|line| format!("{}{}\n", mark(line.change), line.text)).collect()
    }

    #[test]
    fn a_changed_line_stands_between_the_three_around_it() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        assert_eq!(shown(before, &before.replace('5', "five")), " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
        assert_eq!(shown(before, before), "");
        assert_eq!(shown("", "a\nb"), "+a\n+b\n");
        assert_eq!(shown("a\nb", ""), "-a\n-b\n");
        assert_eq!(shown("a\r\nb\r\n", "a\nb\n"), "", "the end of a line is no part of it");
    }

    #[test]
    fn what_moved_is_gone_in_one_place_and_new_in_the_other() {
        assert_eq!(shown("a\nb\nc", "c\na\nb"), "+c\n a\n b\n-c\n");
        let rule = "[[approval]]\nname = \"x\"\n";
        assert_eq!(
            shown(&format!("{rule}[[approval]]\nname = \"y\"\n"), rule),
            " [[approval]]\n name = \"x\"\n-[[approval]]\n-name = \"y\"\n"
        );
    }

    #[test]
    fn every_line_of_both_texts_is_there_once_and_in_its_order() {
        let text = |seed: usize| (0..200).map(|line| format!("{}\n", (line * seed) % 23)).collect::<String>();
        for (before, after) in [(text(7), text(11)), (text(3), text(3)), (text(5), String::new())] {
            let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
            let (mut a, mut b) = (0, 0);
            for edit in edits(&old, &new) {
                match edit {
                    Edit::Same(x, y) => {
                        assert_eq!((x, y, old[x]), (a, b, new[y]));
                        (a, b) = (a + 1, b + 1);
                    }
                    Edit::Removed(x) => {
                        assert_eq!(x, a);
                        a += 1;
                    }
                    Edit::Added(y) => {
                        assert_eq!(y, b);
                        b += 1;
                    }
                }
            }
            assert_eq!((a, b), (old.len(), new.len()));
        }
    }

    #[test]
    fn the_longest_texts_are_compared_without_taking_long() {
        let before: String = (0..60_000).map(|line| format!("{line}\n")).collect();
        let after: String = (0..60_000).map(|line| format!("{}\n", (line * 7) % 60_000)).collect();
        assert!(lines(&before, &after).len() > 60_000);
        assert_eq!(lines(&"\n".repeat(200_000), &"\n".repeat(199_999)).len(), 4, "all lines are alike");
    }
}
