//! Crashes in a row: the host dies at one call, at another while it recovers, and so on, in every way there is.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::witness::{Survivor, Witness};
use crate::world::World;

/// What is crashed.
pub trait Story {
    fn name(&self) -> String;

    /// A world in which nothing has been asked yet.
    async fn beginning(&self) -> World;

    /// Asks, again where that was done before, until everything rests.
    async fn to_rest(&self, world: &World, context: &str);

    /// Whether the end is right.
    async fn is_right(&self, world: &World, context: &str);
}

/// What crashes in a row can leave.
struct Left {
    survivor: Survivor,
    /// The calls at which the host died, one way to come here.
    trail: Vec<String>,
    /// How many ways there are.
    ways: u64,
}

/// Recovers over what is left, to a right end; gives what would survive a crash on the way, where that is wanted.
async fn recovered(story: &impl Story, kin: &World, left: &Left, wanted: bool) -> Vec<Survivor> {
    let Left { survivor, trail, .. } = left;
    let now = Arc::new(AtomicU64::new(survivor.now_ms));
    let witness = wanted.then(|| Witness::of(&survivor.state, now.clone()));
    // Each host in a row draws other random numbers than the ones before it, and always the same: what is alike stays
    // alike.
    let seed = trail.len() as u64;
    let world = kin.elsewhere(survivor.state.clone(), now, seed, witness.clone().map(|witness| witness as _));
    let context = format!("{}, crashes {trail:#?}", story.name());
    story.to_rest(&world, &context).await;
    let survivors = witness.map(|witness| witness.survivors()).unwrap_or_default();
    story.is_right(&world, &context).await;
    survivors
}

/// What is there before anything is asked.
fn beginning(world: &World) -> Left {
    world.host.abandon();
    let survivor = Survivor { state: world.state.clone(), now_ms: world.now_ms(), point: String::new(), points: 1 };
    Left { survivor, trail: Vec::new(), ways: 1 }
}

/// How much was tried.
#[derive(Debug, Default)]
pub struct Tried {
    /// Ways to crash.
    pub ways: u64,
    /// Recoveries that stand for them.
    pub recoveries: usize,
}

/// Recovers from everything that so many crashes in a row can leave: from what the first leaves on the undisturbed way,
/// from what the second leaves on that recovery. With `CONTRAFLOW_CRASHES` set, from that many of them, which may take
/// hours. Gives how many ways there are to crash so often.
pub async fn every_row(story: &impl Story, most: usize) -> Tried {
    let most = std::env::var("CONTRAFLOW_CRASHES").ok().map_or(most, |text| text.parse().unwrap());
    let kin = story.beginning().await;
    let mut lefts = vec![beginning(&kin)];
    let mut tried = Tried::default();
    for crashes in 0..=most {
        tried = Tried { ways: lefts.iter().map(|left| left.ways).sum(), recoveries: lefts.len() };
        let mut next = HashMap::new();
        for left in &lefts {
            for survivor in recovered(story, &kin, left, crashes < most).await {
                let ways = left.ways * survivor.points;
                let point = survivor.point.clone();
                let trail = || left.trail.iter().cloned().chain([point]).collect();
                let met = next.entry(survivor.digest()).or_insert_with(|| Left { trail: trail(), survivor, ways: 0 });
                met.ways += ways;
            }
        }
        if crashes > 0 {
            told(&story.name(), crashes, &tried);
        }
        lefts = next.into_values().collect();
    }
    tried
}

fn told(name: &str, crashes: usize, tried: &Tried) {
    let row = if crashes == 1 { "once".to_owned() } else { format!("{crashes} times in a row") };
    let Tried { ways, recoveries } = tried;
    crate::tell(&format!("{name}: {ways} ways to crash {row}, all of them passed, in {recoveries} recoveries"));
}
