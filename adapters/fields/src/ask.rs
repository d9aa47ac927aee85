//! What someone asks for, as the contract has it (`draft` of `wit/intake`), and the one reader of it: a source says
//! where its fields are, and this says which there are.

mod json;

pub use json::Json;

use crate::limits;

/// An amount as its sender wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyText {
    /// "12.50"
    pub value: String,
    /// "EUR"
    pub currency: String,
}

/// How much of one invoice line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// The line's id on the invoice.
    pub line: String,
    /// A decimal; `None` where an amount is given.
    pub quantity: Option<String>,
    /// Gross; `None` where a quantity is given.
    pub amount: Option<MoneyText>,
}

/// A document that supports the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// `photo`, `receipt`, `chat`, …
    pub kind: String,
    /// Where it is.
    pub url: String,
}

/// What someone asks for, not yet checked: which kinds, currencies and decimals exist is the domain's to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// One of the request kinds.
    pub kind: String,
    /// Which way a correction goes.
    pub direction: Option<String>,
    /// The invoice to correct.
    pub invoice: Option<String>,
    /// The customer, where no invoice is named.
    pub customer: Option<String>,
    /// A short word for why.
    pub reason: String,
    /// Free text.
    pub note: String,
    /// Which lines; empty: the whole document.
    pub lines: Vec<DraftLine>,
    /// Gross, for the whole document; without it, the lines count, or all that remains.
    pub amount: Option<MoneyText>,
    /// Where the money is to go.
    pub destination: Option<String>,
    /// What supports it.
    pub evidence: Vec<Evidence>,
    /// Who asks, as the source knows them; without it, whoever is authenticated.
    pub requester: Option<String>,
    /// The source's own name for it, if it has one.
    pub reference: Option<String>,
    /// Where a person finds it, if anywhere.
    pub link: Option<String>,
}

/// A field that is one text, and how many characters it has at most.
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

/// The fields that are one text. Those of another shape are the source's to find: the lines, the amount and the
/// evidence.
pub const TEXTS: [TextField; 7] = [KIND, DIRECTION, INVOICE, CUSTOMER, REASON, NOTE, DESTINATION];

/// Where the fields of one ask are. What is wrong with them the source tells in its own way, at its own places.
pub trait Source {
    /// Gives a field that is one text; `None` where there is none, or nothing that can be read.
    fn text(&self, field: TextField) -> Option<String>;

    /// Gives how much is asked for: of lines of the invoice, or of the document.
    fn how_much(&self) -> (Vec<DraftLine>, Option<MoneyText>);

    /// Gives the documents that support it.
    fn evidence(&self) -> Vec<Evidence> {
        Vec::new()
    }
}

/// Reads an ask. What is missing is left empty: the source has told it where it must be there.
#[must_use]
pub fn draft(source: &impl Source) -> Draft {
    let (lines, amount) = source.how_much();
    Draft {
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
