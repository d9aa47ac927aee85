//! Says of a task what happened and what is to be done about it, as a person would say it.

mod way;

use contraflow_domain::authority::AuthorityError;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::money::Money;
use contraflow_domain::request::Task;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::{LegDestination, LegView};
use maud::{Markup, html};

use super::words::humane;
use super::{money, refused, words};
use crate::locale::catalogue::markup;
use crate::locale::say;

pub use way::{Group, Way, is_of_a_dispute};

/// Holds a task with what is known of what it is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The task.
    pub task: &'a Task,
    /// The leg that it is about; `None` where it is about none.
    pub leg: Option<&'a LegView>,
    /// What the request comes to; `None` before that is known.
    pub total: Option<Money>,
    /// Who gets the money: the customer's name or number.
    pub payee: &'a str,
    /// Why the ERP refused the document, in its words.
    pub refusal: Option<&'a str>,
}

impl<'a> About<'a> {
    /// Returns every task of a row, with what the row says of it.
    pub fn all(row: &'a RequestRow) -> impl Iterator<Item = Self> {
        row.tasks.iter().map(|task| Self {
            task,
            leg: row.task_legs.iter().find(|leg| leg.id == task.subject),
            total: row.amount,
            payee: payee(row),
            refusal: row.credit_memo.as_ref().and_then(|memo| memo.refusal.as_deref()),
        })
    }

    /// Returns the money that is at stake: the leg's, or that of the whole request.
    pub fn at_stake(&self) -> Option<Money> {
        self.leg.map(|leg| leg.amount).or(self.total)
    }

    /// Draws what happened.
    pub fn happened(&self) -> Markup {
        markup(self.happened_key(), &self.pieces())
    }

    /// Draws what is to be done.
    pub fn remedy(&self) -> Markup {
        markup(way::remedy(self.task.code), &[("gateway", self.gateway())])
    }

    fn happened_key(&self) -> &'static str {
        match (self.task.code, self.leg.map(|leg| leg.status)) {
            (TaskCode::LegReroute, Some(LegStatus::LateFailed)) => "task-leg-reroute-late",
            (TaskCode::LegReroute, Some(LegStatus::Reversed)) => "task-leg-reroute-back",
            (TaskCode::LegReroute, Some(LegStatus::Canceled)) => "task-leg-reroute-off",
            (code, _) => way::happened(code),
        }
    }

    fn pieces(&self) -> [(&'static str, Markup); 5] {
        let amount = self.at_stake().map_or_else(|| html! { (say!("task-amount-unknown")) }, money::money);
        let why = match Group::of(self.task.code) {
            Group::Books => self.refusal,
            _ => self.leg.and_then(|leg| leg.failure.as_deref()),
        };
        [
            ("amount", amount),
            ("place", html! { (self.place()) }),
            ("why", html! { (why_said(why.unwrap_or_default())) }),
            ("gateway", self.gateway()),
            ("payee", html! { bdi { (self.payee) } }),
        ]
    }

    fn gateway(&self) -> Markup {
        let named = self.leg.and_then(|leg| leg.gateway.as_deref()).map(humane);
        html! { bdi { (named.unwrap_or_else(|| say!("task-the-gateway"))) } }
    }

    /// Says where the money was to go: "to the card".
    fn place(&self) -> String {
        match self.leg.map(|leg| (leg.to, leg.method.as_str())) {
            Some((LegDestination::OriginalTender, "card")) => say!("task-place-card"),
            Some((LegDestination::OriginalTender, "bank_transfer")) => say!("task-place-transfer"),
            Some((LegDestination::OriginalTender, method)) => say!("task-place-method", method = humane(method)),
            Some((LegDestination::StoreCredit, _)) => say!("task-place-credit"),
            Some((LegDestination::InvoiceBalance, _)) => say!("task-place-balance"),
            Some((LegDestination::Manual, _)) => say!("task-place-hand"),
            Some((LegDestination::OutOfBand, _)) => say!("task-place-bank"),
            None => say!("task-place-customer"),
        }
    }
}

/// Draws what is to be done about a task that belongs to no request.
pub fn remedy(code: TaskCode) -> Markup {
    markup(way::remedy(code), &[("gateway", html! { (say!("task-the-gateway")) })])
}

/// Says that somebody else sees to a task, and why.
pub fn others(why: &AuthorityError) -> Markup {
    html! { p.hint { (say!("decide-others")) " " (refused::why(why)) } }
}

/// Returns who gets the money of a request: the customer's name where it is known, else their number.
pub fn payee(row: &RequestRow) -> &str {
    row.customer_name.as_deref().or(row.customer.as_deref()).unwrap_or("–")
}

/// Says why something failed. What gateways say often has words of its own here; anything else stays as it was said.
pub fn why_said(failure: &str) -> String {
    match failure {
        "" | "unknown" => say!("task-why-unsaid"),
        "declined" => say!("task-why-declined"),
        "expired_or_canceled_card" => say!("task-why-expired"),
        "lost_or_stolen_card" => say!("task-why-lost"),
        "insufficient_funds" => say!("task-why-funds"),
        "charge_for_pending_refund_disputed" => say!("task-why-disputed"),
        "merchant_request" => say!("task-why-stopped"),
        other => say!("task-why-other", why = words::humane(other).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};
    use crate::preview::fixtures;

    fn plain(markup: &Markup) -> String {
        let mut inside = false;
        let text = markup.0.chars().filter(|letter| {
            let shown = !inside && *letter != '<';
            inside = (inside || *letter == '<') && *letter != '>';
            shown
        });
        text.collect()
    }

    fn said(code: TaskCode) -> (String, String) {
        let mut row = RequestRow::from(fixtures::attention());
        row.tasks.iter_mut().for_each(|task| task.code = code);
        let about = About::all(&row).next().expect("a task");
        (plain(&about.happened()), plain(&about.remedy()))
    }

    #[test]
    fn a_task_is_a_sentence_with_the_amount_the_place_and_the_reason() {
        let (happened, remedy) = said(TaskCode::LegReroute);
        assert_eq!(
            happened,
            "The refund of 51.40 EUR to the card had counted as paid and failed afterwards: the card has expired or was cancelled."
        );
        assert_eq!(remedy, "Try it once more, pay it as store credit, or pay it out by hand.");
        assert_eq!(why_said("do_not_honor"), "the gateway says “do not honor”");
    }

    #[test]
    fn every_task_has_its_sentences_in_every_language() {
        for language in Language::ALL {
            within(Locale { language, ..Locale::default() }, || {
                for code in TaskCode::ALL.iter().copied() {
                    let (happened, remedy) = said(code);
                    for text in [happened, remedy] {
                        assert!(text.ends_with('.') && text.contains(' '), "{code:?}: {text}");
                    }
                }
            });
        }
    }
}
