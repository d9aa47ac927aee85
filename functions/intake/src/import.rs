//! Imports a file of many asks: each row becomes a request of its own. The file is read while it comes in and put aside
//! part by part, so an instance holds no more of it than a few parts. Once it is there as a whole it is an import,
//! whose rows become requests one part after the other (`contraflow_guest::imports`).

use bytes::Bytes;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{Cut, CutError, Cutter, Format, Part, Template};
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{Answer, Incoming, broken_off, too_large};
use contraflow_guest::imports::{self, Upload};
use contraflow_guest::problem::Problem;
use contraflow_guest::{auth, limits};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};
use spin_sdk::wasip3::http_compat::IncomingRequestBody;

use crate::hand_on;
use crate::import_answer::{self, Check};
use crate::import_rows::Rows;

/// Names the path to which files are sent.
pub const ADDRESS: &str = "/v1/imports";

/// Serves `POST /v1/imports`, and hands the list of imports on to the API.
///
/// # Errors
/// 4xx for a file that can't be taken; then nothing of it becomes a request.
pub async fn serve(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let (parts, mut body) = request.into_parts();
    let incoming = Incoming::without_body(parts);
    match incoming.method {
        Method::POST => {}
        Method::GET => return hand_on(&incoming).await,
        _ => return Err(Problem::method("GET, POST")),
    }
    let wanted = Wanted::read(&incoming).await?;
    let taken = take(&wanted, &mut body).await;
    if taken.is_err() {
        // Whoever writes all of a file before they read would not see an answer that comes earlier.
        discard(&mut body).await;
    }
    taken
}

/// Says what is to be done with a file.
struct Wanted {
    person: Person,
    format: Format,
    key: Option<String>,
    is_check: bool,
    template: Option<Template>,
    length: Option<u64>,
}

impl Wanted {
    async fn read(incoming: &Incoming) -> Result<Self, Problem> {
        let person = auth::person(&incoming.headers).await?;
        person.may(Effect::Ask)?;
        let kind = incoming.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let format = Format::of(kind).ok_or_else(|| {
            let detail = "Send the file itself with the header `Content-Type: text/csv`, or `application/x-ndjson` for a \
                          JSON object in each line. Nothing was stored.";
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-csv", detail)
        })?;
        let is_check = match incoming.parameter("check").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Problem::parameter("check", "`check` must be true or false.")),
        };
        let has_key = incoming.headers.contains_key("idempotency-key");
        let key = if has_key { Some(incoming.idempotency_key()?.to_owned()) } else { None };
        let template = match incoming.parameter("template") {
            Some(name) => Some(imports::template(&name).await?),
            None => None,
        };
        let length = incoming.header(CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
        Ok(Self { person, format, key, is_check, template, length })
    }
}

/// Takes the parts of a file, for whatever is to become of them.
enum Sink {
    /// They are put aside.
    Store(Box<Upload>),
    /// They are only checked.
    Check(Check),
}

impl Sink {
    async fn add(&mut self, part: Part, bytes: usize, sender: &str) -> Result<(), Problem> {
        match self {
            Self::Store(upload) => upload.add(part, bytes).await,
            Self::Check(check) => {
                let foreseen = imports::foresee(&part, sender).await?;
                check.add(&part, foreseen);
                Ok(())
            }
        }
    }
}

/// Answers 202 with the import, or 200 where the same file was sent before; with `?check=true`, 200 with what would
/// become of the rows.
async fn take(wanted: &Wanted, body: &mut IncomingRequestBody) -> Result<Answer, Problem> {
    let sender = &wanted.person.name;
    if wanted.is_check {
        let mut sink = Sink::Check(Check::default());
        read_in(wanted, body, &mut sink).await?;
        let Sink::Check(check) = sink else { return Err(Problem::internal("a file that was checked is none")) };
        return Ok(check.answer());
    }
    let template = wanted.template.as_ref().map(|template| format!("{}@{}", template.name, template.version));
    let mut sink = Sink::Store(Box::new(Upload::new(sender, wanted.format, template, wanted.key.clone())));
    let read = read_in(wanted, body, &mut sink).await;
    let Sink::Store(mut upload) = sink else { return Err(Problem::internal("a file that was stored is none")) };
    let finished = match read {
        Ok(read) => upload.finish(&read.hash, read.bytes).await,
        Err(problem) => Err(problem),
    };
    match finished {
        Ok((import, is_new)) => import_answer::imported(import, is_new).await,
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

/// What was read of a file that is there as a whole.
struct Whole {
    hash: String,
    bytes: u64,
}

async fn read_in(wanted: &Wanted, body: &mut IncomingRequestBody, sink: &mut Sink) -> Result<Whole, Problem> {
    let fields = wanted.template.as_ref().map(|template| template.fields.clone()).unwrap_or_default();
    let mut cutter = Cutter::new(wanted.format).with_names(fields.columns.clone());
    let mut rows = Rows::new(wanted.format, fields);
    let mut hash = Sha256::new();
    let mut bytes: usize = 0;
    let sender = &wanted.person.name;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| broken_off())?.into_data() else { continue };
        bytes = bytes.saturating_add(data.len());
        if bytes > limits::IMPORT_BYTES {
            return Err(too_large(limits::IMPORT_BYTES));
        }
        hash.update(&data);
        for piece in data.chunks(limits::IMPORT_PIECE_BYTES) {
            let cuts = cutter.push(piece).map_err(not_cut)?;
            add(&cutter, cuts, &mut rows, sink, sender).await?;
        }
    }
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    if wanted.length.is_some_and(|length| length != bytes) {
        return Err(broken_off());
    }
    let cuts = cutter.finish().map_err(not_cut)?;
    if cuts.is_empty() && cutter.asking() == 0 {
        // The header may be wrong, too.
        rows.part(cutter.head(), &Cut { body: Vec::new(), first_row: 2, rows: 0 }).await?;
    }
    add(&cutter, cuts, &mut rows, sink, sender).await?;
    if cutter.asking() == 0 {
        let detail = match wanted.format {
            Format::Csv => "there is no row below the header",
            Format::Ndjson => "the file is empty: each line is one JSON object",
        };
        return Err(Problem::malformed(vec![FieldError { pointer: "/rows".into(), detail: detail.into() }]));
    }
    Ok(Whole { hash: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes })
}

async fn add(cutter: &Cutter, cuts: Vec<Cut>, rows: &mut Rows, sink: &mut Sink, sender: &str) -> Result<(), Problem> {
    for cut in cuts {
        let part = rows.part(cutter.head(), &cut).await?;
        sink.add(part, cut.body.len(), sender).await?;
    }
    Ok(())
}

fn not_cut(error: CutError) -> Problem {
    let pointer = error.row.map_or_else(String::new, |row| format!("/rows/{row}"));
    if error.is_too_much {
        return Problem::too_many(&pointer, error.detail);
    }
    Problem::malformed(vec![FieldError { pointer, detail: error.detail }])
}

/// Reads what is left of a body that nobody needs, up to the bound of a file, and keeps nothing of it.
async fn discard(body: &mut IncomingRequestBody) {
    let mut left = limits::IMPORT_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
        left = rest;
    }
}
