//! Whose turn it is: of all the calls that components want to make to the host, one at a time goes through, and a seed
//! says which and how it ends.
//!
//! Nothing is let through before everything has come to a stand: the runtime tells when it has nothing left to do
//! (`on_thread_park`), and then every task has either ended or waits for its turn.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use contraflow_host::{BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use tokio::sync::oneshot;

/// How often things go wrong, in one of so many calls.
#[derive(Clone, Copy)]
pub struct Faults {
    /// The call fails before its effect.
    pub fail: u32,
    /// The effect happens and its answer is lost.
    pub lose: u32,
    /// The host dies, before or after the effect.
    pub crash: u32,
}

struct Waiting {
    /// None: a turn of the script, which is no call.
    call: Option<(u64, String)>,
    open: oneshot::Sender<Verdict>,
}

/// What happened so far.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Tally {
    pub calls: u64,
    pub failed: u64,
    pub lost: u64,
    pub crashed: u64,
    /// What went through and how it ended, in its order: the same for two runs that were the same.
    pub digest: u64,
}

impl Tally {
    fn note(&mut self, what: &impl Hash) {
        // Keys that never change: the digests of two processes are compared.
        let mut hasher = DefaultHasher::new();
        (self.digest, what).hash(&mut hasher);
        self.digest = hasher.finish();
    }
}

struct State {
    rng: StdRng,
    faults: Option<Faults>,
    waiting: Vec<Waiting>,
    /// The call that went through and has not returned.
    under_way: Option<u64>,
    /// How calls that go through end.
    afterwards: HashMap<u64, Verdict>,
    /// The world's clock, in milliseconds.
    clock: Arc<AtomicU64>,
    /// When the calls from one component to another began that have not ended.
    begun: BTreeMap<u64, u64>,
    tally: Tally,
}

/// The queue at the gate.
#[derive(Clone)]
pub struct Turns(Arc<Mutex<State>>);

impl Turns {
    pub fn new(seed: u64, clock: Arc<AtomicU64>) -> Self {
        Self(Arc::new(Mutex::new(State {
            rng: StdRng::seed_from_u64(seed),
            faults: None,
            waiting: Vec::new(),
            under_way: None,
            afterwards: HashMap::new(),
            clock,
            begun: BTreeMap::new(),
            tally: Tally::default(),
        })))
    }

    /// How often things go wrong from now on; none: never.
    pub fn set(&self, faults: Option<Faults>) {
        self.0.lock().unwrap().faults = faults;
    }

    pub fn tally(&self) -> Tally {
        self.0.lock().unwrap().tally
    }

    /// Forgets the calls of a host that is gone.
    pub fn restart(&self) {
        let mut state = self.0.lock().unwrap();
        state.waiting.retain(|waiting| waiting.call.is_none());
        state.under_way = None;
        state.afterwards.clear();
        state.begun.clear();
    }

    /// For how long, in milliseconds, what is under way has been so by the world's clock, which may go back.
    pub fn longest_ms(&self) -> u64 {
        let state = self.0.lock().unwrap();
        let now = state.clock.load(Ordering::SeqCst);
        state.begun.values().map(|begun| now.saturating_sub(*begun)).max().unwrap_or(0)
    }

    /// Waits for a turn among the calls.
    pub async fn turn(&self) {
        let opened = self.queue(None);
        _ = opened.await;
    }

    fn queue(&self, call: Option<(u64, String)>) -> oneshot::Receiver<Verdict> {
        let (open, opened) = oneshot::channel();
        let mut state = self.0.lock().unwrap();
        state.waiting.push(Waiting { call, open });
        opened
    }

    /// Everything stands still: lets the next one through.
    pub fn go_on(&self) {
        let mut state = self.0.lock().unwrap();
        if state.under_way.is_some() {
            return;
        }
        while !state.waiting.is_empty() {
            let count = state.waiting.len();
            let place = state.rng.random_range(0..count);
            let next = state.waiting.remove(place);
            let verdict = state.verdict(next.call.as_ref().map(|(number, _)| *number));
            state.tally.note(&(place, count, &next.call, format!("{verdict:?}")));
            let goes_through = next.call.map(|(number, _)| number).filter(|_| verdict == Verdict::Proceed);
            if next.open.send(verdict).is_ok() {
                state.under_way = goes_through;
                return;
            }
        }
    }
}

impl State {
    fn verdict(&mut self, call: Option<u64>) -> Verdict {
        let Some(number) = call else { return Verdict::Proceed };
        self.tally.calls += 1;
        let Some(faults) = self.faults else { return Verdict::Proceed };
        if self.rng.random_ratio(1, faults.crash) {
            self.tally.crashed += 1;
            if self.rng.random_bool(0.5) {
                return Verdict::Crash;
            }
            self.afterwards.insert(number, Verdict::Crash);
        } else if self.rng.random_ratio(1, faults.fail) {
            self.tally.failed += 1;
            return Verdict::Fail;
        } else if self.rng.random_ratio(1, faults.lose) {
            self.tally.lost += 1;
            self.afterwards.insert(number, Verdict::Fail);
        }
        Verdict::Proceed
    }
}

/// Calls that reach nothing outside the host, and calls that consist of others, need no turn.
fn takes_a_turn(call: &HostCall) -> bool {
    !matches!(call.kind, HostCallKind::Variable | HostCallKind::Chain { .. })
}

impl Interceptor for Turns {
    fn enter<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        if let HostCallKind::Chain { .. } = call.kind {
            let mut state = self.0.lock().unwrap();
            let now = state.clock.load(Ordering::SeqCst);
            state.begun.insert(call.number, now);
        }
        if !takes_a_turn(call) {
            return Box::pin(std::future::ready(Verdict::Proceed));
        }
        // Keys of the store have names in them that gateways make up, which differ from play to play.
        let detail = match call.kind {
            HostCallKind::Store => call.detail.split(' ').next().unwrap_or_default(),
            _ => &call.detail,
        };
        let opened = self.queue(Some((call.number, format!("{} {detail}", call.component))));
        Box::pin(async move { opened.await.unwrap_or(Verdict::Crash) })
    }

    fn leave<'a>(&'a self, call: &'a HostCall) -> BoxFuture<'a, Verdict> {
        let mut verdict = Verdict::Proceed;
        let mut state = self.0.lock().unwrap();
        state.begun.remove(&call.number);
        if takes_a_turn(call) {
            if state.under_way == Some(call.number) {
                state.under_way = None;
            }
            verdict = state.afterwards.remove(&call.number).unwrap_or(Verdict::Proceed);
        }
        Box::pin(std::future::ready(verdict))
    }
}
