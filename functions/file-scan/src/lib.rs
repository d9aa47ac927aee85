//! Has the small files of a request looked at by a virus scanner: whatever answers at the configured address. It
//! reaches that address alone. What is not surely called clean is not clean.

mod limits;
mod scanner;

use contraflow_domain::files::scan;
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::file::FileScan;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Session;
use contraflow_guest::{keys, now, step, store};
use scanner::Scanner;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| look(task.request).await).await)
}

/// Has the oldest file looked at that waits for it, and records what was found; the driver calls again for the next.
async fn look(id: &str) -> Result<Request, Problem> {
    let mut session = Session::default();
    let request = session.request(id).await?;
    let Some(file) = scan::due(&request, now()).cloned() else { return Ok(request) };
    let outcome = match Scanner::configured().await {
        Ok(scanner) => {
            let stored = store::get(vec![keys::file(id, &file.sha256)]).await?.into_iter().flatten().next();
            scanner.look(&request.id, &file, stored.map(|entry| entry.value).unwrap_or_default()).await
        }
        Err(why) => Err(CallError::Misconfigured(why)),
    };
    session
        .change(id, async |unit, request, at| {
            scan::record(request, &file.sha256, &outcome, at);
            let scan = request.file(&file.sha256).map(|file| file.scan);
            if scan == Some(FileScan::Infected) {
                unit.remove(&keys::file(id, &file.sha256));
            }
            Ok(())
        })
        .await
}
