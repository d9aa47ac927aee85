//! Holds what a page is asked for with.

use contraflow_guest::http_io::Incoming;

use crate::form::Form;
use crate::parts::layout::Frame;
use crate::session::Session;

/// Holds what somebody who is signed in asks for.
pub struct Asked<'a> {
    /// What the browser sent.
    pub incoming: &'a Incoming,
    /// What every page needs.
    pub frame: &'a Frame<'a>,
    /// Who asks.
    pub session: &'a Session,
    /// The fields of the form that was sent, or of the query where a page is asked for.
    pub form: Form,
}
