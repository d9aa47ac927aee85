//! Why a statement gave no rows.

use contraflow_tables::words::{DENIED, FAILED, FULL, HELD, LOST, NO_DATABASE, is_locked};
use spin_sdk::sqlite::Error;

/// Why a statement gave no rows, and whether it can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementError {
    /// The component may not use the database: the manifest must be mended. Nothing happened.
    Denied(String),
    /// The database was locked, full or unreachable. Nothing happened.
    NotDone(String),
    /// The statement failed while it ran; only reading tells whether it happened.
    Unknown(Words),
}

/// Holds SQLite's own words, and those of a `RAISE`. They may name files and tables, so they are for the log alone:
/// nothing but what a `RAISE` says after its marker leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// Writes the words to the log, and returns what a caller is told.
    #[must_use]
    pub fn into_detail(self) -> String {
        eprintln!("SQLite: {}", self.0);
        FAILED.to_owned()
    }
}

impl From<&str> for Words {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl StatementError {
    /// Makes a failure from before the statement was started.
    pub(crate) fn before(error: Error) -> Self {
        match Self::during(error) {
            Self::Unknown(words) => Self::NotDone(words.into_detail()),
            other => other,
        }
    }

    pub(crate) fn during(error: Error) -> Self {
        match error {
            Error::NoSuchDatabase => Self::Denied(NO_DATABASE.to_owned()),
            Error::AccessDenied => Self::Denied(DENIED.to_owned()),
            Error::DatabaseFull => Self::NotDone(FULL.to_owned()),
            Error::InvalidConnection => Self::Unknown(LOST.into()),
            Error::Io(words) if is_locked(&words) => Self::NotDone(HELD.to_owned()),
            Error::Io(words) => Self::Unknown(Words(words)),
        }
    }

    /// Returns what a caller is told.
    #[must_use]
    pub fn into_detail(self) -> String {
        match self {
            Self::Denied(detail) | Self::NotDone(detail) => detail,
            Self::Unknown(words) => words.into_detail(),
        }
    }

    /// Returns what follows `marker` in the words, where a trigger's `RAISE(ABORT, 'marker…')` undid the statement.
    #[must_use]
    pub fn raised(&self, marker: &str) -> Option<&str> {
        match self {
            Self::Unknown(Words(words)) => words.split_once(marker).map(|(_, rest)| rest),
            Self::Denied(_) | Self::NotDone(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surely_did_nothing_is_called_not_done() {
        let io = |detail: &str| StatementError::during(Error::Io(detail.to_owned()));
        assert!(matches!(io("database is locked"), StatementError::NotDone(_)));
        assert!(matches!(io("disk I/O error"), StatementError::Unknown(_)));
        assert!(matches!(StatementError::before(Error::Io("disk I/O error".to_owned())), StatementError::NotDone(_)));
        assert!(matches!(StatementError::during(Error::AccessDenied), StatementError::Denied(_)));
    }

    #[test]
    fn a_caller_is_told_neither_sqlites_words_nor_a_file() {
        for words in [
            "unable to open database file: /var/lib/state/sqlite_default.db",
            "disk I/O error",
            "no such column: x",
            "database is locked",
        ] {
            for failure in
                [StatementError::before(Error::Io(words.into())), StatementError::during(Error::Io(words.into()))]
            {
                let told = failure.into_detail();
                assert!(told.starts_with("the database ") && !told.contains(words) && !told.contains('/'), "{told}");
            }
        }
    }

    #[test]
    fn the_words_of_a_trigger_are_found() {
        let failure = StatementError::during(Error::Io("error: declined: more than the invoice".to_owned()));
        assert_eq!(failure.raised("declined: "), Some("more than the invoice"));
        assert_eq!(failure.raised("else: "), None);
    }
}
