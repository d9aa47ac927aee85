//! Keeps imports: files of many asks whose rows become requests part by part. A part is stored as it came in until its
//! rows are requests, and from then on says what became of them: the result of the import.

mod forget;
mod keep;
mod run;
mod upload;

pub use forget::resume;
pub use keep::{Foreseen, foresee};
pub use run::{carry_on, carry_on_later, store_next};
pub use upload::{File, Upload};

use contraflow_domain::bulk::{Import, ImportState, Part, Requests, Shown, Template};
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::DRIVER_LEASE_MS;
use contraflow_domain::time::Timestamp;

use crate::due::Due;
pub use crate::keys::import as key;
use crate::keys::{self, newest_first, segment};
use crate::problem::Problem;
use crate::unit::{Unit, decode, transact};
use crate::view::Page;
use crate::{limits, now, store};

/// Names the range of the templates of imports.
pub const TEMPLATES: &str = "import-template/";
/// Names the key of how many templates of imports there are.
pub const TEMPLATE_COUNT: &str = "import-template-count";

/// Returns the key of a template of imports.
#[must_use]
pub fn template_key(name: &str) -> String {
    format!("{TEMPLATES}{}", segment(name))
}

/// Reads the template that a file is to be read by.
///
/// # Errors
/// 422 where there is none of that name.
pub async fn template(name: &str) -> Result<Template, Problem> {
    let found: Option<Template> = Unit::default().look_at(&template_key(name)).await?;
    found.ok_or_else(|| Problem::parameter("template", format!("There is no template `{name}`.")))
}

/// Names the channel of requests that come in files.
pub const CHANNEL: &str = "csv";

/// Returns the key of a part of an import.
#[must_use]
pub fn part_key(id: &str, number: u32) -> String {
    format!("import-part/{}/{number:06}", segment(id))
}

/// Returns the key that leads from a file to the import that somebody made of it.
fn file_key(by: &Identity, file: &File<'_>) -> String {
    let told = (file.hash, file.format, file.template);
    format!("import-file/{}/{}", segment(&by.key()), contraflow_audit::canonical_hash(&told).unwrap_or_default())
}

/// Returns the key that leads from the key that somebody gave an import to its id.
fn given_key(by: &Identity, given: &str) -> String {
    format!("import-key/{}/{}", segment(&by.key()), segment(given))
}

/// Returns the key of the imports of somebody that may be under way.
fn open_key(by: &Identity) -> String {
    format!("import-open/{}", segment(&by.key()))
}

const ALL: &str = "import-list/";

fn list_prefix(by: &Identity) -> String {
    format!("import-of/{}/", segment(&by.key()))
}

/// Returns the keys under which an import is listed, the newest first.
fn lists(import: &Import) -> [String; 2] {
    let place = format!("{}/{}", newest_first(import.at), segment(&import.id));
    [format!("{ALL}{place}"), format!("{}{place}", list_prefix(&Identity::read(&import.by)))]
}

/// Reads an import whose file is there.
///
/// # Errors
/// 404 where there is none of that id.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Import, Problem> {
    let import: Option<Import> = unit.read(&key(id)).await?;
    let there = import.filter(|import| import.state != ImportState::Uploading);
    there.ok_or_else(|| Problem::not_found("import of that id"))
}

/// Returns a page of imports, the newest first: of one person, or of all.
///
/// # Errors
/// When the store does not answer.
pub async fn list(of: Option<&Identity>, cursor: Option<&str>, limit: u32) -> Result<Page<Shown>, Problem> {
    let prefix = of.map_or_else(|| ALL.to_owned(), list_prefix);
    let start = format!("{prefix}{}", cursor.unwrap_or_default());
    let page = store::scan(start, store::end_of(&prefix), limit).await?;
    let wanted: Vec<_> = page.entries.iter().map(|entry| key(keys::id_of(&entry.key))).collect();
    let found = Unit::default().look_at_many::<Import>(&wanted).await?;
    let at = now();
    let items = found.into_iter().flatten().map(|import| Shown::of(import, None, at)).collect();
    let next = page.next.and_then(|next| next.strip_prefix(&prefix).map(str::to_owned));
    Ok(Page { items, next })
}

