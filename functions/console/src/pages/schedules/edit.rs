//! Shows the form by which a schedule is made or changed, with the days on which it would come, and takes it.

use contraflow_domain::limits as bounds;
use contraflow_domain::money::Currency;
use contraflow_domain::policy::ReasonList;
use contraflow_domain::request::ask::{Direction, Kind};
use contraflow_domain::request::draft::number;
use contraflow_domain::schedule::{Missed, SchedulePreview, ScheduleView};
use contraflow_domain::time::Day;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::new_id;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::one::missed;
use super::{rule, when};
use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{current, say};
use crate::pages::asking::reasons;
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::time;
use crate::reply;
use crate::session::Session;

/// Says what is known of the days on which a schedule would come.
#[derive(Debug, Clone, Default)]
pub enum Coming {
    /// Nothing was asked yet.
    #[default]
    Unknown,
    /// It can't be told; what is wrong stands in the form.
    Wrong,
    /// When it would come.
    Known(Box<SchedulePreview>),
}

/// Holds what the page is drawn from.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// The schedule that is changed; none for a new one.
    pub id: Option<&'a str>,
    /// The reasons that its requests may give.
    pub reasons: &'a ReasonList,
    /// What was typed.
    pub typed: &'a Form,
    /// What is wrong with it.
    pub faults: &'a Faults,
    /// When it would come.
    pub coming: &'a Coming,
}

/// Serves `GET /schedules/new`, and `GET /schedules/{id}/change`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, id: Option<&str>, query: &Form) -> Result<Answer, Problem> {
    let reasons: ReasonList = api_client::get(session, "/v1/reasons").await?;
    let typed = match id {
        Some(id) => fields_of(&api_client::get(session, &format!("/v1/schedules/{}", segment(id))).await?),
        None => new(frame, query),
    };
    let sheet = Sheet { id, reasons: &reasons, typed: &typed, faults: &Faults::default(), coming: &Coming::Unknown };
    Ok(reply::page(StatusCode::OK, render(frame, session, &sheet)))
}

/// Returns the fields of a form for a new schedule: it begins today, in the time zone of whoever makes it.
fn new(frame: &Frame<'_>, query: &Form) -> Form {
    let zone = current().zone;
    Form::default()
        .with("key", &new_id())
        .with("customer", query.get("customer"))
        .with("start", &zone.day(frame.now).to_string())
        .with("clock", "09:00")
        .with("time_zone", &zone.to_string())
}

/// Returns a schedule as the fields of the form.
fn fields_of(schedule: &ScheduleView) -> Form {
    let ask = &schedule.request;
    let (day, clock) = schedule.plan.start.split_once('T').unwrap_or_default();
    let days: Vec<_> = schedule.plan.except.iter().map(ToString::to_string).collect();
    let form = Form::of(rule::fields_of(schedule.plan.rule.as_deref()))
        .with("name", &schedule.name)
        .with("start", day)
        .with("clock", clock)
        .with("time_zone", &schedule.plan.time_zone)
        .with("except", &days.join(", "))
        .with("missed", schedule.missed.name())
        .with("revision", &schedule.revision.to_string())
        .with("kind", ask.kind.name())
        .with("direction", ask.direction.name())
        .with("customer", ask.customer.as_deref().unwrap_or_default())
        .with("reason", &ask.reason)
        .with("note", &ask.note)
        .with("destination", ask.destination.name());
    match ask.amount {
        Some(amount) => form.with("amount", &amount.to_string()).with("currency", amount.currency.code()),
        None => form,
    }
}

