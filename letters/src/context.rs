//! What a template may name: the news, the request, its money, and who reads.

use contraflow_domain::language::plain_language;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::money::Money;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::leg::{Leg, Target};
use contraflow_domain::request::message::Message;
use contraflow_domain::request::message::letter::Recipient;
use serde::Serialize;
use serde_json::Value;

use crate::format;
use crate::words::{self, Words, word};

/// Holds all that a template may name. What is not known is empty, so that `{% if … %}` asks for it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Context {
    /// The news.
    pub news: News,
    /// The request that they are of.
    pub request: About,
    /// The ways of its money that have not failed.
    pub money: Vec<Way>,
    /// Who reads.
    pub recipient: To,
    /// For the letter of a day: what came.
    pub digest: Day,
}

/// Holds what is told.
#[derive(Debug, Clone, Default, Serialize)]
pub struct News {
    /// The kind, such as `request.completed`.
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The sentence of the record, in English.
    pub text: String,
    /// When it became true.
    pub at: String,
    /// By when somebody must have acted.
    pub due_at: String,
}

/// Holds what the letter is about.
#[derive(Debug, Clone, Default, Serialize)]
pub struct About {
    /// The id.
    pub id: String,
    /// What it is, how much, and for whom, in words.
    pub title: String,
    /// The address of its page in the console.
    pub link: String,
    /// The kind, such as `refund`.
    pub kind: String,
    /// The kind in words.
    pub kind_title: String,
    /// The kind as the customer's own: “your refund”.
    pub yours: String,
    /// Where it stands, such as `completed`.
    pub status: String,
    /// Where it stands, in words.
    pub status_title: String,
    /// The invoice's number.
    pub invoice: String,
    /// The ERP's id of the customer.
    pub customer: String,
    /// The customer's name.
    pub customer_name: String,
    /// What it comes to.
    pub amount: Option<Money>,
    /// The number of its credit memo.
    pub credit_memo: String,
    /// The reason that was given, in words.
    pub reason: String,
    /// Who asked.
    pub requester: String,
    /// The ticket that it came from.
    pub ticket: String,
}

/// Holds one way of the money.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// How much.
    pub amount: Money,
    /// Where it goes, in words.
    pub to: String,
    /// How it moves, such as `card`.
    pub method: String,
    /// When it was sent.
    pub sent_at: String,
    /// By when it arrives.
    pub arrives_by: String,
    /// Whether whoever pays says that it is out.
    pub is_out: bool,
}

/// Holds who reads.
#[derive(Debug, Clone, Default, Serialize)]
pub struct To {
    /// Their name.
    pub name: String,
    /// For whom the letter is, such as `customer`.
    pub audience: String,
}

/// Holds what came on a day.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Day {
    /// How many pieces of news.
    pub count: usize,
    /// The news, oldest first.
    pub lines: Vec<Line>,
    /// Whether there are more.
    pub more: bool,
    /// The address of the reader's queue.
    pub queue: String,
    /// The address of the reader's settings.
    pub settings: String,
}

/// Holds one piece of news of a day.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Line {
    /// What it says.
    pub subject: String,
    /// The address of its request.
    pub link: String,
}

/// Says where the words come from and where links lead.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The language.
    pub language: &'a str,
    /// Where people reach the console, without a slash at its end.
    pub console: &'a str,
}

impl Context {
    /// Gathers what a letter about a message may name.
    #[must_use]
    pub fn of(request: &Request, message: &Message, to: Option<&Recipient>, setting: Setting<'_>) -> Self {
        let words = words::of(setting.language);
        let waits = message.data.get("waits_for").and_then(|waits| waits.get("due_at")).and_then(Value::as_str);
        let recipient =
            to.map_or_else(To::default, |to| To { name: to.name.clone(), audience: to.audience.name().to_owned() });
        Self {
            news: News {
                kind: message.kind.name().into(),
                title: word(&words.news, message.kind.name(), message.kind.title()),
                text: message.text.clone(),
                at: message.at.to_string(),
                due_at: waits.unwrap_or_default().to_owned(),
            },
            request: about(request, words, setting),
            money: request.legs.iter().filter(|leg| goes(leg)).map(|leg| way(leg, request, words, setting)).collect(),
            recipient,
            digest: Day::default(),
        }
    }

