//! What people, clocks and gateways do, all at the same time and in no order but the seed's.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::turns::Turns;
use super::{gateway, scene};
use crate::refunds::sandbox_message;
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MANAGER, World};

/// Operations under way at the same time.
const WIDTH: usize = 6;
/// No call from one component to another takes longer: half a minute is what a host gives to a request, and an outside call less.
const CALL_MS: u64 = 20_000;
/// Turns of the script without any call: then what is under way waits for something that will not come.
const IDLE: u32 = 200_000;

/// Something that was asked under a key, and what was answered.
#[derive(Clone)]
pub struct Asked {
    pub body: String,
    pub id: Option<String>,
}

/// The play.
pub struct Script {
    world: RefCell<Rc<World>>,
    turns: Turns,
    seed: u64,
    rng: RefCell<StdRng>,
    invoices: Vec<Value>,
    pub asked: RefCell<BTreeMap<String, Asked>>,
    /// Disputes and how they will end.
    disputes: RefCell<BTreeMap<String, Value>>,
    messages: RefCell<Vec<(String, Value)>>,
    /// The operations under way, by number.
    under_way: RefCell<BTreeMap<u64, &'static str>>,
    started: Cell<u64>,
    hosts: Cell<u64>,
    ticks: Cell<u64>,
}

impl Script {
    pub fn new(world: World, turns: Turns, seed: u64, rng: StdRng, invoices: Vec<Value>) -> Rc<Self> {
        Rc::new(Self {
            world: RefCell::new(Rc::new(world)),
            turns,
            seed,
            rng: RefCell::new(rng),
            invoices,
            asked: RefCell::default(),
            disputes: RefCell::default(),
            messages: RefCell::default(),
            under_way: RefCell::default(),
            started: Cell::new(0),
            hosts: Cell::new(1),
            ticks: Cell::new(0),
        })
    }

