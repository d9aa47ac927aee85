//! Keeps dry runs, and carries them on: a slice of requests in each commit, so that no commit and no instance's memory
//! grows with how many there are.

use contraflow_domain::dry_run::{Difference, DryRun, RunState, Summary};
use contraflow_domain::limits::{DRIVER_LEASE_MS, DRY_RUN_PART, DRY_RUNS};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::ruled::PolicyText;
use contraflow_domain::time::Timestamp;

use crate::due::Due;
use crate::problem::Problem;
use crate::store::{self, Entry};
use crate::unit::{Unit, decode, transact};
use crate::{keys, limits, new_id, now, policy};

/// What a dry run is about.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The policy that is tried.
    pub text: PolicyText,
    /// The first moment of the period; `None` is the beginning.
    pub from: Option<Timestamp>,
    /// The last moment of the period.
    pub until: Timestamp,
    /// Who wants it.
    pub by: String,
}

/// Begins a dry run, and removes the oldest one that is over where as many are stored as there may be.
///
/// # Errors
/// 409 when as many are under way as there may be, or what is known of the policy.
pub async fn start(wanted: &Wanted) -> Result<DryRun, Problem> {
    let policy = policy::by(wanted.text).await?;
    let id = new_id();
    transact(async |unit| {
        let mut ids = unit.read::<Vec<String>>(keys::DRY_RUN_LIST).await?.unwrap_or_default();
        if ids.len() >= DRY_RUNS {
            let places: Vec<_> = ids.iter().map(|id| keys::dry_run(id)).collect();
            let known = unit.read_each::<DryRun>(&places).await?;
            let is_over =
                |run: &Result<Option<DryRun>, Problem>| !matches!(run, Ok(Some(run)) if run.state == RunState::Running);
            let Some(oldest) = known.iter().position(is_over) else {
                let detail = format!("{DRY_RUNS} dry runs are under way: wait for one, or end one.");
                return Err(Problem::conflict("too-many-dry-runs", detail));
            };
            remove(unit, &ids.remove(oldest));
        }
        let at = now();
        let mut run = DryRun {
            id: id.clone(),
            text: wanted.text,
            policy: policy.version.clone(),
            hash: policy.hash.clone(),
            by: wanted.by.clone(),
            at,
            from: wanted.from,
            until: wanted.until,
            state: RunState::Running,
            next: keys::all_from(wanted.until),
            due: None,
            summary: Summary::default(),
            listed: 0,
        };
        ids.push(id.clone());
        unit.write(keys::DRY_RUN_LIST, &ids)?;
        save(unit, &mut run, at)?;
        Ok(run)
    })
    .await
}

fn remove(unit: &mut Unit, id: &str) {
    unit.remove(&keys::dry_run(id));
    for part in 0..contraflow_domain::limits::DRY_RUN_LISTED.div_ceil(DRY_RUN_PART) {
        unit.remove(&keys::dry_run_part(id, part));
    }
}

/// Writes a run, and the entry that leads the clock to it while it is under way.
fn save(unit: &mut Unit, run: &mut DryRun, at: Timestamp) -> Result<(), Problem> {
    let due = |at: Timestamp| keys::due(at, &Due::DryRun(run.id.clone()).to_string());
    let next = (run.state == RunState::Running).then(|| at.plus_ms(DRIVER_LEASE_MS));
    if let Some(before) = run.due.filter(|before| Some(*before) != next) {
        unit.remove(&due(before));
    }
    if let Some(next) = next.filter(|next| run.due != Some(*next)) {
        unit.write(&due(next), &())?;
    }
    run.due = next;
    unit.write(&keys::dry_run(&run.id), run)
}

/// Reads a dry run.
///
/// # Errors
/// 404 where there is none of that id.
pub async fn find(unit: &mut Unit, id: &str) -> Result<DryRun, Problem> {
    unit.read(&keys::dry_run(id)).await?.ok_or_else(|| Problem::not_found("dry run of that id"))
}

/// Returns all dry runs, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn all() -> Result<Vec<DryRun>, Problem> {
    let mut unit = Unit::default();
    let ids = unit.look_at::<Vec<String>>(keys::DRY_RUN_LIST).await?.unwrap_or_default();
    let places: Vec<_> = ids.iter().rev().map(|id| keys::dry_run(id)).collect();
    Ok(unit.look_at_many(&places).await?.into_iter().flatten().collect())
}

/// Returns one part of the differences that are listed, in the order of the run.
///
/// # Errors
/// When the store does not answer.
pub async fn part(id: &str, part: u32) -> Result<Vec<Difference>, Problem> {
    Ok(Unit::default().look_at(&keys::dry_run_part(id, part)).await?.unwrap_or_default())
}

/// Ends a dry run. What it has found so far stays.
///
/// # Errors
/// 404 where there is none of that id.
pub async fn end(id: &str) -> Result<DryRun, Problem> {
    transact(async |unit| {
        let mut run = find(unit, id).await?;
        if run.state == RunState::Running {
            run.state = RunState::Ended;
            save(unit, &mut run, now())?;
        }
        Ok(run)
    })
    .await
}

