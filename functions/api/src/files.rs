//! Stores small files with a request, and gives them out again as what nothing opens by itself.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chain;
use contraflow_domain::files::media::MediaType;
use contraflow_domain::files::{self, FileError, Upload};
use contraflow_domain::request::file::FileScan;
use contraflow_guest::download::{check_digest, download};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{follow, keys, now, store, variable};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::readable;

/// Names the kind of a file whose sender says none.
const KIND: &str = "document";

/// Tells whether a path is one to which files are sent, so that bodies of their length are taken.
pub fn is_address(path: &str) -> bool {
    let segments: Vec<_> = path.split('/').collect();
    matches!(segments[..], ["", "v1", "requests", _, "files"])
}

fn refused(refusal: &FileError) -> Problem {
    let detail = format!("{refusal}. Nothing was stored.");
    match refusal {
        FileError::Decided(_) => Problem::conflict("not-possible-now", detail),
        FileError::Name(_) => Problem::parameter("name", detail),
        FileError::Kind(_) => Problem::parameter("kind", detail),
        FileError::Size(0) => Problem::new(StatusCode::BAD_REQUEST, "file-empty", detail),
        FileError::Size(_) => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail),
        FileError::Full(..) | FileError::FullOfEvidence(_) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many", detail)
        }
        FileError::Infected => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "file-infected", detail),
        FileError::Media(_) => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "file-type", detail),
    }
}

/// Serves `POST /v1/requests/{id}/files?name=…&kind=…`: stores the body as evidence, in one commit. The same bytes
/// a second time have no second effect.
pub async fn add(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let name = incoming.parameter("name").unwrap_or_default();
    let kind = incoming.parameter("kind").unwrap_or_else(|| KIND.to_owned());
    check_digest(&incoming.headers, &incoming.body).map_err(|why| {
        Problem::new(StatusCode::BAD_REQUEST, "digest-mismatch", format!("{why}. Nothing was stored."))
    })?;
    let media_type = incoming.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let upload = Upload { name: &name, kind: &kind, media_type, bytes: &incoming.body };
    let is_scanned = !variable("file_scan_url").await.is_empty();
    let (taken, request) = transact(async |unit| {
        let at = now();
        let (mut request, _) = follow::informed(unit, id, at).await?;
        person.may_on(Effect::Reply, &request)?;
        let taken = files::take(&mut request, upload, (&person.name, is_scanned), at).map_err(|no| refused(&no))?;
        if taken.is_new {
            unit.write_bytes(&keys::file(id, &taken.file.sha256), incoming.body.to_vec());
            unit.save(&mut request, at)?;
        }
        Ok((taken, request))
    })
    .await?;
    if taken.is_new {
        drive_later(request.id.clone(), chain::next(&request, now()));
    }
    Ok(json(if taken.is_new { StatusCode::CREATED } else { StatusCode::OK }, &taken.file))
}

/// Serves `GET /v1/requests/{id}/files/{sha256}`: gives a file to whoever may read the request, to be saved.
pub async fn get(id: &str, sha256: &str, person: &Person) -> Result<Answer, Problem> {
    let request = readable(id, person).await?;
    let file = request.file(sha256).ok_or_else(|| Problem::not_found("file of that SHA-256"))?;
    if !file.is_given_out() {
        let (status, code) = match file.scan {
            FileScan::Infected => (StatusCode::GONE, "file-infected"),
            _ => (StatusCode::CONFLICT, "file-not-scanned"),
        };
        return Err(Problem::new(status, code, format!("The file is not given out: “{}”.", file.scan.title())));
    }
    let stored = store::get(vec![keys::file(id, sha256)]).await?.into_iter().flatten().next();
    let bytes = stored.map(|entry| entry.value).unwrap_or_default();
    if contraflow_audit::Hash::of(&bytes).to_string() != file.sha256 {
        return Err(Problem::internal("What is stored is not the file that was sent. Nothing of it is given out."));
    }
    let media_type = MediaType::named(&file.media_type).unwrap_or(MediaType::Bytes);
    Ok(download(&file.name, media_type.name(), bytes))
}
