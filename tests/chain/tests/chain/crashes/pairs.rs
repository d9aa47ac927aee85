//! Paths of which every crash is tried, and every crash in the recovery from it.
//!
//! Every run plays those in which each two of what is asked, the kind of ERP and the kind of gateway meet; the others
//! are for `cargo xtask test --deep`, which plays all.

use super::calls;
use super::paths::{Gateway, Path, What};
use super::rows::{Story as _, every_row};
use crate::erp::Erp;

async fn every_pair(path: Path) {
    calls(path).await;
    let tried = every_row(&path, 2).await;
    assert!(tried.ways >= 5_000 && tried.recoveries >= 200, "{tried:?}");
}

/// A test for each path, and the list of them.
macro_rules! crashed_twice {
    ($($test:ident: $what:ident, $erp:ident, $gateway:ident;)+) => {
        pub const PATHS: &[Path] = &[$(Path::new(What::$what, Erp::$erp, Gateway::$gateway)),+];
        $(
            #[tokio::test]
            async fn $test() {
                every_pair(Path::new(What::$what, Erp::$erp, Gateway::$gateway)).await;
            }
        )+
    };
}

crashed_twice! {
    automatic: Automatic, Posts, HonoursKeys;
    automatic_with_a_draft: Automatic, Drafts, HonoursKeys;
    automatic_with_a_keyless_erp: Automatic, IgnoresKeys, HonoursKeys;
    approved_at_a_keyless_gateway: Approved, Posts, IgnoresKeys;
    approved_with_a_draft: Approved, Drafts, HonoursKeys;
    approved_with_a_keyless_erp_at_a_keyless_gateway: Approved, IgnoresKeys, IgnoresKeys;
    tenders: Tenders, Posts, HonoursKeys;
    tenders_with_a_draft_at_keyless_gateways: Tenders, Drafts, IgnoresKeys;
    tenders_with_a_keyless_erp: Tenders, IgnoresKeys, HonoursKeys;
    late_failure_at_a_keyless_gateway: FailsLate, Posts, IgnoresKeys;
    late_failure_with_a_draft: FailsLate, Drafts, HonoursKeys;
    late_failure_with_a_keyless_erp_at_a_keyless_gateway: FailsLate, IgnoresKeys, IgnoresKeys;
}

mod deep {
    use super::*;

    crashed_twice! {
        approved: Approved, Posts, HonoursKeys;
        approved_with_a_draft_at_a_keyless_gateway: Approved, Drafts, IgnoresKeys;
        approved_with_a_keyless_erp: Approved, IgnoresKeys, HonoursKeys;
        tenders_at_keyless_gateways: Tenders, Posts, IgnoresKeys;
        tenders_with_a_draft: Tenders, Drafts, HonoursKeys;
        tenders_with_a_keyless_erp_at_keyless_gateways: Tenders, IgnoresKeys, IgnoresKeys;
        late_failure: FailsLate, Posts, HonoursKeys;
        late_failure_with_a_draft_at_a_keyless_gateway: FailsLate, Drafts, IgnoresKeys;
        late_failure_with_a_keyless_erp: FailsLate, IgnoresKeys, HonoursKeys;
    }
}

/// Every path that there is: what asks no gateway has no kind of gateway either.
fn every_path() -> Vec<Path> {
    use {Gateway as G, What as W};
    let kinds = [(W::Automatic, G::HonoursKeys)].into_iter();
    let kinds = kinds.chain(
        [W::Approved, W::Tenders, W::FailsLate]
            .into_iter()
            .flat_map(|what| [(what, G::HonoursKeys), (what, G::IgnoresKeys)]),
    );
    kinds.flat_map(|(what, gateway)| Erp::ALL.map(|erp| Path::new(what, erp, gateway))).collect()
}

#[test]
fn every_two_kinds_meet_in_every_run_and_all_paths_are_played_deep() {
    let every = every_path();
    for path in &every {
        let Path { what, erp, gateway, .. } = *path;
        let meet = |met: &dyn Fn(&Path) -> bool| assert!(PATHS.iter().any(met), "{}", path.name());
        meet(&|played| (played.what, played.erp) == (what, erp));
        meet(&|played| (played.what, played.gateway) == (what, gateway));
        meet(&|played| (played.erp, played.gateway) == (erp, gateway));
        let played = PATHS.iter().chain(deep::PATHS).filter(|played| *played == path).count();
        assert_eq!(played, 1, "{}", path.name());
    }
    crate::tell(&format!(
        "crash pairs: {} of {} paths are played in every run; all of them: cargo xtask test --deep",
        PATHS.len(),
        every.len()
    ));
}
