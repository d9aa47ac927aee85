//! The pages of asking for credits.

use contraflow_domain::account::CustomerBalanceView;
use contraflow_domain::bulk::ImportState;
use contraflow_domain::find::InvoiceSummary;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;

use super::{HOSTILE, Named, desk, fixtures, frame, list, session};
use crate::form::Form;
use crate::pages::asking::body::{self, About};
use crate::pages::asking::form::{self, Sheet};
use crate::pages::asking::quoted::Foreseen;
use crate::pages::asking::start::{self, Start};
use crate::pages::schedules::edit::{self, Coming};
use crate::pages::search::{FoundInvoice, Search};
use crate::pages::{customers, help, imports, invoices, loans, schedules, ticket};
use crate::parts::fields::Faults;
use crate::parts::layout::{Frame, Place};
use crate::session::Session;

/// Draws the form for a new request.
fn new(
    frame: &Frame<'_>,
    session: &Session,
    about: &About,
    typed: &Form,
    (faults, foreseen): (&Faults, &Foreseen),
) -> maud::Markup {
    let reasons = desk::reasons();
    form::render(frame, session, &Sheet { about, reasons: &reasons, typed, key: "key-1", faults, foreseen })
}

/// Returns every page with a name of its own.
pub fn pages() -> Vec<Named> {
    [asking(), looking(), credit(), files(), plans(), others()].into_iter().flatten().collect()
}

