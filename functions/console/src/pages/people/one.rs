//! Shows one person, and lets an admin write down who they are.

use contraflow_domain::access::PersonView;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Entry;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits as bounds;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::{roles, standing};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::listed;
use crate::locale::{Language, say, woven};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{chronicle, foreign, pager, time};
use crate::reply;
use crate::session::Session;

/// Holds a person with what happened to their record.
#[derive(Debug, Clone)]
pub struct Known {
    /// The person; `None` for somebody of whom nothing is written down yet.
    pub person: Option<PersonView>,
    /// One page of what happened.
    pub events: Page<Entry>,
}

/// Serves `GET /people/{name}`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, name: &str) -> Result<Answer, Problem> {
    let cursor = asked.form.get("cursor");
    let known = load(asked.session, name, cursor).await?;
    let body = render(asked.frame, asked.session, name, &known, cursor, &Form::default());
    Ok(reply::page(StatusCode::OK, body))
}

/// Reads a person. Whoever may write people down also gets a page of somebody who is not there yet.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, name: &str, cursor: &str) -> Result<Known, Problem> {
    let path = format!("/v1/people/{}", segment(name));
    let events = format!("{path}/events");
    let (person, events) = futures::join!(api_client::get(session, &path), listed::page(session, &events, &[], cursor));
    let empty = || Page { items: Vec::new(), next: None };
    match person {
        Ok(person) => Ok(Known { person: Some(person), events: events.unwrap_or_else(|_| empty()) }),
        Err(problem) if problem.is_not_found() && session.person.may(Effect::KeepPeople).is_ok() => {
            Ok(Known { person: None, events: empty() })
        }
        Err(problem) => Err(problem),
    }
}

/// Draws the page; `typed` is what a refused form held.
pub fn render(frame: &Frame<'_>, session: &Session, name: &str, known: &Known, cursor: &str, typed: &Form) -> Markup {
    let person = known.person.as_ref();
    let shown = person.and_then(|person| person.full_name.as_deref()).unwrap_or(name);
    let here = format!("/people/{}", segment(name));
    let may_keep = frame.may(Effect::KeepPeople);
    let is_self = Identity::read(name).is(&session.person.identity());
    let body = html! {
        div.title {
            div { h1 { (foreign::name(shown)) } p.quiet { (foreign::name(name)) } }
            @if let Some(person) = person { (standing(person)) }
        }
        div.columns {
            div.main-column {
                @if let Some(person) = person { (facts(frame, person)) (accounts(session, person, &here, may_keep && !is_self)) }
                @else { div.card { p { (say!("people-not-here-yet")) } } }
                @if person.is_some() {
                    section.stack aria-labelledby="events" {
                        h2 #events { (say!("people-events")) }
                        (chronicle::chronicle(frame, &known.events.items))
                        (pager::pager(&here, &[], cursor, known.events.next.as_deref()))
                    }
                }
            }
            aside.side-column aria-label=(say!("people-actions")) {
                @if may_keep { (fields(session, person, &here, is_self, typed)) }
                @if let Some(person) = person { (access(frame, session, person, &here, is_self)) }
            }
        }
    };
    page(frame, shown, body)
}

fn facts(frame: &Frame<'_>, person: &PersonView) -> Markup {
    let listed = |items: &std::collections::BTreeSet<String>| items.iter().cloned().collect::<Vec<_>>().join(", ");
    html! {
        section.card aria-labelledby="facts" {
            h2 #facts { (say!("people-facts")) }
            dl.facts {
                dt { (say!("people-roles")) } dd { (roles(person)) }
                @if !person.roles.is_empty() { dt { (say!("people-roles-here")) } dd { (listed(&person.roles)) } }
                @if !person.addresses.is_empty() { dt { (say!("people-addresses")) } dd.break { (listed(&person.addresses)) } }
                dt { (say!("people-language")) } dd { (person.locale.as_deref().unwrap_or("–")) }
                dt { (say!("people-time-zone")) } dd { (person.time_zone.as_deref().unwrap_or("–")) }
                dt { (say!("people-last-seen")) } dd { @match person.last_seen_at { Some(at) => (time::both(at, frame.now)), None => (say!("people-never")) } }
                @if let Some(left) = &person.left { dt { (say!("people-left")) } dd { (woven!("people-left-when", when = time::relative(left.at, frame.now), who = foreign::name(&left.by))) } }
            }
        }
    }
}

