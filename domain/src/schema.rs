//! The JSON Schemas of types that have a JSON form of their own: amounts, instants, decimals, and the words of an
//! enumeration. All other types derive theirs. Only the API's reference is made from them (`cargo xtask openapi`); no
//! component carries them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// Describes an amount as a decimal string; its currency says how many decimals it has.
const AMOUNT: &str = r"^-?(0|[1-9][0-9]*)(\.[0-9]{1,4})?$";

/// Makes the schema of an enumeration that is made by [`crate::lifecycle::named`]: its words, each with its meaning.
pub(crate) fn words(meaning: &[&str], words: &[(&str, &[&str])]) -> Schema {
    let text = |lines: &[&str]| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let each: Vec<_> = words.iter().map(|(word, meaning)| format!("- `{word}`: {}", text(meaning))).collect();
    let names: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    let description = format!("{}\n\n{}", text(meaning), each.join("\n"));
    json_schema!({"type": "string", "description": description, "enum": names})
}

/// Stands in for an amount whose currency stands elsewhere, in the types that derive their schema.
pub(crate) struct AmountText;

impl JsonSchema for AmountText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": AMOUNT})
    }
}

/// Stands in for a decimal in the types that derive their schema.
pub(crate) struct DecimalText;

impl JsonSchema for DecimalText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Z]{3}$"})
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An amount of money. Never a number: no amount is ever rounded by a parser.",
            "required": ["value", "currency"],
            "properties": {
                "value": {
                    "type": "string",
                    "description": "In major units, with exactly the currency's decimals (ISO 4217: two for EUR, none for JPY, three for KWD). At most 10¹⁵ minor units either way; negative where something is taken off.",
                    "pattern": AMOUNT,
                    "examples": ["12.50"],
                },
                "currency": {
                    "type": "string",
                    "description": "ISO 4217 code of a currency that has a minor unit.",
                    "pattern": "^[A-Z]{3}$",
                    "examples": ["EUR"],
                },
            },
            "additionalProperties": false,
            "examples": [{"value": "12.50", "currency": "EUR"}, {"value": "1250", "currency": "JPY"}],
        })
    }
}
