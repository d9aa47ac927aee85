use serde_json::json;

use super::*;

fn now() -> u64 {
    1_790_000_000
}

const ISSUER: &str = "https://login.example/realms/firm";

fn claims(change: impl Fn(&mut Value)) -> ProviderClaims {
    let mut claims = json!({
        "iss": ISSUER, "sub": "00u1", "aud": "contraflow", "iat": now(), "exp": now() + 300,
        "email": "mia@firm.example", "groups": ["AR", "everybody"],
    });
    change(&mut claims);
    serde_json::from_value(claims).expect("claims")
}

fn expected(purpose: Purpose<'_>) -> Expected<'_> {
    Expected { issuer: ISSUER, audience: "contraflow", purpose }
}

fn checked(change: impl Fn(&mut Value)) -> Result<(), ClaimsError> {
    claims(change).check(&expected(Purpose::Call), now())
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_not_taken() {
    assert_eq!(checked(|_| {}), Ok(()));
    assert_eq!(checked(|claims| claims["aud"] = json!(["other", "contraflow"])), Ok(()));
    for issuer in ["https://login.example/realms/other", "https://login.example/realms/firm/", "contraflow", ""] {
        assert_eq!(checked(|claims| claims["iss"] = json!(issuer)), Err(ClaimsError::Issuer), "{issuer}");
    }
    for audience in [json!("other"), json!([]), json!(""), json!(["contraflow-2"]), json!("Contraflow")] {
        assert_eq!(checked(|claims| claims["aud"] = audience.clone()), Err(ClaimsError::Audience), "{audience}");
    }
}

#[test]
fn a_token_holds_in_its_time_with_a_minute_for_clocks_that_differ() {
    let at = |now| claims(|_| {}).check(&expected(Purpose::Call), now);
    assert_eq!(at(now() + 300 + PROVIDER_SKEW_SECONDS - 1), Ok(()));
    assert_eq!(at(now() + 300 + PROVIDER_SKEW_SECONDS), Err(ClaimsError::Expired));
    assert_eq!(at(now() - PROVIDER_SKEW_SECONDS), Ok(()));
    assert_eq!(at(now() - PROVIDER_SKEW_SECONDS - 1), Err(ClaimsError::Early));
    let later = now() + PROVIDER_SKEW_SECONDS + 1;
    assert_eq!(checked(|claims| claims["nbf"] = json!(later)), Err(ClaimsError::Early));
    let without = |name: &'static str| {
        checked(move |claims| {
            claims.as_object_mut().expect("an object").remove(name);
        })
    };
    assert_eq!(without("exp"), Err(ClaimsError::Lacks("exp")));
    assert_eq!(without("iat"), Err(ClaimsError::Lacks("iat")));
    assert_eq!(without("sub"), Err(ClaimsError::Lacks("sub")));
    assert_eq!(checked(|claims| claims["exp"] = json!(u64::MAX)), Ok(()), "no overflow");
}

#[test]
fn a_token_is_taken_for_its_own_use_alone() {
    let logout = |claims: &mut Value| claims["events"] = json!({LOGOUT_EVENT: {}});
    assert_eq!(checked(logout), Err(ClaimsError::Purpose), "it ends sessions and opens none");
    assert_eq!(claims(logout).check(&expected(Purpose::Logout), now()), Ok(()));
    assert_eq!(claims(|_| {}).check(&expected(Purpose::Logout), now()), Err(ClaimsError::Purpose));
    let both = claims(|claims| {
        logout(claims);
        claims["nonce"] = json!("n");
    });
    assert_eq!(both.check(&expected(Purpose::Logout), now()), Err(ClaimsError::Purpose));
}

#[test]
fn a_sign_in_needs_the_nonce_that_it_began_with_and_is_for_nobody_else() {
    let sign_in = |change: fn(&mut Value)| {
        let given = claims(|claims| {
            claims["nonce"] = json!("n-1");
            change(claims);
        });
        given.check(&expected(Purpose::SignIn { nonce: "n-1" }), now())
    };
    assert_eq!(sign_in(|_| {}), Ok(()));
    assert_eq!(sign_in(|claims| claims["nonce"] = json!("n-2")), Err(ClaimsError::Nonce));
    assert_eq!(sign_in(|claims| claims["nonce"] = json!(null)), Err(ClaimsError::Nonce));
    assert_eq!(sign_in(|claims| claims["azp"] = json!("other")), Err(ClaimsError::Audience));
    assert_eq!(sign_in(|claims| claims["aud"] = json!(["contraflow", "other"])), Err(ClaimsError::Audience));
    let empty = claims(|claims| claims["nonce"] = json!(""));
    assert_eq!(empty.check(&expected(Purpose::SignIn { nonce: "" }), now()), Err(ClaimsError::Nonce));
}

#[test]
fn groups_give_the_roles_of_the_table_and_no_others() {
    let map = RoleMap::read(r#"{"AR": ["finance", "requester"], "Leads": ["approver:team-lead"]}"#).expect("a table");
    let roles = |claim: &str, change: fn(&mut Value)| {
        map.roles(&claims(change), claim).into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(roles("groups", |_| {}), "finance requester");
    assert_eq!(roles("groups", |claims| claims["groups"] = json!("Leads")), "approver:team-lead");
    for odd in [json!({"AR": true}), json!(7), json!([["AR"]]), json!(null), json!(["ar", "AR ", "admin", "finance"])] {
        let claims = claims(|claims| claims["groups"] = odd.clone());
        assert!(map.roles(&claims, "groups").is_empty(), "{odd}");
    }
    assert_eq!(
        roles("realm_access.roles", |claims| claims["realm_access"] = json!({"roles": ["Leads"]})),
        "approver:team-lead"
    );
    let url = "https://firm.example/groups";
    assert_eq!(roles(url, |claims| claims["https://firm.example/groups"] = json!(["Leads"])), "approver:team-lead");
    assert_eq!(roles("nothing", |_| {}), "");
}

#[test]
fn a_table_that_gives_what_is_no_role_of_people_is_refused() {
    assert_eq!(RoleMap::read(" "), Ok(RoleMap::default()));
    for role in ["machine", "approver", "approver:", "Finance", "root", ""] {
        let json = json!({"AR": [role]}).to_string();
        assert!(matches!(RoleMap::read(&json), Err(RoleMapError::Role { .. })), "{role:?}");
    }
    for form in ["AR=finance", "[]", r#"{"AR": "finance"}"#] {
        assert!(matches!(RoleMap::read(form), Err(RoleMapError::Form(_))), "{form}");
    }
}

#[test]
fn an_account_is_named_by_the_configured_claim_once_the_provider_has_checked_it() {
    let name = |claim: &str, change: fn(&mut Value)| claims(change).name(claim).map(|who| who.to_string());
    assert_eq!(name("email", |_| {}), Ok("mia@firm.example".into()));
    assert_eq!(name("sub", |_| {}), Ok("00u1".into()));
    assert_eq!(name("email", |claims| claims["email_verified"] = json!(false)), Err(ClaimsError::Unverified));
    assert_eq!(name("email", |claims| claims["email_verified"] = json!("true")), Err(ClaimsError::Unverified));
    assert_eq!(name("upn", |_| {}), Err(ClaimsError::NoName("upn".into())));
    for odd in ["clock", "contraflow", "zendesk:mia", " mia", "mi\u{200b}a"] {
        let claims = claims(|claims| claims["email"] = json!(odd));
        assert!(matches!(claims.name("email"), Err(ClaimsError::Name(_))), "{odd:?}");
    }
}
