//! The invoice's JSON: amounts as decimal strings in the invoice's currency, or in the payment's own where it names one.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Customer, Invoice, InvoiceFault, InvoiceFaults, InvoiceLine, Payment, TaxRounding, Totals};
use crate::money::{Currency, Money};
use crate::{decimal, limits};

/// An invoice as its JSON has it, of the right shape and otherwise unchecked; `Invoice::try_from` checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceWire {
    number: String,
    issued_on: String,
    currency: String,
    customer: Customer,
    prices_include_tax: bool,
    tax_rounding: TaxRounding,
    lines: Vec<LineWire>,
    /// Left out: the sums of the lines.
    #[serde(default)]
    totals: Option<TotalsWire>,
    /// Left out: the invoice is open.
    #[serde(default)]
    payments: Vec<PaymentWire>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineWire {
    id: String,
    description: String,
    quantity: String,
    unit_price: String,
    /// Left out: none.
    #[serde(default)]
    discount: Option<String>,
    tax_rate: String,
    net: String,
    tax: String,
    gross: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TotalsWire {
    net: String,
    tax: String,
    gross: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentWire {
    id: String,
    #[serde(default)]
    gateway: String,
    #[serde(default)]
    reference: String,
    method: String,
    /// Left out: the invoice's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    captured: String,
    /// Left out: what was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applied: Option<String>,
    paid_at: String,
}

/// Reads fields and remembers what was wrong with them, so that a sender learns all of it at once.
struct Reader {
    currency: Currency,
    faults: Vec<InvoiceFault>,
}

impl Reader {
    fn fault(&mut self, pointer: String, detail: String) {
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

    fn payment(&mut self, index: usize, payment: PaymentWire) -> Payment {
        let at = |field: &str| format!("/payments/{index}/{field}");
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
        let mut reader = Reader { currency, faults: Vec::new() };
        let lines: Vec<InvoiceLine> =
            wire.lines.into_iter().enumerate().map(|(index, line)| reader.line(index, line)).collect();
        let totals = reader.totals(wire.totals, &lines);
        let payments =
            wire.payments.into_iter().enumerate().map(|(index, payment)| reader.payment(index, payment)).collect();
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
                    }
                })
                .collect(),
        }
    }
}