    pub fn world(&self) -> Rc<World> {
        self.world.borrow().clone()
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.rng.borrow_mut())
    }

    /// How many hosts there were: one more than crashes.
    pub fn hosts(&self) -> u64 {
        self.hosts.get()
    }

    /// Plays until so many requests were asked for.
    pub async fn play(self: &Rc<Self>, requests: usize) {
        let mut idle = 0_u32;
        while self.asked.borrow().len() < requests || !self.under_way.borrow().is_empty() {
            let calls = self.turns.tally().calls;
            self.turns.turn().await;
            self.raise_if_dead();
            if self.asked.borrow().len() < requests && self.under_way.borrow().len() < WIDTH {
                self.something();
            }
            idle = if self.turns.tally().calls == calls { idle + 1 } else { 0 };
            assert!(idle < IDLE, "nothing moves any more, and these never end: {:?}", self.under_way.borrow());
        }
    }

    /// A host that died is started again over what survived.
    pub fn raise_if_dead(&self) {
        if !self.world().host.is_dead() {
            return;
        }
        self.turns.restart();
        self.hosts.set(self.hosts.get() + 1);
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(self.hosts.get());
        let next = self.world().again(Some(seed), Some(std::sync::Arc::new(self.turns.clone())));
        *self.world.borrow_mut() = Rc::new(next);
    }

    fn start(self: &Rc<Self>, what: &'static str, operation: impl Future<Output = ()> + 'static) {
        let number = self.started.get();
        self.started.set(number + 1);
        self.under_way.borrow_mut().insert(number, what);
        let script = self.clone();
        tokio::task::spawn_local(async move {
            // What panics stays in the list, and the play ends with its name; the message is printed when it happens.
            operation.await;
            script.under_way.borrow_mut().remove(&number);
        });
    }

    fn something(self: &Rc<Self>) {
        let script = self.clone();
        match self.draw(|rng| rng.random_range(0..100_u32)) {
            0..20 => self.start("ask", async move { script.ask_something_new().await }),
            20..25 => self.start("ask again", async move { script.ask_again().await }),
            25..40 => self.start("tick", async move { script.tick().await }),
            40..50 => self.pass_time(),
            50..80 => self.start("decide", async move { script.decide().await }),
            80..86 => self.start("mend", async move { script.mend().await }),
            86..89 => self.start("change one's mind", async move { script.change_ones_mind().await }),
            89..97 => self.start("hear from the gateway", async move { script.hear_from_gateway().await }),
            _ => self.start("dispute", async move { script.dispute().await }),
        }
    }

    fn pass_time(&self) {
        let ms = self.draw(|rng| match rng.random_range(0..20_u32) {
            0 => rng.random_range(0..7_200_000),
            1..6 => rng.random_range(0..60_000),
            _ => rng.random_range(0..3_000),
        });
        // A host ends what takes longer, so time stands still before it would.
        let most = CALL_MS.saturating_sub(self.turns.longest_ms());
        self.world().advance(Duration::from_millis(ms.min(most)));
    }

    async fn ask_something_new(&self) {
        let key = format!("key-{}", self.asked.borrow().len());
        let body = self.draw(|rng| scene::wish(&self.invoices, rng)).to_string();
        self.asked.borrow_mut().insert(key.clone(), Asked { body, id: None });
        self.ask(&key).await;
    }

    async fn ask_again(&self) {
        let count = self.asked.borrow().len();
        if count > 0 {
            let key = format!("key-{}", self.draw(|rng| rng.random_range(0..count)));
            self.ask(&key).await;
        }
    }

    /// Asks under the key, for the first time or once more.
    pub async fn ask(&self, key: &str) {
        let Some(asked) = self.asked.borrow().get(key).cloned() else { return };
        let Some(reply) = self.world().call("POST", "/v1/requests", &ALICE, key, &asked.body).await else { return };
        if reply.status != 202 {
            assert!(reply.status.is_server_error(), "a valid request is not refused: {} {}", asked.body, reply.text);
            return;
        }
        let id = reply.json["id"].as_str().unwrap().to_owned();
        if let Some(before) = asked.id {
            assert_eq!(before, id, "the same key is the same request");
        }
        self.asked.borrow_mut().entry(key.to_owned()).and_modify(|asked| asked.id = Some(id));
    }

    /// One round of the clock; several may overlap.
    pub async fn tick(&self) {
        self.ticks.set(self.ticks.get() + 1);
        _ = self.world().tick().await;
    }

    async fn decide(&self) {
        let who = [LEAD, MANAGER, FINANCE][self.draw(|rng| rng.random_range(0..3))];
        let world = self.world();
        let Some(queue) = world.call("GET", "/v1/queue?limit=6", &who, "-", "").await else { return };
        let waiting = queue.json["items"].as_array().cloned().unwrap_or_default();
        if waiting.is_empty() {
            return;
        }
        let item = &waiting[self.draw(|rng| rng.random_range(0..waiting.len()))];
        let verdict = self.draw(|rng| match rng.random_range(0..20_u32) {
            0 => "reject",
            1 => "request_info",
            2 => "escalate",
            _ => "approve",
        });
        let decision = json!({"decision": verdict, "content_hash": item["content_hash"]}).to_string();
        let path = format!("/v1/requests/{}/decisions", item["id"].as_str().unwrap());
        _ = world.call("POST", &path, &who, "-", &decision).await;
    }

    /// Finance sees to a task.
    pub async fn mend(&self) {
        let world = self.world();
        let Some(listed) = world.call("GET", "/v1/requests?status=needs_attention&limit=5", &FINANCE, "-", "").await
        else {
            return;
        };
        let waiting = listed.json["items"].as_array().cloned().unwrap_or_default();
        for item in &waiting {
            let id = item["id"].as_str().unwrap();
            let to = self.draw(|rng| ["original_tender", "store_credit", "manual"][rng.random_range(0..3)]);
            let retry = json!({"destination": to}).to_string();
            _ = world.call("POST", &format!("/v1/requests/{id}/retry"), &FINANCE, "-", &retry).await;
        }
        let Some(listed) = world.call("GET", "/v1/requests?status=executing&limit=5", &FINANCE, "-", "").await else {
            return;
        };
        for item in listed.json["items"].as_array().into_iter().flatten() {
            self.confirm_payouts(&world, item).await;
        }
    }

    /// What was to be paid out by hand was.
    pub async fn confirm_payouts(&self, world: &World, item: &Value) {
        let id = item["id"].as_str().unwrap();
        for leg in item["legs"].as_array().into_iter().flatten() {
            if leg["to"] == "manual" && leg["status"] == "requires_action" {
                let path = format!("/v1/requests/{id}/legs/{}/confirm", leg["id"].as_str().unwrap());
                _ = world.call("POST", &path, &FINANCE, "-", r#"{"reference": "by hand"}"#).await;
            }
        }
    }

    async fn change_ones_mind(&self) {
        let known: Vec<String> = self.asked.borrow().values().filter_map(|asked| asked.id.clone()).collect();
        if known.is_empty() {
            return;
        }
        let id = &known[self.draw(|rng| rng.random_range(0..known.len()))];
        let (what, who, body) = match self.draw(|rng| rng.random_range(0..4_u32)) {
            0 => ("withdraw", ALICE, "{}"),
            1 => ("reply", ALICE, r#"{"note": "there it is"}"#),
            2 => ("reverse", FINANCE, r#"{"note": "wrong"}"#),
            _ => ("retry", FINANCE, "{}"),
        };
        _ = self.world().call("POST", &format!("/v1/requests/{id}/{what}"), &who, "-", body).await;
    }

    async fn hear_from_gateway(&self) {
        let world = self.world();
        let refunds = gateway::refunds(&world);
        let old = self.messages.borrow().len();
        let (id, body) = if old > 0 && self.draw(|rng| rng.random_ratio(1, 3)) {
            let place = self.draw(|rng| rng.random_range(0..old));
            self.messages.borrow()[place].clone()
        } else if refunds.is_empty() {
            return;
        } else {
            let refund = &refunds[self.draw(|rng| rng.random_range(0..refunds.len()))];
            if self.draw(|rng| rng.random_bool(0.3)) {
                gateway::fail_late(&world, refund);
            }
            let refund = gateway::refunds(&world).into_iter().find(|known| known.id == refund.id).unwrap();
            self.draw(|rng| refund.some_news(rng))
        };
        self.say(&id, &body).await;
    }

    async fn dispute(&self) {
        let invoice = &self.invoices[self.draw(|rng| rng.random_range(0..self.invoices.len()))];
        let Some(payment) = invoice["payments"].get(0).filter(|payment| payment["gateway"] == "sandbox") else {
            return;
        };
        let id = format!("dp-{}", payment["id"].as_str().unwrap());
        let ends = self.draw(|rng| ["won", "lost"][rng.random_range(0..2)]);
        let body = |status: &str| {
            json!({"type": "dispute.updated", "dispute": {"id": id, "payment": payment["reference"],
                   "amount": {"value": payment["captured"], "currency": "EUR"}, "status": status, "reason": "fraudulent"}})
        };
        let known = self.disputes.borrow().get(&id).cloned();
        if let Some(end) = known {
            return self.say(&format!("evt-{id}-end"), &end).await;
        }
        self.disputes.borrow_mut().insert(id.clone(), body(ends));
        self.say(&format!("evt-{id}-open"), &body("open")).await;
    }

    async fn say(&self, id: &str, body: &Value) {
        self.messages.borrow_mut().push((id.to_owned(), body.clone()));
        let world = self.world();
        _ = world.send(sandbox_message(&world, id, body)).await;
    }

    /// What a gateway does until it is heard: says how everything stands and ends.
    pub async fn say_everything(&self) {
        let world = self.world();
        let ends: Vec<_> =
            self.disputes.borrow().iter().map(|(id, end)| (format!("evt-{id}-end"), end.clone())).collect();
        let refunds = gateway::refunds(&world);
        for (id, body) in ends.into_iter().chain(refunds.iter().map(gateway::Refund::news)) {
            let reply = world.send(sandbox_message(&world, &id, &body)).await.expect("the host lives");
            assert!(reply.status.is_success(), "{body}: {}", reply.text);
        }
    }

    /// All requests.
    pub async fn requests(&self) -> Vec<Value> {
        let world = self.world();
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/v1/requests?limit=200{cursor}"), &ADMIN).await;
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    }
}
