//! What someone asks for, not yet checked, as the contract has it (`draft` of `wit/intake`).

use crate::{Source, limits};

/// An amount that someone asks for: positive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MoneyAsked"))]
#[cfg_attr(feature = "schema", schemars(extend("examples" = [{"value": "12.50", "currency": "EUR"}])))]
pub struct MoneyText {
    /// In major units: more than zero, with exactly the currency's decimals.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::DECIMAL_CHARS)))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^(0|[1-9][0-9]*)(\.[0-9]{1,4})?$")))]
    pub value: String,
    /// ISO 4217 code.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[A-Z]{3}$")))]
    pub currency: String,
}

/// How much of one line: exactly one of `quantity` and `amount`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LineAsked"))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = [{"required": ["quantity"]}, {"required": ["amount"]}])))]
pub struct DraftLine {
    /// The line's id on the invoice; each line once.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::ID_CHARS)))]
    pub line: String,
    /// So many of it: a decimal above zero. Not for `tax_adjustment`, `price_correction` and `discount_application`.
    #[cfg_attr(feature = "schema", schemars(length(max = limits::DECIMAL_CHARS), regex(pattern = r"^[0-9]+(\.[0-9]+)?$")))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub quantity: Option<String>,
    /// So much of it, with tax (for a tax adjustment: the tax itself).
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub amount: Option<MoneyText>,
}

/// A document that supports a request, by reference. What proves which document was meant is given with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EvidenceAsked"))]
pub struct Evidence {
    /// `photo`, `receipt`, `chat`, …
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::EVIDENCE_KIND_CHARS)))]
    pub kind: String,
    /// An absolute http or https address without a user name, percent-encoded where needed.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^https?://"), length(max = limits::EVIDENCE_URL_BYTES)))]
    pub url: String,
    /// The file's name, without a path.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::EVIDENCE_NAME_CHARS)))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Its media type, such as `image/jpeg`.
    #[cfg_attr(feature = "schema", schemars(length(min = 3, max = limits::EVIDENCE_TYPE_CHARS)))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$")))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub media_type: Option<String>,
    /// How many bytes it has.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = limits::EVIDENCE_BYTES)))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub size: Option<u64>,
    /// The SHA-256 of its bytes, in hex.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub sha256: Option<String>,
}

/// What someone asks for. What is optional is left out, never null. Words have no white space around them.
///
/// It is not checked yet: which kinds, currencies and decimals exist is the domain's to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(deny_unknown_fields))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RequestAsked"))]
#[cfg_attr(feature = "schema", schemars(description = "What someone asks for. What is optional is left out, never null. \
    Words have no white space around them.", extend("not" = {"required": ["lines", "amount"]})))]
pub struct Draft {
    /// What kind of adjustment it is.
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::kind"))]
    pub kind: String,
    /// The invoice to correct. Not together with `customer`; not for a `fee_assessment`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::ID_CHARS)))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub invoice: Option<String>,
    /// The customer, where no invoice is named; then `amount` must say how much.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::ID_CHARS)))]
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub customer: Option<String>,
    /// A short word for why: `damaged`, `duplicate`, …
    #[cfg_attr(feature = "serde", serde(default))]
    #[cfg_attr(feature = "schema", schemars(length(max = limits::REASON_CHARS)))]
    pub reason: String,
    /// Free text.
    #[cfg_attr(feature = "serde", serde(default))]
    #[cfg_attr(feature = "schema", schemars(length(max = limits::NOTE_CHARS)))]
    pub note: String,
    /// Which lines of the invoice. Not together with `amount`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::LINES)))]
    pub lines: Vec<DraftLine>,
    /// How much, with tax, for the whole document. Without it and without `lines`: all that remains.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub amount: Option<MoneyText>,
    /// Which way an `account_correction` or a `balance_correction` goes; left out: `credit`. No other kind takes it. A
    /// debit goes to an account: give `customer` and `amount`. The debit of a `balance_correction` with an `invoice`
    /// pays out what was paid too much on it: `amount`, or all of it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::direction"))]
    pub direction: Option<String>,
    /// Where the money is to go; left out: `auto`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::destination"))]
    pub destination: Option<String>,
    /// What supports it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::EVIDENCE)))]
    pub evidence: Vec<Evidence>,
    /// Who asks, as the source knows them; `None` means whoever is authenticated.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub requester: Option<String>,
    /// The source's own name for it, such as the ticket's number; `None` where the source has no such name.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub reference: Option<String>,
    /// The address where a person finds it, such as the ticket's page; `None` where there is no such page.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub link: Option<String>,
}

impl Draft {
    /// Reads an ask. What is missing is left empty: the source has told it where it must be there.
    #[must_use]
    pub fn read(source: &impl Source) -> Self {
        let (lines, amount) = source.how_much();
        Self {
            kind: source.text(KIND).unwrap_or_default(),
            direction: source.text(DIRECTION),
            invoice: source.text(INVOICE),
            customer: source.text(CUSTOMER),
            reason: source.text(REASON).unwrap_or_default(),
            note: source.text(NOTE).unwrap_or_default(),
            lines,
            amount,
            destination: source.text(DESTINATION),
            evidence: source.evidence(),
            requester: None,
            reference: None,
            link: None,
        }
    }
}

/// The schemas of the words whose lists the domain keeps.
#[cfg(feature = "schema")]
mod schema {
    use schemars::{Schema, SchemaGenerator, json_schema};

    macro_rules! refers_to {
        ($($name:ident $schema:literal)*) => {
            $(pub fn $name(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"$ref": concat!("#/components/schemas/", $schema)})
            })*
        };
    }
    refers_to!(kind "Kind" direction "Direction" destination "Destination");
}

/// Describes a field that is one text, with how many characters it has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextField {
    /// Its name, the same in every source.
    pub name: &'static str,
    /// Characters at most.
    pub most: usize,
    /// Whether it may have line breaks.
    pub is_free: bool,
}

impl TextField {
    /// Makes a field that is one word or one line.
    #[must_use]
    pub const fn word(name: &'static str, most: usize) -> Self {
        Self { name, most, is_free: false }
    }
}

const KIND: TextField = TextField::word("kind", limits::NAME_CHARS);
const DIRECTION: TextField = TextField::word("direction", limits::NAME_CHARS);
const INVOICE: TextField = TextField::word("invoice", limits::ID_CHARS);
const CUSTOMER: TextField = TextField::word("customer", limits::ID_CHARS);
const REASON: TextField = TextField::word("reason", limits::REASON_CHARS);
const NOTE: TextField = TextField { name: "note", most: limits::NOTE_CHARS, is_free: true };
const DESTINATION: TextField = TextField::word("destination", limits::NAME_CHARS);

/// Lists the fields that are one text. Those of another shape are the source's to find.
pub const TEXTS: [TextField; 7] = [KIND, DIRECTION, INVOICE, CUSTOMER, REASON, NOTE, DESTINATION];
/// Names the fields of another shape.
pub const PARTS: [&str; 3] = ["lines", "amount", "evidence"];