/// Serves `POST /schedules` and `POST /schedules/{id}/change`: shows when it would come, or stores it.
///
/// # Errors
/// The problem that the api answered, when the form can't be shown again.
pub async fn post(
    incoming: &Incoming,
    frame: &Frame<'_>,
    session: &Session,
    id: Option<&str>,
    typed: &Form,
) -> Result<Answer, Problem> {
    let mut faults = Faults::default();
    let body = body(typed, id.is_some(), &mut faults);
    let only_shows = typed.get("act") != "save";
    let is_fragment = incoming.header("hx-request").is_some();
    let mut notice = None;
    let mut coming = Coming::Wrong;
    if only_shows || !faults.is_empty() {
        // A change is checked like a new one; only the revision does not belong there.
        let mut check = body.clone();
        check.as_object_mut().map(|members| members.remove("revision"));
        match api_client::ask::<SchedulePreview>(session, "/v1/schedules?check=true&upcoming=6", &check).await {
            Ok(preview) if faults.is_empty() => coming = Coming::Known(Box::new(preview)),
            Ok(_) => {}
            Err(mut problem) => {
                let all = problem.errors.len();
                // The start of one that is changed may lie as far back as it does.
                problem.errors.retain(|error| id.is_none() || error.pointer != "/start");
                match problem.errors.is_empty() && all > 0 {
                    true => coming = Coming::Unknown,
                    false => notice = told(problem, &mut faults),
                }
            }
        }
    } else {
        let stored = match id {
            Some(id) => {
                api_client::put::<ScheduleView>(session, &format!("/v1/schedules/{}", segment(id)), &body).await
            }
            None => api_client::ask_once::<ScheduleView>(session, typed.get("key"), "/v1/schedules", &body).await,
        };
        match stored {
            Ok(schedule) => {
                let address = format!("/schedules/{}", segment(&schedule.id));
                return Ok(reply::see_other_saying(session, &address, say!("schedules-done-stored")));
            }
            Err(problem) => notice = told(problem, &mut faults),
        }
    }
    if is_fragment {
        return Ok(reply::fragment(preview(&coming, frame)));
    }
    if notice.is_none() && !faults.is_empty() {
        let mut problem = Problem::invalid(Vec::new());
        problem.detail = say!("schedules-marked");
        notice = Some(problem);
    }
    let status = notice.as_ref().map_or(StatusCode::OK, reply::status_of);
    let frame = notice.map_or_else(|| frame.clone(), |problem| frame.failed(problem));
    let reasons: ReasonList = api_client::get(session, "/v1/reasons").await?;
    // Nothing was stored, so what is changed now is another schedule.
    let typed =
        if status == StatusCode::UNPROCESSABLE_ENTITY { typed.clone().with("key", &new_id()) } else { typed.clone() };
    let sheet = Sheet { id, reasons: &reasons, typed: &typed, faults: &faults, coming: &coming };
    Ok(reply::page(status, render(&frame, session, &sheet)))
}

/// Takes what the api found to the fields; returns the problem where it belongs to none.
fn told(mut problem: Problem, faults: &mut Faults) -> Option<Problem> {
    let errors = std::mem::take(&mut problem.errors);
    let has_errors = !errors.is_empty();
    faults.add_told(errors, |pointer| field_of(pointer).to_owned());
    (!has_errors).then_some(problem)
}

fn field_of(pointer: &str) -> &'static str {
    let mut parts = pointer.trim_start_matches('/').split('/');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("name", _) => "name",
        ("rule", _) => "way",
        ("start" | "from", _) => "start",
        ("time_zone", _) => "time_zone",
        ("except", _) => "except",
        ("request", Some("kind")) => "kind",
        ("request", Some("direction")) => "direction",
        ("request", Some("customer")) => "customer",
        ("request", Some("amount")) => "amount",
        ("request", Some("reason")) => "reason",
        ("request", Some("note")) => "note",
        ("request", Some("destination")) => "destination",
        _ => "",
    }
}

