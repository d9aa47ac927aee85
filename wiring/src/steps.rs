//! The components of the application: what each of them imports, reads and calls.

use crate::adapter::{Adapter, Use};
use crate::component::{Component, Route};
use crate::error::WiringError;
use crate::wired::{SIGN_IN, SIGN_IN_ORIGINS, Wired, once};

/// Returns the components that take something in: one for each source.
pub fn intakes(wired: &Wired) -> Vec<Component> {
    let intake = |adapter: &Adapter| {
        let own = adapter.needs(Use::Intake).and_then(|needs| needs.route.clone());
        let route = own.unwrap_or_else(|| format!("/webhooks/{}", adapter.name));
        let streamed = adapter.needs(Use::Intake).is_some_and(|needs| needs.streamed);
        // The address where requests are asked for is also that of their list, which the API answers; so it is with
        // files.
        let list = wired.sources.iter().any(|source| source.folder == adapter.folder).then(|| "api".to_owned());
        // Whoever asks may ask first what would become of it.
        let quotes = (adapter.name == "api").then(|| "/v1/quotes".to_owned());
        let routes: Vec<String> = [route.clone()].into_iter().chain(quotes).collect();
        let component = Component::new(format!("intake-{}", adapter.name), "intake", Route::Public(routes.clone()));
        // A vendor signs what it sends; only who asks by a program or a file shows a token.
        let is_source = wired.sources.iter().any(|source| source.folder == adapter.folder);
        let component = if is_source {
            let routes: Vec<&str> = routes.iter().map(String::as_str).collect();
            component.for_bearers(&routes).recognising_callers()
        } else {
            component.for_signers(&route)
        };
        let component = if streamed { component.streaming(&route) } else { component };
        let component = telling(component, channels(wired, adapter), wired)
            .calling(step_names(wired).into_iter().chain(list))
            .plug(&wired.store, Use::Store)
            .plug(adapter, Use::Intake);
        // The policy says under which name somebody signs in whom a helpdesk names.
        if wired.helpdesks.iter().any(|helpdesk| helpdesk.name == adapter.name) {
            component.with_policy()
        } else {
            component
        }
    };
    wired.intakes().map(intake).collect()
}

/// Refuses two components that would answer at one address.
pub fn check_routes(intakes: &[Component], front: &[Component]) -> Result<(), WiringError> {
    let routes = intakes.iter().chain(front).flat_map(|component| match &component.route {
        Route::Public(routes) => routes.as_slice(),
        Route::Private => &[],
    });
    once(routes.map(|route| format!("reached at `{route}`")))
}

/// Returns the steps of the chain, which only the application itself calls.
pub fn chained(wired: &Wired) -> Vec<Component> {
    let step = |name: String, wasm| Component::new(name, wasm, Route::Private).plug(&wired.store, Use::Store);
    let mut steps = vec![
        step("invoice-lookup".into(), "invoice_lookup").plug(&wired.invoices, Use::Invoices),
        step("eligibility".into(), "eligibility").with("gateways", names(&wired.gateways)).with_policy(),
        step("approval".into(), "approval").with_policy(),
        step("erp-handoff".into(), "erp_handoff").with_policy().plug(&wired.erp, Use::Documents),
    ];
    let scan = step("file-scan".into(), "file_scan").reaching(&["file_scan_url"]);
    let scan =
        ["file_scan_url", "file_scan_path", "file_scan_secret"].iter().fold(scan, |scan, name| scan.variable(name));
    steps.push(Component {
        comment: Some("Has stored files looked at by a virus scanner, and reaches it alone."),
        ..scan
    });
    for gateway in &wired.gateways {
        steps.push(step(format!("reversal-{}", gateway.name), "payment_reversal").plug(gateway, Use::Gateway));
    }
    for courier in &wired.couriers {
        let name = format!("notification-{}", courier.name);
        steps.push(if courier.needs(Use::Letters).is_some() {
            // Whom letters go to, the policy says; they lead to the console.
            step(name, "letter").with_policy().plug(courier, Use::Letters).variable("public_url")
        } else {
            step(name, "notification").plug(courier, Use::Courier)
        });
    }
    for helpdesk in &wired.helpdesks {
        let step = step(format!("notification-{}", helpdesk.name), "ticket_update");
        // The policy says whether a person reads a comment before it is written; its words may lead to the console.
        steps.push(step.with_policy().variable("public_url").plug(helpdesk, Use::Helpdesk));
    }
    steps
}

