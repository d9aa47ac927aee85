//! Draws a message: to whom it goes and how it went, its words, and the forms of one that does not go by itself.

use contraflow_domain::authority::Effect;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::letter::Audience;
use contraflow_domain::request::message::view::{MessageView, OutboxState};
use maud::{Markup, html};

use super::layout::{Frame, csrf};
use super::notice::Notice;
use super::words::{humane, spoken};
use super::{foreign, time};
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::session::Session;

/// Holds a message with what its forms need.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// What every page needs.
    pub frame: &'a Frame<'a>,
    /// Who looks at it.
    pub session: &'a Session,
    /// The message.
    pub message: &'a MessageView,
    /// The hidden fields by which its forms lead back to their page.
    pub back: &'a [(&'static str, &'a str)],
    /// What a refused form held.
    pub typed: &'a Form,
}

/// Returns the name of a message's place on the page of its request.
pub fn anchor(message: &str) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() { sign } else { '-' };
    format!("message-{}", message.chars().map(plain).collect::<String>())
}

/// Returns the address of a message on the page of its request.
pub fn address(request: &str, message: &str) -> String {
    format!("/requests/{}#{}", segment(request), anchor(message))
}

/// Returns where a message stands in the outbox; `None` where it goes by itself, or needs nobody any more.
pub const fn state(message: &MessageView) -> Option<OutboxState> {
    match message.status {
        MessageStatus::Held => Some(OutboxState::Held),
        MessageStatus::Undeliverable => Some(OutboxState::Undeliverable),
        MessageStatus::Queued if message.tries > 0 => Some(OutboxState::Failing),
        _ => None,
    }
}

/// Says in a few words whom a message is for.
pub fn whom(message: &MessageView) -> String {
    match message.name.as_deref().or(message.to.as_deref()) {
        Some(name) => name.to_owned(),
        None if message.status == MessageStatus::Held => Audience::Ticket.said(),
        None => say!("outbox-listeners"),
    }
}

/// Draws whom a message is for, with the address and their part in the request.
pub fn recipient(message: &MessageView) -> Markup {
    let address = message.to.as_deref().filter(|to| message.name.as_deref() != Some(*to));
    html! {
        strong { (foreign::name(&whom(message))) }
        @if let Some(address) = address { " " (foreign::name(address)) }
        @if let Some(audience) = message.audience { " " span.quiet { "(" (audience.said()) ")" } }
    }
}

/// Draws the courier or the helpdesk that delivers a message.
pub fn courier(message: &MessageView) -> Markup {
    foreign::name(&humane(&message.channel))
}

/// Draws what became of the tries to deliver a message: why the last one failed, and when the next one is.
pub fn tries(frame: &Frame<'_>, message: &MessageView) -> Markup {
    html! {
        @if let Some(failure) = message.failure.as_deref().filter(|failure| !failure.is_empty()) {
            p.failure { (woven!("outbox-failure", why = foreign::name(failure))) }
        }
        @if message.tries > 0 && state(message).is_some() {
            p.quiet {
                (say!("outbox-tries", count = message.tries))
                @if let Some(next) = message.next_try_at { " " (woven!("outbox-next-try", when = time::relative(next, frame.now))) }
            }
        }
    }
}

/// Draws words as they go, in their own language and direction.
pub fn letter(subject: &str, text: &str, language: Option<&str>) -> Markup {
    html! {
        div.letter lang=[language] {
            @if !subject.is_empty() { p.letter-subject dir="auto" { (subject) } }
            p.letter-text dir="auto" { (text) }
        }
    }
}

/// Draws the words that wait with a message; says where they are written later.
pub fn words(message: &MessageView) -> Markup {
    let subject = message.subject.as_deref().unwrap_or_default();
    html! {
        @match (&message.text, state(message)) {
            (Some(text), Some(OutboxState::Held)) => (letter(subject, text, message.language.as_deref())),
            (Some(text), _) => details.facts-of { summary { (say!("outbox-words")) } (letter(subject, text, message.language.as_deref())) },
            (None, Some(OutboxState::Held)) => p.hint { (say!("outbox-unwritten")) },
            (None, _) => {},
        }
    }
}

