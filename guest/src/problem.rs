//! Holds errors in the form that people and programs read: problem documents (RFC 9457).

use bytes::Bytes;
use contraflow_domain::authority::AuthorityError;
use contraflow_domain::request::draft::FieldError;
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Names the HTTP response that a function gives.
pub type Answer = http::Response<spin_sdk::http::FullBody<Bytes>>;

/// Holds a problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable name of the kind of problem: `urn:contraflow:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: Box<str>,
    /// The kind of problem in a few words, the same every time.
    pub title: Box<str>,
    /// The HTTP status, as a number.
    pub status: u16,
    /// A text that says what happened this time, and what to do.
    pub detail: String,
    /// The fields of the body that are wrong, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The name of the parameter of the query that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<Box<str>>,
    /// The methods that the address takes, as the header `Allow` lists them.
    #[serde(skip)]
    pub allow: Option<&'static str>,
}

impl Problem {
    /// Makes a problem of a kind; `code` is the kind's stable name.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:contraflow:problem:{code}").into(),
            title: code.replace('-', " ").into(),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            parameter: None,
            allow: None,
        }
    }

    /// Tells whether what was asked for does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND.as_u16()
    }

    /// Makes a problem with status 422 about fields that are wrong.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-request",
            "Some fields are not as they should be; `errors` says which and what would be right. Nothing was stored.",
        );
        problem.errors = errors;
        problem
    }

    /// Makes a problem with status 422 about one field that is wrong.
    #[must_use]
    pub fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { pointer: pointer.to_owned(), detail: detail.into() }])
    }

    /// Makes a problem with status 422 about a list with more items than are taken.
    #[must_use]
    pub fn too_many(pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many", detail.clone());
        problem.errors = vec![FieldError { pointer: pointer.to_owned(), detail }];
        problem
    }

    /// Makes a problem with status 422 about a parameter of the query that is wrong.
    #[must_use]
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-parameter", detail);
        problem.parameter = Some(name.into());
        problem
    }

    /// Returns the same problem with pointers that begin at `place`, for a body that is a part of another.
    #[must_use]
    pub fn below(mut self, place: &str) -> Self {
        for error in &mut self.errors {
            error.pointer.insert_str(0, place);
        }
        self
    }

    /// Makes a problem with status 400 about a body that can't be read.
    #[must_use]
    pub fn malformed(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "malformed-body",
            "The body is not what is expected here; `errors` says where. Nothing was stored.",
        );
        problem.errors = errors;
        problem
    }

    /// Makes a problem with status 404: there is no such `what`.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("There is no {what} here. Check the address."))
    }

    /// Makes a problem with status 405. `allowed` is the list of methods as the header `Allow` has it: `GET, POST`.
    #[must_use]
    pub fn method(allowed: &'static str) -> Self {
        let mut problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            format!("This address takes only {}.", allowed.replace(", ", " and ")),
        );
        problem.allow = Some(allowed);
        problem
    }

    /// Makes a problem with status 403: the caller may not do this.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// Makes a problem with status 409: the call does not fit the present state.
    #[must_use]
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Makes a problem with status 503: nothing was stored, and the same call may be made again.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// Makes a problem with status 500, for something that should not happen.
    #[must_use]
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail)
    }

    /// Returns the problem as an HTTP answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let body = serde_json::to_vec(self).unwrap_or_default();
        let mut answer = http::Response::new(spin_sdk::http::FullBody::new(Bytes::from(body)));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        guard(headers);
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/problem+json"));
        match self.status {
            401 => {
                headers.insert(http::header::WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
            }
            503 => {
                headers.insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("2"));
            }
            _ => {}
        }
        if let Some(allowed) = self.allow {
            headers.insert(http::header::ALLOW, http::HeaderValue::from_static(allowed));
        }
        answer
    }
}

/// Keeps an answer from being stored on its way, and from being taken for something else than it says. Whatever may be
/// stored says so afterwards.
pub(crate) fn guard(headers: &mut http::HeaderMap) {
    headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, http::HeaderValue::from_static("nosniff"));
}

impl From<AuthorityError> for Problem {
    fn from(error: AuthorityError) -> Self {
        Self::forbidden(error.to_string())
    }
}