/// Returns what the api is asked; what can't be read is told at its field, and asked for as it was typed.
fn body(typed: &Form, is_change: bool, faults: &mut Faults) -> Value {
    let kind = Kind::named(typed.get("kind"));
    let currency = typed.get("currency").to_ascii_uppercase();
    let amount = match (typed.some("amount"), currency.parse::<Currency>()) {
        (Some(amount), Ok(_)) => number::amount(amount, &currency).unwrap_or_else(|_| {
            faults.add("amount", say!("schedules-amount-unclear"));
            amount.to_owned()
        }),
        (amount, known) => {
            if amount.is_none() {
                faults.add("amount", say!("schedules-amount-unclear"));
            }
            if known.is_err() {
                faults.add("currency", say!("schedules-currency-unknown"));
            }
            amount.unwrap_or_default().to_owned()
        }
    };
    let mut request = json!({"kind": typed.some("kind").unwrap_or("account_credit"), "customer": typed.get("customer"), "amount": {"value": amount, "currency": currency}});
    if let Some(members) = request.as_object_mut() {
        for name in ["note", "destination"] {
            members.extend(typed.some(name).map(|value| (name.to_owned(), value.into())));
        }
        let reason = typed.some("own_reason").or(typed.some("reason"));
        members.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
        let direction = typed.some("direction").filter(|_| kind.is_some_and(|kind| kind.direction().is_none()));
        members.extend(direction.map(|direction| ("direction".to_owned(), direction.into())));
    }
    let days: Vec<_> =
        typed.get("except").split([',', ';', ' ', '\n']).map(str::trim).filter(|day| !day.is_empty()).collect();
    if days.iter().any(|day| day.parse::<Day>().is_err()) {
        faults.add("except", say!("schedules-except-unclear"));
    }
    let days: Vec<_> = days.into_iter().filter(|day| day.parse::<Day>().is_ok()).collect();
    let mut body = json!({
        "name": typed.get("name"),
        "start": format!("{}T{}", typed.get("start"), typed.some("clock").unwrap_or("09:00")),
        "missed": typed.some("missed").unwrap_or("each"),
        "request": request,
    });
    if let Some(members) = body.as_object_mut() {
        members.extend(rule::of_form(typed, faults).map(|rule| ("rule".to_owned(), rule.into())));
        members.extend(typed.some("time_zone").map(|zone| ("time_zone".to_owned(), zone.into())));
        if !days.is_empty() {
            members.insert("except".into(), days.into());
        }
        if is_change {
            members.extend(
                typed.get("revision").parse::<u32>().ok().map(|revision| ("revision".to_owned(), revision.into())),
            );
        }
    }
    body
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, sheet: &Sheet<'_>) -> Markup {
    let (address, back) = match sheet.id {
        Some(id) => (format!("/schedules/{}/change", segment(id)), format!("/schedules/{}", segment(id))),
        None => ("/schedules".to_owned(), "/schedules".to_owned()),
    };
    let title = if sheet.id.is_some() { say!("schedules-change") } else { say!("schedules-new") };
    let body = html! {
        div.title { h1 { (title) } }
        @if sheet.id.is_some() { p { (say!("schedules-change-hint")) } }
        form.columns.schedule method="post" action=(address) hx-post=(address) hx-trigger="change delay:300ms" hx-target="#days" hx-swap="outerHTML" {
            (csrf(session))
            @for name in ["key", "revision"] { @if let Some(value) = sheet.typed.some(name) { input type="hidden" name=(name) value=(value); } }
            button.hidden name="act" value="show" tabindex="-1" aria-hidden="true" { (say!("schedules-show")) }
            div.main-column {
                @for fault in sheet.faults.of("") { p { (fields::fault(fault)) } }
                (what(sheet)) (comes(sheet))
            }
            div.side-column {
                (preview(sheet.coming, frame))
                div.card.sending {
                    div.buttons { button.primary name="act" value="save" { (say!("schedules-save")) } button name="act" value="show" { (say!("schedules-show")) } }
                    p.quiet { (say!("schedules-save-hint")) }
                    p { a href=(back) { (say!("schedules-cancel")) } }
                }
            }
        }
    };
    page(frame, &title, body)
}

fn what(sheet: &Sheet<'_>) -> Markup {
    let Sheet { typed, faults, reasons: list, .. } = *sheet;
    let chosen = typed.some("kind").unwrap_or("account_credit");
    let kinds = Kind::ALL.iter().filter(|kind| !kind.needs_invoice());
    let options = html! {
        @for kind in kinds { option.two-way[kind.direction().is_none()] value=(kind.name()) selected[kind.name() == chosen] { (kind.said()) } }
    };
    let ways: Vec<_> = Direction::ALL.iter().map(|way| (way.name().to_owned(), way.said())).collect();
    let places = reasons::destinations(reasons::chosen(list, typed), false);
    html! {
        fieldset.card {
            legend { (say!("schedules-what")) }
            (fields::text(&Field { hint: say!("schedules-name-hint"), most: bounds::SCHEDULE_NAME_CHARS, is_required: true, ..Field::new("name", say!("schedules-name")) }, typed, faults))
            div.grid {
                (fields::select(&Field::new("kind", say!("schedules-kind")), options, faults))
                div.direction { (fields::choice(&Field::new("direction", say!("schedules-direction")), &ways, typed.get("direction"), faults)) }
                (fields::text(&Field { hint: say!("schedules-customer-hint"), most: bounds::REFERENCE_LENGTH, is_required: true, ..Field::new("customer", say!("schedules-customer")) }, typed, faults))
                (fields::text(&Field { example: "12.50", most: bounds::DECIMAL_CHARS, is_required: true, ..Field::new("amount", say!("schedules-amount")) }, typed, faults))
                (fields::text(&Field { most: 3, is_required: true, ..Field::new("currency", say!("schedules-currency")) }, typed, faults))
                (fields::choice(&Field::new("destination", say!("schedules-destination")), &places, typed.some("destination").unwrap_or("auto"), faults))
                (reasons::choice(list, typed, Kind::named(chosen), faults))
            }
            (fields::area(&Field { most: bounds::NOTE_CHARS, ..Field::new("note", say!("schedules-note-text")) }, 2, typed, faults))
        }
    }
}

