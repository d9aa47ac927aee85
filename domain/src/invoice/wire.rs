//! The invoice's JSON: amounts as decimal strings in the invoice's currency, or in the payment's own where it names
//! one.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Customer, Invoice, InvoiceFault, InvoiceFaults, InvoiceLine, Payment, TaxRounding, Totals};
use crate::money::{Currency, Money};
#[cfg(feature = "schema")]
use crate::schema::{AmountText, DecimalText};
use crate::{decimal, limits};

/// An issued invoice, in the form in which it is imported and shown.
//
// Of the right shape and otherwise unchecked; `Invoice::try_from` checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Invoice"))]
#[serde(deny_unknown_fields)]
pub struct InvoiceWire {
    /// The number printed on it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 128)))]
    number: String,
    /// The day of issue.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    issued_on: String,
    /// ISO 4217 code; all amounts are in it but what was captured in another.
    #[cfg_attr(feature = "schema", schemars(with = "Currency"))]
    currency: String,
    /// Whom it was sent to.
    customer: Customer,
    /// Whether prices include tax: then gross and tax are what was stored first, and net is their difference.
    prices_include_tax: bool,
    /// Where tax was rounded.
    tax_rounding: TaxRounding,
    /// What was sold.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::LINES)))]
    lines: Vec<LineWire>,
    /// Left out: the sums of the lines.
    #[serde(default)]
    totals: Option<TotalsWire>,
    /// Left out: the invoice is open.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    payments: Vec<PaymentWire>,
}

/// One line as it was invoiced. Its amounts are in the invoice's currency, with exactly its decimals; they may be
/// negative: a deduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InvoiceLine"))]
#[serde(deny_unknown_fields)]
struct LineWire {
    /// Unique within the invoice.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 128)))]
    id: String,
    /// What was sold.
    description: String,
    /// How many: above zero, at most six decimals.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]+(\.[0-9]+)?$"), length(max = limits::DECIMAL_CHARS)))]
    quantity: String,
    /// In major units, with tax where the invoice's prices include it. For display: no amount is computed from it.
    #[cfg_attr(feature = "schema", schemars(with = "DecimalText", length(max = limits::DECIMAL_CHARS)))]
    unit_price: String,
    /// What was taken off this line, already contained in net, tax and gross; left out: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<AmountText>"))]
    discount: Option<String>,
    /// 0.19 is 19 %. For display: no amount is computed from it.
    #[cfg_attr(feature = "schema", schemars(with = "DecimalText", length(max = limits::DECIMAL_CHARS)))]
    tax_rate: String,
    /// Without tax, after the discount.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    net: String,
    /// Tax.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    tax: String,
    /// With tax.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    gross: String,
}

/// What the document came to, in the invoice's currency, with exactly its decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InvoiceTotals"))]
#[serde(deny_unknown_fields)]
struct TotalsWire {
    /// Without tax.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    net: String,
    /// Tax.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    tax: String,
    /// With tax; not below zero.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    gross: String,
}

/// Money that was received for the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Payment"))]
#[serde(deny_unknown_fields)]
pub struct PaymentWire {
    /// Unique within the ERP.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 128)))]
    id: String,
    /// The gateway it came through: `stripe`, `adyen`, `sandbox`; left out or empty for cash and the like.
    #[serde(default)]
    gateway: String,
    /// The gateway's own name for the captured payment.
    #[serde(default)]
    reference: String,
    /// `card`, `bank_transfer`, `wallet`, `gift_card`, `store_credit`, `cash`, …
    method: String,
    /// The currency that it was captured in; left out: the invoice's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Currency>"))]
    currency: Option<String>,
    /// What was captured, above zero, with exactly the decimals of its currency: the most that may be paid back.
    #[cfg_attr(feature = "schema", schemars(with = "AmountText"))]
    captured: String,
    /// What it paid of the invoice, in the invoice's currency; required where that is another than the payment's, and
    /// else what was captured. Both together are the rate at which refunds are computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<AmountText>"))]
    applied: Option<String>,
    /// When it was paid.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    paid_at: String,
    /// The last four digits of the card, by which the invoice is found; left out where they are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", regex(pattern = "^[0-9]{4}$")))]
    last_four: Option<String>,
}

/// Reads fields and remembers what was wrong with them, so that a sender learns all of it at once.
pub(super) struct Reader {
    currency: Currency,
    pub(super) faults: Vec<InvoiceFault>,
}

