//! Puts a file aside while it comes in, part by part. Only once it is there as a whole it is an import: what broke off
//! before is forgotten after a day, and whoever sends the same file again gets the same import.

use contraflow_domain::bulk::{Counts, Format, Import, ImportState, Part};
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::IMPORT_BROKEN_MS;
use http::StatusCode;

use super::{file_key, given_key, key, lists, open_key, part_key, save, save_due};
use crate::problem::Problem;
use crate::receive::REUSED;
use crate::unit::{Unit, transact};
use crate::{limits, new_id, now};

/// What tells one file from another.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// The SHA-256 of its bytes, in hex.
    pub hash: &'a str,
    /// Its format.
    pub format: Format,
    /// The template that it is read by.
    pub template: Option<&'a str>,
}

/// Holds a file that comes in, as far as it is not stored yet.
pub struct Upload {
    import: Import,
    /// Parts that are not stored yet, and the bytes of the file in them.
    parts: Vec<Part>,
    bytes: usize,
    begun: bool,
}

impl Upload {
    /// Begins an import of somebody's file.
    #[must_use]
    pub fn new(by: &str, format: Format, template: Option<String>, key: Option<String>) -> Self {
        let at = now();
        let import = Import {
            id: new_id(),
            by: by.to_owned(),
            at,
            format,
            template,
            state: ImportState::Uploading,
            hash: String::new(),
            key,
            bytes: 0,
            rows: 0,
            parts: 0,
            next: 0,
            counts: Counts::default(),
            sums: Vec::new(),
            touched_at: at,
            ended_at: None,
            cancelled: None,
            due: None,
        };
        Self { import, parts: Vec::new(), bytes: 0, begun: false }
    }

    /// Takes up a part that has so many bytes in the file, and stores what is there once it is enough for a commit.
    ///
    /// # Errors
    /// When the store does not answer, or too many of the same person's imports are under way.
    pub async fn add(&mut self, part: Part, bytes: usize) -> Result<(), Problem> {
        if part.rows.is_empty() {
            return Ok(());
        }
        self.import.rows += u32::try_from(part.rows.len()).unwrap_or(u32::MAX);
        self.parts.push(part);
        self.bytes += bytes;
        let is_enough = self.parts.len() >= limits::IMPORT_PARTS_AT_ONCE || self.bytes >= limits::IMPORT_BYTES_AT_ONCE;
        if is_enough { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Problem> {
        let (begun, parts) = (self.begun, &self.parts);
        let stored = transact(async |unit| {
            let mut import = self.import.clone();
            if !begun {
                open(unit, &import).await?;
            }
            import.touched_at = now();
            let due = import.due.or_else(|| Some(now().plus_ms(IMPORT_BROKEN_MS)));
            write_parts(unit, &mut import, parts)?;
            save_due(unit, &mut import, due)?;
            Ok(import)
        })
        .await?;
        (self.import, self.begun) = (stored, true);
        self.parts.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Makes the file an import, now that it is there as a whole. Returns the import, and whether it is new: the same
    /// file of the same person is the same import, unless that was cancelled.
    ///
    /// # Errors
    /// 422 when the key that its sender gave it was used for another file; when the store does not answer.
    pub async fn finish(&mut self, hash: &str, bytes: u64) -> Result<(Import, bool), Problem> {
        let by = Identity::read(&self.import.by);
        let template = self.import.template.clone();
        let file = file_key(&by, &File { hash, format: self.import.format, template: template.as_deref() });
        let (begun, parts) = (self.begun, &self.parts);
        let (import, is_new) = transact(async |unit| {
            if let Some(known) = same(unit, &file).await? {
                return Ok((known, false));
            }
            let mut import = self.import.clone();
            if let Some(given) = &import.key {
                not_reused(unit, &given_key(&by, given), hash, &import.id).await?;
            }
            if !begun {
                open(unit, &import).await?;
            }
            (import.state, import.at, import.touched_at) = (ImportState::Running, now(), now());
            (import.hash, import.bytes) = (hash.to_owned(), bytes);
            write_parts(unit, &mut import, parts)?;
            unit.write(&file, &import.id)?;
            for entry in lists(&import) {
                unit.write(&entry, &())?;
            }
            save(unit, &mut import)?;
            Ok((import, true))
        })
        .await?;
        if is_new {
            self.import = import.clone();
        } else {
            self.abandon().await;
        }
        Ok((import, is_new))
    }

    /// Lets the clock forget what was put aside of a file that becomes no import. Where even that can't be stored, it
    /// is forgotten after a day.
    pub async fn abandon(&mut self) {
        if !self.begun {
            return;
        }
        let over = transact(async |unit| {
            let Some(mut import) = unit.read::<Import>(&key(&self.import.id)).await? else { return Ok(()) };
            if import.state == ImportState::Uploading { save_due(unit, &mut import, Some(now())) } else { Ok(()) }
        });
        if let Err(problem) = over.await {
            eprintln!("import {}: {}", self.import.id, problem.detail);
        }
    }
}

fn write_parts(unit: &mut Unit, import: &mut Import, parts: &[Part]) -> Result<(), Problem> {
    for part in parts {
        unit.write(&part_key(&import.id, import.parts), part)?;
        import.parts += 1;
    }
    Ok(())
}

/// Returns the import that was made of the same file, if it stands.
async fn same(unit: &mut Unit, file: &str) -> Result<Option<Import>, Problem> {
    let Some(id) = unit.read::<String>(file).await? else { return Ok(None) };
    let known: Option<Import> = unit.read(&key(&id)).await?;
    Ok(known.filter(|import| matches!(import.state, ImportState::Running | ImportState::Stored)))
}

/// Takes the key that somebody gave their import.
async fn not_reused(unit: &mut Unit, given: &str, hash: &str, id: &str) -> Result<(), Problem> {
    if let Some(known) = unit.read::<String>(given).await?
        && let Some(import) = unit.read::<Import>(&key(&known)).await?
        && import.hash != hash
    {
        let detail = format!("This key was used for another file (import {known}). Use a new key for a new file.");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, REUSED, detail));
    }
    unit.write(given, &id)
}

/// Counts an import among those of its sender that are under way.
async fn open(unit: &mut Unit, import: &Import) -> Result<(), Problem> {
    let place = open_key(&Identity::read(&import.by));
    let known: Vec<String> = unit.read(&place).await?.unwrap_or_default();
    let mut open = Vec::new();
    for id in known {
        let Some(mut other) = unit.read::<Import>(&key(&id)).await? else { continue };
        match other.state {
            ImportState::Running => open.push(id),
            // It broke off, and the clock is to forget it.
            ImportState::Uploading if other.due.is_some_and(|due| due <= now()) => {}
            // A file of which nothing has come for so long has broken off, too.
            ImportState::Uploading if now().ms_since(other.touched_at) > limits::IMPORT_STALLED_MS => {
                save_due(unit, &mut other, Some(now()))?;
            }
            ImportState::Uploading => open.push(id),
            ImportState::Stored | ImportState::Cancelled => {}
        }
    }
    if open.len() >= limits::IMPORTS_OPEN {
        let detail = format!(
            "{} imports of yours are under way: wait until one of them is stored, or cancel one. Nothing was stored.",
            limits::IMPORTS_OPEN
        );
        return Err(Problem::conflict("too-many-imports", detail));
    }
    open.push(import.id.clone());
    unit.write(&place, &open)
}
