//! Every crash point: the whole chain dies before and after each host call, starts again over what survived, and must
//! come to rest with the money right; and every pair of them, the second while it recovers from the first.

mod crash_at;
mod import;
mod oracles;
mod pairs;
mod paths;
mod rows;
mod spending;
mod witness;

use std::time::Duration;

use crash_at::{CrashAt, Edge};
use oracles::oracles;
use paths::{Gateway, Path, What, the_request};
use rows::Story as _;

use crate::built::StoreBy;
use crate::erp::Erp;

/// Where the host dies.
type Point = (u64, Edge);

/// Dies at the point and recovers; says whether the crash came.
async fn crashed(path: Path, point: Point) -> bool {
    let crash = CrashAt::new(point.0, point.1);
    let world = path.beginning().await.restarted(Some(crash.clone()));
    path.follow(&world).await;
    // Whether the path or the clock meets it, the crash comes; a host that lives on is simply restarted.
    world.rest_at_most(Duration::from_secs(15)).await;
    let world = world.restarted(None);
    path.follow_to_rest(&world).await;
    oracles(&world, path.erp, &format!("{}, crash at {point:?}", path.name())).await;
    crash.has_fired()
}

/// How many calls the undisturbed path makes, which ends well.
async fn calls(path: Path) -> u64 {
    let counter = CrashAt::counter();
    let world = path.beginning().await.restarted(Some(counter.clone()));
    path.follow(&world).await;
    world.rest_at_most(Duration::from_secs(60)).await;
    let calls = counter.calls();
    let world = world.restarted(None);
    path.follow_to_rest(&world).await;
    oracles(&world, path.erp, &path.name()).await;
    assert_eq!(the_request(&world).await["status"], "completed", "{}", path.name());
    calls
}

fn points(calls: u64) -> impl Iterator<Item = Point> {
    (0..calls).flat_map(|target| [(target, Edge::Before), (target, Edge::After)])
}

async fn every_point(path: Path) {
    let (mut tried, mut crashes) = (0, 0);
    for point in points(calls(path).await) {
        tried += 1;
        crashes += u32::from(crashed(path, point).await);
    }
    crate::tell(&format!("{}: {tried} crash points passed, {crashes} of them crashed", path.name()));
    // A call that holds others inside it never returns after the crash of one of them, so its own return is no point.
    assert!(crashes * 3 >= tried * 2 && tried >= 20, "{crashes} of {tried}");
}

/// Paths that are crashed for real at every point.
macro_rules! crashed_for_real {
    ($($test:ident: $what:ident, $erp:ident, $gateway:ident, $store:ident;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let path = Path::new(What::$what, Erp::$erp, Gateway::$gateway);
                every_point(path.over(StoreBy::$store)).await;
            }
        )+
    };
}

crashed_for_real! {
    the_automatic_path: Automatic, Posts, HonoursKeys, Host;
    an_approved_refund: Approved, Posts, HonoursKeys, Host;
    an_approved_refund_by_a_gateway_that_ignores_keys: Approved, Posts, IgnoresKeys, Adapter;
    the_automatic_path_of_a_draft: Automatic, Drafts, HonoursKeys, Adapter;
    an_approved_refund_of_a_draft: Approved, Drafts, HonoursKeys, Host;
    an_approved_refund_of_a_draft_by_a_gateway_that_ignores_keys: Approved, Drafts, IgnoresKeys, Host;
    the_automatic_path_with_an_erp_that_ignores_keys: Automatic, IgnoresKeys, HonoursKeys, Host;
    an_approved_refund_with_an_erp_that_ignores_keys: Approved, IgnoresKeys, HonoursKeys, Host;
    a_refund_to_several_tenders: Tenders, Posts, HonoursKeys, Host;
    a_refund_by_gateways_that_ignore_keys: Tenders, Posts, IgnoresKeys, Host;
    a_late_failure: FailsLate, Posts, HonoursKeys, Host;
    a_late_failure_at_a_gateway_that_ignores_keys: FailsLate, Posts, IgnoresKeys, Host;
}
