//! An ask as contraflow's own JSON.

use std::collections::BTreeSet;

use contraflow_json::{Node, Object};

use crate::table::REFERENCE;
use crate::{Draft, DraftLine, Evidence, MoneyText, PARTS, Source, TEXTS, TextField, is_web_address, limits};

/// The object that holds an ask.
pub struct Json<'p>(Object<'p>);

impl<'p> Json<'p> {
    /// Reads an object that has none but the fields of an ask, or notes that it is none.
    #[must_use]
    pub fn draft(node: &Node<'p>) -> Option<Draft> {
        let texts = TEXTS.iter().map(|field| field.name);
        let known: Vec<_> = texts.chain(PARTS).collect();
        let ask = Self(node.object(&known)?);
        if ask.0.optional("kind").is_none() {
            ask.0.refuse("kind", "is missing");
        }
        Some(Draft::read(&ask))
    }
}

impl<'p> Json<'p> {
    /// Reads an object as [`Self::draft`] does, which may also have the row's own name. What the ask has none of is
    /// looked for nowhere else, so `kind` may be missing.
    #[must_use]
    pub fn row(node: &Node<'p>) -> Option<(Draft, Option<String>)> {
        let texts = TEXTS.iter().map(|field| field.name);
        let known: Vec<_> = texts.chain(PARTS).chain([REFERENCE]).collect();
        let ask = Self(node.object(&known)?);
        let reference = ask.0.optional(REFERENCE).and_then(|node| owned(&node, limits::ID_CHARS));
        Some((Draft::read(&ask), reference))
    }
}

impl Source for Json<'_> {
    fn text(&self, field: TextField) -> Option<String> {
        let node = self.0.optional(field.name)?;
        // A reason that is empty is none.
        let text = if field.is_free || field.name == "reason" { node.text(field.most) } else { node.word(field.most) };
        text.map(str::to_owned)
    }

    fn how_much(&self) -> (Vec<DraftLine>, Option<MoneyText>) {
        let (lines, amount) = (self.0.optional("lines"), self.0.optional("amount"));
        if let (Some(amount), Some(_)) = (&amount, &lines) {
            amount.refuse("give either `lines` or `amount` for the document, not both");
        }
        (lines.map(|lines| read_lines(&lines)).unwrap_or_default(), amount.and_then(|amount| read_money(&amount)))
    }

    fn evidence(&self) -> Vec<Evidence> {
        self.0.optional("evidence").map(|list| read_evidence(&list)).unwrap_or_default()
    }
}

fn read_lines(list: &Node<'_>) -> Vec<DraftLine> {
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for node in list.items(limits::LINES).unwrap_or_default() {
        let Some(fields) = node.object(&["line", "quantity", "amount"]) else {
            continue;
        };
        let line = fields.required("line").and_then(|line| owned(&line, limits::ID_CHARS));
        if let Some(line) = &line
            && !seen.insert(line.clone())
        {
            fields.refuse("line", format!("line {line} stands twice: name each line once"));
        }
        let quantity = fields.optional("quantity");
        let amount = fields.optional("amount");
        if quantity.is_some() == amount.is_some() {
            fields.refuse_whole("give exactly one of `quantity` and `amount`");
        }
        lines.push(DraftLine {
            line: line.unwrap_or_default(),
            quantity: quantity.and_then(|quantity| owned(&quantity, limits::DECIMAL_CHARS)),
            amount: amount.and_then(|amount| read_money(&amount)),
        });
    }
    lines
}

fn read_money(node: &Node<'_>) -> Option<MoneyText> {
    let fields = node.object(&["value", "currency"])?;
    let value = fields.required("value").and_then(|value| owned(&value, limits::DECIMAL_CHARS));
    let currency = fields.required("currency").and_then(|currency| owned(&currency, limits::CURRENCY_CHARS));
    Some(MoneyText { value: value?, currency: currency? })
}

fn read_evidence(list: &Node<'_>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    // How many there may be is the domain's to say; the body's bound is bound enough here.
    for node in list.items(usize::MAX).unwrap_or_default() {
        let Some(fields) = node.object(&["kind", "url", "name", "media_type", "size", "sha256"]) else {
            continue;
        };
        let word = |name, most| fields.optional(name).and_then(|word| owned(&word, most));
        let kind = fields.required("kind").and_then(|kind| owned(&kind, limits::EVIDENCE_KIND_CHARS));
        let url = fields.required("url").and_then(|url| web_address(&url));
        evidence.push(Evidence {
            kind: kind.unwrap_or_default(),
            url: url.unwrap_or_default(),
            name: word("name", limits::EVIDENCE_NAME_CHARS),
            media_type: word("media_type", limits::EVIDENCE_TYPE_CHARS),
            size: fields.optional("size").and_then(|size| size.count(limits::EVIDENCE_BYTES)),
            sha256: word("sha256", limits::EVIDENCE_HASH_CHARS),
        });
    }
    evidence
}

fn web_address(node: &Node<'_>) -> Option<String> {
    let url = owned(node, limits::EVIDENCE_URL_BYTES)?;
    if !is_web_address(&url) {
        node.refuse("must be an absolute http or https address without a user name, percent-encoded where needed");
        return None;
    }
    Some(url)
}

fn owned(node: &Node<'_>, most: usize) -> Option<String> {
    node.word(most).map(str::to_owned)
}