fn named(list: &[(&str, &'static str)]) -> Vec<(String, String)> {
    list.iter().map(|(value, key)| ((*value).to_owned(), say!(key))).collect()
}

fn comes(sheet: &Sheet<'_>) -> Markup {
    let Sheet { typed, faults, .. } = *sheet;
    let number = |name, label| Field { example: "1", most: 4, ..Field::new(name, label) };
    let day = |name, label| Field { kind: "date", ..Field::new(name, label) };
    let ends = [
        ("", say!("schedules-ends-never")),
        ("on", say!("schedules-ends-on")),
        ("after", say!("schedules-ends-after")),
    ];
    let ends = ends.map(|(value, words)| (value.to_owned(), words));
    let made_up: Vec<_> = Missed::ALL.iter().map(|case| (case.name().to_owned(), missed(*case))).collect();
    let picked: Vec<_> = typed.all("weekday").collect();
    html! {
        fieldset.card.comes {
            legend { (say!("schedules-comes")) }
            div.grid {
                (fields::choice(&Field::new("way", say!("schedules-way")), &named(&rule::WAYS), typed.some("way").unwrap_or("month-day"), faults))
                div.every { (fields::text(&Field { hint: say!("schedules-interval-hint"), ..number("interval", say!("schedules-interval")) }, typed, faults)) }
                div.of-month-day { (fields::text(&Field { hint: say!("schedules-day-hint"), ..number("day", say!("schedules-day")) }, typed, faults)) }
                div.of-month-nth { (fields::choice(&Field::new("place", say!("schedules-place")), &named(&rule::PLACES), typed.get("place"), faults)) }
                div.of-month-nth { (fields::choice(&Field::new("nth_day", say!("schedules-nth-day")), &named(&rule::WEEKDAYS), typed.get("nth_day"), faults)) }
                div.of-rule { (fields::text(&Field { hint: say!("schedules-rule-hint"), most: bounds::SCHEDULE_RULE_BYTES, ..Field::new("rule", say!("schedules-rule")) }, typed, faults)) }
            }
            div.of-weekly role="group" aria-label=(say!("schedules-weekdays")) {
                @for (code, key) in rule::WEEKDAYS { label.check { input type="checkbox" name="weekday" value=(code) checked[picked.contains(&code)]; span { (say!(key)) } } }
            }
            div.grid {
                (fields::text(&Field { is_required: true, ..day("start", say!("schedules-start")) }, typed, faults))
                (fields::text(&Field { kind: "time", is_required: true, ..Field::new("clock", say!("schedules-clock")) }, typed, faults))
                (fields::text(&Field { hint: say!("schedules-zone-hint"), most: 60, ..Field::new("time_zone", say!("schedules-zone")) }, typed, faults))
                div.ending { (fields::choice(&Field::new("ends", say!("schedules-ends")), &ends, typed.get("ends"), faults)) }
                div.of-on { (fields::text(&day("until", say!("schedules-until")), typed, faults)) }
                div.of-after { (fields::text(&number("count", say!("schedules-count")), typed, faults)) }
                (fields::text(&Field { hint: say!("schedules-except-hint"), ..Field::new("except", say!("schedules-except")) }, typed, faults))
                (fields::choice(&Field::new("missed", say!("schedules-missed")), &made_up, typed.some("missed").unwrap_or("each"), faults))
            }
        }
    }
}

/// Draws the days on which it would come. They are read out when they change.
pub fn preview(coming: &Coming, frame: &Frame<'_>) -> Markup {
    html! {
        section #days.card aria-labelledby="days-title" aria-live="polite" {
            h2 #days-title { (say!("schedules-coming")) }
            @match coming {
                Coming::Unknown => p.quiet { (say!("schedules-preview-hint")) },
                Coming::Wrong => p { (say!("schedules-preview-wrong")) },
                Coming::Known(preview) => {
                    p { (when(preview.plan.rule.as_deref(), &preview.plan.start, &preview.plan.words)) }
                    ol.dates { @for next in &preview.upcoming { li { (time::both(next.at, frame.now)) } } }
                    @if preview.made_at_once > 0 { p.soon { (say!("schedules-at-once", count = preview.made_at_once)) } }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::desk::schedule;

    #[test]
    fn a_schedule_that_is_changed_stands_in_the_form_as_it_is() {
        let mut faults = Faults::default();
        let asked = body(&fields_of(&schedule()), true, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            asked,
            json!({
                "name": "Hosting credit", "start": "2026-12-31T09:00", "missed": "each", "time_zone": "Europe/Berlin", "revision": 2,
                "rule": "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20271130", "except": ["2027-03-31"],
                "request": {
                    "kind": "account_credit", "customer": "CUST-7", "amount": {"value": "25.00", "currency": "EUR"},
                    "reason": "contract", "note": "As agreed.", "destination": "store_credit",
                },
            })
        );
    }

    #[test]
    fn all_that_cannot_be_read_is_told_at_once() {
        let mut faults = Faults::default();
        body(
            &Form::from([("amount", "1,234"), ("currency", "EUR"), ("except", "tomorrow"), ("way", "month-day")]),
            false,
            &mut faults,
        );
        let fields: Vec<_> = faults.0.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["amount", "except", "day"]);
    }
}
