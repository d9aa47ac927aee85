//! Invoices in a few words.
#![allow(dead_code, reason = "each test binary uses what it needs")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use contraflow_domain::invoice::{Customer, Invoice, InvoiceLine, TaxRounding, Totals};
use contraflow_domain::money::{Currency, Money};
use rust_decimal::Decimal;

/// An amount from text.
pub fn money(value: &str, currency: Currency) -> Money {
    Money::parse(value, currency).unwrap()
}

/// An invoice under construction; its lines are "1", "2", ….
pub struct Sketch(Invoice);

impl Sketch {
    /// Prices without tax, tax rounded by line, no lines yet.
    pub fn new(currency: Currency) -> Sketch {
        let zero = Money::zero(currency);
        Sketch(Invoice {
            number: "INV-1".into(),
            issued_on: "2023-12-01".into(),
            currency,
            customer: Customer {
                id: "CUST-1".into(),
                name: "Nordlicht GmbH".into(),
                country: "DE".into(),
                tier: String::new(),
                language: String::new(),
                email: String::new(),
            },
            prices_include_tax: false,
            tax_rounding: TaxRounding::Line,
            lines: Vec::new(),
            totals: Totals { net: zero, tax: zero, gross: zero },
            payments: Vec::new(),
        })
    }

    /// Prices include tax from here on: the lines' amounts are gross.
    pub fn tax_included(mut self) -> Sketch {
        self.0.prices_include_tax = true;
        self
    }

    /// Where tax was rounded.
    pub fn rounding(mut self, rounding: TaxRounding) -> Sketch {
        self.0.tax_rounding = rounding;
        self
    }

    /// A line of that amount (gross where prices include tax, else net) and tax.
    pub fn line(self, quantity: &str, amount: &str, tax: &str) -> Sketch {
        let (amount, tax) = (money(amount, self.0.currency), money(tax, self.0.currency));
        self.line_of(quantity.parse().unwrap(), amount.minor, tax.minor)
    }

    /// The same in minor units.
    pub fn line_of(mut self, quantity: Decimal, amount_minor: i64, tax_minor: i64) -> Sketch {
        let currency = self.0.currency;
        let of = |minor| Money { minor, currency };
        let net = if self.0.prices_include_tax { amount_minor - tax_minor } else { amount_minor };
        self.0.lines.push(InvoiceLine {
            id: (self.0.lines.len() + 1).to_string(),
            description: "Sensor".into(),
            quantity,
            unit_price: Decimal::ONE,
            discount: of(0),
            tax_rate: Decimal::ZERO,
            net: of(net),
            tax: of(tax_minor),
            gross: of(net + tax_minor),
        });
        self.0.totals = self.0.sums().unwrap();
        self
    }

    /// The discount of the last line.
    pub fn discount(self, discount: &str) -> Sketch {
        let discount = money(discount, self.0.currency);
        self.discount_of(discount.minor)
    }

    /// The same in minor units.
    pub fn discount_of(mut self, minor: i64) -> Sketch {
        let currency = self.0.currency;
        self.0.lines.last_mut().unwrap().discount = Money { minor, currency };
        self
    }

    /// Totals that are not the sums of the lines.
    pub fn totals(mut self, net: &str, tax: &str) -> Sketch {
        let (net, tax) = (money(net, self.0.currency), money(tax, self.0.currency));
        self.0.totals = Totals { net, tax, gross: net.checked_add(tax).unwrap() };
        self
    }

    /// The invoice; it must be a valid one.
    pub fn invoice(self) -> Invoice {
        self.0.check().unwrap();
        self.0
    }
}
