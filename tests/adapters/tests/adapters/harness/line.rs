//! The line between an adapter and its vendor: a test makes things go wrong on it, call by call.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use contraflow_host::{BoxFuture, Outbound, OutboundError};
use http::{Method, Request, Response};

/// What answers at the far end.
type Far = dyn Fn(Request<Bytes>) -> Result<Response<Bytes>, OutboundError> + Send + Sync;

/// What goes wrong with one call.
#[derive(Clone, Debug)]
pub enum Mishap {
    /// Nobody listens: it was not sent.
    NoConnection,
    /// It was sent and never arrived.
    CallLost,
    /// It had its effect, and its answer is lost.
    AnswerLost,
    /// It has no effect, and this answer.
    Says(Response<Bytes>),
}

/// The calls that something may go wrong with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// Those that change nothing: `GET`, unless the line was told otherwise.
    Reads,
    /// All others.
    Writes,
}

/// Says of a call whether it is one of some kind.
type Kind = fn(&Request<Bytes>) -> bool;

/// Which calls meet a mishap.
#[derive(Clone, Copy)]
enum Meant {
    Calls(Calls),
    Those(Kind),
}

/// The line. Clones are the same one.
#[derive(Clone)]
pub struct Line {
    far: Arc<Far>,
    state: Arc<Mutex<State>>,
    is_read: Kind,
}

#[derive(Default)]
struct State {
    mishaps: VecDeque<(Meant, Mishap)>,
    sent: Vec<Request<Bytes>>,
}

impl Line {
    /// To a vendor that is played in memory.
    pub fn to(far: impl Fn(Request<Bytes>) -> Result<Response<Bytes>, OutboundError> + Send + Sync + 'static) -> Self {
        Self { far: Arc::new(far), state: Arc::default(), is_read: |request| request.method() == Method::GET }
    }

    /// The same line to a vendor whose reading calls are others than `GET`.
    #[must_use]
    pub fn reading_by(self, is_read: Kind) -> Self {
        Self { is_read, ..self }
    }

    /// To a vendor that listens on the network.
    pub fn to_network() -> Self {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self::to(move |request| {
            let answer = agent.run(request.map(|body| body.to_vec())).map_err(|_| OutboundError::Terminated)?;
            let (parts, mut body) = answer.into_parts();
            let body = body.read_to_vec().map_err(|_| OutboundError::Terminated)?;
            Ok(Response::from_parts(parts, Bytes::from(body)))
        })
    }

    /// The next of these calls meets this; several queue up.
    pub fn next(&self, calls: Calls, mishap: Mishap) {
        self.state.lock().unwrap().mishaps.push_back((Meant::Calls(calls), mishap));
    }

    /// The next call of this kind meets this.
    pub fn next_of(&self, kind: Kind, mishap: Mishap) {
        self.state.lock().unwrap().mishaps.push_back((Meant::Those(kind), mishap));
    }

    /// What was sent so far, whatever became of it.
    pub fn sent(&self) -> Vec<Request<Bytes>> {
        self.state.lock().unwrap().sent.clone()
    }
}

impl Line {
    /// What signed the calls in so far, in the form in which it was sent.
    pub fn credentials(&self) -> Vec<String> {
        let of = |request: &Request<Bytes>| {
            let value = request.headers().get(http::header::AUTHORIZATION)?.to_str().ok()?;
            Some(value.rsplit(' ').next()?.to_owned())
        };
        self.sent().iter().filter_map(of).collect()
    }
}

impl State {
    fn take(&mut self, request: &Request<Bytes>, is_read: bool) -> Option<Mishap> {
        let calls = if is_read { Calls::Reads } else { Calls::Writes };
        let is_meant = |meant: &Meant| match meant {
            Meant::Calls(these) => *these == calls,
            Meant::Those(kind) => kind(request),
        };
        let place = self.mishaps.iter().position(|(meant, _)| is_meant(meant))?;
        self.mishaps.remove(place).map(|(_, mishap)| mishap)
    }
}

impl Outbound for Line {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<Bytes>, OutboundError>> {
        let mishap = {
            let mut state = self.state.lock().unwrap();
            state.sent.push(request.clone());
            state.take(&request, (self.is_read)(&request))
        };
        let far = self.far.clone();
        Box::pin(async move {
            let arrives = async || tokio::task::spawn_blocking(move || far(request)).await.unwrap();
            match mishap {
                None => arrives().await,
                Some(Mishap::NoConnection) => Err(OutboundError::Refused),
                Some(Mishap::CallLost) => Err(OutboundError::ResponseTimeout),
                Some(Mishap::AnswerLost) => {
                    arrives().await.unwrap();
                    Err(OutboundError::Terminated)
                }
                Some(Mishap::Says(answer)) => Ok(answer),
            }
        })
    }
}

/// An answer of JSON.
pub fn says(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let mut answer = Response::builder().status(status).header("content-type", "application/json");
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(Bytes::from(body.to_owned())).unwrap()
}
