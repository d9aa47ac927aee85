//! Reads what the statements answer.

use crate::Value;

/// Holds one stored key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// What is stored under it.
    pub value: Vec<u8>,
    /// The version of the commit that wrote it.
    pub version: u64,
}

/// Holds a part of a range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries in the order of their keys.
    pub entries: Vec<Entry>,
    /// Where the range goes on.
    pub next: Option<String>,
}

/// Says that SQLite's answer has no form that these statements give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnexpectedError;

impl std::fmt::Display for UnexpectedError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SQLite answered in a form that the store does not know")
    }
}

impl std::error::Error for UnexpectedError {}

/// Reads the rows of a `get`: the entries under the keys, in their order.
///
/// # Errors
/// Rows of another form.
pub fn get(keys: &[String], rows: Vec<Vec<Value>>) -> Result<Vec<Option<Entry>>, UnexpectedError> {
    let mut found: Vec<Option<Entry>> = keys.iter().map(|_| None).collect();
    for row in rows {
        let [Value::Integer(position), Value::Integer(version), Value::Blob(value)] = columns(row)? else {
            return Err(UnexpectedError);
        };
        let position = usize::try_from(position).map_err(|_| UnexpectedError)?;
        let (Some(place), Some(key)) = (found.get_mut(position), keys.get(position)) else {
            return Err(UnexpectedError);
        };
        *place = Some(entry(key.clone(), version, value)?);
    }
    Ok(found)
}

/// Reads the rows of a `scan`.
///
/// # Errors
/// Rows of another form.
pub fn scan(rows: Vec<Vec<Value>>) -> Result<Page, UnexpectedError> {
    let mut page = Page::default();
    for row in rows {
        match columns(row)? {
            [Value::Text(key), Value::Integer(version), Value::Blob(value)] => {
                page.entries.push(entry(key, version, value)?);
            }
            [Value::Text(key), _, Value::Null] => page.next = Some(key),
            _ => return Err(UnexpectedError),
        }
    }
    Ok(page)
}

/// Reads the rows of a commit: the version of what it wrote; `None` where a check failed and nothing was written.
///
/// # Errors
/// Rows of another form.
pub fn commit(rows: Vec<Vec<Value>>) -> Result<Option<u64>, UnexpectedError> {
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let [Value::Integer(version)] = columns(row)? else { return Err(UnexpectedError) };
    Ok(Some(u64::try_from(version).map_err(|_| UnexpectedError)?))
}

/// Reads which of the checked keys have moved on, after a commit whose checks failed. Keys that have moved back to
/// where the checks want them (deleted again) leave nobody to name: then all of them are named.
///
/// # Errors
/// Rows of another form.
pub fn moved_on(
    checked: impl IntoIterator<Item = String>,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<String>, UnexpectedError> {
    if rows.is_empty() {
        return Ok(checked.into_iter().collect());
    }
    let key = |row| match columns(row)? {
        [Value::Text(key)] => Ok(key),
        _ => Err(UnexpectedError),
    };
    rows.into_iter().map(key).collect()
}

fn entry(key: String, version: i64, value: Vec<u8>) -> Result<Entry, UnexpectedError> {
    Ok(Entry { key, value, version: u64::try_from(version).map_err(|_| UnexpectedError)? })
}

fn columns<const N: usize>(row: Vec<Value>) -> Result<[Value; N], UnexpectedError> {
    row.try_into().map_err(|_| UnexpectedError)
}