/// Carries a dry run on after the response has been sent. What it does not finish, the clock does.
pub fn carry_on_later(id: String) {
    wasip3::spawn(async move {
        if let Err(problem) = carry_on(&id, limits::DRY_RUN_SLICES_LATER).await {
            eprintln!("dry run {id}: {}", problem.detail);
        }
    });
}

/// Carries a dry run on by so many slices. `Ok` also where it is over, or gone.
///
/// # Errors
/// When the store or the policy does not answer; what was done stays done.
pub async fn carry_on(id: &str, slices: usize) -> Result<(), Problem> {
    for _ in 0..slices {
        if transact(async |unit| slice(unit, id).await).await? != RunState::Running {
            break;
        }
    }
    Ok(())
}

/// Forgets the entry that led the clock to a run that is gone.
///
/// # Errors
/// When the store does not answer.
pub async fn resume(id: &str, due: &str) -> Result<(), Problem> {
    let is_gone = Unit::default().look_at::<DryRun>(&keys::dry_run(id)).await?.is_none();
    if !is_gone {
        return carry_on(id, limits::DRY_RUN_SLICES).await;
    }
    transact(async |unit| {
        unit.remove(due);
        Ok(())
    })
    .await
}

/// Looks at the next requests of a run, and adds them up.
async fn slice(unit: &mut Unit, id: &str) -> Result<RunState, Problem> {
    let Some(mut run) = unit.read::<DryRun>(&keys::dry_run(id)).await? else { return Ok(RunState::Ended) };
    if run.state != RunState::Running {
        return Ok(run.state);
    }
    let policy = match policy::by(run.text).await {
        Ok(policy) if policy.hash == run.hash => Some(policy),
        // The file has changed, or the version was taken back: one half of the numbers would be of another text.
        Ok(_) => None,
        Err(problem) if problem.is_not_found() => None,
        Err(problem) => return Err(problem),
    };
    let listed = run.listed;
    match policy {
        Some(policy) => {
            let found = look_at(&mut run, &policy).await?;
            list(unit, id, listed, found).await?;
        }
        None => run.state = RunState::Ended,
    }
    save(unit, &mut run, now())?;
    Ok(run.state)
}

/// Tries the policy on the next requests of the index. Ends by bytes as well as by count.
async fn look_at(run: &mut DryRun, policy: &Policy) -> Result<Vec<Difference>, Problem> {
    let page = store::scan(run.next.clone(), store::end_of(&keys::all_prefix()), limits::DRY_RUN_SLICE).await?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    for some in page.entries.chunks(limits::ROWS_AT_ONCE) {
        if let Some(first) = some.first().filter(|_| bytes >= limits::LIST_READ_BYTES) {
            run.next.clone_from(&first.key);
            return Ok(found);
        }
        let ids = some.iter().map(|entry| keys::id_of(&entry.key));
        let wanted: Vec<_> = ids.flat_map(|id| [keys::request(id), keys::packet(id)]).collect();
        let stored = store::get(wanted).await?;
        bytes += stored.iter().flatten().map(|entry| entry.value.len()).sum::<usize>();
        for pair in stored.chunks(2) {
            let [Some(request), packet] = pair else { continue };
            match read(request, packet.as_ref()) {
                Ok(request) if run.from.is_some_and(|from| request.created_at < from) => {
                    run.state = RunState::Done;
                    return Ok(found);
                }
                Ok(request) => found.extend(run.take(&request, policy)),
                Err(problem) => {
                    eprintln!("{}", problem.detail);
                    run.pass_over();
                }
            }
        }
    }
    match page.next {
        Some(next) => run.next = next,
        None => run.state = RunState::Done,
    }
    Ok(found)
}

fn read(request: &Entry, packet: Option<&Entry>) -> Result<Request, Problem> {
    let mut read: Request = decode(&request.key, &request.value)?;
    if let Some(packet) = packet.filter(|_| read.packet.is_none()) {
        read.packet = Some(decode(&packet.key, &packet.value)?);
    }
    Ok(read)
}

/// Adds differences to those that are listed: `listed` of them stand there already.
async fn list(unit: &mut Unit, id: &str, listed: u32, found: Vec<Difference>) -> Result<(), Problem> {
    let mut found = found.into_iter();
    let mut place = listed;
    while found.len() > 0 {
        let (part, taken) = (place / DRY_RUN_PART, place % DRY_RUN_PART);
        let room = DRY_RUN_PART - taken;
        let key = keys::dry_run_part(id, part);
        let mut known: Vec<Difference> = unit.read(&key).await?.unwrap_or_default();
        known.extend(found.by_ref().take(usize::try_from(room).unwrap_or_default()));
        unit.write(&key, &known)?;
        place += room;
    }
    Ok(())
}
