//! The statements, as SQLite gets them.

/// Makes the tables, triggers and the view; see [`statements`].
pub const SCHEMA: &str = include_str!("../sql/schema.sql");
/// A commit: checks and mutations in one statement.
pub const COMMIT: &str = include_str!("../sql/commit.sql");
/// Which checks of a commit fail now.
pub const MOVED_ON: &str = include_str!("../sql/moved_on.sql");
/// Entries by their keys.
pub const GET: &str = include_str!("../sql/get.sql");
/// Entries of a range.
pub const SCAN: &str = include_str!("../sql/scan.sql");

/// The statements of a schema file one by one, as `spin:sqlite` runs only one at a time: each ends with a `;` at the
/// end of a line that is not indented, or with `END;`.
pub fn statements(schema: &str) -> impl Iterator<Item = String> + '_ {
    let mut lines = schema.lines();
    std::iter::from_fn(move || {
        let mut statement = String::new();
        for line in lines.by_ref() {
            if line.trim_start().starts_with("--") || line.trim().is_empty() {
                continue;
            }
            statement.push_str(line);
            statement.push('\n');
            if line.ends_with(';') && !line.starts_with(' ') {
                return Some(statement);
            }
        }
        None
    })
}
