//! Turns the contract's invoice into the domain's.

use contraflow_domain::find::InvoiceSummary;
use contraflow_domain::invoice::{Customer, Invoice, InvoiceLine, Payment, TaxRounding, Totals};
use contraflow_domain::language::is_language;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::KnownCustomer;
use rust_decimal::Decimal;

use crate::bindings::contraflow::erp::{documents, invoices};

fn decimal(what: &str, text: &str) -> Result<Decimal, String> {
    Decimal::from_str_exact(text).map_err(|error| format!("the ERP's {what} `{text}` is no decimal: {error}"))
}

fn currency(code: &str) -> Result<Currency, String> {
    code.parse().map_err(|error| format!("the ERP's currency `{code}`: {error}"))
}

fn totals(totals: documents::Totals, currency: Currency) -> Totals {
    let money = |minor| Money { minor, currency };
    Totals { net: money(totals.net_minor), tax: money(totals.tax_minor), gross: money(totals.gross_minor) }
}

fn line(line: documents::InvoiceLine, currency: Currency) -> Result<InvoiceLine, String> {
    let amounts = totals(line.totals, currency);
    Ok(InvoiceLine {
        quantity: decimal("quantity", &line.quantity)?,
        unit_price: decimal("unit price", &line.unit_price)?,
        tax_rate: decimal("tax rate", &line.tax_rate)?,
        id: line.id,
        description: line.description,
        discount: Money { minor: line.discount_minor, currency },
        net: amounts.net,
        tax: amounts.tax,
        gross: amounts.gross,
    })
}

fn payment(payment: documents::Payment, invoiced: Currency) -> Result<Payment, String> {
    Ok(Payment {
        captured: Money { minor: payment.captured.minor, currency: currency(&payment.captured.currency)? },
        applied: Money { minor: payment.applied_minor, currency: invoiced },
        id: payment.id,
        gateway: payment.gateway,
        reference: payment.reference,
        method: payment.payment_method,
        paid_at: payment.paid_at,
        last_four: payment.last_four,
    })
}

/// Reads whom an invoice was sent to. A language that is no tag is none that is known.
pub fn person(customer: documents::Customer) -> Customer {
    let documents::Customer { id, name, country, tier, email, language } = customer;
    // Many systems write `de_DE`, as POSIX names a locale.
    let language = language.map(|tag| tag.replace('_', "-")).filter(|tag| is_language(tag)).unwrap_or_default();
    Customer { id, name, country, tier, email, language }
}

/// Reads an invoice that a search has found.
///
/// # Errors
/// A text that says what can't be read.
pub fn summary(found: invoices::InvoiceSummary) -> Result<InvoiceSummary, String> {
    let gross = Money { minor: found.gross_minor, currency: currency(&found.currency)? };
    Ok(InvoiceSummary { number: found.number, issued_on: found.issued_on, customer: person(found.customer), gross })
}

/// Reads an invoice.
///
/// # Errors
/// A text that says what can't be read, since nothing is decided on an invoice that is not understood as a whole.
pub fn invoice(found: documents::Invoice) -> Result<Invoice, String> {
    let currency = currency(&found.currency)?;
    Ok(Invoice {
        number: found.number,
        issued_on: found.issued_on,
        currency,
        customer: person(found.customer),
        prices_include_tax: found.prices_include_tax,
        tax_rounding: match found.tax_rounding {
            documents::TaxRounding::Line => TaxRounding::Line,
            documents::TaxRounding::Document => TaxRounding::Document,
        },
        lines: found.lines.into_iter().map(|found| line(found, currency)).collect::<Result<_, _>>()?,
        totals: totals(found.totals, currency),
        payments: found.payments.into_iter().map(|found| payment(found, currency)).collect::<Result<_, _>>()?,
    })
}

/// Reads what the ERP knows of a customer.
pub fn customer(found: invoices::CustomerMatch) -> KnownCustomer {
    match found {
        invoices::CustomerMatch::Known => KnownCustomer { known: true, alike: Vec::new() },
        invoices::CustomerMatch::Unknown(alike) => KnownCustomer { known: false, alike },
    }
}