fn asking() -> Vec<Named> {
    let bob = session("bob", &["requester", "approver:manager", "finance"]);
    let at = frame(&bob, Place::New);
    let (nothing, none, right) = (Foreseen::Nothing, Form::default(), Faults::default());
    let about = About::Invoice(desk::invoice().into());
    let someone = About::Customer("CUST-7".into(), "Nordlicht GmbH".into());
    let typed = Form::of(
        [
            ("kind", "refund"),
            ("line", "1"),
            ("pieces:1", "2"),
            ("line", "3"),
            ("reason", "damaged"),
            ("note", "Two broke."),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
    );
    let wrong =
        Form::from([("kind", "price_correction"), ("line", "1"), ("pieces:3", "1,234"), ("evidence", "photo.jpg")]);
    let (asked, mut faults) = body::asked(&wrong, &about);
    let told = FieldError {
        pointer: "/evidence/0/url".into(),
        detail: "must be an absolute `http` or `https` address".into(),
    };
    faults.add_told(vec![told], |pointer| body::field_of(pointer, &asked));
    let mut problem = Problem::invalid(Vec::new());
    problem.detail = crate::locale::say!("asking-marked");
    let hostile = About::Invoice(desk::invoice_of(HOSTILE, HOSTILE).into());
    let hostile_typed = Form::from([
        ("own_reason", HOSTILE),
        ("note", HOSTILE),
        ("amount", HOSTILE),
        ("evidence", HOSTILE),
        ("corrects", HOSTILE),
    ]);
    let (_, hostile_faults) = body::asked(&hostile_typed, &hostile);
    let quoted = Foreseen::Quote(Box::new(desk::quote()));
    let hostile_quote = Foreseen::Quote(Box::new(desk::quote_of(HOSTILE)));
    let refused = Foreseen::Quote(Box::new(desk::refused_quote()));
    let hit = |number: &str| FoundInvoice {
        summary: InvoiceSummary {
            number: number.into(),
            issued_on: number.into(),
            customer: desk::customer(number),
            gross: desk::found(1)[0].summary.gross,
        },
        left: None,
    };
    let search = |found| Start::Invoices(Search::Found(found, true));
    vec![
        ("new-start", start::render(&at, "", &Start::Invoices(Search::None))),
        ("new-found", start::render(&at, "nordlicht", &search(desk::found(10)))),
        ("new-found-nothing", start::render(&at, "nirgends", &Start::Invoices(Search::Found(Vec::new(), false)))),
        ("new-found-hostile", start::render(&at, HOSTILE, &search(vec![hit(HOSTILE)]))),
        ("new-unfit", start::render(&at, "x", &Start::Invoices(Search::Unfit(HOSTILE.into())))),
        (
            "new-without",
            start::render(
                &at,
                "nord",
                &Start::Customers(Search::Found(vec![desk::nordlicht(), desk::customer(HOSTILE)], false)),
            ),
        ),
        ("new", new(&at, &bob, &about, &none, (&right, &nothing))),
        ("new-quoted", new(&at, &bob, &about, &typed, (&right, &quoted))),
        ("new-refused", new(&at, &bob, &about, &typed, (&right, &refused))),
        ("new-wrong", new(&at.failed(problem), &bob, &about, &wrong, (&faults, &Foreseen::Wrong(faults.clone())))),
        ("new-hostile", new(&at, &bob, &hostile, &hostile_typed, (&hostile_faults, &hostile_quote))),
        ("new-customer", new(&at, &bob, &someone, &none, (&right, &nothing))),
    ]
}

fn looking() -> Vec<Named> {
    let bob = session("bob", &["requester", "approver:manager", "finance"]);
    let at = |place| frame(&bob, place);
    let requests = || list(fixtures::many(4), Some("next"));
    let state = desk::invoice();
    let mut open = desk::invoice_of(HOSTILE, HOSTILE);
    open.payments.clear();
    vec![
        ("invoice-search", invoices::render(&at(Place::Invoices), "", &Search::None)),
        ("invoice-hits", invoices::render(&at(Place::Invoices), "nordlicht", &Search::Found(desk::found(10), true))),
        ("invoice", invoices::one::render(&at(Place::Invoices), &state, &requests())),
        ("invoice-hostile", invoices::one::render(&at(Place::Invoices), &open, &list(Vec::new(), None))),
        (
            "customer-search",
            customers::render(&at(Place::Customers), "nord", &Search::Found(vec![desk::nordlicht()], false)),
        ),
    ]
}

fn credit() -> Vec<Named> {
    let bob = session("bob", &["requester", "approver:manager", "finance"]);
    let at = frame(&bob, Place::Customers);
    let done = |items: Vec<RequestView>| {
        let rows = items.into_iter().enumerate().map(|(index, request)| {
            let months = u64::try_from(index).unwrap_or(0) * 25 * contraflow_domain::limits::DAY_MS;
            let at = super::now().unix_ms().saturating_sub(months);
            RequestRow { created_at: contraflow_domain::time::Timestamp::from_unix_ms(at), ..RequestRow::from(request) }
        });
        Some(Page { items: rows.collect(), next: Some("more".into()) })
    };
    let shown = |customer, balance, requests, done| customers::one::Shown { customer, balance, requests, done };
    let full =
        shown(Some(desk::nordlicht()), fixtures::balance(), list(fixtures::many(4), None), done(fixtures::many(14)));
    let nothing = CustomerBalanceView { customer: "CUST-9".into(), balances: Vec::new() };
    let empty = shown(None, nothing, list(Vec::new(), None), Some(Page { items: Vec::new(), next: None }));
    let hostile =
        shown(Some(desk::customer(HOSTILE)), fixtures::balance(), list(vec![fixtures::hostile(HOSTILE)], None), None);
    let changes = |note| customers::changes::Shown { balance: fixtures::balance(), changes: desk::changes(note) };
    let asked = Form::from([("currency", "EUR"), ("from", "2026-11-01"), ("until", "2026-11-30")]);
    let (none, right) = (Form::default(), Faults::default());
    vec![
        ("customer", customers::one::render(&at, "CUST-7", &full)),
        ("customer-empty", customers::one::render(&at, "CUST-9", &empty)),
        ("customer-hostile", customers::one::render(&at, HOSTILE, &hostile)),
        ("customer-statement", customers::statement::render(&at, "CUST-7", &asked, Some(&desk::statement()), &right)),
        (
            "store-credit",
            customers::changes::render(&at, &bob, "CUST-7", &changes("Both are one company now."), (&none, &right)),
        ),
        (
            "store-credit-hostile",
            customers::changes::render(
                &at,
                &bob,
                HOSTILE,
                &changes(HOSTILE),
                (&Form::from([("to", HOSTILE), ("what", "merge")]), &right),
            ),
        ),
    ]
}

fn files() -> Vec<Named> {
    let bob = session("bob", &["requester", "approver:manager", "admin"]);
    let at = frame(&bob, Place::Imports);
    let all = [
        (ImportState::Running, 100_000, 61_234),
        (ImportState::Stored, 40, 0),
        (ImportState::Uploading, 0, 0),
        (ImportState::Cancelled, 1000, 900),
    ];
    let all: Vec<_> = all.into_iter().map(|(state, rows, left)| desk::import(state, rows, left)).collect();
    let templates = desk::templates("alice");
    let hostile = desk::templates(HOSTILE);
    let typed = Form::from([("file", "kind;amount\nrefund;1"), ("file:name", HOSTILE), ("template", "bank")]);
    let sheet = |typed, checked| imports::send::Sheet {
        templates: &templates,
        typed,
        checked,
        address: "https://refunds.example",
    };
    let (checked, mistaken) = (desk::checked("`1,234` can be 1.234 or 1234: write 1234.00"), desk::checked(HOSTILE));
    let none = Form::default();
    vec![
        ("import-list", imports::list::render(&at, &Page { items: all.clone(), next: Some("x".into()) }, false, "")),
        ("import-list-empty", imports::list::render(&at, &Page { items: Vec::new(), next: None }, true, "")),
        ("import-running", imports::one::render(&at, &bob, &all[0])),
        ("import-stored", imports::one::render(&at, &bob, &all[1])),
        ("import-new", imports::send::render(&at, &bob, &sheet(&none, None))),
        ("import-checked", imports::send::render(&at, &bob, &sheet(&typed, Some(&checked)))),
        ("import-hostile", imports::send::render(&at, &bob, &sheet(&typed, Some(&mistaken)))),
        ("import-templates", imports::templates::render(&at, &bob, &templates, &none, &Faults::default())),
        (
            "import-templates-hostile",
            imports::templates::render(&at, &bob, &hostile, &Form::from([("columns", HOSTILE)]), &Faults::default()),
        ),
    ]
}

fn plans() -> Vec<Named> {
    let bob = session("bob", &["approver:manager", "finance"]);
    let at = frame(&bob, Place::Schedules);
    let shown = |schedule, why| schedules::Shown { schedule, events: desk::happenings(why) };
    let mut hostile = desk::schedule();
    hostile.name = HOSTILE.into();
    hostile.kept_by = HOSTILE.into();
    hostile.plan.rule = Some(HOSTILE.into());
    hostile.plan.words = HOSTILE.into();
    hostile.request.note = HOSTILE.into();
    hostile.request.customer = Some(HOSTILE.into());
    let reasons = desk::reasons_of(HOSTILE);
    let some = Page { items: vec![desk::schedule(), hostile.clone()], next: None };
    let typed = Form::from([
        ("name", "Hosting credit"),
        ("way", "weekly"),
        ("weekday", "MO"),
        ("start", "2026-12-31"),
        ("clock", "09:00"),
        ("time_zone", "Europe/Berlin"),
    ]);
    let known = Coming::Known(Box::new(desk::preview()));
    let right = Faults::default();
    let new = edit::Sheet { id: None, reasons: &reasons, typed: &typed, faults: &right, coming: &known };
    let change = edit::Sheet { id: Some("019ac8f0"), coming: &Coming::Unknown, ..new.clone() };
    vec![
        ("schedule-list", schedules::list::render(&at, &some, false, "")),
        ("schedule-list-empty", schedules::list::render(&at, &Page { items: Vec::new(), next: None }, true, "")),
        ("schedule", schedules::one::render(&at, &bob, &shown(desk::schedule(), "The amount was wrong."))),
        ("schedule-hostile", schedules::one::render(&at, &bob, &shown(hostile, HOSTILE))),
        ("schedule-new", edit::render(&at, &bob, &new)),
        ("schedule-change", edit::render(&at, &bob, &change)),
    ]
}

fn others() -> Vec<Named> {
    let max = session("max", &["approver:manager", "admin"]);
    let alice = session("alice", &["requester"]);
    let (none, right) = (Form::default(), Faults::default());
    let at = frame(&max, Place::Delegations);
    let rows = |requests: Vec<RequestView>| requests.into_iter().map(RequestRow::from).collect::<Vec<_>>();
    vec![
        ("lending", loans::render(&at, &max, &desk::loans(), (&none, &right))),
        (
            "lending-empty",
            loans::render(&frame(&alice, Place::Delegations), &alice, &loans::Shown::default(), (&none, &right)),
        ),
        ("glossary", help::render(&frame(&max, Place::Help))),
        ("beside-ticket", ticket::render(&frame(&alice, Place::Elsewhere), "4711", "", &rows(fixtures::many(3)))),
        (
            "beside-ticket-hostile",
            ticket::render(&frame(&alice, Place::Elsewhere), HOSTILE, HOSTILE, &rows(vec![fixtures::hostile(HOSTILE)])),
        ),
        ("beside-ticket-none", ticket::render(&frame(&alice, Place::Elsewhere), "", "", &[])),
    ]
}
