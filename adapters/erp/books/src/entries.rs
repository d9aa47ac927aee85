//! The journal entries that follow from invoices, documents and settlements. Pure.

use serde::{Deserialize, Serialize};

use crate::accounts;
use crate::bindings::contract::{
    Direction, DisputeLoss, DocumentOrder, Invoice, Money, Payment, SettlementKind, Totals,
};

/// One leg as the journal keeps it: account, minor units (debit positive), currency, and what that is worth in the
/// entry's other currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg(
    pub String,
    pub i64,
    pub String,
    #[serde(default, skip_serializing_if = "Option::is_none")] pub Option<Worth>,
);

/// Minor units with the leg's sign, and their currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth(pub i64, pub String);

/// One entry of an import: the day, what it is, its legs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry(pub String, pub String, pub Vec<Leg>);

/// Returns what an invoice and its payments book; amounts of zero are left out. `paid_on` has the day of each payment.
/// A payment by store credit that names its spending was booked when the credit was spent, and is not booked again.
pub fn of_invoice(invoice: &Invoice, paid_on: &[String]) -> Vec<Entry> {
    let receivable = accounts::receivable(&invoice.customer.id);
    let mut entries = vec![Entry(
        invoice.issued_on.clone(),
        format!("Invoice {}", invoice.number),
        sale(&receivable, accounts::SALES, &invoice.totals, &invoice.currency),
    )];
    for (payment, day) in invoice.payments.iter().zip(paid_on) {
        entries.extend(of_payment(payment, invoice, day));
    }
    entries.retain(|Entry(_, _, legs)| !legs.is_empty());
    entries
}

/// Returns what a payment of an invoice books on that day; `None` for one by store credit that names its spending,
/// which was booked when the credit was spent.
pub fn of_payment(payment: &Payment, invoice: &Invoice, day: &str) -> Option<Entry> {
    if accounts::is_spent_credit(payment) {
        return None;
    }
    let receivable = accounts::receivable(&invoice.customer.id);
    let account = accounts::of_payment(payment, &invoice.customer.id);
    Some(Entry(
        day.to_owned(),
        format!("Payment {} of invoice {}", payment.id, invoice.number),
        vec![
            in_own_currency(account, &payment.captured, payment.applied_minor, &invoice.currency),
            Leg(receivable, -payment.applied_minor, invoice.currency.clone(), None),
        ],
    ))
}

/// Returns what posting a document books: nothing for a payout, whose settlement moves the money.
pub fn of_document(order: &DocumentOrder) -> Vec<Leg> {
    let receivable = accounts::receivable(&order.customer);
    match order.direction {
        Direction::Payout => vec![],
        Direction::Debit => sale(&receivable, accounts::SALES, &order.totals, &order.currency),
        Direction::Credit => {
            let mut legs =
                sale(&receivable, &accounts::of_credit(order.account.as_deref()), &order.totals, &order.currency);
            for Leg(_, amount_minor, ..) in &mut legs {
                *amount_minor = -*amount_minor;
            }
            // The debits stand first.
            legs.rotate_left(1);
            legs
        }
    }
}

/// Returns what a settlement books: nothing where it stays within what the customer owes. `paid_from` is the account of
/// the payment.
pub fn of_settlement(
    kind: SettlementKind,
    customer: &str,
    paid_from: &str,
    amount_minor: i64,
    currency: &str,
) -> Vec<Leg> {
    let receivable = accounts::receivable(customer);
    let (debit, credit) = match kind {
        SettlementKind::Refund => (receivable, paid_from.to_owned()),
        SettlementKind::RefundReversal => (paid_from.to_owned(), receivable),
        SettlementKind::StoreCredit => (receivable, accounts::store_credit(customer)),
        SettlementKind::StoreCreditReversal | SettlementKind::StoreCreditSpending => {
            (accounts::store_credit(customer), receivable)
        }
        SettlementKind::StoreCreditSpendingReversal => (receivable, accounts::store_credit(customer)),
        SettlementKind::StoreCreditExpiry => (accounts::store_credit(customer), accounts::BREAKAGE.to_owned()),
        SettlementKind::StoreCreditExpiryReversal => (accounts::BREAKAGE.to_owned(), accounts::store_credit(customer)),
        SettlementKind::StoreCreditTransfer => (accounts::store_credit(customer), paid_from.to_owned()),
        // The loss was booked in full: what of it was owed to the customer is none.
        SettlementKind::Chargeback => (receivable, accounts::CHARGEBACKS.to_owned()),
        SettlementKind::ChargebackReversal => (accounts::CHARGEBACKS.to_owned(), receivable),
        SettlementKind::InvoiceOffset | SettlementKind::InvoiceOffsetReversal => return vec![],
    };
    legs(currency, [(debit, amount_minor), (credit, -amount_minor)])
}

