//! Turns an ask into a request, once.

use contraflow_domain::chain;
use contraflow_domain::request::correction::CorrectionError;
use contraflow_domain::request::draft::{Draft, check};
use contraflow_domain::request::view::RequestView;
use contraflow_domain::request::{Request, Source};
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::{Checked, Kept};
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, now};
use http::{HeaderValue, StatusCode};

/// Holds a request that is stored.
pub struct Stored(Request);

impl Stored {
    /// Answers 202 with the request and its address.
    pub fn accepted(self) -> Answer {
        let request = RequestView::from(self.0).for_asker();
        let mut answer = json(StatusCode::ACCEPTED, &request);
        if let Ok(location) = HeaderValue::from_str(&format!("/v1/requests/{}", request.id)) {
            answer.headers_mut().insert(http::header::LOCATION, location);
        }
        answer
    }
}

/// Checks an ask that came over a channel.
///
/// # Errors
/// 422 with every field that is wrong.
pub fn checked(channel: &str, draft: Draft) -> Result<Checked, Problem> {
    let source = Source { channel: channel.into(), reference: draft.reference.clone(), link: draft.link.clone() };
    Checked::of(source, check(&draft).map_err(Problem::invalid)?)
}

struct NotCorrected(CorrectionError);

impl From<NotCorrected> for Problem {
    fn from(NotCorrected(refusal): NotCorrected) -> Self {
        let words = format!("{refusal}.");
        match refusal {
            CorrectionError::Others(_) => Self::forbidden(words),
            CorrectionError::Stands { .. } => Self::conflict("not-possible-now", words),
            CorrectionError::Corrected { .. } => Self::conflict("already-corrected", words),
        }
    }
}

/// Stores what `requester` asks, under the `id` that `sender` gave it, and drives the request after the answer. The
/// same id of the same sender with the same ask is the same request. `corrects` names a refused request that it puts
/// right.
///
/// # Errors
/// 422 with every field that is wrong, or when the id was used for something else; 403 and 409 when the request that
/// it is to correct is somebody else's, or can't be corrected.
pub async fn store(
    channel: &str,
    (sender, id): (&str, &str),
    (requester, corrects): (&str, Option<&str>),
    draft: Draft,
) -> Result<Stored, Problem> {
    let checked = checked(channel, draft)?;
    let receipt_key = keys::inbound(channel, sender, id);
    let (request, fresh) = transact(async |unit| {
        let mut refused = match corrects {
            Some(id) => Some(unit.request(id).await?),
            None => None,
        };
        let prepare = |request: &mut Request| match &mut refused {
            Some(refused) => Ok(refused.be_corrected_by(request, now()).map_err(NotCorrected)?),
            None => Ok(()),
        };
        match checked.keep_as(unit, &receipt_key, requester, prepare).await? {
            Kept::New(request) => {
                if let Some(mut refused) = refused {
                    unit.save(&mut refused, now())?;
                }
                Ok((*request, true))
            }
            Kept::Known(id) => Ok((unit.request(&id).await?, false)),
        }
    })
    .await?;
    if fresh {
        drive_later(request.id.clone(), chain::next(&request, now()));
    }
    Ok(Stored(request))
}
