//! Serves `GET /v1/imports/{id}/result`: what became of each row, as a table or as lines of JSON. It is written while
//! it is read, a part of the import at a time, so that it takes no more memory than a part.

use std::collections::BTreeMap;
use std::pin::Pin;

use bytes::Bytes;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{FileRow, Import, RowState, cell};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::Money;
use contraflow_domain::request::{Finding, Severity};
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::{imports, keys, limits, store};
use futures::Stream;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method};
use http_body::Frame;
use http_body_util::{Either, StreamBody};
use serde::{Deserialize, Serialize};
use serde_json::json;
use spin_sdk::http::FullBody;

use super::readable;

type Lines = Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, std::io::Error>>>>;
/// Names an answer that is there as a whole, or is written while it is read.
pub type Streamed = http::Response<Either<FullBody<Bytes>, StreamBody<Lines>>>;

/// Returns an answer that is there as a whole.
pub fn whole(answer: Answer) -> Streamed {
    answer.map(Either::Left)
}

/// Tells whether a request is for a result.
pub fn is_asked(request: &spin_sdk::http::Request) -> bool {
    id_in(request.uri().path()).is_some() && matches!(*request.method(), Method::GET | Method::HEAD)
}

fn id_in(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/v1/imports/")?.strip_suffix("/result")?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// How the rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Ndjson,
}

/// What a result is made of.
struct Writing {
    import: Import,
    form: Form,
    /// The first row that is wanted.
    from: u32,
    /// The part that comes next.
    next: u32,
    /// Whether the reader may read every request.
    reads_all: bool,
}

/// Answers with the rows, from `?from=` on.
///
/// # Errors
/// 404 where there is no such import; 403 where it is another's.
pub async fn serve(request: spin_sdk::http::Request) -> Result<Streamed, Problem> {
    let incoming = Incoming::without_body(request.into_parts().0);
    let person = crate::person(&incoming, "GET").await?;
    let id = id_in(&incoming.path).unwrap_or_default();
    let import = readable(id, &person).await?;
    let from = match incoming.parameter("from") {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::parameter("from", "`from` must be the number of a row."))?,
    };
    let wants_json = incoming.header(ACCEPT.as_str()).is_some_and(|accept| accept.contains("json"));
    let form = if wants_json { Form::Ndjson } else { Form::Csv };
    Ok(answer(Writing { import, form, from, next: 0, reads_all: reads_all(&person) }))
}

fn reads_all(person: &Person) -> bool {
    person.may(Effect::ReadRequests).is_ok()
}

