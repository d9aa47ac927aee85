//! Draws the fields of forms: each with its label, its hint, and what is wrong with it.

use contraflow_domain::request::draft::FieldError;
use maud::{Markup, html};

use super::foreign::record_language;
use super::money;
use super::words::spoken;
use crate::form::Form;

/// Says what is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name; empty for what belongs to no field.
    pub field: String,
    /// What is wrong, and what would be right.
    pub text: String,
    /// True when the text is one of the record, which is English in every language.
    pub is_foreign: bool,
}

/// Holds what is wrong with the fields of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds what is wrong with a field, in the language of the page.
    pub fn add(&mut self, field: &str, text: String) {
        self.0.push(Fault { field: field.into(), text, is_foreign: false });
    }

    /// Adds what the api found, unless the page has found fault with the same field by itself.
    pub fn add_told(&mut self, told: Vec<FieldError>, field_of: impl Fn(&str) -> String) {
        let own: Vec<_> = self.0.iter().map(|fault| fault.field.clone()).collect();
        for error in told {
            let field = field_of(&error.pointer);
            if field.is_empty() || !own.contains(&field) {
                self.0.push(Fault { field, text: spoken(&error.detail), is_foreign: true });
            }
        }
    }

    /// Returns what is wrong with a field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Fault> {
        self.0.iter().filter(move |fault| fault.field == field)
    }

    /// Tells whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Draws a fault.
pub fn fault(fault: &Fault) -> Markup {
    html! { span.field-error lang=[record_language().filter(|_| fault.is_foreign)] { (fault.text) } " " }
}

/// Says what stands around a field.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// The field's name, and its id.
    pub name: &'a str,
    /// The field's label.
    pub label: String,
    /// Shown in the field while it is empty.
    pub example: &'a str,
    /// What helps to fill it in; may be empty.
    pub hint: String,
    /// The most characters.
    pub most: usize,
    /// The browser's type of the field; `text` where it is empty.
    pub kind: &'a str,
    /// True when the form can't be sent while it is empty.
    pub is_required: bool,
    /// True for a text that others read, in the direction of its own script.
    pub is_foreign: bool,
}

impl<'a> Field<'a> {
    /// Makes a field that needs no more than its name and its label.
    pub fn new(name: &'a str, label: String) -> Self {
        Self { name, label, ..Self::default() }
    }
}

fn around(field: &Field<'_>, faults: &Faults, input: Markup) -> Markup {
    let mut told = faults.of(field.name).peekable();
    let is_wrong = told.peek().is_some();
    html! {
        div.field.invalid[is_wrong] {
            label for=(field.name) { (field.label) }
            (input)
            @if is_wrong || !field.hint.is_empty() {
                p.hint id=(hint_of(field.name)) { @for one in told { (fault(one)) } (field.hint) }
            }
        }
    }
}

/// Returns the id of what stands below a field.
fn hint_of(name: &str) -> String {
    format!("{name}-hint")
}

fn described(field: &Field<'_>, faults: &Faults) -> (Option<String>, Option<&'static str>) {
    let is_wrong = faults.of(field.name).next().is_some();
    let hint = (is_wrong || !field.hint.is_empty()).then(|| hint_of(field.name));
    (hint, is_wrong.then_some("true"))
}

/// Draws a field of one line.
pub fn text(field: &Field<'_>, typed: &Form, faults: &Faults) -> Markup {
    let (hint, is_wrong) = described(field, faults);
    let kind = if field.kind.is_empty() { "text" } else { field.kind };
    let is_number = kind == "text" && field.example.starts_with(|sign: char| sign.is_ascii_digit());
    // An amount stands there as the reader writes it.
    let example = if is_number { money::grouped(field.example) } else { field.example.to_owned() };
    let input = html! {
        input id=(field.name) name=(field.name) type=(kind) value=(typed.get(field.name)) autocomplete="off" spellcheck="false"
            placeholder=[Some(example).filter(|example| !example.is_empty())] maxlength=[Some(field.most).filter(|most| *most > 0)]
            inputmode=[is_number.then_some("decimal")] dir=[field.is_foreign.then_some("auto")]
            required[field.is_required] aria-describedby=[hint] aria-invalid=[is_wrong];
    };
    around(field, faults, input)
}

/// Draws a field of several lines.
pub fn area(field: &Field<'_>, rows: usize, typed: &Form, faults: &Faults) -> Markup {
    let (hint, is_wrong) = described(field, faults);
    let input = html! {
        textarea id=(field.name) name=(field.name) rows=(rows) dir="auto" placeholder=[Some(field.example).filter(|example| !example.is_empty())]
            maxlength=[Some(field.most).filter(|most| *most > 0)] required[field.is_required] aria-describedby=[hint] aria-invalid=[is_wrong] {
            // A browser drops a line break behind the tag.
            "\n" (typed.get(field.name))
        }
    };
    around(field, faults, input)
}

/// Draws a list to choose from: values with their words.
pub fn choice(field: &Field<'_>, options: &[(String, String)], chosen: &str, faults: &Faults) -> Markup {
    let options = html! {
        @for (value, words) in options { option value=(value) selected[value == chosen] { (words) } }
    };
    select(field, options, faults)
}

/// Draws a list to choose from, whose options are drawn already.
pub fn select(field: &Field<'_>, options: Markup, faults: &Faults) -> Markup {
    let (hint, is_wrong) = described(field, faults);
    let input = html! {
        select id=(field.name) name=(field.name) required[field.is_required] aria-describedby=[hint] aria-invalid=[is_wrong] { (options) }
    };
    around(field, faults, input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_found_by_itself_is_not_said_twice() {
        let mut faults = Faults::default();
        faults.add("amount", "not clear".into());
        let told = |pointer: &str| FieldError { pointer: pointer.into(), detail: "give `amount`".into() };
        faults.add_told(vec![told("/amount/value"), told("/note")], |pointer| {
            pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned()
        });
        let said: Vec<_> = faults.0.iter().map(|fault| (fault.field.as_str(), fault.text.as_str())).collect();
        assert_eq!(said, [("amount", "not clear"), ("note", "Give “amount”")]);
    }

    #[test]
    fn a_field_that_is_wrong_says_so_and_keeps_what_was_typed() {
        let mut faults = Faults::default();
        faults.add("amount", "not clear".into());
        let field = Field { name: "amount", label: "Amount".into(), ..Field::default() };
        let html = text(&field, &Form::from([("amount", "1,234<")]), &faults).into_string();
        assert!(html.contains("value=\"1,234&lt;\"") && html.contains("aria-invalid=\"true\""), "{html}");
        assert!(html.contains("aria-describedby=\"amount-hint\"") && html.contains("id=\"amount-hint\""), "{html}");
        let fine = text(&field, &Form::default(), &Faults::default()).into_string();
        assert!(!fine.contains("aria-describedby") && !fine.contains("aria-invalid"), "{fine}");
    }
}
