//! A letter to the body of Postmark's `POST /email`.

use serde_json::{Value, json};

use crate::address::{domain, is_address};
use crate::bindings::Letter;
use crate::limits;

/// Who sends, and over which stream.
pub struct Sender {
    from: String,
    domain: String,
    stream: String,
}

impl Sender {
    /// Reads who sends: an address, or a name and an address in angle brackets.
    pub fn new(from: &str, stream: &str) -> Result<Self, String> {
        let (name, address) = match from.strip_suffix('>').and_then(|from| from.rsplit_once('<')) {
            Some((name, address)) => (unquoted(name.trim()), address.trim()),
            None => ("", from),
        };
        let fits = name.chars().count() <= limits::NAME_CHARS && !name.chars().any(breaks_a_line);
        let Some(domain) = domain(address).filter(|_| fits) else {
            return Err(format!(
                "`postmark_from` must be one e-mail address in ASCII, or a name of at most {} characters before one: \
                 Acme Credits <credits@acme.example>",
                limits::NAME_CHARS
            ));
        };
        let from = if name.is_empty() { address.to_owned() } else { format!("{} <{address}>", quoted(name)) };
        Ok(Self { from, domain: domain.to_owned(), stream: stream.to_owned() })
    }

    /// Returns what stands in `Message-ID` and in what refers to one (RFC 5322, 3.6.4).
    fn message_id(&self, name: &str) -> String {
        format!("<{}@{}>", atom(name), self.domain)
    }
}

/// Returns the body that sends a letter. An error says which part of the letter breaks the contract.
pub fn body(sender: &Sender, letter: &Letter) -> Result<Vec<u8>, String> {
    for (name, what) in [(&letter.id, "id"), (&letter.about, "`about`")] {
        let fits = (1..=limits::ID_CHARS).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits {
            return Err(format!("a letter's {what} has 1 to {} visible ASCII characters", limits::ID_CHARS));
        }
    }
    if !is_address(&letter.to) {
        return Err("a letter goes to one address".into());
    }
    if !is_language(&letter.language) {
        return Err("a letter's language is a tag of BCP 47, such as de or pt-BR".into());
    }
    let thread = sender.message_id(&letter.about);
    let email = json!({
        "From": sender.from,
        "To": letter.to,
        "Subject": subject(&letter.subject)?,
        "TextBody": text(&letter.text)?,
        "MessageStream": sender.stream,
        // Links lead where they say, and whether somebody reads is nobody's business.
        "TrackOpens": false,
        "TrackLinks": "None",
        "Headers": headers(&[
            ("Message-ID", &sender.message_id(&letter.id)),
            ("X-PM-KeepID", "true"),
            ("In-Reply-To", &thread),
            ("References", &thread),
            // RFC 3834: answers of machines ("I am on holiday") are not sent to it.
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", &letter.language),
        ]),
    });
    serde_json::to_vec(&email).map_err(|error| error.to_string())
}

fn headers(headers: &[(&str, &str)]) -> Value {
    headers.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}

/// Returns the subject as one line.
fn subject(subject: &str) -> Result<String, String> {
    if subject.chars().count() > limits::SUBJECT_CHARS {
        return Err(format!("a letter's subject has at most {} characters", limits::SUBJECT_CHARS));
    }
    let line = subject.replace("\r\n", " ").replace(breaks_a_line, " ");
    if line.trim().is_empty() {
        return Err("a letter has a subject".into());
    }
    Ok(line.trim().to_owned())
}

/// Returns the text, with a space for what no text has (RFC 5322, 2.3).
fn text(text: &str) -> Result<String, String> {
    if text.len() > limits::TEXT_BYTES {
        return Err(format!("a letter's text has at most {} bytes", limits::TEXT_BYTES));
    }
    if text.trim().is_empty() {
        return Err("a letter has a text".into());
    }
    Ok(text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'), " "))
}

/// Tells whether a character may end a line somewhere.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_language(tag: &str) -> bool {
    let part = |part: &str| {
        (1..=limits::SUBTAG_CHARS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    tag.len() <= limits::LANGUAGE_CHARS
        && tag.split('-').all(part)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Returns a name as one atom: what is no letter, digit, `-` or `_` is written as `%` and its number, so that two names
/// stay two.
fn atom(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Returns a name as it stands before an address, whatever signs are in it (RFC 5322, 3.2.4).
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns a name without the quotation marks that somebody set around it.
fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

#[cfg(test)]
mod tests;
