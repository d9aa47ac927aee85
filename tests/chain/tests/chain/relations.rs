//! Every route on a request, for every role and for what its caller had to do with the request before: exactly those
//! come through whom the table of authority lets.

use contraflow_domain::authority::{Effect, Role};
use contraflow_domain::request::parts::Part;
use contraflow_host::local_auth::LocalUser;
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::World;

/// The routes on a request with the effect that each causes, and a body that goes no further than to the authority
/// where that can be.
fn routes() -> Vec<(&'static str, &'static str, Effect, Value)> {
    vec![
        ("GET", "", Effect::ReadRequests, Value::Null),
        ("GET", "/events", Effect::ReadRequests, Value::Null),
        ("GET", "/ask", Effect::ReadRequests, Value::Null),
        ("GET", "/duplicates", Effect::ReadRequests, Value::Null),
        ("GET", "/spending", Effect::ReadRequests, Value::Null),
        ("GET", "/dispute-evidence", Effect::ReadDisputeEvidence, Value::Null),
        ("POST", "/decisions", Effect::Decide, json!({"decision": "approve"})),
        ("POST", "/take", Effect::Decide, json!({"over": true})),
        ("POST", "/links", Effect::Decide, Value::Null),
        ("POST", "/retry", Effect::Retry, Value::Null),
        ("POST", "/tasks/close", Effect::CloseTask, json!({"code": "risk.alert", "note": "seen to"})),
        ("POST", "/legs/l1/confirm", Effect::ConfirmPayout, json!({"reference": "BANK-1"})),
        ("POST", "/reverse", Effect::Reverse, json!({"note": "wrong"})),
        ("POST", "/reply", Effect::Reply, json!({"note": "as asked"})),
        ("POST", "/files?name=a.json", Effect::Reply, json!({"a": "file"})),
        ("GET", "/files/0000", Effect::ReadRequests, Value::Null),
        ("POST", "/withdraw", Effect::Withdraw, Value::Null),
    ]
}

/// Asked for by alice; two must approve it, and ann has.
async fn request(world: &World, key: &str) -> String {
    let amount = json!({"value": "9000.00", "currency": "EUR"});
    let id =
        world.ask(key, json!({"kind": "account_credit", "customer": "CUST-7", "amount": amount, "reason": key})).await;
    world.rest().await;
    let ann = LocalUser { name: "ann", roles: &["finance"] };
    let reply = world.approve(&id, &ann).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!(reply.json["status"], "pending_approval", "one more must: {}", reply.text);
    id
}

/// What the table says of somebody with this role who had this part in the request.
fn may(effect: Effect, role: Role, part: Option<Part>) -> bool {
    let rule = effect.rule();
    let is_own = rule.own_request && part == Some(Part::Asked);
    (rule.roles.contains(&role) || is_own) && !part.is_some_and(|part| rule.apart_from.contains(&part))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_on_a_request_admits_exactly_whom_the_table_lets_whatever_they_did_before() {
    let two = "[[approval]]\nname = \"two\"\nlevels = [\"finance\", \"finance\"]\n\n[[approval]]";
    let world = World::with_policy(|policy| policy.replacen("[[approval]]", two, 1));
    let roles = [Role::Requester, Role::Approver, Role::Finance, Role::Auditor, Role::Admin];
    let mut id = request(&world, "first").await;
    for (method, path, effect, body) in routes() {
        for role in roles {
            for (name, part) in [("alice", Some(Part::Asked)), ("ann", Some(Part::Approved)), ("rob", None)] {
                let held = [if role == Role::Approver { "approver:finance" } else { role.name() }];
                let user = LocalUser { name, roles: &held };
                let body = if body.is_null() { String::new() } else { body.to_string() };
                let address = format!("/v1/requests/{id}{path}");
                let reply = world.call(method, &address, &user, "-", &body).await.unwrap();
                let admitted = reply.status != StatusCode::FORBIDDEN;
                assert_eq!(
                    admitted,
                    may(effect, role, part),
                    "{method} {path} as {name} ({held:?}): {} {}",
                    reply.status,
                    reply.text
                );
                if effect == Effect::Withdraw && reply.status.is_success() {
                    id = request(&world, &format!("{path}-{name}-{}", role.name())).await;
                }
            }
        }
    }
}
