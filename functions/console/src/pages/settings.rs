//! Shows what a person prefers to see, and takes changes of it.

use contraflow_domain::catalogue::MessageKind;
use contraflow_domain::preferences::{Density, LetterPreferences, Pace, Preferences, Theme};
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::views;
use crate::api_client;
use crate::form::Form;
use crate::locale::named::Named as _;
use crate::locale::{Language, Locale, say, within};
use crate::parts::layout::{Frame, csrf, page};
use crate::reply;
use crate::session::Session;

/// Lists time zones that are offered; any other may be written.
const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Dubai",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// Serves `GET /settings`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let preferences = api_client::preferences(session).await?;
    Ok(reply::page(StatusCode::OK, render(frame, session, &preferences, query)))
}

/// Serves `POST /settings`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(frame: &Frame<'_>, session: &Session, form: &Form) -> Result<Answer, Problem> {
    let wanted = changed(api_client::preferences(session).await?, form);
    let stored = match time_zone(form) {
        Ok(time_zone) => store(session, &Preferences { time_zone, ..wanted.clone() }).await,
        Err(problem) => Err(problem),
    };
    if let Err(problem) = stored {
        return Ok(refused(frame, session, &wanted, form, problem));
    }
    // What is said is said in the language that was just chosen.
    let language = Language::of_tag(form.get("language")).unwrap_or(crate::locale::current().language);
    let said = within(Locale { language, ..crate::locale::current() }, || say!("settings-saved"));
    Ok(reply::see_other_saying(session, "/settings", said))
}

/// Serves `POST /settings/views`: keeps a list, and leads to it.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn keep_view(frame: &Frame<'_>, session: &Session, form: &Form) -> Result<Answer, Problem> {
    let view = views::read(form).ok_or_else(|| Problem::not_found("list"))?;
    let before = api_client::preferences(session).await?;
    match store(session, &views::with(before.clone(), &view)).await {
        Ok(()) => {
            let said = say!("view-kept", name = view.name.as_str());
            Ok(reply::see_other_saying(session, &views::address(&view), said))
        }
        Err(problem) => Ok(refused(frame, session, &before, form, problem)),
    }
}

/// Serves `POST /settings/views/remove`: forgets a list.
///
/// # Errors
/// The problem that the api answered.
pub async fn remove_view(session: &Session, form: &Form) -> Result<Answer, Problem> {
    let name = form.get("name");
    store(session, &views::without(api_client::preferences(session).await?, name)).await?;
    Ok(reply::see_other_saying(session, "/settings", say!("view-removed", name = name)))
}

async fn store(session: &Session, wanted: &Preferences) -> Result<(), Problem> {
    let _stored: Preferences = api_client::put(session, "/v1/me/preferences", &json!(wanted)).await?;
    Ok(())
}

/// Answers with the page again after something was refused, with what was typed.
fn refused(frame: &Frame<'_>, session: &Session, preferences: &Preferences, typed: &Form, problem: Problem) -> Answer {
    let status = reply::status_of(&problem);
    reply::page(status, render(&frame.failed(problem), session, preferences, typed))
}

/// Returns the time zone that the form names; `None` where it names none.
fn time_zone(form: &Form) -> Result<Option<Zone>, Problem> {
    let unknown = |name| Problem::field("/time_zone", say!("settings-no-zone", name = name));
    form.some("time_zone").map(|name| name.parse().map_err(|_| unknown(name))).transpose()
}

/// Puts what the form says into the preferences, but for the time zone; everything else in them stays as it is.
fn changed(before: Preferences, form: &Form) -> Preferences {
    let usual = Preferences::default();
    Preferences {
        language: Language::of_tag(form.get("language")).map(|language| language.tag().to_owned()),
        theme: Theme::named(form.get("theme")).unwrap_or(usual.theme),
        density: Density::named(form.get("density")).unwrap_or(usual.density),
        shortcuts: form.some("shortcuts").is_some(),
        letters: letters(&before.letters, form),
        ..before
    }
}

/// Returns how letters are wanted, as the form says; as before where the form does not have it.
fn letters(before: &LetterPreferences, form: &Form) -> LetterPreferences {
    let Some(pace) = Pace::named(form.get("pace")) else { return before.clone() };
    LetterPreferences {
        pace,
        hour: form.get("hour").parse().unwrap_or(before.hour),
        without: form.all("without").filter_map(MessageKind::named).collect(),
    }
}

fn pace(pace: Pace) -> String {
    match pace {
        Pace::Each => say!("settings-pace-each"),
        Pace::Daily => say!("settings-pace-daily"),
        Pace::Never => say!("settings-pace-never"),
    }
}

/// Draws how letters are wanted.
fn letter_fields(letters: &LetterPreferences) -> Markup {
    html! {
        fieldset.letter-settings {
            legend { (say!("settings-letters")) }
            p.hint { (say!("settings-letters-hint")) }
            div.grid {
                div.field {
                    label for="pace" { (say!("settings-pace")) }
                    select #pace name="pace" {
                        @for one in Pace::ALL { option value=(one.name()) selected[letters.pace == *one] { (pace(*one)) } }
                    }
                }
                div.field {
                    label for="hour" { (say!("settings-hour")) }
                    select #hour name="hour" aria-describedby="hour-hint" {
                        @for hour in 0..24_u32 { option value=(hour) selected[letters.hour == hour] { (format!("{hour:02}:00")) } }
                    }
                    p.hint #hour-hint { (say!("settings-hour-hint")) }
                }
            }
            fieldset {
                legend { (say!("settings-without")) }
                div.kinds {
                    @for kind in MessageKind::ALL {
                        label.check { input type="checkbox" name="without" value=(kind.name()) checked[letters.without.contains(kind)]; " " (kind.said()) }
                    }
                }
            }
        }
    }
}

