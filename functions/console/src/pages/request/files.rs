//! Shows the files that are stored with a request, and gives them out to be saved.

use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use maud::{Markup, html};

use crate::api_client;
use crate::form::segment;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::pages::decide::action;
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

/// Draws the files; nothing when there are none.
pub fn list(request: &RequestView) -> Markup {
    let folder = action(request, "files");
    html! {
        @if !request.files.is_empty() {
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
            }
        }
    }
}