/// Returns what a lost dispute books.
pub fn of_loss(loss: &DisputeLoss) -> Vec<Leg> {
    let (lost, from) = (accounts::CHARGEBACKS.to_owned(), accounts::gateway(&loss.gateway));
    legs(&loss.amount.currency, [(lost, loss.amount.minor), (from, -loss.amount.minor)])
}

/// Returns what the return of a lost dispute's money books: the loss undone.
pub fn of_returned_loss(loss: &DisputeLoss) -> Vec<Leg> {
    let mut legs = of_loss(loss);
    legs.reverse();
    for Leg(_, amount_minor, ..) in &mut legs {
        *amount_minor = -*amount_minor;
    }
    legs
}

/// Describes a refund of money that was captured in another currency than the entry's.
pub struct ForeignRefund<'a> {
    /// Whether it goes out or comes back.
    pub kind: SettlementKind,
    /// The customer whose receivable it settles.
    pub customer: &'a str,
    /// The account that it is paid from.
    pub paid_from: &'a str,
    /// The money, in the currency of the capture.
    pub paid: &'a Money,
    /// What it settles of the receivable, in minor units of `currency`: by the capture's rate.
    pub settles_minor: i64,
    /// What it is worth on the day, in minor units of `currency`.
    pub worth_minor: i64,
    /// The entry's currency, ISO 4217.
    pub currency: &'a str,
}

/// Returns what a foreign refund books: the receivable moves by the capture's rate, the money by what it is worth on
/// the day, and the difference is a loss or a gain. What comes back later is worth what its own day says.
pub fn of_foreign_refund(refund: &ForeignRefund<'_>) -> Vec<Leg> {
    let ForeignRefund { kind, customer, paid_from, paid, settles_minor, worth_minor, currency } = *refund;
    let sign = if kind == SettlementKind::RefundReversal { -1 } else { 1 };
    let out = Money { minor: -sign * paid.minor, currency: paid.currency.clone() };
    let mut legs = vec![
        Leg(accounts::receivable(customer), sign * settles_minor, currency.to_owned(), None),
        in_own_currency(paid_from.to_owned(), &out, -sign * worth_minor, currency),
    ];
    let loss = sign * (worth_minor - settles_minor);
    if loss != 0 {
        let account = if loss > 0 { accounts::FX_LOSS } else { accounts::FX_GAIN };
        legs.push(Leg(account.to_owned(), loss, currency.to_owned(), None));
    }
    legs
}

/// Returns a leg in the money's own currency, with its worth in the entry's where that is another.
fn in_own_currency(account: String, money: &Money, worth_minor: i64, currency: &str) -> Leg {
    let worth = (money.currency != currency).then(|| Worth(worth_minor, currency.to_owned()));
    Leg(account, money.minor, money.currency.clone(), worth)
}

fn sale(receivable: &str, income: &str, totals: &Totals, currency: &str) -> Vec<Leg> {
    let amounts = [
        (receivable.to_owned(), totals.gross_minor),
        (income.to_owned(), -totals.net_minor),
        (accounts::TAX.to_owned(), -totals.tax_minor),
    ];
    legs(currency, amounts)
}