fn theme(theme: Theme) -> String {
    match theme {
        Theme::Auto => say!("settings-theme-auto"),
        Theme::Light => say!("settings-theme-light"),
        Theme::Dark => say!("settings-theme-dark"),
    }
}

fn density(density: Density) -> String {
    match density {
        Density::Compact => say!("settings-compact"),
        Density::Comfortable => say!("settings-comfortable"),
    }
}

/// Draws the page; `typed` is what a refused form held, or a list that is to be kept.
pub fn render(frame: &Frame<'_>, session: &Session, preferences: &Preferences, typed: &Form) -> Markup {
    let zone = preferences.time_zone.map(|zone| zone.to_string()).unwrap_or_default();
    let zone = typed.some("time_zone").unwrap_or(&zone);
    let language = preferences.language.as_deref().and_then(Language::of_tag);
    let body = html! {
        div.title { h1 { (say!("frame-settings")) } }
        (views::name_form(session, typed))
        div.columns {
            div.main-column {
                form.card.wide-form method="post" action="/settings" {
                    (csrf(session))
                    div.grid {
                        div.field {
                            label for="language" { (say!("settings-language")) }
                            select #language name="language" {
                                option value="" { (say!("settings-language-auto")) }
                                @for known in Language::ALL { option value=(known.tag()) lang=(known.tag()) selected[language == Some(known)] { (known.own_name()) } }
                            }
                        }
                        div.field {
                            label for="time_zone" { (say!("settings-zone")) }
                            input #time_zone name="time_zone" list="zones" maxlength="60" autocomplete="off" value=(zone) aria-describedby="zone-hint";
                            datalist #zones { @for known in ZONES { option value=(known) {} } }
                            p.hint #zone-hint { (say!("settings-zone-hint")) }
                        }
                        div.field {
                            label for="theme" { (say!("settings-theme")) }
                            select #theme name="theme" {
                                @for one in Theme::ALL { option value=(one.name()) selected[preferences.theme == *one] { (theme(*one)) } }
                            }
                        }
                        div.field {
                            label for="density" { (say!("settings-density")) }
                            select #density name="density" {
                                @for one in Density::ALL { option value=(one.name()) selected[preferences.density == *one] { (density(*one)) } }
                            }
                        }
                    }
                    label.check { input type="checkbox" name="shortcuts" value="yes" checked[preferences.shortcuts]; " " (say!("settings-shortcuts")) }
                    p.hint { (say!("settings-shortcuts-hint")) }
                    (letter_fields(&letters(&preferences.letters, typed)))
                    div.buttons { button.primary { (say!("settings-save")) } }
                }
            }
            div.side-column { (views::own(session, &preferences.views)) }
        }
    };
    page(frame, &say!("frame-settings"), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraflow_domain::preferences::{View, ViewPlace};

    #[test]
    fn a_change_leaves_alone_what_the_form_does_not_have() {
        let form =
            Form::from([("language", "de"), ("time_zone", "Europe/Berlin"), ("theme", "dark"), ("density", "odd")]);
        let view = View { name: "Mine".into(), place: ViewPlace::Queue, query: "view=tasks".into(), shared_with: None };
        let before = Preferences { views: vec![view], ..Preferences::default() };
        assert!(before.shortcuts);
        let after = Preferences {
            shortcuts: false,
            language: Some("de".into()),
            theme: Theme::Dark,
            density: Density::Compact,
            ..before.clone()
        };
        assert_eq!(changed(before, &form), after);
        assert_eq!(time_zone(&form).expect("a zone"), "Europe/Berlin".parse().ok());
    }

    #[test]
    fn letters_come_as_the_form_says_and_stay_as_they_were_where_it_says_nothing() {
        let form = Form::parse(b"pace=daily&hour=17&without=request.exception&without=odd&without=request.reminder");
        let kept = letters(&LetterPreferences::default(), &form);
        let without = [MessageKind::RequestException, MessageKind::RequestReminder].into();
        assert_eq!(kept, LetterPreferences { pace: Pace::Daily, hour: 17, without });
        assert_eq!(letters(&kept, &Form::from([("language", "de")])), kept);
        let all = letters(&kept, &Form::from([("pace", "each"), ("hour", "x")]));
        assert_eq!(all, LetterPreferences { hour: 17, ..LetterPreferences::default() }, "no box is ticked any more");
    }

    #[test]
    fn a_time_zone_that_does_not_exist_is_refused() {
        let problem = time_zone(&Form::from([("time_zone", "Mars/Base")])).expect_err("no zone");
        assert!(problem.errors[0].detail.contains("Mars/Base"));
        assert_eq!(time_zone(&Form::default()).expect("none is named"), None);
    }
}
