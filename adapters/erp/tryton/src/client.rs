//! Calls to Tryton, in a session that lasts for one piece of work.

use std::time::SystemTime;

use bytes::Bytes;
use contraflow_adapter_support::outbound::{ExchangeError, exchange};
use contraflow_adapter_support::signature::to_base64;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value as Json, json};

use crate::bindings::contract::Fault;
use crate::limits;
use crate::rpc::{self, Refusal};
use crate::settings::Settings;
use crate::values::Record;

/// Tryton, signed in.
pub struct Client {
    /// What an operator sets.
    pub settings: Settings,
    /// The company that the user works in.
    pub company: i64,
    /// The code of its currency, by ISO 4217.
    pub currency: String,
    authorization: HeaderValue,
    context: Json,
}

/// What a search asks for.
#[derive(Clone, Copy)]
pub struct Search<'s> {
    /// The model: `account.invoice`.
    pub model: &'s str,
    /// The fields that are read, those of related records by a dot.
    pub fields: &'s [&'s str],
    /// How many records at most.
    pub limit: usize,
    /// In which order.
    pub order: &'s [(&'s str, &'s str)],
}

/// Does a piece of work in a session of its own, which ends with it.
pub async fn signed_in<T>(work: impl AsyncFnOnce(&Client) -> Result<T, Fault>) -> Result<T, Fault> {
    let client = Client::sign_in().await?;
    let done = work(&client).await;
    // A session that can't be ended expires by itself.
    _ = send(&client.settings.rpc, Some(&client.authorization), "common.db.logout", &json!([])).await;
    done
}

impl Client {
    /// Signs in. Whatever goes wrong until then, nothing was done.
    async fn sign_in() -> Result<Self, Fault> {
        let settings = Settings::read().await?;
        let nothing_done = |fault: Fault| match fault {
            Fault::OutcomeUnknown(detail) => rpc::not_sent(&format!("signing in failed: {detail}"), None),
            other => other,
        };
        let parameters = json!([settings.user, {"password": settings.password}]);
        let session = send(&settings.rpc, None, "common.db.login", &parameters).await.map_err(nothing_done)?;
        let session = session.map_err(|Refusal(words)| Fault::Unauthorized(words))?;
        let (user, token) = (Record(&session).number("/0"), Record(&session).required("/1"));
        let (user, token) = (user.map_err(nothing_done)?, token.map_err(nothing_done)?);
        let session = to_base64(format!("{}:{user}:{token}", settings.user).as_bytes());
        let mut authorization = HeaderValue::try_from(format!("Session {session}"))
            .map_err(|_| Fault::Unauthorized("`tryton_user` cannot be sent as a header".into()))?;
        authorization.set_sensitive(true);
        let mut client = Self { settings, company: 0, currency: String::new(), authorization, context: json!({}) };
        client.look_around().await.map_err(nothing_done)?;
        Ok(client)
    }

    /// Reads in which company and language the user works.
    async fn look_around(&mut self) -> Result<(), Fault> {
        let preferences = self.ask("model.res.user.get_preferences", vec![json!(true)]).await?;
        let preferences = Record(&preferences);
        let company = preferences.number("/company").map_err(|_| {
            Fault::Unauthorized("`tryton_user` works in no company: give the user one in Tryton".into())
        })?;
        self.company = company;
        self.context = json!({"company": company, "language": preferences.text("/language")});
        let companies = Search { model: "company.company", fields: &["currency.code"], limit: 1, order: &[] };
        let found = self.find(companies, json!([["id", "=", company]])).await?;
        let company = found
            .first()
            .ok_or_else(|| Fault::Unauthorized("Tryton does not let `tryton_user` read its company".into()))?;
        self.currency = self.settings.currency_here(Record(company).required("/currency./code")?).to_owned();
        Ok(())
    }

