//! Walks indexes: the places at which requests stand in them, in order, a portion at a time.

use std::collections::VecDeque;

use contraflow_guest::problem::Problem;
use contraflow_guest::{keys, limits, store};

/// Holds the indexes that are walked at once, and how far the walk is.
pub struct Walk {
    prefixes: Vec<String>,
    /// The place behind which the next portion begins; empty at the beginning.
    behind: String,
    /// The first place that no longer belongs to the walk; none where all do.
    end: Option<String>,
    /// The places that were gathered before, where they can't be walked in their order.
    gathered: Option<VecDeque<String>>,
    is_done: bool,
}

impl Walk {
    /// Walks these indexes from their beginning. They must be sorted in one way.
    pub fn over(prefixes: Vec<String>) -> Self {
        Self { prefixes, behind: String::new(), end: None, gathered: None, is_done: false }
    }

    /// Walks these places, which are in their order.
    pub fn of(places: Vec<String>) -> Self {
        Self { gathered: Some(places.into()), ..Self::over(Vec::new()) }
    }

    /// Walks the requests that have a term which begins so, newest first. Of a beginning that very many have, the first
    /// [`limits::TERM_SCAN`] are walked.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn over_terms(beginning: &str) -> Result<Self, Problem> {
        let prefix = keys::term_prefix(beginning);
        let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::TERM_SCAN).await?;
        let places = page.entries.iter().filter_map(|entry| keys::place_behind_term(&entry.key).map(str::to_owned));
        let mut places: Vec<String> = places.collect();
        places.sort_unstable();
        places.dedup();
        Ok(Self::of(places))
    }

    /// Goes on behind a place.
    #[must_use]
    pub fn behind(mut self, place: &str) -> Self {
        if place > self.behind.as_str() {
            place.clone_into(&mut self.behind);
        }
        if let Some(gathered) = &mut self.gathered {
            gathered.retain(|known| known.as_str() > place);
        }
        self
    }

    /// Ends before a place.
    #[must_use]
    pub fn before(mut self, place: String) -> Self {
        if let Some(gathered) = &mut self.gathered {
            gathered.retain(|known| *known < place);
        }
        self.end = Some(place);
        self
    }

    /// Returns the next places, at most so many; none behind the last.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn portion(&mut self, count: u32) -> Result<Vec<String>, Problem> {
        let wide = usize::try_from(count).unwrap_or(usize::MAX);
        if let Some(gathered) = &mut self.gathered {
            let portion = gathered.drain(..wide.min(gathered.len())).collect();
            self.is_done = gathered.is_empty();
            return Ok(portion);
        }
        if self.is_done {
            return Ok(Vec::new());
        }
        let (mut places, mut more) = (Vec::new(), false);
        for prefix in &self.prefixes {
            let start = if self.behind.is_empty() { prefix.clone() } else { format!("{prefix}{}\u{1}", self.behind) };
            let end = self.end.as_ref().map_or_else(|| store::end_of(prefix), |end| format!("{prefix}{end}"));
            if start >= end {
                continue;
            }
            let page = store::scan(start, end, count).await?;
            more |= page.next.is_some();
            let found = page.entries.into_iter();
            places.extend(found.filter_map(|entry| entry.key.strip_prefix(prefix.as_str()).map(str::to_owned)));
        }
        places.sort_unstable();
        places.dedup();
        // Each index gave as many as are wanted, so none of those that come first is missing.
        more |= places.len() > wide;
        places.truncate(wide);
        self.is_done = !more;
        if let Some(last) = places.last() {
            self.behind.clone_from(last);
        }
        Ok(places)
    }

    /// Tells whether nothing follows.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.is_done
    }
}
