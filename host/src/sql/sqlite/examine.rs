//! Examines a database file before anything relies on it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::connection::is_interrupted;
use crate::limits::{
    APPLICATION_ID, FORMAT, SQLITE_APPLICATION_ID_AT, SQLITE_BUSY_TIMEOUT, SQLITE_EXAMINATION_TIME, SQLITE_HEADER_BYTES,
};

/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What the names of our own tables begin with.
const OUR_TABLES: &str = "contraflow_";

/// Says why a database file must not be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ExaminationError {
    /// The system does not let this account read or write the file.
    #[error("{} cannot be opened: {why}. Let the account that runs contraflow read and write it.", file.display())]
    Unreachable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The file is damaged, or was never a database.
    #[error(
        "{} is damaged, or is no database: {why}. Nothing was changed. Keep a copy of the whole folder, then put the newest backup \
         in its place, or choose another folder with --state.",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        why: String,
    },
    /// The file belongs to another program.
    #[error(
        "{} is the database of another program. Nothing was changed. Choose another folder with --state, or move the file away.",
        file.display()
    )]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// A newer contraflow wrote the file.
    #[error(
        "{} was written by a newer contraflow (format {found}; this one knows {FORMAT}). Nothing was changed. Start the newer \
         version, or put the backup from before the update in its place.",
        file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// The format's number in the file.
        found: i32,
    },
}

/// Examines a database file; one that is missing or empty is good, because it is still to be made.
///
/// # Errors
/// Says what is wrong with the file, and what to do.
pub fn examine(file: &Path) -> Result<(), ExaminationError> {
    let unreachable =
        |why: &dyn std::fmt::Display| ExaminationError::Unreachable { file: file.into(), why: why.to_string() };
    let damaged = |why: &dyn std::fmt::Display| ExaminationError::Damaged { file: file.into(), why: why.to_string() };
    let mut header = Vec::new();
    match File::open(file) {
        Ok(opened) => {
            _ = opened.take(SQLITE_HEADER_BYTES as u64).read_to_end(&mut header).map_err(|why| unreachable(&why))?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreachable(&error)),
    }
    if header.is_empty() {
        return Ok(());
    }
    if !header.starts_with(MAGIC) || header.len() < SQLITE_HEADER_BYTES {
        return Err(damaged(&"it does not begin as a database does"));
    }
    // A program that names itself is not disturbed: its file is not even opened as a database.
    let named =
        header.get(SQLITE_APPLICATION_ID_AT..SQLITE_APPLICATION_ID_AT + 4).and_then(|bytes| bytes.try_into().ok());
    if named.map_or(0, i32::from_be_bytes) != 0 && named.map(i32::from_be_bytes) != Some(APPLICATION_ID) {
        return Err(ExaminationError::Foreign { file: file.into() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|why| unreachable(&why))?;
    connection.busy_timeout(SQLITE_BUSY_TIMEOUT).map_err(|why| unreachable(&why))?;
    let number = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0));
    let id = number("application_id").map_err(|why| damaged(&why))?;
    let format = number("user_version").map_err(|why| damaged(&why))?;
    if id == 0 && !is_ours(&connection).map_err(|why| damaged(&why))? {
        return Err(ExaminationError::Foreign { file: file.into() });
    }
    if id == APPLICATION_ID && format > FORMAT {
        return Err(ExaminationError::Newer { file: file.into(), found: format });
    }
    check_pages(&connection, SQLITE_EXAMINATION_TIME).map_err(|why| damaged(&why))
}

/// Tells whether a file that names no program has tables of ours, or none at all.
fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let count = |condition: &str| {
        let statement = format!("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND {condition}");
        connection.query_row(&statement, [], |row| row.get::<_, u32>(0))
    };
    let ours = count(&format!("(substr(name, 1, {}) = '{OUR_TABLES}' OR name = 'entry')", OUR_TABLES.len()))?;
    Ok(ours > 0 || count("name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")? == 0)
}

/// Looks through the pages, for a bounded time: of a database so large that this does not suffice the rest is read when
/// it is needed.
fn check_pages(connection: &Connection, time: Duration) -> Result<(), String> {
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let interrupt = connection.get_interrupt_handle();
    let found = std::thread::scope(|scope| {
        scope.spawn(move || {
            if ended.recv_timeout(time) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                interrupt.interrupt();
            }
        });
        let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        drop(done);
        found
    });
    match found {
        Ok(words) if words == "ok" => Ok(()),
        Ok(words) => Err(words),
        Err(error) if is_interrupted(&error) => {
            tracing::info!(
                "the database is large: {time:?} did not suffice to look through it; `contraflow doctor` does"
            );
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("contraflow-examine-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn database(&self, statements: &str) -> PathBuf {
            let file = self.0.join("sqlite_default.db");
            _ = std::fs::remove_file(&file);
            Connection::open(&file).unwrap().execute_batch(statements).unwrap();
            file
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_database_of_today_and_one_still_to_be_made_are_good() {
        let folder = Folder::new("good");
        examine(&folder.0.join("missing.db")).unwrap();
        std::fs::write(folder.0.join("empty.db"), "").unwrap();
        examine(&folder.0.join("empty.db")).unwrap();
        examine(&folder.database("CREATE TABLE contraflow_kv(key TEXT); CREATE TABLE books_invoice(a)")).unwrap();
        let marked = format!("PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT}; CREATE TABLE t(a)");
        examine(&folder.database(&marked)).unwrap();
    }

    #[test]
    fn a_file_that_is_no_sound_database_is_refused_with_what_to_do() {
        let folder = Folder::new("damaged");
        let text = folder.0.join("text.db");
        let sound = folder.database("CREATE TABLE contraflow_kv(key TEXT, value); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO contraflow_kv SELECT i, hex(randomblob(50)) FROM n; CREATE INDEX contraflow_i ON contraflow_kv(value)");
        let mut bytes = std::fs::read(&sound).unwrap();
        let torn = folder.0.join("torn.db");
        std::fs::write(&torn, &bytes[..bytes.len() / 2]).unwrap();
        for page in bytes.chunks_mut(4096).skip(2).step_by(2) {
            page.fill(0x5a);
        }
        let scribbled = folder.0.join("scribbled.db");
        std::fs::write(&scribbled, &bytes).unwrap();
        std::fs::write(&text, "this is no database, it is a text that somebody put here").unwrap();
        for file in [text, torn, scribbled] {
            let error = examine(&file).unwrap_err();
            assert!(matches!(error, ExaminationError::Damaged { .. }), "{error}");
            assert!(
                error.to_string().contains(file.to_str().unwrap()) && error.to_string().contains("backup"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_database_of_another_program_is_left_alone() {
        let folder = Folder::new("foreign");
        for statements in
            ["PRAGMA application_id=252006674; CREATE TABLE contraflow_kv(a)", "CREATE TABLE bookmarks(url TEXT)"]
        {
            let file = folder.database(statements);
            let before = std::fs::read(&file).unwrap();
            assert!(matches!(examine(&file), Err(ExaminationError::Foreign { .. })), "{statements}");
            assert_eq!(std::fs::read(&file).unwrap(), before);
        }
    }

    #[test]
    fn a_database_of_a_newer_version_is_left_alone() {
        let folder = Folder::new("newer");
        let file =
            folder.database(&format!("PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={}", FORMAT + 1));
        let error = examine(&file).unwrap_err();
        assert!(matches!(error, ExaminationError::Newer { .. }), "{error}");
        assert!(error.to_string().contains("newer"), "{error}");
    }
}
