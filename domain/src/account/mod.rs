//! Accounts: where money is counted. An account is read and written in the same commit as the request that moves it, so
//! that two requests at the same time can't take the same money.

mod accounts;
mod application;
mod archived;
mod credit_change;
mod credit_entries;
mod grant_tray;
mod hold;
mod holds;
mod invoice;
mod invoice_credits;
mod payment;
mod share;
mod spending;
mod statement;
mod store_credit;
mod stored_payment;
mod transfer;
mod view;

pub use accounts::Accounts;
pub use application::Application;
pub use archived::{ArchivedCredits, ArchivedRefunds};
pub use credit_change::{CreditAsk, CreditChange, CreditChangeError, CreditChangeStatus};
pub use credit_entries::{CreditEntriesError, CreditEntry, CreditPart, Grant, Recomputed, recompute};
pub use grant_tray::GrantTray;
pub use hold::Hold;
pub use invoice::{Claim, InvoiceAccount, Payout};
pub use invoice_credits::{InvoiceCredits, LineCredits, PaymentCredits};
pub use payment::{Dispute, FraudWarning, LegClaim, OutsideRefund, PaymentAccount};
pub use share::Share;
pub(crate) use share::road;
pub use spending::Spending;
pub use statement::{CreditStatement, StatementMaker};
pub use store_credit::{Beside, Left, StoreCreditAccount};
pub use transfer::{Agreed, Step as TransferStep, origin_of};
pub use view::{BalanceView, CustomerBalanceView};

pub use crate::request::booking::CreditMove;

use crate::money::Money;

/// Why an account refuses a movement of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// More is asked for than there is.
    #[error("{what}: {asked} is asked for and {available} is available, {over} too much")]
    Over {
        /// The account, or the part of it, that has less than was asked for.
        what: String,
        /// How much was asked for.
        asked: Money,
        /// How much there is.
        available: Money,
        /// How much of it is too much.
        over: Money,
    },
    /// The amount is in another currency than the account.
    #[error("{what} is in {account}, not in {asked}")]
    Currency {
        /// Which account.
        what: String,
        /// The account's currency.
        account: String,
        /// The currency of the amount.
        asked: String,
    },
    /// The account has no room for more entries.
    #[error("{what} has {count} entries already and takes no more")]
    Full {
        /// Which account.
        what: String,
        /// How many entries it has.
        count: usize,
    },
    /// The amount takes more grants than are moved at once.
    #[error("{what}: at most {most} grants move at once, which is {fits}: move so much first")]
    TooManyGrants {
        /// Whose store credit it is.
        what: String,
        /// How many grants are moved at once.
        most: usize,
        /// How much the first of them come to.
        fits: Money,
    },
    /// The spending was given back already.
    #[error(
        "{what}: what was spent as {spending} was given back already, by undoing it or by a refund of what it paid"
    )]
    GivenBack {
        /// Whose store credit it is.
        what: String,
        /// The key of the spending.
        spending: String,
    },
    /// The account does not know what is to be moved.
    #[error("{what} does not know {missing}")]
    Unknown {
        /// Which account.
        what: String,
        /// What is missing.
        missing: String,
    },
}

pub(crate) fn within(what: &str, asked: Money, available_minor: i64) -> Result<(), AccountError> {
    if asked.minor <= available_minor {
        return Ok(());
    }
    let money = |minor| Money { minor, currency: asked.currency };
    Err(AccountError::Over {
        what: what.into(),
        asked,
        available: money(available_minor.max(0)),
        over: money(asked.minor.saturating_sub(available_minor.max(0))),
    })
}
