//! Serves closing a task: a person has seen to it, and says what they did.

use contraflow_domain::approval::Person;
use contraflow_domain::attention::close::{self, CloseError, Closing};
use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::limits::REFERENCE_LENGTH;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::now;
use contraflow_guest::problem::Problem;
use serde::Deserialize;

use crate::change::change;
use crate::{bounded, people};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: TaskCode,
    #[serde(default)]
    subject: String,
    note: String,
    #[serde(default)]
    reference: Option<String>,
}

/// Serves `POST /v1/requests/{id}/tasks/close`.
pub async fn close(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::CloseTask)?;
    let asked: Asked = incoming.json()?;
    bounded(&asked.note)?;
    if asked.note.trim().is_empty() {
        return Err(Problem::field("/note", "says what you did about it"));
    }
    let reference = asked.reference.unwrap_or_default();
    if reference.chars().count() > REFERENCE_LENGTH || reference.chars().any(char::is_control) {
        return Err(Problem::field("/reference", format!("at most {REFERENCE_LENGTH} characters")));
    }
    change(id, person, async |_, request| {
        people::may_on(person, Effect::CloseTask, request).await?;
        let closing = Closing { code: asked.code, subject: &asked.subject, note: &asked.note, reference: &reference };
        close::close(request, closing, &person.name, now()).map_err(|refused| match refused {
            CloseError::Gone(_) | CloseError::EndsByItself(_) => {
                Problem::conflict("not-possible-now", format!("{refused}. Read the request again."))
            }
        })
    })
    .await
}
