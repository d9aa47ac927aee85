//! Draws the form for a new request, with what would become of it beside it.

use contraflow_domain::limits as bounds;
use contraflow_domain::policy::ReasonList;
use contraflow_domain::request::ask::{Direction, Kind};
use maud::{Markup, html};

use super::body::{About, HOW_MUCH, LINE, is_picked, pieces_of, sum_of};
use super::known::{Known, KnownLine};
use super::quoted::{self, Foreseen};
use super::reasons;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::money;
use crate::parts::time;
use crate::session::Session;

/// Holds what the form is drawn from.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// What the request is about.
    pub about: &'a About,
    /// The reasons that it may give.
    pub reasons: &'a ReasonList,
    /// What was typed.
    pub typed: &'a Form,
    /// The key under which it is sent.
    pub key: &'a str,
    /// What is wrong with what was typed.
    pub faults: &'a Faults,
    /// What would become of it.
    pub foreseen: &'a Foreseen,
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, sheet: &Sheet<'_>) -> Markup {
    let Sheet { about, typed, .. } = *sheet;
    let body = html! {
        (heading(about, typed))
        form.columns.asking method="post" action="/new" hx-post="/new" hx-trigger="change delay:300ms" hx-target="#foreseen" hx-swap="outerHTML" hx-vals="{\"act\":\"quote\"}" {
            (csrf(session))
            input type="hidden" name="key" value=(sheet.key);
            @match about {
                About::Invoice(known) => input type="hidden" name="invoice" value=(known.number);
                About::Customer(id, _) => input type="hidden" name="customer" value=(id);
            }
            @if let Some(corrects) = typed.some("corrects") { input type="hidden" name="corrects" value=(corrects); }
            // A browser presses a form's first button on Enter.
            button.hidden name="act" value="quote" tabindex="-1" aria-hidden="true" { (say!("asking-show")) }
            div.main-column { (what(sheet)) (how_much(sheet)) (why(sheet)) }
            div.side-column {
                (quoted::panel(sheet.foreseen))
                div.card.sending {
                    @if sheet.foreseen.is_refused() {
                        p { (say!("asking-refused-hint")) }
                        div.buttons { button.primary name="act" value="quote" { (say!("asking-show-again")) } button.danger name="act" value="anyway" { (say!("asking-send-anyway")) } }
                    } @else {
                        div.buttons { button.primary name="act" value="send" { (say!("asking-send")) } button name="act" value="quote" { (say!("asking-show")) } }
                    }
                    p { a href="/new" { (say!("asking-leave")) } }
                }
            }
        }
    };
    page(frame, &say!("asking-title"), body)
}

fn heading(about: &About, typed: &Form) -> Markup {
    html! {
        div.title {
            div {
                h1 { @if typed.some("corrects").is_some() { (say!("asking-title-again")) } @else { (say!("asking-title")) } }
                p.quiet {
                    @match about {
                        About::Invoice(known) => (invoice(known)),
                        About::Customer(id, name) => {
                            @let who = html! { a href=(format!("/customers/{}", segment(id))) dir="auto" { (if name.is_empty() { id } else { name }) } };
                            (woven!("asking-for-customer", who = who)) " · " a href=(with_query("/new", &[("without", "yes")])) { (say!("asking-another-customer")) }
                        },
                    }
                }
            }
        }
        @if let Some(corrects) = typed.some("corrects") {
            p { (woven!("asking-corrects", request = html! { a href=(format!("/requests/{}", segment(corrects))) { (say!("asking-corrects-this")) } })) }
        }
    }
}

fn invoice(known: &Known) -> Markup {
    html! {
        (woven!("asking-of-invoice", number = html! { a href=(format!("/invoices/{}", segment(&known.number))) { (known.number) } }))
        @if !known.customer_name.is_empty() { " · " a href=(format!("/customers/{}", segment(&known.customer))) dir="auto" { (known.customer_name) } }
        @if let Ok(day) = known.issued_on.parse() { " · " (time::day(day)) }
        @if let Some(gross) = known.gross { " · " (money::money(gross)) }
        " · " a href="/new" { (say!("asking-another-invoice")) }
    }
}