fn legs<const N: usize>(currency: &str, amounts: [(String, i64); N]) -> Vec<Leg> {
    let moved = amounts.into_iter().filter(|(_, amount_minor)| *amount_minor != 0);
    moved.map(|(account, amount_minor)| Leg(account, amount_minor, currency.to_owned(), None)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    fn shown(legs: &[Leg]) -> Vec<(&str, i64)> {
        legs.iter().map(|Leg(account, amount_minor, ..)| (account.as_str(), *amount_minor)).collect()
    }

    #[test]
    fn an_invoice_books_the_sale_and_each_payment() {
        let entries = of_invoice(&samples::invoice("INV-1"), &["2026-10-02".to_owned()]);
        let [Entry(_, _, sale), Entry(day, _, payment)] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!(
            shown(sale),
            [("Assets:Receivable:CUST-7", 11900), ("Income:Sales", -10000), ("Liabilities:Tax", -1900)]
        );
        assert_eq!(day, "2026-10-02");
        assert_eq!(shown(payment), [("Assets:Gateway:Sandbox", 11900), ("Assets:Receivable:CUST-7", -11900)]);
    }

    #[test]
    fn a_payment_that_names_its_spending_of_store_credit_was_booked_with_it() {
        let mut invoice = samples::invoice("INV-1");
        for payment in &mut invoice.payments {
            (payment.gateway, payment.payment_method) = (String::new(), "store_credit".into());
            payment.reference = String::new();
        }
        assert_eq!(of_invoice(&invoice, &["2026-10-02".to_owned()]).len(), 2);
        for payment in &mut invoice.payments {
            payment.reference = "order-881".into();
        }
        assert_eq!(of_invoice(&invoice, &["2026-10-02".to_owned()]).len(), 1);
    }

    #[test]
    fn a_credit_memo_takes_the_sale_back() {
        assert_eq!(
            shown(&of_document(&samples::order("k", 5000, 950))),
            [("Income:Sales-Returns", 5000), ("Liabilities:Tax", 950), ("Assets:Receivable:CUST-7", -5950)]
        );
    }

    #[test]
    fn what_the_day_makes_of_money_in_another_currency_is_a_gain_or_a_loss() {
        let paid = Money { minor: 2200, currency: "USD".to_owned() };
        let booked = |kind, worth| {
            let legs = of_foreign_refund(&ForeignRefund {
                kind,
                customer: "C",
                paid_from: "Assets:Gateway:Sandbox",
                paid: &paid,
                settles_minor: 2000,
                worth_minor: worth,
                currency: "EUR",
            });
            let weights = legs.iter().map(|Leg(_, minor, _, worth)| worth.as_ref().map_or(*minor, |worth| worth.0));
            assert_eq!(weights.sum::<i64>(), 0, "{legs:?}");
            legs.into_iter().map(|Leg(account, minor, ..)| (account, minor)).collect::<Vec<_>>()
        };
        let same = booked(SettlementKind::Refund, 2000);
        assert_eq!(
            same,
            [("Assets:Receivable:C".to_owned(), 2000), ("Assets:Gateway:Sandbox".to_owned(), -2200)],
            "by the capture's rate there is no difference"
        );
        assert_eq!(booked(SettlementKind::Refund, 2090)[2], ("Expenses:FX".to_owned(), 90));
        assert_eq!(booked(SettlementKind::Refund, 1980)[2], ("Income:FX".to_owned(), -20));
        assert_eq!(booked(SettlementKind::RefundReversal, 2090)[2], ("Income:FX".to_owned(), -90));
    }

    #[test]
    fn a_loss_that_came_back_undoes_the_loss() {
        let loss = DisputeLoss {
            key: crate::bindings::contract::IdempotencyKey { value: "k".into() },
            dispute: "dp_1".into(),
            gateway: "adyen".into(),
            payment: "P".into(),
            amount: Money { minor: 100, currency: "EUR".into() },
            lost_on: "2026-11-22".into(),
        };
        assert_eq!(shown(&of_loss(&loss)), [("Expenses:Chargebacks", 100), ("Assets:Gateway:Adyen", -100)]);
        assert_eq!(shown(&of_returned_loss(&loss)), [("Assets:Gateway:Adyen", 100), ("Expenses:Chargebacks", -100)]);
    }

    #[test]
    fn store_credit_that_is_given_away_is_owed_to_whoever_gets_it() {
        let to = accounts::store_credit("CUST-8");
        let legs = of_settlement(SettlementKind::StoreCreditTransfer, "CUST-7", &to, 500, "EUR");
        assert_eq!(shown(&legs), [("Liabilities:Store-Credit:CUST-7", 500), ("Liabilities:Store-Credit:CUST-8", -500)]);
    }

    #[test]
    fn each_reversal_undoes_its_settlement() {
        use SettlementKind::{
            InvoiceOffset, InvoiceOffsetReversal, Refund, RefundReversal, StoreCredit, StoreCreditExpiry,
            StoreCreditExpiryReversal, StoreCreditReversal, StoreCreditSpending, StoreCreditSpendingReversal,
        };
        for (kind, reversal) in [
            (Refund, RefundReversal),
            (StoreCredit, StoreCreditReversal),
            (StoreCreditSpending, StoreCreditSpendingReversal),
            (StoreCreditExpiry, StoreCreditExpiryReversal),
            (InvoiceOffset, InvoiceOffsetReversal),
        ] {
            let mut forth = of_settlement(kind, "C", accounts::CASH, 100, "EUR");
            forth.reverse();
            for Leg(_, amount_minor, ..) in &mut forth {
                *amount_minor = -*amount_minor;
            }
            assert_eq!(forth, of_settlement(reversal, "C", accounts::CASH, 100, "EUR"));
        }
    }
}
