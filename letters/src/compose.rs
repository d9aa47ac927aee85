//! Composing: the words of one message, from the template in force.

use contraflow_domain::catalogue::MessageKind;
use contraflow_domain::letters::{Reader, TemplateKey, TemplateText};
use contraflow_domain::request::Request;
use contraflow_domain::request::message::Message;
use contraflow_domain::request::message::letter::{Audience, Letter, Recipient};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;

use crate::context::Context;
use crate::office::Office;
use crate::render::{Rendered, Style, TemplateError, render};
use crate::templates;

impl Office {
    /// Writes the words of a message. Words that somebody has changed are taken as they are. Where the template of the
    /// house can't be rendered for this request, the one that is shipped is: no news stays away because of it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn compose(
        &self,
        unit: &mut Unit,
        request: &Request,
        message: &Message,
        to: Option<&Recipient>,
    ) -> Result<Letter, Problem> {
        if let Some(letter) = &message.letter {
            return Ok(letter.clone());
        }
        let reader = to.map_or(Reader::Ticket, |to| Reader::of(to.audience));
        let language = to.map_or_else(|| self.language(), |to| to.language.as_str());
        let of = TemplateKey { reader, news: message.kind.name().into(), language: language.into() };
        let context = Context::of(request, message, to, self.setting(language)).value();
        let style = Style { language, zone: self.zone() };
        let (key, said) = templates::nearest(unit, &of).await?;
        let written = render(&said, &context, style).or_else(|error| {
            eprintln!("the template {key:?} can't be rendered for request {}: {error}", request.id);
            render(&templates::nearest_shipped(&of), &context, style)
        });
        let letter = match written {
            Ok(rendered) => Letter { subject: rendered.subject, text: rendered.text, edited_by: None },
            Err(_) => Letter { subject: message.kind.title().into(), text: message.text.clone(), edited_by: None },
        };
        Ok(letter)
    }
}

/// Renders a template with the facts of a request, as its newest news of that kind would be told to its customer.
///
/// # Errors
/// When it can't be rendered.
pub fn of_request(
    request: &Request,
    of: &TemplateKey,
    said: &TemplateText,
    office: &Office,
) -> Result<Rendered, TemplateError> {
    let kind = MessageKind::named(&of.news).unwrap_or(MessageKind::RequestCompleted);
    let told = request.outbox.iter().rev().find(|message| message.kind == kind);
    let message = told.cloned().unwrap_or_else(|| Message::of_news(request, kind, kind.title(), request.updated_at));
    let name = request.customer_name.clone().unwrap_or_default();
    let (audience, address) = (Audience::Customer, String::new());
    let to = Recipient { audience, address, name, language: of.language.clone() };
    let context = Context::of(request, &message, Some(&to), office.setting(&of.language));
    render(said, &context.value(), Style { language: &of.language, zone: office.zone() })
}