/// Returns the kinds of request that can be asked for an invoice, or without one.
fn kinds(has_invoice: bool) -> Vec<(String, String)> {
    let fits = |kind: &&Kind| if has_invoice { **kind != Kind::FeeAssessment } else { !kind.needs_invoice() };
    let mut kinds: Vec<_> = Kind::ALL.iter().filter(fits).collect();
    // What is asked for most stands first.
    kinds.sort_by_key(|kind| !matches!(kind, Kind::Refund | Kind::GoodwillCredit));
    kinds.into_iter().map(|kind| (kind.name().to_owned(), kind.said())).collect()
}

/// Returns the kind that was chosen, or that stands first.
pub fn kind_of(typed: &Form, has_invoice: bool) -> Option<Kind> {
    let first = if has_invoice { Kind::Refund } else { Kind::GoodwillCredit };
    typed.some("kind").map_or(Some(first), Kind::named)
}

fn what(sheet: &Sheet<'_>) -> Markup {
    let Sheet { about, typed, faults, .. } = *sheet;
    let has_invoice = matches!(about, About::Invoice(_));
    let kind = kind_of(typed, has_invoice);
    let options = kinds(has_invoice);
    let two_way = |name: &str| Kind::named(name).is_some_and(|kind| kind.direction().is_none());
    let options = html! {
        @for (value, words) in &options { option.two-way[two_way(value)] value=(value) selected[kind.is_some_and(|kind| kind.name() == value)] { (words) } }
    };
    let ways: Vec<_> = Direction::ALL.iter().map(|way| (way.name().to_owned(), way.said())).collect();
    html! {
        fieldset.card {
            legend { (say!("asking-what")) }
            div.grid {
                (fields::select(&Field::new("kind", say!("asking-kind")), options, faults))
                div.direction { (fields::choice(&Field::new("direction", say!("asking-direction")), &ways, typed.get("direction"), faults)) }
            }
        }
    }
}

fn how_much(sheet: &Sheet<'_>) -> Markup {
    let Sheet { about, typed, faults, .. } = *sheet;
    let amount = Field { example: "12.50", most: bounds::DECIMAL_CHARS, ..Field::default() };
    html! {
        fieldset.card {
            legend { (say!("asking-how-much")) }
            @for one in faults.of(HOW_MUCH) { p #how { (fields::fault(one)) } }
            @match about {
                About::Invoice(known) => {
                    (lines(known, sheet))
                    div.grid {
                        (fields::text(&Field { name: "amount", label: say!("asking-or-amount", currency = known.currency.code()), hint: say!("asking-amount-hint"), ..amount }, typed, faults))
                        @if let Some(left) = known.left {
                            div.field {
                                label.check for="all" {
                                    input #all type="checkbox" name="all" value="yes" checked[typed.some("all").is_some()];
                                    span { (woven!("asking-or-all", left = money::money(left))) }
                                }
                            }
                        }
                    }
                },
                About::Customer(..) => div.grid {
                    (fields::text(&Field { name: "amount", label: say!("asking-amount"), hint: say!("asking-amount-hint"), is_required: true, ..amount }, typed, faults))
                    (fields::text(&Field { name: "currency", label: say!("asking-currency"), hint: say!("asking-currency-hint"), most: 3, is_required: true, ..Field::default() }, typed, faults))
                },
            }
        }
    }
}

fn lines(known: &Known, sheet: &Sheet<'_>) -> Markup {
    html! {
        table.rows.pickable.lines {
            caption.hidden { (say!("asking-lines-caption")) }
            thead { tr {
                th.pick scope="col" { span.hidden { (say!("asking-pick")) } }
                th scope="col" { (say!("asking-line")) } th.number scope="col" { (say!("asking-left")) }
                th scope="col" { (say!("asking-pieces")) } th scope="col" { (say!("asking-line-amount")) }
            } }
            tbody { @for (index, line) in known.lines.iter().enumerate() { (line_row(index, line, sheet)) } }
        }
    }
}

fn line_row(index: usize, line: &KnownLine, sheet: &Sheet<'_>) -> Markup {
    let Sheet { typed, faults, .. } = *sheet;
    let name = if line.description.is_empty() { &line.id } else { &line.description };
    let (pieces, sum) = (pieces_of(&line.id), sum_of(&line.id));
    let number = |field: &str, id: String, label: String, example: String| {
        let is_wrong = faults.of(field).next().is_some();
        html! {
            label.hidden for=(id) { (label) }
            input.narrow id=(id) name=(field) value=(typed.get(field)) placeholder=(example) inputmode="decimal" autocomplete="off"
                maxlength=(bounds::DECIMAL_CHARS) disabled[line.is_spent] aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then(|| format!("{id}-told"))];
            @if is_wrong { span.second id=(format!("{id}-told")) { @for one in faults.of(field) { (fields::fault(one)) } } }
        }
    };
    html! {
        tr {
            td.pick { label { input type="checkbox" name=(LINE) value=(line.id) checked[is_picked(typed, &line.id)] disabled[line.is_spent] aria-label=(say!("asking-pick-line", line = name.as_str())); } }
            th scope="row" data-label=(say!("asking-line")) { span dir="auto" { (name) } @if !line.description.is_empty() { span.second { (line.id) } } }
            td.number data-label=(say!("asking-left")) {
                @if line.is_spent { span.quiet { (say!("asking-nothing-left")) } } @else {
                    (money::value(line.left)) span.second { (say!("asking-pieces-left", pieces = line.pieces.as_str())) }
                }
            }
            td data-label=(say!("asking-pieces")) { (number(&pieces, format!("pieces-{index}"), say!("asking-pieces-label", line = name.as_str()), say!("asking-all-pieces", pieces = line.pieces.as_str()))) }
            td data-label=(say!("asking-line-amount")) { (number(&sum, format!("sum-{index}"), say!("asking-line-amount-label", line = name.as_str()), "–".into())) }
        }
    }
}

