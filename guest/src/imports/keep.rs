//! Makes a row of a file a request, once, no matter how often the file is sent and who sends it.
//!
//! A row's key is its own reference. A row without a reference has a key made from its content, and from how many rows
//! up to it in the file have the same content. Two people who send the same file mean the same money, so a key leads to
//! the same request whoever sends it. But nobody can keep another's row out: where a key was used by somebody else for
//! other content, or what became of it there paid nothing, the row has a key of its sender's own.

use contraflow_domain::bulk::{FileRow, ImportedRow, Part, RowState};
use contraflow_domain::request::Source;
use contraflow_domain::request::ask::Ask;
use contraflow_domain::request::draft::FieldError;

use super::CHANNEL;
use crate::keys;
use crate::problem::Problem;
use crate::receive::{Checked, Kept, REUSED, Receipt};
use crate::unit::Unit;

/// Holds one row that asks for something, with the key under which it becomes a request only once.
pub(super) struct Row {
    /// The key that all senders share.
    key: String,
    /// The shared key of earlier versions, where it is another: made from the texts as they were written.
    earlier: Option<String>,
    checked: Checked,
}

/// Returns the source of a row's request.
fn source(reference: Option<&str>) -> Source {
    Source { channel: CHANNEL.into(), reference: reference.map(str::to_owned), link: None }
}

impl Row {
    /// Reads a row; `None` where it does not wait to become a request.
    ///
    /// # Errors
    /// When the ask can't be written as JSON.
    pub(super) fn of(row: &FileRow, import: Option<&str>) -> Result<Option<Self>, Problem> {
        let RowState::Waiting { ask, times, earlier } = &row.state else { return Ok(None) };
        let imported = import.map(|id| ImportedRow { id: id.to_owned(), row: row.row });
        let checked = Checked::of(source(row.reference.as_deref()), Ask::clone(ask))?.of_row(imported);
        let shared = |key: &str| keys::inbound(CHANNEL, "", key);
        let content = |hash: &str, times: u32| shared(&format!("content {hash} {times}"));
        let key = match row.reference.as_deref() {
            Some(reference) => shared(&format!("reference {reference}")),
            None => content(&checked.fingerprint, *times),
        };
        let earlier = (*earlier > 0).then(|| content(&checked.written, *earlier));
        Ok(Some(Self { key, earlier, checked }))
    }

    /// Returns the keys that are looked at for it.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.earlier.iter().chain([&self.key])
    }

    /// Returns the key under which the row is a request, or becomes one.
    async fn place(&self, unit: &mut Unit, sender: &str) -> Result<String, Problem> {
        for key in self.keys() {
            let Some(receipt) = unit.read::<Receipt>(key).await? else { continue };
            let is_others = receipt.requester.as_deref().is_some_and(|requester| requester != sender);
            let is_own = is_others
                && (!self.checked.is_of(&receipt) || unit.request(&receipt.request).await?.status.is_refused());
            return Ok(if is_own { keys::inbound(CHANNEL, sender, &self.key) } else { key.clone() });
        }
        Ok(self.key.clone())
    }

    /// Makes the row a request in the commit, unless it is one already.
    pub(super) async fn keep(&self, unit: &mut Unit, sender: &str) -> Result<Kept, Problem> {
        let place = self.place(unit, sender).await?;
        self.checked.keep(unit, &place, sender).await
    }
}

/// Returns the state of a row that becomes no request because of a problem.
pub(super) fn failed(problem: Problem) -> RowState {
    let code = problem.kind.rsplit(':').next().unwrap_or_default().to_owned();
    RowState::Failed { code, detail: problem.detail, errors: problem.errors }
}

/// Says what would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreseen {
    /// It would become a new request.
    New,
    /// It is a request already, of that id.
    AlreadyThere(String),
    /// It would become none.
    Failed {
        /// The stable name of the kind of mistake.
        code: String,
        /// What is wrong, and what would be right.
        detail: String,
        /// The same by column.
        errors: Vec<FieldError>,
    },
}

/// Says what would become of each row of a part, and stores nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn foresee(part: &Part, sender: &str) -> Result<Vec<Foreseen>, Problem> {
    let mut unit = Unit::default();
    let rows = part.rows.iter().map(|row| Row::of(row, None)).collect::<Result<Vec<_>, _>>()?;
    let wanted: Vec<_> = rows.iter().flatten().flat_map(Row::keys).cloned().collect();
    unit.prefetch(&wanted).await?;
    let mut foreseen = Vec::with_capacity(part.rows.len());
    for (stored, row) in part.rows.iter().zip(rows) {
        let Some(row) = row else {
            foreseen.push(told(&stored.state));
            continue;
        };
        let place = row.place(&mut unit, sender).await?;
        foreseen.push(match row.checked.known(&mut unit, &place).await {
            Ok(Some(id)) => Foreseen::AlreadyThere(id),
            Ok(None) => Foreseen::New,
            Err(problem) if problem.kind.ends_with(REUSED) => told(&failed(problem)),
            Err(problem) => return Err(problem),
        });
    }
    Ok(foreseen)
}

fn told(state: &RowState) -> Foreseen {
    match state.clone() {
        RowState::Failed { code, detail, errors } => Foreseen::Failed { code, detail, errors },
        RowState::AlreadyThere { id } | RowState::Accepted { id } => Foreseen::AlreadyThere(id),
        RowState::Waiting { .. } | RowState::Cancelled => Foreseen::New,
    }
}