/// Lists the components that people, their programs and the clock reach.
pub fn front(wired: &Wired) -> Vec<Component> {
    let public = |name: &str, wasm, routes: &[&str]| {
        let routes = routes.iter().map(|route| (*route).to_owned()).collect();
        Component::new(name, wasm, Route::Public(routes)).recognising_callers()
    };
    let routes = ["/webhooks/events", "/webhooks/...", "/v1/...", "/openapi.json"];
    let api = public("api", "api", &routes).for_bearers(&["/v1/..."]).for_signers("/webhooks/events");
    let api = api.calling(step_names(wired)).with_policy().plug(&wired.store, Use::Store);
    // Whether files wait for a scanner; and whom the couriers tell of requests that rules of the policy make there.
    let api = api.variable("file_scan_url").variable("events_webhook_secret");
    let mut front = vec![telling(api, names(&wired.couriers), wired)];
    let sources = wired.sources.iter().map(|source| format!("intake-{}", source.name));
    let console = public("console", "console", &["/..."])
        .for_sessions("/...")
        .calling(std::iter::once("api".to_owned()).chain(sources))
        .variable("oidc_client_id");
    // Another ERP shows its documents itself, also where invoices are looked up in the books.
    let console = if wired.books().is_some_and(|books| books.folder == wired.erp.folder) {
        console.calling(["books".to_owned()]).with("books", "yes".to_owned())
    } else {
        console
    };
    front.push(Component {
        comment: Some(
            "Holds no state and no store: it asks the api, and the books where they are the ERP, and sends new requests and files to the intakes, with the signed-in person's own token.",
        ),
        ..console
    });
    if let Some(erp) = wired.books() {
        // Which invoices a requester may read, the api knows.
        let books = public("books", "books", &["/v1/books/..."]).for_bearers(&["/v1/books/..."]);
        front.push(books.calling(["api".to_owned()]).plug(erp, Use::Books));
    }
    let clock = public("clock", "clock", &["/clock"]).for_bearers(&["/clock"]).calling(step_names(wired));
    let clock = clock.with_policy().plug(&wired.store, Use::Store);
    front.push(telling(clock, names(&wired.couriers), wired));
    front.push(auth(wired));
    front
}

/// Returns the component that checks the tokens that contraflow did not sign.
fn auth(wired: &Wired) -> Component {
    // By this one route the provider ends sessions; all else is asked by the other components.
    let route = Route::Public(vec!["/sign-in/back-channel-logout".to_owned()]);
    let component = Component::new("auth", "auth", route)
        .reaching(&SIGN_IN_ORIGINS)
        .with_key_value()
        .with_policy()
        .plug(&wired.store, Use::Store);
    let component = SIGN_IN.iter().chain(&["public_url"]).fold(component, |component, name| component.variable(name));
    Component {
        comment: Some(
            "Checks the tokens of the provider of sign-ins, and reaches that provider alone. It signs nothing.",
        ),
        ..component
    }
}

/// Lists the steps that whoever drives a request may call: naming a step that is not there fails, instead of taking the
/// caller down with it.
fn step_names(wired: &Wired) -> Vec<String> {
    chained(wired).into_iter().map(|step| step.name).collect()
}

/// Lists the channels over which the sender of a request from this source hears how it goes.
fn channels(wired: &Wired, source: &Adapter) -> String {
    let answers = wired.helpdesks.iter().filter(|helpdesk| helpdesk.name == source.name);
    names(wired.couriers.iter().chain(answers))
}

/// Gives a component the channels over which it tells of requests, and for each courier that a variable switches on
/// whether it is: `channel_<name>`, empty while it is not.
fn telling(component: Component, channels: String, wired: &Wired) -> Component {
    let switches = wired.couriers.iter().filter_map(|courier| {
        let on = courier.needs(Use::Letters)?.on.as_ref()?;
        Some((format!("channel_{}", courier.name.replace('-', "_")), format!("{{{{ {on} }}}}")))
    });
    switches.fold(component.with("channels", channels), |component, (name, value)| component.with(&name, value))
}

fn names<'a>(adapters: impl IntoIterator<Item = &'a Adapter>) -> String {
    adapters.into_iter().map(|adapter| adapter.name.as_str()).collect::<Vec<_>>().join(" ")
}
