//! What people, clocks and gateways do, all at the same time and in no order but the seed's.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::Value;

use super::dispute::Dispute;
use super::scene;
use super::spendings::Spendings;
use super::turns::Turns;
use super::wrong_time::WrongTime;
use crate::erp::Erp;
use crate::world::{ALICE, World};

/// Operations under way at the same time.
const WIDTH: usize = 6;
/// No call from one component to another takes longer: half a minute is what a host gives to a request, and an outside
/// call less.
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
    pub erp: Erp,
    pub invoices: Vec<Value>,
    pub asked: RefCell<BTreeMap<String, Asked>>,
    pub disputes: RefCell<BTreeMap<String, Dispute>>,
    /// What gateways have said.
    pub messages: RefCell<Vec<(String, Value)>>,
    pub spendings: Spendings,
    /// By how much the wall clock is wrong.
    pub wrong: WrongTime,
    /// The operations under way, by number.
    under_way: RefCell<BTreeMap<u64, &'static str>>,
    started: Cell<u64>,
    hosts: Cell<u64>,
    ticks: Cell<u64>,
}

impl Script {
    pub fn new(world: World, turns: Turns, erp: Erp, seed: u64, rng: StdRng, invoices: Vec<Value>) -> Rc<Self> {
        Rc::new(Self {
            world: RefCell::new(Rc::new(world)),
            turns,
            seed,
            rng: RefCell::new(rng),
            erp,
            invoices,
            asked: RefCell::default(),
            disputes: RefCell::default(),
            messages: RefCell::default(),
            spendings: Spendings::default(),
            wrong: WrongTime::default(),
            under_way: RefCell::default(),
            started: Cell::new(0),
            hosts: Cell::new(1),
            ticks: Cell::new(0),
        })
    }

    pub fn world(&self) -> Rc<World> {
        self.world.borrow().clone()
    }

    pub fn draw<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
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
            let goes_on = self.asked.borrow().len() < requests && !self.wrong.holds();
            if goes_on && self.under_way.borrow().len() < WIDTH {
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
            0..14 => self.start("ask", async move { script.ask_something_new().await }),
            14..18 => self.start("ask again", async move { script.ask_again().await }),
            18..32 => self.start("tick", async move { script.tick().await }),
            32..40 => self.pass_time(),
            40..44 => self.start("collude", async move { script.collude().await }),
            44..80 => self.start("decide", async move { script.decide().await }),
            80..85 => self.start("mend", async move { script.mend().await }),
            85..88 => self.start("change one's mind", async move { script.change_ones_mind().await }),
            88..90 => self.start("spend", async move { script.spend().await }),
            90..94 => self.start("see to a draft", async move { script.see_to_a_draft().await }),
            94 if self.draw(|rng| rng.random_ratio(1, 4)) => {
                self.start("have a wrong time", async move { script.have_a_wrong_time().await });
            }
            94..98 => self.start("hear from the gateway", async move { script.hear_from_gateway().await }),
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
        self.world().advance(Duration::from_millis(ms.min(most).min(self.wrong.longest_ms())));
    }

    /// Lets turns go by until nothing is under way but whoever waits here.
    pub async fn stand_still(&self) {
        while self.under_way.borrow().len() > 1 {
            self.turns.turn().await;
        }
        self.world().host.idle().await;
    }

    /// Lets so many turns go by.
    pub async fn turn(&self, turns: u32) {
        for _ in 0..turns {
            self.turns.turn().await;
        }
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

    /// All requests.
    pub async fn requests(&self) -> Vec<Value> {
        self.world().all_requests().await
    }
}
