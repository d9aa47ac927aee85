//! Shows requests to people: each as much as they may read of it.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::request::Request;
use contraflow_domain::request::view::RequestView;

/// Tells whether somebody reads a request only because they asked for it: then they do not read how requests are
/// watched.
#[must_use]
pub fn only_asks(request: &Request, person: &Person) -> bool {
    person.is_asker(request) && person.may(Effect::ReadRequests).is_err()
}

/// Returns a request as somebody may read it.
#[must_use]
pub fn shown(request: Request, person: &Person) -> RequestView {
    let only_asks = only_asks(&request, person);
    let view = RequestView::from(request);
    if only_asks { view.for_asker() } else { view }
}
