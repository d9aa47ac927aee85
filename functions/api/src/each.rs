//! Reads the requests of a walk, a few at a time.

use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::decode;
use contraflow_guest::{keys, limits, store};

use crate::walk::Walk;

/// Hands each request of a walk on, until it has handed on so many, or is told by `false` to stop. Returns whether it
/// came to the end of the walk.
///
/// # Errors
/// When the store does not answer, a request can't be read, or it is told of a problem.
pub async fn each(
    mut walk: Walk,
    most: usize,
    mut take: impl FnMut(&Request) -> Result<bool, Problem>,
) -> Result<bool, Problem> {
    let mut looked_at = 0;
    while !walk.is_done() {
        if looked_at >= most {
            return Ok(false);
        }
        let places = walk.portion(limits::PAGE_MOST).await?;
        for some in places.chunks(limits::ROWS_AT_ONCE) {
            let read = store::get(some.iter().map(|place| keys::request(keys::id_of(place))).collect()).await?;
            for entry in read.into_iter().flatten() {
                looked_at += 1;
                let request: Request = decode(&entry.key, &entry.value)?;
                if !take(&request)? {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}
