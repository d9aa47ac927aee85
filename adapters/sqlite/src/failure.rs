//! Why a statement gave no rows.

use spin_sdk::sqlite::Error;

/// Why a statement gave no rows, and whether it can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementError {
    /// The component may not use the database: the manifest must be mended. Nothing happened.
    Denied(String),
    /// The database was locked, full or unreachable. Nothing happened.
    NotDone(String),
    /// The statement failed while it ran; only reading tells whether it happened. SQLite's own words, and those of a
    /// `RAISE`.
    Unknown(String),
}

impl StatementError {
    /// Makes a failure from before the statement was started.
    pub(crate) fn before(error: Error) -> Self {
        match Self::during(error) {
            Self::Unknown(detail) => Self::NotDone(detail),
            other => other,
        }
    }

    pub(crate) fn during(error: Error) -> Self {
        match error {
            Error::NoSuchDatabase => Self::Denied("the host knows no SQLite database `default`".to_owned()),
            Error::AccessDenied => Self::Denied(
                "this component may not use the SQLite database `default`: grant it `sqlite_databases`".to_owned(),
            ),
            Error::DatabaseFull => Self::NotDone("the SQLite database is full".to_owned()),
            Error::InvalidConnection => Self::Unknown("the SQLite connection was lost".to_owned()),
            Error::Io(detail) if is_locked(&detail) => Self::NotDone(detail),
            Error::Io(detail) => Self::Unknown(detail),
        }
    }

    /// Returns SQLite's words.
    #[must_use]
    pub fn into_detail(self) -> String {
        match self {
            Self::Denied(detail) | Self::NotDone(detail) | Self::Unknown(detail) => detail,
        }
    }

    /// Returns what follows `marker` in the words, where a trigger's `RAISE(ABORT, 'marker…')` undid the statement.
    #[must_use]
    pub fn raised(&self, marker: &str) -> Option<&str> {
        match self {
            Self::Unknown(detail) => detail.split_once(marker).map(|(_, rest)| rest),
            Self::Denied(_) | Self::NotDone(_) => None,
        }
    }
}

pub(crate) fn is_locked(detail: &str) -> bool {
    detail.contains("database is locked") || detail.contains("table is locked")
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
    fn the_words_of_a_trigger_are_found() {
        let failure = StatementError::during(Error::Io("error: declined: more than the invoice".to_owned()));
        assert_eq!(failure.raised("declined: "), Some("more than the invoice"));
        assert_eq!(failure.raised("else: "), None);
    }
}
