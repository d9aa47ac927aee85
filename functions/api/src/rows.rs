//! Fills a page of a list with rows. It reads requests a few at a time, and ends by bytes as well as by count, so what
//! a page costs does not follow what the requests hold.

use contraflow_domain::approval::Person;
use contraflow_domain::request::Request;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, store};

use crate::shown::shown;
use crate::walk::Walk;

/// Fills a page with the requests of a walk that are wanted, as that person may read them. `at_once` places are read
/// together. A page that has looked at very many of them ends before it is full, and the next goes on.
///
/// # Errors
/// When the store does not answer, or a request can't be read.
pub async fn page(
    mut walk: Walk,
    (limit, at_once): (u32, u32),
    reader: &Person,
    wanted: impl Fn(&str, &Request) -> bool,
) -> Result<Page<RequestRow>, Problem> {
    let (mut rows, mut looked_at, mut last) = (Rows::at_most(limit, reader), 0, None);
    let next = loop {
        let places = walk.portion(at_once).await?;
        let dealt_with = rows.take(&places, &wanted).await?;
        looked_at += dealt_with;
        last = dealt_with.checked_sub(1).and_then(|place| places.get(place).cloned()).or(last);
        let ended_early = dealt_with < places.len();
        if ended_early || !walk.is_done() && (rows.is_full() || looked_at >= limits::LIST_SCAN) {
            break last;
        }
        if walk.is_done() {
            break None;
        }
    };
    Ok(Page { items: rows.items, next })
}

/// Holds the rows of one page while it is filled.
pub struct Rows<'a> {
    /// The rows so far.
    pub items: Vec<RequestRow>,
    reader: &'a Person,
    limit: usize,
    row_bytes: usize,
    read_bytes: usize,
}

impl<'a> Rows<'a> {
    /// Begins a page of at most so many rows, as that person may read them.
    #[must_use]
    pub fn at_most(limit: u32, reader: &'a Person) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { items: Vec::new(), reader, limit, row_bytes: 0, read_bytes: 0 }
    }

    /// Takes up the requests at the ends of these places of an index, as far as they are wanted and the page has room.
    /// Returns how many places it has dealt with; the next page begins with the place behind them.
    ///
    /// # Errors
    /// When the store does not answer, or a request can't be read.
    pub async fn take(&mut self, places: &[String], wanted: impl Fn(&str, &Request) -> bool) -> Result<usize, Problem> {
        let mut dealt_with = 0;
        for some in places.chunks(limits::ROWS_AT_ONCE) {
            if self.is_full() {
                return Ok(dealt_with);
            }
            let ids = some.iter().map(|place| keys::request(keys::id_of(place))).collect();
            let found = store::get(ids).await?;
            for (place, entry) in some.iter().zip(found) {
                let Some(entry) = entry else {
                    dealt_with += 1;
                    continue;
                };
                self.read_bytes += entry.value.len();
                let request: Request = decode(&entry.key, &entry.value)?;
                if wanted(place, &request) && !self.add(request)? {
                    return Ok(dealt_with);
                }
                dealt_with += 1;
            }
        }
        Ok(dealt_with)
    }

    /// Tells whether the page takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.items.len() >= self.limit || self.read_bytes >= limits::LIST_READ_BYTES
    }

    /// Adds a row, and says whether there was room for it.
    fn add(&mut self, request: Request) -> Result<bool, Problem> {
        if self.items.len() >= self.limit {
            return Ok(false);
        }
        let row = RequestRow::from(shown(request, self.reader));
        let bytes = serde_json::to_vec(&row).map_err(|error| Problem::internal(error.to_string()))?.len();
        if !self.items.is_empty() && self.row_bytes + bytes > limits::LIST_BYTES {
            return Ok(false);
        }
        self.row_bytes += bytes;
        self.items.push(row);
        Ok(true)
    }
}
