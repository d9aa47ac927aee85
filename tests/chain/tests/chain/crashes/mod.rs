//! Every crash point: the whole chain dies before and after each host call, starts again over what survived, and must come to rest
//! with the money right; and every pair of them, the second while it recovers from the first.

mod crash_at;
mod import;
mod oracles;
mod paths;
mod rows;
mod spending;
mod witness;

use std::time::Duration;

use crash_at::{CrashAt, Edge};
use oracles::oracles;
use paths::{Path, the_request};
use rows::{Story as _, every_row};

/// Where the host dies.
type Point = (u64, Edge);

/// Dies at the point and recovers; says whether the crash came.
async fn crashed(path: &Path, point: Point) -> bool {
    let crash = CrashAt::new(point.0, point.1);
    let world = path.beginning().await.restarted(Some(crash.clone()));
    path.follow(&world).await;
    // Whether the path or the clock meets it, the crash comes; a host that lives on is simply restarted.
    world.rest_at_most(Duration::from_secs(15)).await;
    let world = world.restarted(None);
    path.follow_to_rest(&world).await;
    oracles(&world, path.erp, &format!("{}, crash at {point:?}", path.name)).await;
    crash.has_fired()
}

/// How many calls the undisturbed path makes, which ends well.
async fn calls(path: &Path) -> u64 {
    let counter = CrashAt::counter();
    let world = path.beginning().await.restarted(Some(counter.clone()));
    path.follow(&world).await;
    world.rest_at_most(Duration::from_secs(60)).await;
    let calls = counter.calls();
    let world = world.restarted(None);
    path.follow_to_rest(&world).await;
    oracles(&world, path.erp, path.name).await;
    assert_eq!(the_request(&world).await["status"], "completed", "{}", path.name);
    calls
}

fn points(calls: u64) -> impl Iterator<Item = Point> {
    (0..calls).flat_map(|target| [(target, Edge::Before), (target, Edge::After)])
}

async fn every_point(path: &Path) {
    let (mut tried, mut crashes) = (0, 0);
    for point in points(calls(path).await) {
        tried += 1;
        crashes += u32::from(crashed(path, point).await);
    }
    crate::tell(&format!("{}: {tried} crash points passed, {crashes} of them crashed", path.name));
    // A call that holds others inside it never returns after the crash of one of them, so its own return is no point.
    assert!(crashes * 3 >= tried * 2 && tried >= 20, "{crashes} of {tried}");
}

/// Paths that are crashed for real at every point.
macro_rules! crashed_for_real {
    ($($test:ident: $path:ident;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                every_point(&paths::$path).await;
            }
        )+
    };
}

crashed_for_real! {
    the_automatic_path: AUTOMATIC;
    an_approved_refund: APPROVED;
    an_approved_refund_by_a_gateway_that_ignores_keys: APPROVED_RUDE;
    the_automatic_path_of_a_draft: AUTOMATIC_DRAFT;
    an_approved_refund_of_a_draft: APPROVED_DRAFT;
    an_approved_refund_of_a_draft_by_a_gateway_that_ignores_keys: APPROVED_DRAFT_RUDE;
    the_automatic_path_with_an_erp_that_ignores_keys: AUTOMATIC_KEYLESS;
    an_approved_refund_with_an_erp_that_ignores_keys: APPROVED_KEYLESS;
    a_refund_to_several_tenders: TENDERS;
    a_refund_by_gateways_that_ignore_keys: TENDERS_RUDE;
    a_late_failure: LATE;
    a_late_failure_at_a_gateway_that_ignores_keys: LATE_RUDE;
}

/// Paths of which every crash is tried, and every crash in the recovery from it.
macro_rules! crashed_twice {
    ($($test:ident: $path:ident;)+) => {
        $(
            #[tokio::test]
            async fn $test() {
                calls(&paths::$path).await;
                let tried = every_row(&paths::$path, 2).await;
                assert!(tried.ways >= 5_000 && tried.recoveries >= 200, "{tried:?}");
            }
        )+
    };
}

crashed_twice! {
    automatic_twice: AUTOMATIC;
    automatic_with_a_draft_twice: AUTOMATIC_DRAFT;
    automatic_with_a_keyless_erp_twice: AUTOMATIC_KEYLESS;
    approved_twice: APPROVED;
    approved_at_a_keyless_gateway_twice: APPROVED_RUDE;
    approved_with_a_draft_twice: APPROVED_DRAFT;
    approved_with_a_draft_at_a_keyless_gateway_twice: APPROVED_DRAFT_RUDE;
    approved_with_a_keyless_erp_twice: APPROVED_KEYLESS;
    approved_with_a_keyless_erp_at_a_keyless_gateway_twice: APPROVED_KEYLESS_RUDE;
    tenders_twice: TENDERS;
    tenders_at_keyless_gateways_twice: TENDERS_RUDE;
    tenders_with_a_draft_twice: TENDERS_DRAFT;
    tenders_with_a_draft_at_keyless_gateways_twice: TENDERS_DRAFT_RUDE;
    tenders_with_a_keyless_erp_twice: TENDERS_KEYLESS;
    tenders_with_a_keyless_erp_at_keyless_gateways_twice: TENDERS_KEYLESS_RUDE;
    late_failure_twice: LATE;
    late_failure_at_a_keyless_gateway_twice: LATE_RUDE;
    late_failure_with_a_draft_twice: LATE_DRAFT;
    late_failure_with_a_draft_at_a_keyless_gateway_twice: LATE_DRAFT_RUDE;
    late_failure_with_a_keyless_erp_twice: LATE_KEYLESS;
    late_failure_with_a_keyless_erp_at_a_keyless_gateway_twice: LATE_KEYLESS_RUDE;
}
