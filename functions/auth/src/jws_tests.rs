#![allow(clippy::unwrap_used)]
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::*;

const ALL: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn ed_key(seed: u8, kid: &str) -> (SigningKey, Jwk) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let x = text(key.verifying_key().as_bytes());
    (key, serde_json::from_value(json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": x})).unwrap())
}

fn ec_key(kid: &str) -> Jwk {
    let half = text([1; 32]);
    serde_json::from_value(json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": half, "y": half})).unwrap()
}

fn unsigned(header: &Value) -> String {
    format!("{}.{}", text(header.to_string()), text(r#"{"sub":"mia"}"#))
}

fn ed_token(header: &Value, key: &SigningKey) -> String {
    let signed = unsigned(header);
    let signature = key.sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", text(signature))
}

fn check(token: &str, keys: &[&Jwk]) -> Result<Vec<u8>, JwsError> {
    let keys: Vec<_> = keys.iter().map(|key| (*key).clone()).collect();
    Unchecked::read(token, &ALL)?.check(&keys)
}

#[test]
fn a_token_is_accepted_with_the_key_that_it_names_and_no_other() {
    let ((one, one_key), (_, other_key)) = (ed_key(1, "a"), ed_key(2, "b"));
    let token = ed_token(&json!({"alg": "EdDSA", "kid": "a"}), &one);
    assert_eq!(check(&token, &[&other_key, &one_key]), Ok(br#"{"sub":"mia"}"#.to_vec()));
    assert_eq!(check(&token, &[&other_key]), Err(JwsError::Key), "a key that was removed");
    let named = ed_token(&json!({"alg": "EdDSA", "kid": "b"}), &one);
    assert_eq!(check(&named, &[&one_key, &other_key]), Err(JwsError::Signature));
    let unnamed = ed_token(&json!({"alg": "EdDSA"}), &one);
    assert!(check(&unnamed, &[&one_key]).is_ok());
    assert_eq!(check(&unnamed, &[&one_key, &other_key]), Err(JwsError::Key), "which one?");
}

#[test]
fn the_key_decides_on_the_algorithm_and_never_the_token() {
    let ((ed, ed_public), ec_public) = (ed_key(1, "k"), ec_key("k"));
    // The public key is no secret, so what is signed with it as the key of an HMAC is nobody's.
    for algorithm in ["none", "None", "HS256", "HS512", "RS512", "PS256", "ES384", "eddsa", ""] {
        let token = ed_token(&json!({"alg": algorithm, "kid": "k"}), &ed);
        assert_eq!(check(&token, &[&ed_public]), Err(JwsError::Algorithm), "{algorithm}");
        let (signed, _) = token.rsplit_once('.').unwrap();
        assert_eq!(check(&format!("{signed}."), &[&ed_public]), Err(JwsError::Algorithm), "{algorithm}");
    }
    let claimed = ed_token(&json!({"alg": "ES256", "kid": "k"}), &ed);
    assert_eq!(check(&claimed, &[&ed_public]), Err(JwsError::Key), "its key is for another algorithm");
    assert_eq!(check(&claimed, &[&ec_public, &ed_public]), Err(JwsError::Key), "and this is no point of the curve");
    let unsigned = format!("{}.", unsigned(&json!({"alg": "EdDSA", "kid": "k"})));
    assert_eq!(check(&unsigned, &[&ed_public]), Err(JwsError::Signature));
    let token = ed_token(&json!({"alg": "EdDSA", "kid": "k"}), &ed);
    let only = Unchecked::read(&token, &[Algorithm::Rs256]).map(|_| ());
    assert_eq!(only, Err(JwsError::Algorithm), "what the configuration does not allow");
}

#[test]
fn a_key_in_the_token_itself_or_an_unknown_extension_counts_for_nothing() {
    let ((_, published), (stranger, strange)) = (ed_key(1, "k"), ed_key(9, "k"));
    let own = ed_token(&json!({"alg": "EdDSA", "kid": "k", "jwk": strange, "jku": "https://evil.example"}), &stranger);
    assert_eq!(check(&own, &[&published]), Err(JwsError::Signature));
    let (key, published) = ed_key(1, "k");
    let critical = ed_token(&json!({"alg": "EdDSA", "kid": "k", "crit": ["b64"], "b64": false}), &key);
    assert_eq!(check(&critical, &[&published]), Err(JwsError::Kind));
}

#[test]
fn a_key_of_another_use_or_half_of_one_is_none() {
    let (key, public) = ed_key(1, "k");
    let token = ed_token(&json!({"alg": "EdDSA", "kid": "k"}), &key);
    for change in [
        json!({"use": "enc"}),
        json!({"alg": "RS256"}),
        json!({"crv": "X25519"}),
        json!({"kty": "oct"}),
        json!({"x": "AA"}),
    ] {
        let mut value = serde_json::to_value(&public).unwrap();
        value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let changed: Jwk = serde_json::from_value(value).unwrap();
        assert_eq!(check(&token, &[&changed]), Err(JwsError::Key), "{change}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    for wrong in ["", "a", "a.b", "a.b.c", "..", "a.b.c.d", "e30.e30.e30"] {
        assert_eq!(check(wrong, &[]), Err(JwsError::Malformed), "{wrong}");
    }
    let long = format!("{}.a.a", "a".repeat(limits::PROVIDER_TOKEN_BYTES));
    assert_eq!(check(&long, &[]), Err(JwsError::Malformed));
}
