//! The accounts' names, in Beancount's form: parts of letters, digits and dashes that begin with a capital or a digit.

use sha2::{Digest as _, Sha256};

use crate::bindings::contract::Payment;
use crate::limits;

/// Revenue of invoices and debit memos.
pub const SALES: &str = "Income:Sales";
/// What credit memos take back of it.
pub const RETURNS: &str = "Income:Sales-Returns";
/// Tax owed.
pub const TAX: &str = "Liabilities:Tax";
/// Cash and the like: money that came or went through no gateway.
pub const CASH: &str = "Assets:Cash";
/// Store credit that nobody used in its time.
pub const BREAKAGE: &str = "Income:Breakage";
/// What banks took in disputes, less what was owed to their customers anyway.
pub const CHARGEBACKS: &str = "Expenses:Chargebacks";
/// What refunds in another currency cost more than they settled.
pub const FX_LOSS: &str = "Expenses:FX";
/// What they cost less.
pub const FX_GAIN: &str = "Income:FX";
/// Money that went back to a payment which the books do not know.
pub const UNKNOWN_PAYMENT: &str = "Assets:Gateway:Unknown";

/// Returns the account that a credit memo is booked on: the one that is named for it, where it is one of Beancount's;
/// any other name is a part of the account for what credit memos take back.
pub fn of_credit(named: Option<&str>) -> String {
    let Some(named) = named else { return RETURNS.to_owned() };
    let mut parts = named.split(':');
    let is_root =
        parts.next().is_some_and(|root| ["Assets", "Equity", "Expenses", "Income", "Liabilities"].contains(&root));
    let mut below = parts.peekable();
    if is_root && below.peek().is_some() && below.all(|name| !name.is_empty() && part(name) == name) {
        return named.to_owned();
    }
    format!("{RETURNS}:{}", part(named))
}

/// Returns the account of what a customer owes.
pub fn receivable(customer: &str) -> String {
    format!("Assets:Receivable:{}", part(customer))
}

/// Returns the account of what is owed to a customer as store credit.
pub fn store_credit(customer: &str) -> String {
    format!("Liabilities:Store-Credit:{}", part(customer))
}

/// Returns the account that a payment's money is on.
pub fn of_payment(payment: &Payment, customer: &str) -> String {
    if !payment.gateway.is_empty() {
        return gateway(&payment.gateway);
    }
    if payment.payment_method == "store_credit" { store_credit(customer) } else { CASH.to_owned() }
}

/// Tells whether the payment is store credit that was spent under contraflow's eyes: its reference is the spending's
/// key then.
pub fn is_spent_credit(payment: &Payment) -> bool {
    payment.gateway.is_empty() && payment.payment_method == "store_credit" && !payment.reference.is_empty()
}

/// Returns the account that a gateway's money is on.
pub fn gateway(name: &str) -> String {
    format!("Assets:Gateway:{}", part(&capitalised(name)))
}

/// Writes a gateway's name with a capital. Gateways' names are lower-case, so no two of them become one.
fn capitalised(gateway: &str) -> String {
    let mut letters = gateway.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Writes an id as a part of an account's name. One that cannot stand as it is gets a mark of its own, so that two ids
/// never share an account.
fn part(id: &str) -> String {
    let fits = id.len() <= limits::ACCOUNT_PART_BYTES
        && id.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit())
        && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if fits {
        return id.to_owned();
    }
    let readable: String = capitalised(id)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .take(limits::ACCOUNT_PART_BYTES / 2)
        .collect();
    let readable = readable.trim_start_matches('-');
    let mark: String = hex::encode(Sha256::digest(id.as_bytes())).chars().take(limits::ACCOUNT_MARK_CHARS).collect();
    if readable.is_empty() { format!("X{mark}") } else { format!("{}-{mark}", capitalised(readable)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_id_stands_as_it_is() {
        assert_eq!(receivable("CUST-7"), "Assets:Receivable:CUST-7");
        assert_eq!(receivable("4711"), "Assets:Receivable:4711");
    }

    #[test]
    fn ids_that_beancount_refuses_are_made_to_fit_and_kept_apart() {
        let ids = ["cust-7", "Cust-7", "a b", "a_b", "a:b", "ä", "ö", "-", "", "_x", &"Z".repeat(65)];
        let names: std::collections::BTreeSet<_> = ids.iter().map(|id| receivable(id)).collect();
        assert_eq!(names.len(), ids.len(), "{names:?}");
        for name in names {
            let last = name.rsplit(':').next().expect("a part");
            assert!(last.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit()), "{name}");
            assert!(last.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-'), "{name}");
        }
    }

    #[test]
    fn a_credit_is_booked_on_the_account_that_is_named_for_it() {
        assert_eq!(of_credit(None), RETURNS);
        assert_eq!(of_credit(Some("Expenses:Goodwill:2026")), "Expenses:Goodwill:2026");
        assert_eq!(of_credit(Some("4730")), "Income:Sales-Returns:4730");
        for odd in ["Expenses", "Expenses:", "Expenses:good", "expenses:Good", "Assets:Bank Two", "", ":", "A:B"] {
            let account = of_credit(Some(odd));
            assert!(account.starts_with("Income:Sales-Returns:") && !account.ends_with(':'), "{odd}: {account}");
        }
    }

    #[test]
    fn money_lies_where_it_came_through() {
        let payment = |gateway: &str, method: &str| Payment {
            id: "P".into(),
            gateway: gateway.into(),
            reference: String::new(),
            payment_method: method.into(),
            captured: crate::bindings::contraflow::types::values::Money { minor: 1, currency: "EUR".into() },
            applied_minor: 1,
            paid_at: String::new(),
            last_four: None,
        };
        assert_eq!(of_payment(&payment("stripe", "card"), "C"), "Assets:Gateway:Stripe");
        assert_eq!(of_payment(&payment("", "cash"), "C"), "Assets:Cash");
        assert_eq!(of_payment(&payment("", "store_credit"), "C"), "Liabilities:Store-Credit:C");
    }
}
