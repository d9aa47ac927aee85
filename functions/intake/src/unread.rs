//! Keeps a message that is ours and can't be read, once, so that it holds up no other.

use contraflow_domain::request::Source;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::http_io::Incoming;
use contraflow_guest::problem::Problem;
use contraflow_guest::taken::Taken;
use contraflow_guest::unit::transact;
use contraflow_guest::{channels, keys, now, unread};

/// What could not be read of a message.
pub struct Unread {
    /// The sender's word for its kind.
    pub kind: String,
    /// The sender's name for what it is about.
    pub about: String,
    /// What is wrong with it, by place.
    pub errors: Vec<FieldError>,
    /// The ticket on which whoever asked is told.
    pub ticket: Option<String>,
}

impl Unread {
    /// Makes it of a problem that came of a message which could be read, and that trying again would not mend.
    pub fn of(kind: &str, about: &str, ticket: Option<String>, problem: Problem) -> Self {
        let whole = FieldError { pointer: String::new(), detail: problem.detail };
        let errors = if problem.errors.is_empty() { vec![whole] } else { problem.errors };
        Self { kind: kind.into(), about: about.into(), errors, ticket }
    }
}

/// Keeps the message with that id of a delivery, and tells whoever asked on their ticket, where that can be written on.
///
/// # Errors
/// When it could not be stored; then the sender tries again.
pub async fn keep(incoming: &Incoming, source: &str, id: &str, found: &Unread) -> Result<(), Problem> {
    let seen = keys::inbound(source, "unread", id);
    let text = String::from_utf8_lossy(&incoming.body);
    let name = unread::name(source, id);
    let ticket = match &found.ticket {
        Some(ticket) => {
            let asked = Source { channel: source.into(), reference: Some(ticket.clone()), link: None };
            channels::wired(&asked).await.iter().any(|channel| channel == source).then(|| ticket.clone())
        }
        None => None,
    };
    let is_new = transact(async |unit| {
        if unit.read::<Taken>(&seen).await?.is_some() {
            return Ok(false);
        }
        unit.write(&seen, &Taken::now())?;
        let what = (found.kind.as_str(), found.about.as_str());
        let mut message = UnreadMessage::of(name.clone(), source, what, found.errors.clone(), &text, now());
        if let Some(ticket) = &ticket {
            message = message.told_on(ticket.clone(), now());
        }
        unread::keep(unit, &message).await?;
        Ok(true)
    })
    .await?;
    if is_new && ticket.is_some() {
        unread::resume_later(name);
    }
    Ok(())
}
