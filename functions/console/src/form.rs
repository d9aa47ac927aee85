//! Reads the forms and queries that a browser sends, and writes the queries that links need.

use contraflow_guest::http_io::Incoming;
use contraflow_guest::problem::Problem;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::multipart;

/// Lists the characters that are escaped in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Holds the fields of a form or of a query.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `a=1&b=2`.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Reads a form that a browser sent, with or without a file.
    ///
    /// # Errors
    /// When a form with a file can't be read.
    pub fn sent(incoming: &Incoming) -> Result<Self, Problem> {
        match incoming.header("content-type").and_then(multipart::boundary) {
            Some(boundary) => multipart::read(&incoming.body, boundary).map(Self),
            None => Ok(Self::parse(&incoming.body)),
        }
    }

    /// Makes a form of fields that come from elsewhere, such as an ask that is to be corrected.
    pub const fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// Returns a field without the white space around it; empty when the field is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// Returns the form with a field that no other has.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns a field with all of its white space; empty when the field is missing.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Returns a text of several lines, each with the end that its readers expect: a browser writes two characters.
    pub fn lines(&self, name: &str) -> String {
        self.get(name).replace("\r\n", "\n")
    }

    /// Returns every field of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// Returns every field with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Writes the fields whose names are wanted, as a browser sends them.
    pub fn encoded(&self, is_wanted: impl Fn(&str) -> bool) -> String {
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(self.pairs().filter(|(name, _)| is_wanted(name)));
        encoded.finish()
    }

    /// Returns a field, or `None` when it is empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Form {
    fn from(fields: [(&str, &str); N]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}

/// Returns a path with a query of the parameters that are not empty.
pub fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Escapes a segment of a path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Returns the address if it is a page of this console, so that no link can lead to another site.
pub fn local(address: &str) -> Option<&str> {
    let plain = address.starts_with('/') && !address.starts_with("//") && !address.contains(['\\', '\r', '\n', '\t']);
    (plain && address.is_ascii()).then_some(address)
}

/// Returns the address that a browser asked for, with its query.
pub fn here(incoming: &Incoming) -> String {
    match incoming.query.as_str() {
        "" => incoming.path.clone(),
        query => format!("{}?{query}", incoming.path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_site_is_not_local() {
        for address in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/a\r\nb",
            "/\t/evil.example",
        ] {
            assert_eq!(local(address), None, "{address}");
        }
        assert_eq!(local("/requests?status=completed"), Some("/requests?status=completed"));
    }

    #[test]
    fn a_query_leaves_out_what_is_empty_and_escapes_the_rest() {
        assert_eq!(with_query("/requests", &[("status", ""), ("customer", "A & B")]), "/requests?customer=A+%26+B");
        assert_eq!(with_query("/requests", &[]), "/requests");
        assert_eq!(segment("a/b c"), "a%2Fb%20c");
    }
}
