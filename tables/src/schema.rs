//! Schema files.

/// Returns the statements of a schema file one by one, as `spin:sqlite` runs only one at a time: each ends with a line
/// that is not indented and ends in `;`. Lines of comment are left out.
pub fn statements(schema: &str) -> impl Iterator<Item = String> + '_ {
    let mut lines = schema.lines();
    std::iter::from_fn(move || {
        let mut statement = String::new();
        for line in lines.by_ref().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--")) {
            statement.push_str(line);
            statement.push('\n');
            if line.ends_with(';') && !line.starts_with(' ') {
                return Some(statement);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_one_statement() {
        let schema = "-- a table\nCREATE TABLE a (\n  b\n);\n\nCREATE TRIGGER t\nBEGIN\n  SELECT 1;\n  -- why;\n  SELECT 2;\nEND;\n";
        let found: Vec<_> = statements(schema).collect();
        assert_eq!(found, ["CREATE TABLE a (\n  b\n);\n", "CREATE TRIGGER t\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"]);
    }
}
