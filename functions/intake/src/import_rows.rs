//! Reads the parts of a file: what each row asks for, or what is wrong with it. A mistake in one row keeps no other
//! from becoming a request.

use contraflow_domain::bulk::{Cut, FileRow, Format, Part, Repeated, RowState, Said, TemplateFields};
use contraflow_domain::request::draft::{Draft, FieldError, number};
use contraflow_guest::imports::CHANNEL;
use contraflow_guest::now;
use contraflow_guest::problem::Problem;

use crate::bindings::contraflow::intake::source::{Delivery, Header, Inbound, Meaning};
use crate::{ask, read_delivery};

/// Names the mistake of a row that can't be a request.
const INVALID: &str = "invalid-request";

/// Reads the rows of one file in their order.
pub struct Rows {
    format: Format,
    template: TemplateFields,
    repeated: Repeated,
}

impl Rows {
    /// Begins a file that is read by a template.
    pub fn new(format: Format, template: TemplateFields) -> Self {
        Self { format, template, repeated: Repeated::default() }
    }

    /// Reads the rows of a part. Rows in which nothing stands are left out.
    ///
    /// # Errors
    /// 400 where the header is wrong.
    pub async fn part(&mut self, head: &[u8], cut: &Cut) -> Result<Part, Problem> {
        let media_type = match self.format {
            Format::Csv => "text/csv",
            Format::Ndjson => "application/x-ndjson",
        };
        let headers = vec![Header { name: "content-type".into(), value: media_type.into() }];
        let delivery = Delivery { headers, body: [head, &cut.body].concat(), received_at: now().into() };
        let messages = read_delivery(delivery).await?;
        let mut rows = Vec::with_capacity(messages.len());
        for (number, message) in (cut.first_row..).zip(messages) {
            rows.extend(self.row(number, message)?);
        }
        Ok(Part { rows })
    }

    fn row(&mut self, row: u32, message: Inbound) -> Result<Option<FileRow>, Problem> {
        let reference = Some(message.id).filter(|id| !id.is_empty());
        let state = match message.meaning {
            Meaning::Ask(mut draft) => {
                self.template.fill(&mut draft);
                match self.read_amounts(&mut draft) {
                    Ok(()) => self.ask(row, draft)?,
                    Err(error) => failed(self.theirs(vec![error])),
                }
            }
            Meaning::Unreadable(unread) => failed(self.theirs(unread.errors.into_iter().map(Into::into).collect())),
            _ => return Ok(None),
        };
        Ok(Some(FileRow { row, reference, state }))
    }

    /// Reads the amounts of a table again whose currency the template names: without it, nobody knows how they are
    /// written. What was read before stays as it is.
    fn read_amounts(&self, draft: &mut Draft) -> Result<(), FieldError> {
        if self.format != Format::Csv || !self.template.constants.contains_key("currency") {
            return Ok(());
        }
        let lines = draft.lines.iter_mut().filter_map(|line| line.amount.as_mut());
        for amount in draft.amount.iter_mut().chain(lines) {
            amount.value = number::amount(&amount.value, &amount.currency)
                .map_err(|detail| FieldError { pointer: "/amount".into(), detail })?;
        }
        Ok(())
    }

    fn ask(&mut self, row: u32, draft: Draft) -> Result<RowState, Problem> {
        let reference = draft.reference.clone();
        let checked = match ask::checked(CHANNEL, draft) {
            Ok(checked) => checked,
            Err(problem) if problem.errors.is_empty() => return Err(problem),
            Err(problem) => return Ok(failed(self.by_column(problem.errors))),
        };
        if let Some(reference) = reference {
            let hash =
                contraflow_audit::canonical_hash(&reference).map_err(|error| Problem::internal(error.to_string()))?;
            return Ok(match self.repeated.reference(Said::hash(&hash), row) {
                Some(other) => failed(vec![FieldError {
                    pointer: "/reference".into(),
                    detail: format!(
                        "row {other} has this reference too: each row is a request of its own, and needs its own"
                    ),
                }]),
                None => RowState::Waiting { ask: Box::new(checked.into_ask()), times: 0, earlier: 0 },
            });
        }
        let times = self.repeated.content(Said::hash(&checked.fingerprint));
        let is_other = checked.written != checked.fingerprint;
        let earlier = if is_other { self.repeated.content(Said::hash(&checked.written)) } else { 0 };
        Ok(RowState::Waiting { ask: Box::new(checked.into_ask()), times, earlier })
    }

    /// Names columns as the file does.
    fn theirs(&self, mut errors: Vec<FieldError>) -> Vec<FieldError> {
        for error in &mut errors {
            let ours = error.pointer.trim_start_matches('/');
            if let Some((theirs, _)) = self.template.columns.iter().find(|(_, name)| *name == ours) {
                error.pointer = format!("/{}", theirs.replace('~', "~0").replace('/', "~1"));
            }
        }
        errors
    }

    /// Moves mistakes in a request to the cells that they came from: `/amount/value` becomes `/amount`.
    fn by_column(&self, errors: Vec<FieldError>) -> Vec<FieldError> {
        match self.format {
            Format::Csv => self.theirs(errors.into_iter().map(at_column).collect()),
            Format::Ndjson => errors,
        }
    }
}

fn at_column(error: FieldError) -> FieldError {
    let named =
        error.pointer.split('/').rfind(|part| !part.is_empty() && part.bytes().any(|byte| byte.is_ascii_alphabetic()));
    let column = match named {
        Some("value") => "amount",
        Some("lines") => "line",
        Some(other) => other,
        None => return FieldError { pointer: String::new(), detail: error.detail },
    };
    FieldError { pointer: format!("/{column}"), detail: error.detail }
}

fn failed(errors: Vec<FieldError>) -> RowState {
    let detail = "Some cells are not as they should be; `errors` says which and what would be right.".to_owned();
    RowState::Failed { code: INVALID.into(), detail, errors }
}
