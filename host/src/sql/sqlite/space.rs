//! Gives space back to the disk that a database does not use any more.

use std::path::Path;

use rusqlite::Connection;

use super::connection::{GIVES_BACK, translate};
use crate::limits::{SQLITE_PAGES_GIVEN_BACK, SQLITE_SPARE_PAGES};
use crate::sql::Error;

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<u64> {
    connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
}

/// Gives some unused space back, where there is much of it. Returns how many bytes; 0 once there is nothing to do.
pub(super) fn give_back(connection: &Connection) -> Result<u64, Error> {
    let work = || -> rusqlite::Result<u64> {
        let spare = number(connection, "freelist_count")?;
        // What is about to be used again is not worth giving back.
        if spare <= SQLITE_SPARE_PAGES.max(number(connection, "page_count")? / 4) {
            return Ok(0);
        }
        let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({SQLITE_PAGES_GIVEN_BACK})"))?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        let given = spare.saturating_sub(number(connection, "freelist_count")?);
        if given > 0 {
            // The file itself becomes shorter when the newest commits are taken into it.
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(given * number(connection, "page_size")?)
    };
    work().map_err(translate)
}

/// Writes a database anew that nobody else has open, without what nothing uses. From then on it gives space back.
pub(super) fn compact(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(GIVES_BACK)?;
    connection.execute_batch("VACUUM")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{SqliteSync, connection};
    use super::*;

    fn fill(connection: &Connection) {
        connection.execute_batch("CREATE TABLE IF NOT EXISTS t (v BLOB)").unwrap();
        let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
                    INSERT INTO t SELECT zeroblob(4000) FROM n";
        connection.execute_batch(fill).unwrap();
    }

    fn size(file: &Path) -> u64 {
        std::fs::metadata(file).unwrap().len()
    }

    fn all_back(connection: &Connection) -> u64 {
        std::iter::from_fn(|| Some(give_back(connection).unwrap())).take_while(|given| *given > 0).sum()
    }

    #[test]
    fn a_database_from_which_much_was_removed_becomes_smaller_a_bounded_part_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let connection = connection::open(&file, SqliteSync::Off).unwrap();
        fill(&connection);
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let full = size(&file);
        assert_eq!(give_back(&connection).unwrap(), 0, "all of it is used");
        connection.execute_batch("DELETE FROM t").unwrap();
        let first = give_back(&connection).unwrap();
        assert_eq!(first, SQLITE_PAGES_GIVEN_BACK * 4096);
        assert_eq!(first + all_back(&connection), 2 * first, "and the rest is kept for later");
        assert!(size(&file) < full / 2, "{} of {full} bytes", size(&file));
    }

    #[test]
    fn a_database_of_before_gives_space_back_once_it_was_compacted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        fill(&Connection::open(&file).unwrap());
        let connection = connection::open(&file, SqliteSync::Off).unwrap();
        connection.execute_batch("DELETE FROM t").unwrap();
        assert_eq!(give_back(&connection).unwrap(), 0, "it can't");
        drop(connection);
        let full = size(&file);
        compact(&file).unwrap();
        assert!(size(&file) < full / 100, "{} of {full} bytes", size(&file));
        let connection = connection::open(&file, SqliteSync::Off).unwrap();
        fill(&connection);
        connection.execute_batch("DELETE FROM t").unwrap();
        assert!(all_back(&connection) > 0);
    }
}
