//! Sends contraflow's letters as e-mail, over Postmark's HTTP API.
//!
//! A letter is one `POST /email`, in plain text. Its `Message-ID` is made of the letter's id and the sender's domain,
//! the same on every try, and `X-PM-KeepID` has Postmark keep it. `In-Reply-To` and `References` name what the letter
//! is about, so that mail programs show letters about one request as one conversation.
//!
//! Postmark knows no idempotency keys: whoever sends a letter again because its answer was lost may have sent two. Both
//! have one `Message-ID`, by which most mail programs and mailboxes show one.
//!
//! `README.md` says what to set up at Postmark, and what is not there.

mod account;
mod address;
mod bindings;
mod limits;
mod transform;
mod verdict;

use contraflow_adapter_support::outbound::{ExchangeError, exchange};

use account::Account;
use bindings::{Fault, Guest, Letter, Outcome};

struct Postmark;

impl Guest for Postmark {
    async fn send(letter: Letter) -> Result<Outcome, Fault> {
        let Some(account) = Account::configured().await? else {
            return Ok(Outcome::NoSender);
        };
        if !address::is_address(&letter.to) {
            return Ok(Outcome::Refused(address::NO_ADDRESS.into()));
        }
        let body = transform::body(&account.sender, &letter).map_err(Fault::InvalidArgument)?;
        match exchange(account.request(body)?).await {
            Ok(answer) => account.verdict(&answer),
            Err(ExchangeError::NotSent(detail) | ExchangeError::OutcomeUnknown(detail)) => {
                Err(verdict::again(detail, None))
            }
        }
    }
}
