//! Each fault and each call of an import: the table in `docs/hr-sync.md`.

use libtest_mimic::Failed;

use super::super::document::Part;
use super::super::grid::Grid;
use super::super::{Outcome, check};
use super::PAGE;
use super::faults::{self, Fault};
use super::scene::{Act, Held, Scene, Seen, TRANSACTION};
use super::steps::{self, Step};
use crate::ctx::Ctx;

const TABLE: Part = Part { page: PAGE, name: "failures", trial: "import::failures" };

pub(crate) fn table(ctx: &Ctx) -> Outcome {
    let grid = Grid {
        rows: faults::ALL.iter().map(|fault| fault.title).collect(),
        columns: steps::ALL.iter().map(|step| step.title).collect(),
    };
    let text = grid.fill(ctx, Scene::new, |scene, fault, step| {
        let (Some(fault), Some(step)) = (faults::ALL.get(fault), steps::ALL.get(step)) else {
            return Err("no such cell".into());
        };
        cell(scene, fault, step)
    })?;
    TABLE.settle(ctx, &text)
}

fn cell(scene: &mut Scene, fault: &Fault, step: &Step) -> Result<String, Failed> {
    scene.reset()?;
    if step.adopts {
        scene.open()?;
    }
    let timeout = format!("ALTER SERVER okta OPTIONS (SET request_timeout '{}')", fault.timeout);
    scene.observer.batch_execute(&timeout)?;
    scene.ctx.emulator().admin("POST", "faults", Some(&fault.order(step)?))?;
    let seen = scene.run(step.transaction, fault.act)?;
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    let shown = judge(fault, step, &seen, &held).map_err(|e| seen.told_with(&e))?;
    again(scene, &held).map_err(|e| format!("afterwards: {}", e.message().unwrap_or_default()))?;
    Ok(shown)
}

/// What must hold: both sides or neither, and nobody is kept from knowing of a session that stays open.
fn judge(fault: &Fault, step: &Step, seen: &Seen, held: &Held) -> Result<String, Failed> {
    let status = held.session.as_ref().map_or("none", |(_, status)| status.as_str());
    match (held.committed, held.imported) {
        (true, false) => return Err(format!("committed, and not imported: {status}").into()),
        (false, true) => return Err(format!("imported, and rolled back: {status}").into()),
        _ => {}
    }
    let commits = step.transaction.contains(&"COMMIT");
    if held.committed && fault.act.is_none() && seen.failed.is_some() {
        return Err("committed, and the client saw an error".into());
    }
    if commits && !held.committed && seen.failed.is_none() && fault.act != Some(Act::Terminate) {
        return Err("rolled back, and the client saw no error".into());
    }
    if matches!(status, "CREATED" | "IN_PROGRESS")
        && !step.adopts
        && fault.act != Some(Act::Terminate)
    {
        let id = held.session.as_ref().map_or("?", |(id, _)| id);
        if !seen.was_told(id) && !seen.was_told("may have been opened") {
            return Err(format!("{status}: the session stays open, and nobody was told").into());
        }
    }
    let end = if held.imported { "imported" } else { status };
    Ok(match &seen.failed {
        // Whether an answer arrived before the connection ended is chance.
        Some(sqlstate) if fault.act != Some(Act::Terminate) => format!("{sqlstate}, {end}"),
        _ => end.to_owned(),
    })
}

/// The same transaction once more, and Okta as good as ever: it succeeds, unless a loaded session was
/// left; then it says so, and succeeds when that is cancelled.
pub(super) fn again(scene: &mut Scene, held: &Held) -> Outcome {
    scene.observer.batch_execute("TRUNCATE ledger")?;
    if held.imported {
        scene.hire()?;
    }
    let mut seen = scene.run(TRANSACTION, None)?;
    if let Some((id, status)) = &held.session
        && status == "IN_PROGRESS"
    {
        check::equal("with a session left", &seen.failed.as_deref(), &Some("55000"))?;
        if !seen.was_told(id) {
            return Err(seen.told_with(&"the session that is in the way is not named".into()));
        }
        let cancel = format!("DELETE FROM identity_sources.sessions WHERE id = '{id}'");
        scene.observer.batch_execute(&cancel)?;
        seen = scene.run(TRANSACTION, None)?;
    }
    let held = scene.look().map_err(|e| seen.told_with(&e))?;
    if seen.failed.is_none() && held.committed && held.imported {
        return Ok(());
    }
    Err(seen.told_with(&format!("{held:?}").into()))
}