/// Returns parts of an import from one on, as they are now; fewer than wanted where there are no more.
///
/// # Errors
/// When the store does not answer.
pub async fn parts(import: &Import, from: u32, count: u32) -> Result<Vec<Part>, Problem> {
    let end = from.saturating_add(count).min(import.parts);
    let wanted: Vec<_> = (from..end).map(|number| part_key(&import.id, number)).collect();
    let found = store::get(wanted).await?.into_iter().flatten();
    let read = |entry: store::Entry| decode(&entry.key, &entry.value).map(|part| import.shown_part(part));
    found.map(read).collect()
}

/// Counts the requests of an import by where they stand.
///
/// # Errors
/// When the store does not answer.
pub async fn requests(import: &Import) -> Result<Requests, Problem> {
    let working = count(&keys::imported(&import.id, false)).await?;
    let waiting_for_people = count(&keys::imported(&import.id, true)).await?;
    let ended = import.counts.accepted.saturating_sub(working).saturating_sub(waiting_for_people);
    Ok(Requests { working, waiting_for_people, ended })
}

async fn count(prefix: &str) -> Result<u32, Problem> {
    let (mut start, mut count) = (prefix.to_owned(), 0);
    loop {
        let page = store::scan(start, store::end_of(prefix), limits::IMPORT_COUNTED_AT_ONCE).await?;
        count += u32::try_from(page.entries.len()).unwrap_or(u32::MAX);
        let Some(next) = page.next else { return Ok(count) };
        start = next;
    }
}

/// Cancels an import: rows that are no requests yet become none. To cancel it again changes nothing.
///
/// # Errors
/// 404 where there is none of that id, 409 where all of its rows were dealt with, or what `may` returns.
pub async fn cancel(
    id: &str,
    by: &str,
    mut may: impl FnMut(&Import) -> Result<(), Problem>,
) -> Result<Import, Problem> {
    transact(async |unit| {
        let mut import = find(unit, id).await?;
        may(&import)?;
        match import.state {
            ImportState::Stored => {
                let detail = "All rows of this import were dealt with. Withdraw the requests that are not wanted.";
                return Err(Problem::conflict("import-over", detail));
            }
            ImportState::Cancelled | ImportState::Uploading => return Ok(import),
            ImportState::Running => {}
        }
        import.cancel(by, "", now());
        save(unit, &mut import)?;
        Ok(import)
    })
    .await
}

/// Writes an import, and the entry that leads the clock to it: while it runs, once its driver should have gone on, and
/// from then on, when it is to be forgotten.
fn save(unit: &mut Unit, import: &mut Import) -> Result<(), Problem> {
    let at = now();
    let due = match import.state {
        // The lease is renewed at half time, so that not every part moves the entry.
        ImportState::Running if import.due.is_some_and(|due| leased(due, at)) => import.due,
        ImportState::Running => Some(at.plus_ms(DRIVER_LEASE_MS)),
        ImportState::Uploading => import.due,
        ImportState::Stored | ImportState::Cancelled => import.forgotten_at(),
    };
    save_due(unit, import, due)
}

fn leased(due: Timestamp, at: Timestamp) -> bool {
    due >= at.plus_ms(DRIVER_LEASE_MS / 2) && due <= at.plus_ms(DRIVER_LEASE_MS)
}

fn save_due(unit: &mut Unit, import: &mut Import, due: Option<Timestamp>) -> Result<(), Problem> {
    let before = due_entry(import);
    import.due = due;
    let next = due_entry(import);
    if let Some(before) = before.as_ref().filter(|before| Some(*before) != next.as_ref()) {
        unit.remove(before);
    }
    if let Some(next) = next.filter(|next| before.as_ref() != Some(next)) {
        unit.write(&next, &())?;
    }
    unit.write(&key(&import.id), import)
}

/// Returns the index entry that leads the clock to an import.
#[must_use]
pub fn due_entry(import: &Import) -> Option<String> {
    import.due.map(|at| keys::due(at, &Due::Import(import.id.clone()).to_string()))
}

/// Lets the clock go on with an import as soon as it comes by.
///
/// # Errors
/// When the store does not answer.
async fn hand_over(id: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut import) = unit.read::<Import>(&key(id)).await? else { return Ok(()) };
        if import.state != ImportState::Running {
            return Ok(());
        }
        save_due(unit, &mut import, Some(now()))
    })
    .await
}

/// Works out anew when the clock goes on with an import: a clock that was wrong may have put it off.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(id: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut import) = unit.read::<Import>(&key(id)).await? else { return Ok(()) };
        if import.state == ImportState::Running { save(unit, &mut import) } else { Ok(()) }
    })
    .await
}