    /// Returns it as minijinja takes it.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

fn about(request: &Request, words: &Words, setting: Setting<'_>) -> About {
    let ask = &request.ask;
    let kind_title = word(&words.kinds, ask.kind.name(), ask.kind.title());
    let yours = match words.yours.get(ask.kind.name()) {
        Some(yours) => yours.clone(),
        None => format!("your {}", kind_title.to_lowercase()),
    };
    let reason = setting.policy.reason(&ask.reason).map_or(&ask.reason, |reason| &reason.title);
    let customer_name = request.customer_name.clone().or_else(|| request.customer.clone()).unwrap_or_default();
    let mut title = kind_title.clone();
    if let Some(amount) = request.amount {
        let amount = serde_json::to_value(amount).unwrap_or(Value::Null);
        title = format!("{title} {} {}", words.joining.of, format::money(&amount, setting.language));
    }
    if !customer_name.is_empty() {
        title = format!("{title} {} {customer_name}", words.joining.r#for);
    }
    About {
        id: request.id.clone(),
        title,
        link: format!("{}/requests/{}", setting.console, request.id),
        kind: ask.kind.name().into(),
        kind_title,
        yours,
        status: request.status.name().into(),
        status_title: word(&words.statuses, request.status.name(), request.status.title()),
        invoice: ask.invoice.clone().unwrap_or_default(),
        customer: request.customer.clone().unwrap_or_default(),
        customer_name,
        amount: request.amount,
        credit_memo: request.document.as_ref().and_then(|document| document.number.clone()).unwrap_or_default(),
        reason: reason.clone(),
        requester: request.requester.clone(),
        ticket: request.source.reference.clone().unwrap_or_default(),
    }
}

/// Tells whether the money of a leg goes its way, or has.
fn goes(leg: &Leg) -> bool {
    let is_lost =
        matches!(leg.status, LegStatus::Failed | LegStatus::Canceled | LegStatus::LateFailed | LegStatus::Reversed);
    leg.replaced_by.is_none() && !is_lost
}

fn way(leg: &Leg, request: &Request, words: &Words, setting: Setting<'_>) -> Way {
    let ways = &words.ways;
    let to = match &leg.target {
        Target::Tender { payment, .. } if leg.method == "card" => match last_four(request, payment) {
            Some(digits) => ways.card_ending.replace("{}", &digits),
            None => ways.card.clone(),
        },
        Target::Tender { .. } => ways.payment.clone(),
        Target::StoreCredit { .. } => ways.store_credit.clone(),
        Target::InvoiceOffset => ways.invoice_offset.clone(),
        Target::Manual { .. } => ways.manual.clone(),
        Target::OutOfBand => ways.out_of_band.clone(),
    };
    Way {
        amount: leg.amount,
        to,
        method: leg.method.clone(),
        sent_at: leg.sent_at.map(|at| at.to_string()).unwrap_or_default(),
        arrives_by: setting.policy.arrives_by(leg).map(|day| day.to_string()).unwrap_or_default(),
        is_out: leg.status == LegStatus::Succeeded,
    }
}

fn last_four(request: &Request, payment: &str) -> Option<String> {
    let invoice = request.packet.as_ref()?.invoice.as_ref()?;
    invoice.payments.iter().find(|known| known.id == payment)?.last_four.clone()
}

/// Returns an example of all that a template may name, by which templates are checked and shown.
#[must_use]
pub fn example(language: &str) -> Value {
    let words = words::of(language);
    let kind = contraflow_domain::request::ask::Kind::Refund;
    let status = contraflow_domain::lifecycle::request::RequestStatus::Completed;
    let news = contraflow_domain::catalogue::MessageKind::RequestCompleted;
    let kind_title = word(&words.kinds, kind.name(), kind.title());
    let amount = Money::parse("59.50", contraflow_domain::money::Currency::EUR).ok();
    let value = serde_json::to_value(amount).unwrap_or(Value::Null);
    let ending = words.ways.card_ending.replace("{}", "4242");
    let way = |amount| Way {
        amount,
        to: ending.clone(),
        method: "card".into(),
        sent_at: "2026-11-30T09:30:00.000Z".into(),
        arrives_by: "2026-12-14".into(),
        is_out: true,
    };
    let line = Line { subject: kind_title.clone(), link: "https://refunds.example/requests/1".into() };
    let yours = words.yours.get(kind.name()).cloned();
    Context {
        news: News {
            kind: news.name().into(),
            title: word(&words.news, news.name(), news.title()),
            text: "Done: 59.50 was credited with CM-1.".into(),
            at: "2026-11-30T09:31:00.000Z".into(),
            due_at: "2026-12-01T09:30:00.000Z".into(),
        },
        request: About {
            id: "1".into(),
            title: format!(
                "{kind_title} {} {} {} Nordlicht GmbH",
                words.joining.of,
                format::money(&value, plain_language(language)),
                words.joining.r#for
            ),
            link: "https://refunds.example/requests/1".into(),
            kind: kind.name().into(),
            yours: yours.unwrap_or_else(|| format!("your {}", kind_title.to_lowercase())),
            kind_title,
            status: status.name().into(),
            status_title: word(&words.statuses, status.name(), status.title()),
            invoice: "INV-1001".into(),
            customer: "CUST-7".into(),
            customer_name: "Nordlicht GmbH".into(),
            amount,
            credit_memo: "CM-1".into(),
            reason: "damaged".into(),
            requester: "alice".into(),
            ticket: "4711".into(),
        },
        money: amount.into_iter().map(way).collect(),
        recipient: To { name: "Nordlicht GmbH".into(), audience: "customer".into() },
        digest: Day {
            count: 1,
            lines: vec![line],
            more: false,
            queue: "https://refunds.example/queue".into(),
            settings: "https://refunds.example/settings".into(),
        },
    }
    .value()
}