fn accounts(session: &Session, person: &PersonView, here: &str, may_keep: bool) -> Markup {
    html! {
        section.card aria-labelledby="accounts" {
            h2 #accounts { (say!("people-accounts-title")) }
            @if person.accounts.is_empty() { p.quiet { (say!("people-accounts-none")) } }
            ul.plain {
                @for account in &person.accounts {
                    li.account-row {
                        div { p.break { (account.subject) } p.quiet.break { (account.issuer) " · " (time::absolute(account.linked_at)) } }
                        @if may_keep {
                            form method="post" action=(format!("{here}/unlink")) {
                                (csrf(session))
                                input type="hidden" name="issuer" value=(account.issuer);
                                input type="hidden" name="subject" value=(account.subject);
                                button { (say!("people-unlink")) span.hidden { " " (account.subject) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns what stands in a field: what was typed, or what is known.
fn value<'a>(typed: &'a Form, name: &str, known: &'a str) -> &'a str {
    if typed.get("form") == "fields" { typed.get(name) } else { known }
}

fn fields(session: &Session, person: Option<&PersonView>, here: &str, is_self: bool, typed: &Form) -> Markup {
    let lines = |of: fn(&PersonView) -> &std::collections::BTreeSet<String>| {
        person.map(|person| of(person).iter().cloned().collect::<Vec<_>>().join("\n")).unwrap_or_default()
    };
    let (addresses, roles) = (lines(|person| &person.addresses), lines(|person| &person.roles));
    let text = |of: fn(&PersonView) -> Option<&str>| person.and_then(of).unwrap_or_default();
    let locale = value(typed, "locale", text(|person| person.locale.as_deref()));
    let is_known = locale.is_empty() || Language::ALL.iter().any(|language| language.tag() == locale);
    html! {
        section.card.panel aria-labelledby="write" {
            h2 #write { (say!("people-write")) }
            form method="post" action=(here) {
                (csrf(session))
                input type="hidden" name="form" value="fields";
                label for="full-name" { (say!("people-full-name")) }
                input #full-name name="full_name" maxlength=(bounds::PERSON_TEXT_CHARS) autocomplete="off" dir="auto" value=(value(typed, "full_name", text(|person| person.full_name.as_deref())));
                label for="roles" { (say!("people-roles-here")) }
                textarea #roles name="roles" rows="3" spellcheck="false" aria-describedby="roles-hint" readonly[is_self] { (value(typed, "roles", &roles)) }
                p.hint #roles-hint { @if is_self { (say!("people-roles-own")) } @else { (say!("people-roles-hint")) } }
                label for="addresses" { (say!("people-addresses")) }
                textarea #addresses name="addresses" rows="2" spellcheck="false" aria-describedby="addresses-hint" { (value(typed, "addresses", &addresses)) }
                p.hint #addresses-hint { (say!("people-addresses-hint")) }
                label for="locale" { (say!("people-language")) }
                select #locale name="locale" {
                    option value="" { (say!("people-unknown")) }
                    @for language in Language::ALL { option value=(language.tag()) lang=(language.tag()) selected[language.tag() == locale] { (language.own_name()) } }
                    @if !is_known { option value=(locale) selected { (locale) } }
                }
                label for="zone-name" { (say!("people-time-zone")) }
                input #zone-name name="time_zone" autocomplete="off" spellcheck="false" placeholder="Europe/Berlin" value=(value(typed, "time_zone", text(|person| person.time_zone.as_deref())));
                div.buttons { button.primary { (say!("people-save")) } }
            }
        }
    }
}

/// Draws what ends somebody's access, and gives it back.
fn access(frame: &Frame<'_>, session: &Session, person: &PersonView, here: &str, is_self: bool) -> Markup {
    let may_end = is_self || frame.may(Effect::EndSessions);
    let may_keep = frame.may(Effect::KeepPeople) && !is_self;
    html! {
        @if may_end {
            section.card.panel aria-labelledby="sessions" {
                h2 #sessions { (say!("people-sessions")) }
                p.hint { (say!("people-sessions-hint")) }
                form method="post" action=(format!("{here}/sign-out")) { (csrf(session)) div.buttons { button { (say!("people-sign-out")) } } }
            }
        }
        @if may_keep && person.left.is_some() {
            section.card.panel aria-labelledby="return" {
                h2 #return { (say!("people-return")) }
                p.hint { (say!("people-return-hint")) }
                form method="post" action=(format!("{here}/return")) { (csrf(session)) div.buttons { button { (say!("people-return-button")) } } }
            }
        } @else if may_keep {
            details.card.panel {
                summary { (say!("people-leave")) }
                p.hint { (say!("people-leave-hint")) }
                form method="post" action=(format!("{here}/leave")) {
                    (csrf(session))
                    label for="leave-note" { (say!("people-leave-why")) }
                    input #leave-note name="note" maxlength=(bounds::NOTE_CHARS) autocomplete="off";
                    div.buttons { button.danger { (say!("people-leave-button")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, office, session};

    fn html(who: &str, roles: &[&str]) -> String {
        let who = session(who, roles);
        let known = Known { person: Some(office::max()), events: Page { items: Vec::new(), next: None } };
        render(&frame(&who, Place::People), &who, "max", &known, "", &Form::default()).into_string()
    }

    #[test]
    fn nobody_writes_down_their_own_roles_or_that_they_left() {
        let own = html("max", &["admin"]);
        assert!(
            own.contains("name=\"roles\" rows=\"3\" spellcheck=\"false\" aria-describedby=\"roles-hint\" readonly")
        );
        assert!(!own.contains("/leave\"") && !own.contains("/unlink\"") && own.contains("/sign-out\""));
        let other = html("ada", &["admin"]);
        assert!(other.contains("/leave\"") && other.contains("/unlink\"") && !other.contains("readonly"));
    }

    #[test]
    fn whoever_only_reads_gets_no_form() {
        let html = html("audrey", &["auditor"]);
        let main = html.split("<main").nth(1).unwrap_or_default();
        assert!(!main.contains("<form"), "{main}");
    }
}
