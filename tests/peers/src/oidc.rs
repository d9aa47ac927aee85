//! A real provider of sign-ins, and a browser that signs in there.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::process::Peer;

/// The audience of the API, for which the provider makes access tokens.
pub const AUDIENCE: &str = "https://refunds.example/api";
/// The roles that the provider's groups give.
pub const ROLES: &str = r#"{"AR": ["finance", "requester"], "Refund leads": ["approver:team-lead"]}"#;
/// The console, as the provider knows it.
pub const CONSOLE: (&str, &str) = ("contraflow-console", "console-secret");

const TOOL: (&str, &str) = ("tool", "tool-secret");
const TOOL_ADDRESS: &str = "http://127.0.0.1:3999/callback";

/// A browser: it keeps the provider's cookies and follows its redirects.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// What a page of the provider answered.
struct Page {
    address: String,
    location: Option<String>,
    text: String,
}

impl Browser {
    fn send(&mut self, address: &str, form: Option<&[(String, String)]>) -> Page {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = config.build().into();
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let answer = match form {
            Some(form) => agent
                .post(address)
                .header("cookie", cookies)
                .send_form(form.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            None => agent.get(address).header("cookie", cookies).call(),
        };
        let mut answer = answer.unwrap();
        for set in answer.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
        let location =
            location.map(
                |location| {
                    if location.starts_with('/') { format!("{}{location}", origin(address)) } else { location }
                },
            );
        let text = answer.body_mut().read_to_string().unwrap();
        Page { address: address.to_owned(), location, text }
    }

    /// Opens an address of the provider, signs in there as somebody, agrees to everything, and returns the address at
    /// `home` to which the provider then leads.
    pub fn sign_in(&mut self, address: &str, home: &str, user: &str) -> String {
        let mut page = self.send(address, None);
        for _ in 0..20 {
            page = match page.location.take() {
                Some(location) if location.starts_with(home) => return location,
                Some(location) => self.send(&location, None),
                None => {
                    let (action, mut fields) = form(&page);
                    fields.extend([("login".to_owned(), user.to_owned()), ("password".to_owned(), "x".to_owned())]);
                    self.send(&action, Some(&fields))
                }
            };
        }
        panic!("the provider leads nowhere: {}", page.text)
    }

    /// Signs out at the provider, which tells those whom it has signed people in for.
    pub fn sign_out(&mut self, provider: &Peer) {
        self.agree_to_leave(&format!("{}/session/end", provider.url));
    }

    /// Signs out at this address of the provider, and returns the address at `home` to which it then leads.
    pub fn sign_out_at(&mut self, address: &str, home: &str) -> String {
        let mut page = self.agree_to_leave(address);
        for _ in 0..10 {
            match page.location.take() {
                Some(location) if location.starts_with(home) => return location,
                Some(location) => page = self.send(&location, None),
                None => break,
            }
        }
        panic!("the provider leads nowhere: {}", page.text)
    }

    fn agree_to_leave(&mut self, address: &str) -> Page {
        let page = self.send(address, None);
        let (action, mut fields) = form(&page);
        fields.push(("logout".to_owned(), "yes".to_owned()));
        self.send(&action, Some(&fields))
    }

    /// Tells whether the provider asks at this address who somebody is, instead of leading back at once.
    pub fn is_asked(&mut self, address: &str) -> bool {
        let mut page = self.send(address, None);
        let origin = origin(address);
        while let Some(location) = page.location.take() {
            if !location.starts_with(&origin) {
                return false;
            }
            page = self.send(&location, None);
        }
        page.text.contains("name=\"login\"")
    }
}

fn origin(address: &str) -> String {
    let end = address.match_indices('/').nth(2).map_or(address.len(), |(at, _)| at);
    address[..end].to_owned()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let begin = text.find(before)? + before.len();
    let end = text[begin..].find(after)? + begin;
    Some(&text[begin..end])
}

/// The form of a page: where it goes, and its hidden fields.
fn form(page: &Page) -> (String, Vec<(String, String)>) {
    let action = between(&page.text, "action=\"", "\"").unwrap_or_else(|| panic!("no form: {}", page.text));
    let action = if action.starts_with('/') { format!("{}{action}", origin(&page.address)) } else { action.to_owned() };
    let hidden = page.text.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
    let fields = hidden.filter_map(|input| {
        Some((between(input, "name=\"", "\"")?.to_owned(), between(input, "value=\"", "\"")?.to_owned()))
    });
    (action, fields.collect())
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Returns a parameter of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(value.to_owned())
}

/// Signs somebody in at the provider by a program of theirs, and returns the tokens that it gets for the API: the
/// answer of the token endpoint, with `access_token` and `id_token`.
pub fn tokens(provider: &Peer, user: &str) -> Json {
    let verifier = "a-verifier-of-at-least-forty-three-characters-here";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let query = [
        ("client_id", TOOL.0),
        ("response_type", "code"),
        ("scope", "openid email groups"),
        ("redirect_uri", TOOL_ADDRESS),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("nonce", "n"),
        ("state", "s"),
    ];
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let address = format!("{}/auth?{}", provider.url, query.join("&"));
    let back = Browser::default().sign_in(&address, TOOL_ADDRESS, user);
    let code = parameter(&back, "code").unwrap_or_else(|| panic!("no code: {back}"));
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", TOOL.0, TOOL.1));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", TOOL_ADDRESS),
        ("code_verifier", verifier),
    ];
    provider.post_form("/token", &format!("Basic {basic}"), &form)
}

/// Returns a token with those claims, signed as asked: see `tests/peers/oidc/server.mjs`.
pub fn sign(provider: &Peer, claims: &Json, how: &Json) -> String {
    let mut body = json!({"claims": claims});
    body.as_object_mut().unwrap().extend(how.as_object().cloned().unwrap_or_default());
    provider.ask("/_peer/sign", &body)["token"].as_str().unwrap().to_owned()
}