/// Draws the forms of a message; nothing where there is nothing to be done about it.
pub fn forms(shown: &Shown<'_>) -> Markup {
    let Some(state) = state(shown.message) else { return html! {} };
    if !shown.frame.may(Effect::SendMessages) {
        return html! { p.hint { (say!("outbox-not-yours")) } };
    }
    html! {
        @match state {
            OutboxState::Held => {
                (deciding(shown, "send", &say!("outbox-send")))
                @if shown.message.text.is_some() { (rewriting(shown)) }
            },
            OutboxState::Undeliverable => (deciding(shown, "again", &say!("outbox-again"))),
            OutboxState::Failing => (form(shown, html! { div.buttons { button name="act" value="again" { (say!("outbox-try-now")) } } })),
        }
    }
}

fn form(shown: &Shown<'_>, fields: Markup) -> Markup {
    let MessageView { id, request, .. } = shown.message;
    html! {
        form.message-form method="post" action=(format!("/outbox/{}/{}", segment(request), segment(id))) {
            (csrf(shown.session))
            input type="hidden" name="message" value=(id);
            @for (name, value) in shown.back { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
            (fields)
        }
    }
}

/// Draws the form that lets a message go as it is, or drops it.
fn deciding(shown: &Shown<'_>, act: &str, go: &str) -> Markup {
    let note = Field { name: "note", id: "why", label: say!("outbox-note"), hint: say!("outbox-note-hint") };
    let fields = html! {
        (note.area(shown, (2, bounds::NOTE_CHARS), shown.kept("note", false), true))
        div.buttons {
            button.primary name="act" value=(act) formnovalidate { (go) }
            button.danger name="act" value="drop" { (say!("outbox-drop")) }
        }
    };
    form(shown, fields)
}

/// Draws the form that lets a message go with other words.
fn rewriting(shown: &Shown<'_>) -> Markup {
    let message = shown.message;
    let is_typed = shown.is_typed(true);
    let current = |name: &str, known: &Option<String>| {
        if is_typed { shown.typed.get(name).to_owned() } else { known.clone().unwrap_or_default() }
    };
    let subject = Field { name: "subject", id: "subject", label: say!("outbox-subject"), hint: String::new() };
    let text = Field { name: "text", id: "text", label: say!("outbox-text"), hint: String::new() };
    let note = Field { name: "note", id: "note", label: say!("outbox-note-optional"), hint: String::new() };
    let fields = html! {
        // A ticket has a subject of its own.
        @if message.to.is_some() { (subject.line(shown, bounds::LETTER_SUBJECT_CHARS, &current("subject", &message.subject))) }
        (text.area(shown, (12, bounds::LETTER_BYTES), &current("text", &message.text), true))
        (note.area(shown, (2, bounds::NOTE_CHARS), shown.kept("note", true), false))
        div.buttons { button.primary name="act" value="words" { (say!("outbox-send-words")) } }
    };
    html! {
        details.rewriting open[is_typed] {
            summary.button { (say!("outbox-change")) }
            (form(shown, fields))
        }
    }
}

impl Shown<'_> {
    /// Tells whether what was typed belongs to a form of this message: the one with other words, or the one without.
    fn is_typed(&self, with_words: bool) -> bool {
        self.typed.get("message") == self.message.id && (self.typed.get("act") == "words") == with_words
    }

    fn kept(&self, field: &str, with_words: bool) -> &str {
        if self.is_typed(with_words) { self.typed.get(field) } else { "" }
    }

    /// Returns what the api found wrong with a field of the form that was typed into.
    fn faults<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a FieldError> {
        let told = match &self.frame.notice {
            Some(Notice::Failed(problem)) => problem.errors.as_slice(),
            _ => &[],
        };
        told.iter().filter(move |error| error.pointer.trim_start_matches('/') == field)
    }
}

/// Says what stands around a field of a message's form.
struct Field {
    name: &'static str,
    id: &'static str,
    label: String,
    hint: String,
}

impl Field {
    fn id(&self, shown: &Shown<'_>) -> String {
        format!("{}-{}", self.id, anchor(&shown.message.id))
    }

    /// Tells whether the field belongs to the form that was typed into and is wrong.
    fn is_wrong(&self, shown: &Shown<'_>) -> bool {
        shown.is_typed(self.id != "why") && shown.faults(self.name).next().is_some()
    }

    fn around(&self, shown: &Shown<'_>, input: Markup) -> Markup {
        let id = self.id(shown);
        let is_wrong = self.is_wrong(shown);
        html! {
            div.field.invalid[is_wrong] {
                label for=(id) { (self.label) }
                (input)
                @if is_wrong || !self.hint.is_empty() {
                    p.hint id=(format!("{id}-hint")) {
                        @if is_wrong { @for error in shown.faults(self.name) { span.field-error lang=[foreign::record_language()] { (spoken(&error.detail)) } " " } }
                        (self.hint)
                    }
                }
            }
        }
    }

