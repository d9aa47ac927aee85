//! The account at Postmark: where its API is, what signs us in, and who sends.

use std::time::SystemTime;

use bytes::Bytes;
use contraflow_adapter_support::outbound::{Answer, header};
use contraflow_adapter_support::{config, headers};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request, Uri};

use crate::bindings::{Fault, Outcome};
use crate::transform::Sender;
use crate::verdict;

/// The stream that every server at Postmark has.
const DEFAULT_STREAM: &str = "outbound";

/// What is configured.
pub struct Account {
    address: Uri,
    token: String,
    /// Who sends.
    pub sender: Sender,
}

impl Account {
    /// Reads the component's variables; `None` where nobody is said to send. Nothing is sent where one is missing or
    /// wrong: the fault names it, and never says what is in it.
    pub async fn configured() -> Result<Option<Self>, Fault> {
        let variable = async |name| config::optional(name).await.map_err(|detail| verdict::again(detail, None));
        let Some(from) = variable("postmark_from").await? else {
            return Ok(None);
        };
        let origin = config::required("postmark_api_url").await.map_err(Fault::Unauthorized)?;
        let token = config::required("postmark_server_token").await.map_err(Fault::Unauthorized)?;
        let stream = variable("postmark_stream").await?;
        let stream = stream.as_deref().unwrap_or(DEFAULT_STREAM);
        Self::new(&origin, token, &from, stream).map(Some).map_err(Fault::Unauthorized)
    }

    fn new(origin: &str, token: String, from: &str, stream: &str) -> Result<Self, String> {
        Ok(Self { address: address(origin)?, token, sender: Sender::new(from, stream)? })
    }

    /// Makes the request that sends an e-mail.
    pub fn request(&self, body: Vec<u8>) -> Result<Request<Bytes>, Fault> {
        let unfit = || Fault::Unauthorized("`postmark_server_token` is no token: it can't stand in a header".into());
        let mut token = HeaderValue::from_str(&self.token).map_err(|_| unfit())?;
        token.set_sensitive(true);
        Request::post(self.address.clone())
            .header("x-postmark-server-token", token)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("contraflow/", env!("CARGO_PKG_VERSION")))
            .body(Bytes::from(body))
            .map_err(|error| Fault::Unauthorized(format!("`postmark_api_url` is wrong: {error}")))
    }

    /// Returns what an answer means. Its words are for people: what stands between us and Postmark may have put the
    /// token into them, and it is taken out.
    pub fn verdict(&self, answer: &Answer) -> Result<Outcome, Fault> {
        let body = String::from_utf8_lossy(answer.body()).replace(&self.token, "…");
        let wish = header(answer, "retry-after");
        let wish_ms = wish.and_then(|value| headers::retry_after_ms(value, SystemTime::now()));
        verdict::verdict(answer.status(), wish_ms, body.as_bytes())
    }
}

fn address(origin: &str) -> Result<Uri, String> {
    let web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    let plain = |uri: &Uri| uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let address = format!("{}/email", origin.trim_end_matches('/')).parse::<Uri>();
    address
        .ok()
        .filter(|uri| web(uri) && plain(uri))
        .ok_or_else(|| "`postmark_api_url` must be an http or https origin, such as https://api.postmarkapp.com".into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use http::{Response, StatusCode};

    use super::*;

    const TOKEN: &str = "11111111-2222-3333-4444-555555555555";

    fn account(origin: &str, token: &str) -> Result<Account, String> {
        Account::new(origin, token.to_owned(), "credits@acme.example", "outbound")
    }

    #[test]
    fn an_email_is_posted_with_the_token_that_nobody_is_shown() {
        let request = account("https://api.postmarkapp.com/", TOKEN).unwrap().request(b"{}".to_vec()).unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().to_string().as_str()),
            ("POST", "https://api.postmarkapp.com/email")
        );
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(header("x-postmark-server-token"), TOKEN);
        assert_eq!((header("accept"), header("content-type")), ("application/json", "application/json"));
        assert!(!format!("{request:?}").contains(TOKEN));
    }

    #[test]
    fn what_is_set_wrong_is_named_and_not_shown() {
        for origin in ["ftp://x.example", "x.example", "http://user:pass@x.example", "http://", "https://a b"] {
            let told = account(origin, TOKEN).err().unwrap();
            assert!(told.contains("`postmark_api_url`") && !told.contains(origin), "{told}");
        }
        let Err(Fault::Unauthorized(told)) = account("https://x.example", "a\ntoken").unwrap().request(Vec::new())
        else {
            panic!("a token of two lines");
        };
        assert!(told.contains("`postmark_server_token`") && !told.contains("a\ntoken"), "{told}");
    }

    #[test]
    fn a_token_that_comes_back_is_not_told() {
        let account = account("https://x.example", TOKEN).unwrap();
        for (status, body) in [
            (502, format!("<pre>x-postmark-server-token: {TOKEN}</pre>")),
            (401, format!(r#"{{"ErrorCode":10,"Message":"{TOKEN} is no token."}}"#)),
        ] {
            let mut answer = Response::new(Bytes::from(body));
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            let told = format!("{:?}", account.verdict(&answer));
            assert!(told.contains('…') && !told.contains(TOKEN), "{told}");
        }
    }
}
