//! Templates of imports: how the columns of a file are named that another program wrote, and what is asked for where a
//! row leaves it empty.

#![allow(clippy::disallowed_types, reason = "reading a flattened member names floats, and none is stored")]

use std::collections::BTreeMap;

use contraflow_ask::table::{column_name, is_column};
use serde::{Deserialize, Serialize};

use crate::limits::{IMPORT_TEMPLATE_COLUMNS, IMPORT_TEMPLATE_NAME_CHARS, IMPORT_TEMPLATE_TEXT_CHARS};
use crate::request::draft::{Draft, FieldError};
use crate::time::Timestamp;

/// The name of a column that is passed over, whatever stands in it.
pub use contraflow_ask::table::PASSED_OVER;

/// The fields that a template may fill.
const CONSTANTS: [&str; 8] = ["kind", "direction", "customer", "invoice", "reason", "note", "destination", "currency"];

/// What a template says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ImportTemplateFields"))]
#[serde(deny_unknown_fields)]
pub struct TemplateFields {
    /// The columns of a table, by the name that stands in the file, in any case: each with the column that it is here,
    /// or `-` where it is passed over. Columns that already have their name here need not be listed.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What is asked for where a row leaves it empty: `kind`, `direction`, `customer`, `invoice`, `reason`, `note`,
    /// `destination`, `currency`.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
}

/// A template, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ImportTemplate"))]
pub struct Template {
    /// Its name.
    pub name: String,
    /// How often it was written: 1, 2, 3, …
    pub version: u32,
    /// What it says.
    #[serde(flatten)]
    pub fields: TemplateFields,
    /// When it was last written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: String,
}

/// Tells whether a template may have that name: lower-case letters, digits and hyphens.
#[must_use]
pub fn is_template_name(name: &str) -> bool {
    (1..=IMPORT_TEMPLATE_NAME_CHARS).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl TemplateFields {
    /// Brings the names of columns into one form.
    ///
    /// # Errors
    /// What is wrong with it, by place.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |pointer: String, detail: String| errors.push(FieldError { pointer, detail });
        let mut columns: BTreeMap<String, String> = BTreeMap::new();
        for (theirs, ours) in &self.columns {
            let place = || format!("/columns/{}", theirs.replace('~', "~0").replace('/', "~1"));
            let (name, ours) = (column_name(theirs), column_name(ours));
            if name.is_empty() || name.chars().count() > IMPORT_TEMPLATE_TEXT_CHARS {
                refuse(place(), format!("must have 1 to {IMPORT_TEMPLATE_TEXT_CHARS} characters"));
            } else if ours != PASSED_OVER && !is_column(&ours) {
                refuse(place(), format!("`{ours}` is no column: it must be one of ours, or `-` to be passed over"));
            } else if ours != PASSED_OVER && columns.values().any(|known| *known == ours) {
                refuse(place(), format!("another column is `{ours}` already"));
            } else if columns.insert(name, ours).is_some() {
                refuse(place(), "this column is listed twice".into());
            }
        }
        if self.columns.len() > IMPORT_TEMPLATE_COLUMNS {
            refuse("/columns".into(), format!("at most {IMPORT_TEMPLATE_COLUMNS} columns are taken"));
        }
        for (field, text) in &self.constants {
            if !CONSTANTS.contains(&field.as_str()) {
                let known = CONSTANTS.join(", ");
                refuse(
                    format!("/constants/{}", field.replace('~', "~0").replace('/', "~1")),
                    format!("must be one of {known}"),
                );
            } else if text.trim().is_empty() || text.chars().count() > IMPORT_TEMPLATE_TEXT_CHARS {
                refuse(
                    format!("/constants/{field}"),
                    format!("must have 1 to {IMPORT_TEMPLATE_TEXT_CHARS} characters"),
                );
            }
        }
        if errors.is_empty() { Ok(Self { columns, ..self }) } else { Err(errors) }
    }

    /// Fills what a row leaves empty.
    pub fn fill(&self, draft: &mut Draft) {
        let constant = |field: &str| self.constants.get(field).map(|text| text.trim().to_owned());
        let text = |place: &mut String, field: &str| {
            if let Some(text) = constant(field).filter(|_| place.is_empty()) {
                *place = text;
            }
        };
        text(&mut draft.kind, "kind");
        text(&mut draft.reason, "reason");
        text(&mut draft.note, "note");
        for (place, field) in [(&mut draft.direction, "direction"), (&mut draft.destination, "destination")] {
            *place = place.take().or_else(|| constant(field));
        }
        // An invoice says whose it is.
        if draft.invoice.is_none() && draft.customer.is_none() {
            draft.invoice = constant("invoice");
            draft.customer = constant("customer").filter(|_| draft.invoice.is_none());
        }
        let lines = draft.lines.iter_mut().filter_map(|line| line.amount.as_mut());
        for amount in draft.amount.iter_mut().chain(lines) {
            text(&mut amount.currency, "currency");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use contraflow_ask::MoneyText;

    use super::*;

    fn fields(json: &str) -> TemplateFields {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_a_row_leaves_empty_is_filled_and_what_it_says_stays() {
        let fields = fields(
            r#"{"columns": {" Rechnung ": "Invoice", "Text": "-"},
                "constants": {"kind": "refund", "reason": "late", "currency": "EUR", "customer": "C"}}"#,
        );
        let fields = fields.checked().unwrap();
        assert_eq!(fields.columns["rechnung"], "invoice");
        let amount = Some(MoneyText { value: "1.00".into(), currency: String::new() });
        let mut draft = Draft { invoice: Some("I".into()), reason: "damaged".into(), amount, ..Draft::default() };
        fields.fill(&mut draft);
        assert_eq!((draft.kind.as_str(), draft.reason.as_str(), draft.customer), ("refund", "damaged", None));
        assert_eq!(draft.amount.unwrap().currency, "EUR");
    }

    #[test]
    fn a_template_with_a_mistake_is_told_by_its_place() {
        for (json, pointer) in [
            (r#"{"columns": {"Betrag": "sum"}}"#, "/columns/Betrag"),
            (r#"{"columns": {"a": "amount", "b": "amount"}}"#, "/columns/b"),
            (r#"{"columns": {"A": "amount", "a": "-"}}"#, "/columns/a"),
            (r#"{"columns": {"": "amount"}}"#, "/columns/"),
            (r#"{"constants": {"amount": "1.00"}}"#, "/constants/amount"),
            (r#"{"constants": {"reason": " "}}"#, "/constants/reason"),
        ] {
            let errors = fields(json).checked().unwrap_err();
            assert_eq!(errors[0].pointer, pointer, "{json}");
        }
        assert!(is_template_name("bank-2"));
        for name in ["", "Bank", "a/b", &"x".repeat(IMPORT_TEMPLATE_NAME_CHARS + 1)] {
            assert!(!is_template_name(name), "{name}");
        }
    }
}
