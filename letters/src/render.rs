//! Rendering: a template and what it may name become a letter, within bounds of work and of size.

use std::io::{Error as IoError, Write};

use contraflow_domain::letters::TemplateText;
use contraflow_domain::limits::{LETTER_BYTES, LETTER_SUBJECT_CHARS};
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::zone::Zone;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::format;
use crate::limits::{DEPTH, FUEL};

/// What became of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why a template can't be rendered, by place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(|fault| fault.detail.clone()).collect::<Vec<_>>().join("; "))]
pub struct TemplateError(pub Vec<FieldError>);

/// For whom a template is rendered: it decides how dates and amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style<'a> {
    /// The language.
    pub language: &'a str,
    /// The time zone that days are of.
    pub zone: Zone,
}

/// Renders a template.
///
/// # Errors
/// When it can't be read, names what is not there, works too long or becomes too long.
pub fn render(said: &TemplateText, context: &serde_json::Value, style: Style<'_>) -> Result<Rendered, TemplateError> {
    let environment = environment(style);
    let mut faults = Vec::new();
    let mut part = |pointer: &str, source: &str| match one(&environment, source, context) {
        Ok(text) => text,
        Err(detail) => {
            faults.push(FieldError { pointer: pointer.into(), detail });
            String::new()
        }
    };
    let subject = one_line(&part("/subject", &said.subject));
    let text = tidy(&part("/text", &said.text));
    if faults.is_empty() { Ok(Rendered { subject, text }) } else { Err(TemplateError(faults)) }
}

/// Checks a template by rendering it with an example.
///
/// # Errors
/// As of [`render`].
pub fn check(said: &TemplateText, style: Style<'_>) -> Result<Rendered, TemplateError> {
    render(said, &crate::example(style.language), style)
}

fn environment(Style { language, zone }: Style<'_>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    let of_money = language.to_owned();
    environment.add_filter("money", move |amount: Value| {
        let amount = serde_json::to_value(&amount).unwrap_or_default();
        format::money(&amount, &of_money)
    });
    let of_date = language.to_owned();
    environment.add_filter("date", move |text: String| format::date(&text, &of_date, zone));
    environment
}

fn one(environment: &Environment<'_>, source: &str, context: &serde_json::Value) -> Result<String, String> {
    let mut bounded = Bounded::default();
    let rendered = environment
        .template_from_str(source)
        .and_then(|template| template.render_captured_to(Value::from(Serde(context)), &mut bounded).map(|_| ()));
    if bounded.is_full {
        return Err(format!("becomes longer than {LETTER_BYTES} bytes"));
    }
    rendered.map_err(|error| sentence(&error))?;
    String::from_utf8(bounded.text).map_err(|error| error.to_string())
}

/// Says what is wrong with a template, and where.
fn sentence(error: &Error) -> String {
    let place = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::UndefinedError => "it names what a letter does not know".to_owned(),
        ErrorKind::OutOfFuel => "it works too long: a loop over too much".to_owned(),
        kind => kind.to_string(),
    };
    let detail = error.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{place}{why}{detail}")
}

/// Takes text up to a bound.
#[derive(Default)]
struct Bounded {
    text: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> Result<usize, IoError> {
        if self.text.len() + more.len() > LETTER_BYTES {
            self.is_full = true;
            return Err(IoError::other("the letter is too long"));
        }
        self.text.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

/// Makes one line of a text, as long as a subject may be. A line break in a subject could begin another header.
fn one_line(text: &str) -> String {
    let line = text.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().filter(|char| !char.is_control()).take(LETTER_SUBJECT_CHARS).collect()
}

/// Takes away control characters, white space at the ends of lines, and all but one of several empty lines: blocks of
/// a template leave them.
fn tidy(text: &str) -> String {
    let mut written = String::new();
    let mut empty = 0;
    for line in text.lines() {
        let line: String = line.trim_end().chars().filter(|char| !char.is_control() || *char == '\t').collect();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            written.push_str(&line);
            written.push('\n');
        }
    }
    written.trim().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn style() -> Style<'static> {
        Style { language: "en", zone: Zone::UTC }
    }

    fn said(subject: &str, text: &str) -> TemplateText {
        TemplateText { subject: subject.into(), text: text.into() }
    }

    fn faults(text: &str) -> Vec<(String, String)> {
        let error = check(&said("News", text), style()).unwrap_err();
        error.0.into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
    }

    #[test]
    fn every_shipped_template_can_be_rendered() {
        for (key, said) in crate::shipped() {
            for language in crate::LANGUAGES {
                let style = Style { language, zone: Zone::UTC };
                let rendered = check(said, style).unwrap_or_else(|error| panic!("{key:?}: {error}"));
                assert!(!rendered.text.is_empty() && !rendered.text.contains("{{"), "{key:?}");
                assert!(!rendered.text.contains("none"), "{key:?}: {}", rendered.text);
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told_with_its_line() {
        assert_eq!(faults("Hello\n{% if %}")[0].0, "/text");
        assert!(faults("Hello\n{% if %}")[0].1.starts_with("line 2: "));
        let unknown = faults("{{ request.secret }}").remove(0).1;
        assert!(unknown.contains("names what a letter does not know"), "{unknown}");
        assert!(!check(&said("{{ nothing }}", "x"), style()).unwrap_err().0.is_empty());
    }

    #[test]
    fn no_template_works_or_grows_without_end() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
        assert!(faults(endless).remove(0).1.contains("works too long"));
        let large = format!("{{% for a in range(999) %}}{}{{% endfor %}}", "x".repeat(100));
        assert!(faults(&large).remove(0).1.contains("longer than"));
        let most = said("News", &"x".repeat(LETTER_BYTES));
        assert!(check(&most, style()).is_ok());
        assert!(check(&said("News", &"x".repeat(LETTER_BYTES + 1)), style()).is_err());
        assert!(check(&said("News", "{% include 'other' %}"), style()).is_err(), "no template takes another in");
    }

    #[test]
    fn no_text_from_outside_ends_a_subject_or_runs() {
        let context = json!({"name": "Eve\r\nBcc: all@firm.example", "code": "{{ 7 * 7 }}"});
        let rendered = render(&said("To {{ name }}", "{{ code }} {{ name }}"), &context, style()).unwrap();
        assert_eq!(rendered.subject, "To Eve Bcc: all@firm.example");
        assert!(rendered.text.starts_with("{{ 7 * 7 }}"), "{}", rendered.text);
    }
}
