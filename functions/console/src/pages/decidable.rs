//! Says whether somebody may decide on a request, and why not.

use contraflow_domain::authority::{self, Effect};
use contraflow_domain::request::parts::Part;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::view::Decidable;
use maud::{Markup, html};

use crate::locale::say;
use crate::parts::foreign;
use crate::session::Session;

/// Returns the reason why this person can't decide on the request, as far as their roles and name tell.
pub fn why_not(session: &Session, request: &impl Decidable) -> Option<Markup> {
    let person = &session.person;
    if person.is_asker(request) {
        return Some(html! { (say!("decide-own")) });
    }
    if request.had(Part::Asked, &person.identity()) {
        return Some(html! { (say!("decide-maybe-own", name = request.requester())) });
    }
    if let Err(error) = authority::apart(Effect::Decide, request, &person.identity()) {
        return Some(foreign::record(&error.to_string()));
    }
    if person.may(Effect::Decide).is_err() {
        let level = request.next_level().map(|slot| Slot::read(slot).level());
        return Some(html! {
            @match level { Some(level) => (say!("decide-needs", level = level)), None => (say!("decide-needs-some")) }
        });
    }
    if request.holding().any(|made| made.may_be_of(&person.identity())) {
        return Some(html! { (say!("decide-twice")) });
    }
    None
}