fn why(sheet: &Sheet<'_>) -> Markup {
    let Sheet { about, reasons: list, typed, faults, .. } = *sheet;
    let has_invoice = matches!(about, About::Invoice(_));
    let reason = reasons::chosen(list, typed);
    let note =
        Field { hint: say!("asking-note-hint"), most: bounds::NOTE_CHARS, ..Field::new("note", say!("asking-note")) };
    let places = reasons::destinations(reason, has_invoice);
    html! {
        fieldset.card {
            legend { (say!("asking-why")) }
            div.grid { (reasons::choice(list, typed, kind_of(typed, has_invoice), faults)) }
            (fields::area(&note, 3, typed, faults))
            (fields::choice(&Field::new("destination", say!("asking-destination")), &places, typed.some("destination").unwrap_or("auto"), faults))
            (evidence(list, typed, faults))
        }
    }
}

/// Returns the kinds of document that can be chosen.
fn document_kinds(list: &ReasonList) -> Vec<(String, String)> {
    let mut kinds: Vec<String> = list.reasons.iter().flat_map(|reason| reason.evidence.iter().cloned()).collect();
    kinds.extend(["photo", "receipt", "chat", "document"].map(str::to_owned));
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(|kind| (kind.clone(), crate::parts::words::document(&kind))).collect()
}

fn evidence(list: &ReasonList, typed: &Form, faults: &Faults) -> Markup {
    let (urls, chosen): (Vec<_>, Vec<_>) = (typed.all("evidence").collect(), typed.all("evidence_kind").collect());
    let kinds = document_kinds(list);
    let given = urls.iter().filter(|url| !url.is_empty()).count();
    let row = |index: usize| {
        let (id, kind_id) = (format!("evidence-{index}"), format!("evidence-kind-{index}"));
        html! {
            div.pair {
                div.field { label for=(kind_id) { (say!("asking-evidence-kind")) } select id=(kind_id) name="evidence_kind" {
                    option value="" { (say!("asking-evidence-link")) }
                    @for (value, words) in &kinds { option value=(value) selected[chosen.get(index).is_some_and(|chosen| chosen == value)] { (words) } }
                } }
                div.field { label for=(id) { (say!("asking-evidence")) } input id=(id) name="evidence" type="url" value=(urls.get(index).copied().unwrap_or_default()) maxlength=(bounds::EVIDENCE_URL_BYTES) placeholder="https://…" autocomplete="off"; }
            }
        }
    };
    html! {
        @for one in faults.of("evidence") { p { (fields::fault(one)) } }
        (row(0))
        details.more open[given > 1] {
            summary { (say!("asking-evidence-more")) }
            @for index in 1..limits::EVIDENCE { (row(index)) }
        }
    }
}
