//! Carries the W3C trace context: one trace through the whole chain, and a new span for every hop.

use http::{HeaderMap, HeaderValue};

/// Names the header that carries the context.
pub const TRACEPARENT: &str = "traceparent";

/// Says where in a trace something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace's id, of 32 hexadecimal digits.
    pub trace_id: String,
    /// The id of this hop, of 16 hexadecimal digits.
    pub span_id: String,
    /// The flags, such as "sampled", as two hexadecimal digits.
    pub flags: String,
}

/// Holds what the host knows about a request while a component works on it.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The request's place in the trace.
    pub trace: TraceContext,
    /// The number of calls between components that led to this request.
    pub depth: u32,
}

impl TraceContext {
    /// Starts a new trace.
    pub fn start() -> Self {
        Self {
            trace_id: format!("{:032x}", rand::random::<u128>().max(1)),
            span_id: new_span(),
            flags: "01".to_owned(),
        }
    }

    /// Reads the context from a request's headers; `None` when it has none or a broken one.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(TRACEPARENT)?.to_str().ok()?;
        let parts: Vec<&str> = value.split('-').collect();
        let [version, trace_id, span_id, flags, rest @ ..] = parts.as_slice() else { return None };
        let well_formed = is_hex(version, 2)
            && *version != "ff"
            && (*version != "00" || rest.is_empty())
            && is_hex(trace_id, 32)
            && is_hex(span_id, 16)
            && is_hex(flags, 2);
        let all_zero = |digits: &str| digits.bytes().all(|digit| digit == b'0');
        if !well_formed || all_zero(trace_id) || all_zero(span_id) {
            return None;
        }
        Some(Self { trace_id: (*trace_id).to_owned(), span_id: (*span_id).to_owned(), flags: (*flags).to_owned() })
    }

    /// Returns the next hop of the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: new_span(), ..self.clone() }
    }

    /// Writes the context into the headers of a request.
    pub fn write(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(format!("00-{}-{}-{}", self.trace_id, self.span_id, self.flags)) {
            headers.insert(TRACEPARENT, value);
        }
    }
}

fn new_span() -> String {
    format!("{:016x}", rand::random::<u64>().max(1))
}

fn is_hex(digits: &str, length: usize) -> bool {
    digits.len() == length && digits.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_hop_stays_in_the_trace_with_a_span_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().unwrap());
        let inbound = TraceContext::from_headers(&headers).unwrap();
        let hop = inbound.child();
        assert_eq!(hop.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_ne!(hop.span_id, inbound.span_id);
        hop.write(&mut headers);
        assert_eq!(TraceContext::from_headers(&headers).unwrap(), hop);
    }

    #[test]
    fn a_broken_context_is_ignored() {
        for broken in [
            "",
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(TRACEPARENT, broken.parse().unwrap());
            assert_eq!(TraceContext::from_headers(&headers), None, "{broken}");
        }
    }
}