    /// Asks. Tryton searches and reads one after the other, so what somebody deletes in between is refused, and asked
    /// for again; whoever is refused again may not ask, which is a person's matter.
    pub async fn ask(&self, method: &str, parameters: Vec<Json>) -> Result<Json, Fault> {
        let mut refused = String::new();
        for _ in 0..limits::READS {
            match self.call(method, parameters.clone()).await? {
                Ok(told) => return Ok(told),
                Err(Refusal(words)) => refused = words,
            }
        }
        Err(Fault::Unauthorized(format!("Tryton does not tell: {refused}")))
    }

    /// Calls: Tryton does it as a whole, or refuses it as a whole.
    pub async fn call(&self, method: &str, mut parameters: Vec<Json>) -> Result<Result<Json, Refusal>, Fault> {
        parameters.push(self.context.clone());
        send(&self.settings.rpc, Some(&self.authorization), method, &Json::Array(parameters)).await
    }

    /// Returns the records of a model that a domain describes.
    pub async fn find(&self, search: Search<'_>, domain: Json) -> Result<Vec<Json>, Fault> {
        let Search { model, fields, limit, order } = search;
        let order: Vec<_> = order.iter().map(|(field, way)| json!([field, way])).collect();
        let parameters = vec![domain, json!(0), json!(limit), Json::Array(order), json!(fields)];
        match self.ask(&format!("model.{model}.search_read"), parameters).await? {
            Json::Array(records) => Ok(records),
            other => Err(Record(&other).unread("")),
        }
    }

    /// Returns the id of the one record that a domain describes; `None` where there is none.
    pub async fn id_of(&self, model: &str, domain: Json) -> Result<Option<i64>, Fault> {
        let search = Search { model, fields: &["id"], limit: 1, order: &[("id", "ASC")] };
        let found = self.find(search, domain).await?;
        found.first().map(|record| Record(record).number("/id")).transpose()
    }

    /// Returns the id of the account with this code.
    pub async fn account(&self, code: &str) -> Result<i64, Fault> {
        let found = self
            .id_of(
                "account.account",
                json!([["code", "=", code], ["company", "=", self.company], ["closed", "!=", true]]),
            )
            .await?;
        found.ok_or_else(|| Fault::Unauthorized(format!("Tryton has no open account with the code `{code}`")))
    }
}

async fn send(
    url: &str,
    authorization: Option<&HeaderValue>,
    method: &str,
    parameters: &Json,
) -> Result<Result<Json, Refusal>, Fault> {
    let mut request = Request::post(url).header(CONTENT_TYPE, "application/json");
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let request = request
        .body(Bytes::from(rpc::body(method, parameters)))
        // The words name neither the session nor the URL.
        .map_err(|error| Fault::Unauthorized(format!("`tryton_url` is wrong: {error}")))?;
    let answer = exchange(request).await.map_err(|failure| match failure {
        ExchangeError::NotSent(detail) => rpc::not_sent(&detail, None),
        ExchangeError::OutcomeUnknown(detail) => Fault::OutcomeUnknown(detail),
    })?;
    rpc::result(&answer, SystemTime::now())
}

impl Client {
    /// Reconciles lines of the books that come to nothing together, by the wizard that people use. What Tryton refuses
    /// stays as it is.
    pub async fn reconcile(&self, lines: &[i64]) -> Result<(), Fault> {
        const WIZARD: &str = "wizard.account.move.reconcile_lines";
        let Ok(wizard) = self.call(&format!("{WIZARD}.create"), Vec::new()).await? else { return Ok(()) };
        let (session, start) = (Record(&wizard).number("/0")?, Record(&wizard).required("/1")?);
        let mut about = self.context.clone();
        if let Some(about) = about.as_object_mut() {
            about.insert("active_model".into(), json!("account.move.line"));
            about.insert("active_id".into(), json!(lines.first()));
            about.insert("active_ids".into(), json!(lines));
        }
        let parameters = json!([session, {}, start, about]);
        _ = send(&self.settings.rpc, Some(&self.authorization), &format!("{WIZARD}.execute"), &parameters).await?;
        _ = self.call(&format!("{WIZARD}.delete"), vec![json!(session)]).await?;
        Ok(())
    }
}
