//! Crashes in a row: the host dies at one call, at another while it recovers, and so on, in every way there is.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::witness::{Survivor, Witness};
use crate::world::World;

/// What is crashed.
pub trait Story {
    fn name(&self) -> &str;

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
    // Each host in a row draws other random numbers than the ones before it, and always the same: what is alike stays alike.
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

/// Recovers from everything that so many crashes in a row can leave: from what the first leaves on the undisturbed way, from what the
/// second leaves on that recovery. With `CONTRAFLOW_CRASHES` set, from that many of them, which may take hours.
pub async fn every_row(story: &impl Story, most: usize) {
    let most = std::env::var("CONTRAFLOW_CRASHES").ok().map_or(most, |text| text.parse().unwrap());
    let kin = story.beginning().await;
    let mut lefts = vec![beginning(&kin)];
    for crashes in 0..=most {
        let recoveries = lefts.len();
        let ways: u64 = lefts.iter().map(|left| left.ways).sum();
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
            told(story.name(), crashes, ways, recoveries);
        }
        lefts = next.into_values().collect();
    }
}

fn told(name: &str, crashes: usize, ways: u64, recoveries: usize) {
    let row = if crashes == 1 { "once".to_owned() } else { format!("{crashes} times in a row") };
    crate::tell(&format!("{name}: {ways} ways to crash {row}, all of them passed, in {recoveries} recoveries"));
    let least = 10_u64.pow(u32::try_from(crashes).unwrap());
    assert!(ways >= least && recoveries >= 4, "{name}: {ways}, {recoveries}");
}
