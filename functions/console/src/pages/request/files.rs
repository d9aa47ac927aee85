//! Shows the files that are stored with a request, takes more, and gives them out to be saved.

use bytes::Bytes;
use contraflow_domain::authority::Effect;
use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::{load, refused};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{segment, with_query};
use crate::limits::EVIDENCE_KILOBYTES;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::multipart::{self, Sent};
use crate::pages::decide::action;
use crate::parts::layout::csrf;
use crate::parts::{foreign, words};
use crate::reply;
use crate::session::Session;

/// Gives out a file under the name and the type that the request has of it.
///
/// # Errors
/// The problem that the api answered, or that the request has no such file that is given out.
pub async fn get(session: &Session, id: &str, sha256: &str) -> Result<Answer, Problem> {
    let path = format!("/v1/requests/{}", segment(id));
    let request: RequestView = api_client::get(session, &path).await?;
    let known = request.files.iter().find(|file| file.sha256 == sha256 && file.is_given_out());
    let known = known.ok_or_else(|| Problem::not_found("file"))?;
    let bytes = api_client::file(session, &format!("{path}/files/{}", segment(sha256))).await?;
    Ok(reply::file(&known.name, "application/octet-stream", bytes))
}

/// Serves `POST /requests/{id}/files`: stores a file with the request.
///
/// # Errors
/// The problem that the api answered, when even the request can't be shown again.
pub async fn send(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let Asked { incoming, frame, session, ref form } = *asked;
    let name = form.get(&multipart::file_name("file"));
    let sent = match incoming.header("content-type").and_then(multipart::boundary) {
        Some(boundary) => multipart::file(&incoming.body, boundary, "file")?,
        None => None,
    };
    let stored = match sent.filter(|sent| !name.is_empty() && !sent.bytes.is_empty()) {
        None => Err(told(StatusCode::UNPROCESSABLE_ENTITY, say!("request-file-none"))),
        Some(sent) if sent.bytes.len() > EVIDENCE_KILOBYTES * 1000 => {
            Err(told(StatusCode::PAYLOAD_TOO_LARGE, say!("request-file-large", size = EVIDENCE_KILOBYTES)))
        }
        Some(sent) => store(session, id, name, sent).await,
    };
    match stored {
        Ok(()) => {
            let address = format!("/requests/{}", segment(id));
            Ok(reply::see_other_saying(session, &address, say!("request-file-done", name = name)))
        }
        Err(problem) => Ok(refused(frame, session, &load(session, id, "").await?, form, problem)),
    }
}

fn told(status: StatusCode, detail: String) -> Problem {
    Problem::new(status, "invalid-request", detail)
}

async fn store(session: &Session, id: &str, name: &str, sent: Sent<'_>) -> Result<(), Problem> {
    let kind = if sent.media_type.starts_with("image/") { "photo" } else { "document" };
    let path = with_query(&format!("/v1/requests/{}/files", segment(id)), &[("name", name), ("kind", kind)]);
    api_client::store_file(session, &path, sent.media_type, Bytes::copy_from_slice(sent.bytes)).await
}

/// Draws the files, and a form for another where the person may add one; nothing where there is neither.
pub fn list(session: &Session, request: &RequestView) -> Markup {
    let folder = action(request, "files");
    let takes_more = request.status.awaits_people() && session.person.may_on(Effect::Reply, request).is_ok();
    html! {
        @if !request.files.is_empty() || takes_more {
            section.card aria-labelledby="files" {
                h2 #files { (say!("request-files")) }
                ul.plain {
                    @for file in &request.files {
                        li {
                            @if file.is_given_out() { a dir="auto" href=(format!("{folder}/{}", segment(&file.sha256))) download { (file.name) } }
                            @else { span dir="auto" { (file.name) } }
                            span.second { (words::document(&file.kind)) " · " (words::size(file.size)) " · " (foreign::name(&file.by)) " · " (file.scan.said()) }
                        }
                    }
                }
                @if takes_more {
                    form.hide-on-paper method="post" action=(folder) enctype="multipart/form-data" {
                        (csrf(session))
                        label for="file" { (say!("request-file-add")) }
                        input #file type="file" name="file" required accept=".pdf,.png,.jpg,.jpeg,.gif,.webp,.csv,.txt,.eml" aria-describedby="file-told";
                        p.hint #file-told { (say!("request-file-hint", size = EVIDENCE_KILOBYTES)) }
                        div.buttons { button { (say!("request-file-send")) } }
                    }
                }
            }
        }
    }
}
