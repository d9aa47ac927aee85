//! Serves a list as a table, for a spreadsheet.

use contraflow_domain::approval::Person;
use contraflow_domain::bulk::cell;
use contraflow_domain::request::Request;
use contraflow_guest::http_io::{Answer, Incoming, text};
use contraflow_guest::limits;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue};

use crate::each::each;
use crate::wanted::Wanted;

const HEAD: &str = "id,status,kind,reason,invoice,customer,customer_name,amount,currency,requester,channel,reference,\
                    credit_memo,created_at,updated_at\r\n";

/// Serves `GET /v1/requests.csv`: returns the requests that are wanted as a table, newest first.
///
/// # Errors
/// 422 where there are more than one table has.
pub async fn of_requests(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted = Wanted::read(incoming, &[]).await?;
    let mut table = String::from(HEAD);
    let is_whole = each(wanted.walk(person).await?, limits::LIST_TABLE, |request| {
        if wanted.fits(request) {
            table.push_str(&row(request));
        }
        Ok(table.len() < limits::ANSWER_BYTES)
    })
    .await?;
    if !is_whole {
        let most = limits::LIST_TABLE;
        let detail = format!(
            "This would be more than the {most} requests that one table has: filter for less, such as one month."
        );
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many", detail));
    }
    let mut answer = text(StatusCode::OK, "text/csv; charset=utf-8", table);
    answer.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"requests.csv\""));
    Ok(answer)
}

fn row(request: &Request) -> String {
    let amount = request.amount.or(request.ask.amount);
    let value = amount.map(|amount| amount.to_string()).unwrap_or_default();
    let memo = request.document.as_ref().and_then(|document| document.number.as_deref());
    let cells = [
        request.id.as_str(),
        request.status.name(),
        request.ask.kind.name(),
        &request.ask.reason,
        request.ask.invoice.as_deref().unwrap_or_default(),
        request.customer.as_deref().unwrap_or_default(),
        request.customer_name.as_deref().unwrap_or_default(),
        &value,
        amount.map(|amount| amount.currency.code()).unwrap_or_default(),
        &request.requester,
        &request.source.channel,
        request.source.reference.as_deref().unwrap_or_default(),
        memo.unwrap_or_default(),
        &request.created_at.to_string(),
        &request.updated_at.to_string(),
    ];
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}
