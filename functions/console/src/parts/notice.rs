//! Shows messages above a page: what was done, or why it was not done and what to do.

use contraflow_domain::approval::Verdict;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use maud::{Markup, html};

use super::words::{self, humane};
use super::{foreign, time};
use crate::flash::Flash;
use crate::locale::{named, say};

/// Holds the message above a page.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Something was done.
    Done(Flash),
    /// Something was not done.
    Failed(Problem),
    /// Somebody else has decided meanwhile.
    Late(Late),
    /// Something was not done, as the page itself says.
    Undone(Undone),
}

/// Says what was not done, in the language of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undone {
    /// How it stands, in one sentence.
    pub said: String,
    /// What another program said of it; may be empty.
    pub theirs: String,
    /// What was typed, and is not kept anywhere else.
    pub mine: Vec<String>,
}

/// Says who has decided meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Who has; `None` for whoever reads it, who has decided in another window.
    pub by: Option<String>,
    /// What they decided.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// What they said with it.
    pub theirs: String,
    /// What was to be said here, and is not kept anywhere else.
    pub mine: String,
}

impl Late {
    /// Says in one sentence who did what.
    fn said(&self) -> String {
        match (self.verdict, self.by.as_deref()) {
            (Verdict::Approve, Some(name)) => say!("frame-late-approve", name = name),
            (Verdict::Reject, Some(name)) => say!("frame-late-reject", name = name),
            (Verdict::RequestInfo, Some(name)) => say!("frame-late-request-info", name = name),
            (Verdict::Escalate, Some(name)) => say!("frame-late-escalate", name = name),
            (Verdict::Approve, None) => say!("frame-late-own-approve"),
            (Verdict::Reject, None) => say!("frame-late-own-reject"),
            (Verdict::RequestInfo, None) => say!("frame-late-own-request-info"),
            (Verdict::Escalate, None) => say!("frame-late-own-escalate"),
        }
    }
}

/// Returns the message in a few words, for the title of the page.
pub fn in_short(notice: &Notice) -> String {
    match notice {
        Notice::Done(said) => said.text.clone(),
        Notice::Failed(problem) => heading(problem),
        Notice::Late(late) => late.said(),
        Notice::Undone(undone) => undone.said.clone(),
    }
}

fn undone(undone: &Undone) -> Markup {
    html! {
        div.notice.notice-bad role="alert" tabindex="-1" autofocus {
            span.sign aria-hidden="true" { "!" }
            div {
                p { strong { (undone.said) } }
                @if !undone.theirs.is_empty() { (foreign::quote(&undone.theirs)) }
                @if !undone.mine.is_empty() { p { (say!("frame-not-kept")) } }
                @for text in &undone.mine { (foreign::quote(text)) }
            }
        }
    }
}

fn late(late: &Late) -> Markup {
    html! {
        div.notice.notice-bad role="alert" tabindex="-1" autofocus {
            span.sign aria-hidden="true" { "!" }
            div {
                p { strong { (late.said()) } " " (time::absolute(late.at)) }
                @if !late.theirs.is_empty() { (foreign::quote(&late.theirs)) }
                @if !late.mine.is_empty() { p { (say!("frame-late-mine")) } (foreign::quote(&late.mine)) }
            }
        }
    }
}

/// Draws the message. It takes the focus, so that it is read out and the next key goes on from there.
pub fn notice(notice: &Notice) -> Markup {
    match notice {
        Notice::Done(said) => html! {
            div.notice.notice-good role="status" tabindex="-1" autofocus {
                span.sign aria-hidden="true" { "✓" }
                p dir="auto" { (said.text) @if let Some((address, words)) = &said.link { " " a href=(address) { (words) } } }
            }
        },
        Notice::Late(told) => late(told),
        Notice::Undone(told) => undone(told),
        Notice::Failed(problem) => html! {
            div.notice.notice-bad role="alert" tabindex="-1" autofocus {
                span.sign aria-hidden="true" { "!" }
                div {
                    p { strong { (heading(problem)) } }
                    @if let Some(said) = named::problem(&problem.kind) { p { (said) } }
                    p { (foreign::record(&words::spoken(&problem.detail))) }
                    @if !problem.errors.is_empty() {
                        ul {
                            @for error in &problem.errors {
                                li { (foreign::record(&words::spoken(&error.detail))) @if let Some(place) = place(&error.pointer) { " " span.quiet { (place) } } }
                            }
                        }
                    }
                }
            }
        },
    }
}

/// Returns where in what was sent an error is, for people: of `/lines/0/quantity`, `(lines 1 quantity)`.
fn place(pointer: &str) -> Option<String> {
    let step =
        |step: &str| step.parse::<usize>().map_or_else(|_| step.replace('_', " "), |index| (index + 1).to_string());
    let steps: Vec<_> = pointer.split('/').filter(|step| !step.is_empty()).map(step).collect();
    (!steps.is_empty()).then(|| format!("({})", steps.join(" ")))
}

/// Returns a heading that says what happened, for people who do not know status codes.
pub fn heading(problem: &Problem) -> String {
    if problem.kind.ends_with(":content-changed") {
        return say!("frame-changed");
    }
    match problem.status {
        401 => say!("frame-session-over"),
        403 => say!("frame-forbidden"),
        404 => say!("frame-not-here"),
        409 => say!("frame-too-late"),
        400 | 413 | 422 => say!("frame-not-right"),
        429 => say!("frame-too-much"),
        502..=504 => say!("frame-unavailable"),
        _ => humane(&problem.title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};

    #[test]
    fn the_place_of_an_error_reads_as_words() {
        assert_eq!(place("/lines/0/quantity").as_deref(), Some("(lines 1 quantity)"));
        assert_eq!(place(""), None);
    }

    #[test]
    fn a_refusal_says_its_kind_in_the_language_of_the_page_and_marks_the_words_of_the_api() {
        let refused = Notice::Failed(Problem::conflict("money-guard", "payment p1 has 3.00 EUR left"));
        let german = Locale { language: Language::German, ..Locale::default() };
        let drawn = within(german, || notice(&refused)).into_string();
        assert!(
            drawn.contains("So viel Geld ist dafür nicht mehr da.") && drawn.contains("lang=\"en\">Payment p1"),
            "{drawn}"
        );
        let english = notice(&refused).into_string();
        assert!(!english.contains("lang=") && english.matches("<p>").count() == 2, "{english}");
    }

    #[test]
    fn what_was_done_takes_the_focus_and_leads_on() {
        let said = Flash::from("Done <b>.".to_owned()).leading_to("/requests/1", "Look".into());
        let drawn = notice(&Notice::Done(said)).into_string();
        assert!(
            drawn.contains("role=\"status\" tabindex=\"-1\" autofocus") && drawn.contains("Done &lt;b&gt;."),
            "{drawn}"
        );
        assert!(drawn.contains("href=\"/requests/1\""), "{drawn}");
    }
}