impl Reader {
    pub(super) const fn new(currency: Currency) -> Self {
        Self { currency, faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, pointer: String, detail: String) {
        self.faults.push(InvoiceFault { pointer, detail });
    }

    fn money(&mut self, pointer: String, value: &str) -> Money {
        Money::parse(value, self.currency).unwrap_or_else(|error| {
            self.fault(pointer, error.to_string());
            Money::zero(self.currency)
        })
    }

    fn decimal(&mut self, pointer: String, value: &str, most_decimals: u32) -> Decimal {
        decimal::parse(value, most_decimals).unwrap_or_else(|error| {
            self.fault(pointer, error.to_string());
            Decimal::ONE
        })
    }

    fn line(&mut self, index: usize, line: LineWire) -> InvoiceLine {
        let at = |field: &str| format!("/lines/{index}/{field}");
        InvoiceLine {
            quantity: self.decimal(at("quantity"), &line.quantity, limits::QUANTITY_DECIMALS),
            unit_price: self.decimal(at("unit_price"), &line.unit_price, limits::RATE_DECIMALS),
            discount: match &line.discount {
                Some(discount) => self.money(at("discount"), discount),
                None => Money::zero(self.currency),
            },
            tax_rate: self.decimal(at("tax_rate"), &line.tax_rate, limits::RATE_DECIMALS),
            net: self.money(at("net"), &line.net),
            tax: self.money(at("tax"), &line.tax),
            gross: self.money(at("gross"), &line.gross),
            id: line.id,
            description: line.description,
        }
    }

    /// Reads a payment that stands at that place.
    pub(super) fn payment(&mut self, place: &str, payment: PaymentWire) -> Payment {
        let at = |field: &str| format!("{place}/{field}");
        let currency = payment.currency.as_deref().map_or(Ok(self.currency), Currency::from_code);
        let currency = currency.unwrap_or_else(|error| {
            self.fault(at("currency"), error.to_string());
            self.currency
        });
        let captured = Money::parse(&payment.captured, currency).unwrap_or_else(|error| {
            self.fault(at("captured"), error.to_string());
            Money::zero(currency)
        });
        let applied = match &payment.applied {
            Some(applied) => self.money(at("applied"), applied),
            None if currency == self.currency => captured,
            None => {
                let detail = format!("is missing: say in {} what the {currency} paid of the invoice", self.currency);
                self.fault(at("applied"), detail);
                Money::zero(self.currency)
            }
        };
        Payment {
            captured,
            applied,
            id: payment.id,
            gateway: payment.gateway,
            reference: payment.reference,
            method: payment.method,
            paid_at: payment.paid_at,
            last_four: payment.last_four,
        }
    }

    fn totals(&mut self, stated: Option<TotalsWire>, lines: &[InvoiceLine]) -> Totals {
        if let Some(totals) = stated {
            return Totals {
                net: self.money("/totals/net".into(), &totals.net),
                tax: self.money("/totals/tax".into(), &totals.tax),
                gross: self.money("/totals/gross".into(), &totals.gross),
            };
        }
        let mut sum = |of: fn(&InvoiceLine) -> Money| {
            Money::sum(self.currency, lines.iter().map(of)).unwrap_or_else(|error| {
                self.faults.push(InvoiceFault { pointer: "/lines".into(), detail: error.to_string() });
                Money::zero(self.currency)
            })
        };
        Totals { net: sum(|line| line.net), tax: sum(|line| line.tax), gross: sum(|line| line.gross) }
    }
}

impl TryFrom<InvoiceWire> for Invoice {
    type Error = InvoiceFaults;

    fn try_from(wire: InvoiceWire) -> Result<Invoice, InvoiceFaults> {
        let currency = Currency::from_code(&wire.currency).map_err(|error| {
            InvoiceFaults(vec![InvoiceFault { pointer: "/currency".into(), detail: error.to_string() }])
        })?;
        let mut reader = Reader::new(currency);
        let lines: Vec<InvoiceLine> =
            wire.lines.into_iter().enumerate().map(|(index, line)| reader.line(index, line)).collect();
        let totals = reader.totals(wire.totals, &lines);
        let payments = wire.payments.into_iter().enumerate();
        let payments =
            payments.map(|(index, payment)| reader.payment(&format!("/payments/{index}"), payment)).collect();
        if !reader.faults.is_empty() {
            return Err(InvoiceFaults(reader.faults));
        }
        let invoice = Invoice {
            number: wire.number,
            issued_on: wire.issued_on,
            currency,
            customer: wire.customer,
            prices_include_tax: wire.prices_include_tax,
            tax_rounding: wire.tax_rounding,
            lines,
            totals,
            payments,
        };
        invoice.check()?;
        Ok(invoice)
    }
}

impl From<Invoice> for InvoiceWire {
    fn from(invoice: Invoice) -> InvoiceWire {
        InvoiceWire {
            number: invoice.number,
            issued_on: invoice.issued_on,
            currency: invoice.currency.code().to_owned(),
            customer: invoice.customer,
            prices_include_tax: invoice.prices_include_tax,
            tax_rounding: invoice.tax_rounding,
            lines: invoice
                .lines
                .into_iter()
                .map(|line| LineWire {
                    id: line.id,
                    description: line.description,
                    quantity: line.quantity.to_string(),
                    unit_price: line.unit_price.to_string(),
                    discount: Some(line.discount.to_string()),
                    tax_rate: line.tax_rate.to_string(),
                    net: line.net.to_string(),
                    tax: line.tax.to_string(),
                    gross: line.gross.to_string(),
                })
                .collect(),
            totals: Some(TotalsWire {
                net: invoice.totals.net.to_string(),
                tax: invoice.totals.tax.to_string(),
                gross: invoice.totals.gross.to_string(),
            }),
            payments: invoice
                .payments
                .into_iter()
                .map(|payment| {
                    let foreign = payment.captured.currency != payment.applied.currency;
                    PaymentWire {
                        id: payment.id,
                        gateway: payment.gateway,
                        reference: payment.reference,
                        method: payment.method,
                        currency: foreign.then(|| payment.captured.currency.code().to_owned()),
                        captured: payment.captured.to_string(),
                        applied: foreign.then(|| payment.applied.to_string()),
                        paid_at: payment.paid_at,
                        last_four: payment.last_four,
                    }
                })
                .collect(),
        }
    }
}