    fn described(&self, shown: &Shown<'_>) -> (Option<String>, Option<&'static str>) {
        let is_wrong = self.is_wrong(shown);
        let hint = (is_wrong || !self.hint.is_empty()).then(|| format!("{}-hint", self.id(shown)));
        (hint, is_wrong.then_some("true"))
    }

    fn line(&self, shown: &Shown<'_>, most: usize, value: &str) -> Markup {
        let (hint, is_wrong) = self.described(shown);
        let language = shown.message.language.as_deref();
        let input = html! {
            input id=(self.id(shown)) name=(self.name) type="text" dir="auto" lang=[language] value=(value) maxlength=(most) required autocomplete="off"
                aria-describedby=[hint] aria-invalid=[is_wrong];
        };
        self.around(shown, input)
    }

    fn area(&self, shown: &Shown<'_>, (rows, most): (usize, usize), value: &str, is_required: bool) -> Markup {
        let (hint, is_wrong) = self.described(shown);
        let language = shown.message.language.as_deref().filter(|_| self.name == "text");
        let input = html! {
            textarea id=(self.id(shown)) name=(self.name) rows=(rows) dir="auto" lang=[language] maxlength=(most) required[is_required]
                aria-describedby=[hint] aria-invalid=[is_wrong] { "\n" (value) }
        };
        self.around(shown, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, mail, session};

    fn drawn(message: &MessageView, roles: &[&str], typed: &Form) -> String {
        let who = session("fina", roles);
        let frame = frame(&who, Place::Outbox);
        forms(&Shown { frame: &frame, session: &who, message, back: &[("state", "held")], typed }).into_string()
    }

    #[test]
    fn what_waits_is_sent_changed_or_dropped_by_those_who_may_and_by_nobody_else() {
        let held = mail::held("m1");
        let html = drawn(&held, &["finance"], &Form::default());
        for act in ["send", "words", "drop"] {
            assert_eq!(html.matches(&format!("name=\"act\" value=\"{act}\"")).count(), 1, "{act}: {html}");
        }
        assert!(html.contains("name=\"state\" value=\"held\""), "it leads back to the same view: {html}");
        let auditor = drawn(&held, &["auditor"], &Form::default());
        assert!(!auditor.contains("<form") && auditor.contains("Finance and admins"), "{auditor}");
        let gone = MessageView { status: MessageStatus::Delivered, ..held };
        assert_eq!(drawn(&gone, &["finance"], &Form::default()), "");
    }

    #[test]
    fn what_goes_by_itself_again_is_only_tried_now() {
        let html = drawn(&mail::failing("m1"), &["finance"], &Form::default());
        assert!(html.contains("value=\"again\"") && !html.contains("value=\"drop\""), "{html}");
        let lost = drawn(&mail::undeliverable("m1"), &["admin"], &Form::default());
        assert!(lost.contains("value=\"again\"") && lost.contains("value=\"drop\""), "{lost}");
    }

    #[test]
    fn a_message_on_a_ticket_has_no_subject_to_change() {
        let ticket = MessageView { to: None, name: None, audience: None, ..mail::held("m1") };
        let html = drawn(&ticket, &["finance"], &Form::default());
        assert!(!html.contains("name=\"subject\"") && html.contains("name=\"text\""), "{html}");
        assert_eq!(whom(&ticket), "The ticket");
    }

    #[test]
    fn words_that_were_refused_stay_in_the_form_of_their_message_alone() {
        let typed = Form::from([("message", "m1"), ("act", "words"), ("subject", "Mine"), ("text", "My words")]);
        let mine = drawn(&mail::held("m1"), &["finance"], &typed);
        assert!(
            mine.contains("value=\"Mine\"")
                && mine.contains("My words")
                && mine.contains("<details class=\"rewriting\" open")
        );
        let other = drawn(&mail::held("m2"), &["finance"], &typed);
        assert!(!other.contains("My words"), "{other}");
    }

    #[test]
    fn a_place_on_a_page_is_one_that_an_address_can_name() {
        assert_eq!(anchor("019a-m3-1"), "message-019a-m3-1");
        assert_eq!(address("a/b", "\"><x"), "/requests/a%2Fb#message----x");
    }
}