fn answer(writing: Writing) -> Streamed {
    let (kind, ending) = match writing.form {
        Form::Csv => ("text/csv; charset=utf-8", "csv"),
        Form::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let name = format!("attachment; filename=\"import-{}.{ending}\"", writing.import.id);
    let head = match writing.form {
        Form::Csv => "row,reference,status,request,request_status,amount,currency,column,error\r\n".to_owned(),
        Form::Ndjson => String::new(),
    };
    let lines = futures::stream::unfold((Some(head), writing), async |(head, mut writing)| {
        if let Some(head) = head {
            return Some((Ok(Frame::data(Bytes::from(head))), (None, writing)));
        }
        let written = writing.part().await.transpose()?;
        let frame = written.map(|text| Frame::data(Bytes::from(text)));
        // The connection is cut, so that nobody takes a part of the result for the whole.
        Some((frame.map_err(|problem| std::io::Error::other(problem.detail)), (None, writing)))
    });
    let lines: Lines = Box::pin(lines);
    let mut answer = http::Response::new(Either::Right(StreamBody::new(lines)));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    answer
}

/// What is told of a request.
#[derive(Deserialize)]
struct Told {
    requester: String,
    status: RequestStatus,
    #[serde(default)]
    amount: Option<Money>,
    #[serde(default)]
    findings: Vec<Finding>,
}

/// One row of the result.
#[derive(Default, Serialize)]
struct Line<'a> {
    row: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    /// The column of the first mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Writing {
    /// Writes the next part that has a row that is wanted; `None` behind the last.
    async fn part(&mut self) -> Result<Option<String>, Problem> {
        loop {
            let parts = imports::parts(&self.import, self.next, limits::IMPORT_PARTS_READ).await?;
            if parts.is_empty() {
                return Ok(None);
            }
            self.next += limits::IMPORT_PARTS_READ;
            let rows: Vec<FileRow> =
                parts.into_iter().flat_map(|part| part.rows).filter(|row| row.row >= self.from).collect();
            if !rows.is_empty() {
                let requests = self.requests(&rows).await?;
                return Ok(Some(rows.iter().map(|row| self.written(row, &requests)).collect()));
            }
        }
    }

    /// Reads the requests of some rows, as far as the reader may know of them.
    async fn requests(&self, rows: &[FileRow]) -> Result<BTreeMap<String, Told>, Problem> {
        let ids: Vec<&String> = rows.iter().filter_map(|row| id_of(&row.state)).collect();
        let found = store::get(ids.iter().map(|id| keys::request(id)).collect()).await?;
        let mut requests = BTreeMap::new();
        for (id, entry) in ids.into_iter().zip(found) {
            let Some(entry) = entry else { continue };
            let told: Told = decode(&entry.key, &entry.value)?;
            if self.reads_all || told.requester == self.import.by {
                requests.insert(id.clone(), told);
            }
        }
        Ok(requests)
    }

    fn written(&self, row: &FileRow, requests: &BTreeMap<String, Told>) -> String {
        let line = line(row, requests);
        match self.form {
            Form::Ndjson => format!("{}\n", json!(line)),
            Form::Csv => {
                let amount = line.amount.map(|amount| amount.to_string()).unwrap_or_default();
                let currency = line.amount.map(|amount| amount.currency.code()).unwrap_or_default();
                let cells = [
                    line.reference.unwrap_or_default(),
                    line.status,
                    line.request.unwrap_or_default(),
                    line.request_status.unwrap_or_default(),
                    &amount,
                    currency,
                    line.column.as_deref().unwrap_or_default(),
                    line.error.as_deref().unwrap_or_default(),
                ];
                let cells: Vec<_> = cells.into_iter().map(cell).collect();
                format!("{},{}\r\n", line.row, cells.join(","))
            }
        }
    }
}

fn id_of(state: &RowState) -> Option<&String> {
    match state {
        RowState::Accepted { id } | RowState::AlreadyThere { id } => Some(id),
        RowState::Waiting { .. } | RowState::Failed { .. } | RowState::Cancelled => None,
    }
}

fn line<'a>(row: &'a FileRow, requests: &BTreeMap<String, Told>) -> Line<'a> {
    let status = match &row.state {
        RowState::Waiting { .. } => "waiting",
        RowState::Accepted { .. } => "accepted",
        RowState::AlreadyThere { .. } => "already_there",
        RowState::Failed { .. } => "failed",
        RowState::Cancelled => "cancelled",
    };
    let id = id_of(&row.state);
    let mut line = Line {
        row: row.row,
        reference: row.reference.as_deref(),
        status,
        request: id.map(String::as_str),
        ..Line::default()
    };
    if let RowState::Failed { detail, errors, .. } = &row.state {
        line.column = errors.first().map(|error| error.pointer.trim_start_matches('/').to_owned());
        let told: Vec<_> = errors.iter().map(|error| error.detail.as_str()).collect();
        line.error = Some(if told.is_empty() { detail.clone() } else { told.join("; ") });
    }
    if let Some(told) = id.and_then(|id| requests.get(id)) {
        line.request_status = Some(told.status.name());
        line.amount = told.amount;
        if told.status.is_refused() {
            let why = told.findings.iter().find(|finding| finding.severity == Severity::Blocking);
            line.error = why.map(|finding| finding.message.clone());
        }
    }
    line
}
