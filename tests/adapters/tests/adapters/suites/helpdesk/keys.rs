//! One key, one comment.

use super::{Helpdesk, Scene, is_accepted, update};
use crate::harness::line::{Calls, Mishap};
use crate::harness::running::fault;
use crate::harness::unique;

pub async fn the_same_key_twice_is_one_comment<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let first = update(&key, &ticket, "Approved.");
    // A key that begins as another is another key, whichever of them was written before.
    is_accepted(&scene.write(&update(&format!("{key}-1"), &ticket, "Received.")).await);
    for _ in 0..3 {
        is_accepted(&scene.write(&first).await);
    }
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
    is_accepted(&scene.write(&update(&format!("{key}0"), &ticket, "Approved.")).await);
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 2);
    is_accepted(&scene.write(&first).await);
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 2);
}

pub async fn other_input_under_a_used_key_is_no_second_comment<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    is_accepted(&scene.write(&update(&key, &ticket, "Approved.")).await);
    let other = scene.write(&update(&key, &ticket, "Rejected.")).await;
    if H::TELLS_OTHER_INPUT {
        fault(&other, "KeyReusedWithDifferentInput");
    } else {
        is_accepted(&other);
    }
    assert_eq!((scene.comments(&ticket, "Approved.").len(), scene.comments(&ticket, "Rejected.").len()), (1, 0));
}

pub async fn updates_at_once_under_one_key_make_one_comment<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let update = update(&key, &ticket, "Approved.");
    let write = || scene.write(&update);
    let (a, b, c, d) = tokio::join!(write(), write(), write(), write());
    for answer in [a, b, c, d] {
        assert!(answer["Ok"] == "Accepted" || answer["Err"]["NotSent"].is_object(), "{answer}");
    }
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
    is_accepted(&scene.write(&update).await);
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
}

pub async fn a_lost_answer_is_no_second_comment<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let update = update(&key, &ticket, "Approved.");
    scene.helpdesk.line().next(Calls::Writes, Mishap::AnswerLost);
    fault(&scene.write(&update).await, "OutcomeUnknown");
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
    is_accepted(&scene.write(&update).await);
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
}

pub async fn an_update_that_never_arrived_is_written_when_it_is_given_again<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let update = update(&key, &ticket, "Approved.");
    scene.helpdesk.line().next(Calls::Writes, Mishap::CallLost);
    fault(&scene.write(&update).await, "OutcomeUnknown");
    is_accepted(&scene.write(&update).await);
    assert_eq!(scene.comments(&ticket, "Approved.").len(), 1);
}

pub async fn an_earlier_comment_is_found_on_any_page<H: Helpdesk>(scene: Scene<H>) {
    let (ticket, key) = (scene.helpdesk.ticket(), unique("msg"));
    let update = update(&key, &ticket, "Approved.");
    is_accepted(&scene.write(&update).await);
    scene.helpdesk.others_write(&ticket, 2 * H::PAGE + 1);
    let writes = scene.writes();
    is_accepted(&scene.write(&update).await);
    assert_eq!((scene.writes(), scene.comments(&ticket, "Approved.").len()), (writes, 1));
}
