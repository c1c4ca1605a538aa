//! The care wing kept up: reports, landscapes, care classes and attacks, from the state to memory.
//!
//! In: the state. Out: the sector in memory, never more than a moment behind. When the landscape or the
//! day changed, all devices are worked out anew beside those in use, and then take their place.
//! Never: a reader held up by that; a device worked out by half.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use wardwatch_feeds::landscape::{snapshot, starter};
use wardwatch_model::{Day, OrgId, Timestamp};
use wardwatch_store::{KeptInventory, SystemScope};

use crate::app::App;
use crate::care::attacks::{ATTACK_DAYS, Named, attacks};
use crate::care::{Ground, Origin, Prepared, Sector, merged};
use crate::rules::Rules;

/// Time between two looks when nobody says that something changed.
const INTERVAL: Duration = Duration::from_secs(1);
/// Looks between two at campaigns.
const LOOKS: u32 = 3;
/// Reports that are worked out at once.
const BATCH: u32 = 500;
/// The same when all devices are: as many are read meanwhile.
const LARGE_BATCH: u32 = 4_000;
/// Before all that was ever said.
const EVER: Timestamp = Timestamp { micros: i64::MIN };
const MICROS_A_DAY: i64 = 86_400_000_000;

/// How far the loop has followed.
#[derive(Default)]
struct Followed {
    /// The number of the last report.
    seq: u64,
    /// When what was last said of a device was said.
    said: Option<Timestamp>,
    /// The landscape; none before the first.
    landscape: Option<Option<u64>>,
    /// The tree of organisations, as the state counts its changes.
    tree: Option<u64>,
    /// The rules, by when they were loaded, and what they name.
    named: Named,
    rules: Option<Arc<Rules>>,
}

/// Keeps the care wing up until told to stop. What fails is said and tried again.
pub async fn run(app: App, system: Arc<SystemScope>, mut stop: watch::Receiver<bool>) {
    let mut changes = app.care.changes();
    let mut followed = Followed::default();
    let mut looks = 0;
    loop {
        if let Err(error) = look(&app, &system, &mut followed, looks == 0, &stop).await {
            tracing::warn!(%error, "what devices run cannot be followed; it is tried again");
        }
        looks = (looks + 1) % LOOKS;
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
            _ = stop.changed() => {}
        }
        if *stop.borrow() {
            return;
        }
    }
}

/// Follows everything once, as a server does when it starts.
///
/// # Errors
/// When the state or a landscape cannot be read.
pub async fn catch_up(app: &App, system: &SystemScope) -> Result<()> {
    let (_tell, stop) = watch::channel(false);
    look(app, system, &mut Followed::default(), true, &stop).await
}

async fn look(
    app: &App,
    system: &SystemScope,
    followed: &mut Followed,
    campaigns_too: bool,
    stop: &watch::Receiver<bool>,
) -> Result<()> {
    let today = Day::of(app.now());
    let version = app.state.landscape_version(system).await?;
    let same_day = app.care.read(|sector| sector.ground.today) == today;
    if followed.landscape != Some(version) || !same_day {
        if let Some(anew) = anew(app, system, version, today, stop).await? {
            *followed = Followed { landscape: Some(version), ..anew };
        }
    } else {
        let changes = app.state.changes();
        if followed.tree != Some(changes) {
            let speakers = app.state.speakers(system).await?;
            if app.care.read(|sector| sector.speakers != speakers) {
                app.care.change(|sector| sector.speakers = speakers);
            }
            followed.tree = Some(changes);
        }
        classes(app, system, followed).await?;
        let ground = app.care.read(|sector| sector.ground.clone());
        while let Some(prepared) = batch(app, system, &ground, &mut followed.seq).await? {
            app.care.put(prepared);
            if *stop.borrow() {
                return Ok(());
            }
        }
    }
    if campaigns_too {
        lift(app, system, followed).await?;
    }
    Ok(())
}

/// Works all devices out anew, over the landscape of this number; none when told to stop meanwhile.
async fn anew(
    app: &App,
    system: &SystemScope,
    version: Option<u64>,
    today: Day,
    stop: &watch::Receiver<bool>,
) -> Result<Option<Followed>> {
    let kept = match version {
        Some(_) => app.state.landscape(system).await?,
        None => None,
    };
    let ground = tokio::task::spawn_blocking(move || match kept {
        None => Ground::new(starter(), Origin::default(), today),
        Some(kept) => match snapshot::read(&kept.body) {
            Ok(landscape) => {
                let (version, loaded) = (Some(kept.version), Some(kept.loaded));
                Ground::new(landscape, Origin { version, stored: version, loaded, by: Some(kept.by) }, today)
            }
            // One of an earlier version of the program: what is built in is better than nothing, and
            // whoever asks for the landscape sees that it is in use.
            Err(error) => {
                tracing::error!(%error, "the landscape that was loaded cannot be read: load it again");
                let stored = Some(kept.version);
                Ground::new(starter(), Origin { stored, ..Origin::default() }, today)
            }
        },
    })
    .await?;
    // What comes in meanwhile is followed behind it.
    let seq = app.state.last_inventory(system).await?;
    let mut followed = Followed { seq, ..Followed::default() };
    let begin = ground.clone();
    let mut working = tokio::task::spawn_blocking(move || Sector::new(begin));
    let mut last: Option<(OrgId, String)> = None;
    let mut sector = loop {
        let devices = app.state.inventories_behind(system, last.as_ref(), LARGE_BATCH).await?;
        let mut sector = working.await?;
        let Some(one) = devices.last().and_then(|reports| reports.first()) else { break sector };
        last = Some((one.org.clone(), one.device.clone()));
        let ground = ground.clone();
        working = tokio::task::spawn_blocking(move || {
            sector.put(prepared(&ground, devices));
            sector
        });
        if *stop.borrow() {
            return Ok(None);
        }
    };
    let classes = app.state.device_classes_since(system, followed.said.unwrap_or(EVER)).await?;
    followed.said = classes.last().map(|last| last.set);
    sector.hear(classes);
    sector.speakers = app.state.speakers(system).await?;
    app.care.change(|present| {
        sector.attacks = Arc::clone(&present.attacks);
        *present = sector;
    });
    app.care.set_ready();
    Ok(Some(followed))
}

/// The devices behind the last report that was followed, worked out; none when there are none.
async fn batch(
    app: &App,
    system: &SystemScope,
    ground: &Ground,
    seq: &mut u64,
) -> Result<Option<Vec<Prepared>>> {
    let rows = app.state.inventories_after(system, *seq, BATCH).await?;
    let Some((last, _)) = rows.last() else { return Ok(None) };
    let last = *last;
    let mut devices: Vec<Vec<KeptInventory>> = Vec::new();
    let mut seen: BTreeSet<(OrgId, String)> = BTreeSet::new();
    for (_, kept) in rows {
        if seen.insert((kept.org.clone(), kept.device.clone())) {
            devices.push(app.state.reports_of(system, &kept.org, &kept.device).await?);
        }
    }
    let ground = ground.clone();
    let prepared = tokio::task::spawn_blocking(move || prepared(&ground, devices)).await?;
    *seq = last;
    Ok(Some(prepared))
}

/// Devices by their reports, worked out.
fn prepared(ground: &Ground, devices: Vec<Vec<KeptInventory>>) -> Vec<Prepared> {
    let prepare = |reports: Vec<KeptInventory>| {
        let newest = reports.iter().map(|kept| kept.received).max()?;
        let (org, device) = {
            let first = reports.first()?;
            (first.org.clone(), first.device.clone())
        };
        let inventory = merged(reports)?;
        Some(ground.prepare(org, device, &inventory, newest))
    };
    devices.into_iter().filter_map(prepare).collect()
}

/// What people said of devices since the last look.
async fn classes(app: &App, system: &SystemScope, followed: &mut Followed) -> Result<()> {
    let classes = app.state.device_classes_since(system, followed.said.unwrap_or(EVER)).await?;
    if let Some(last) = classes.last() {
        followed.said = Some(last.set);
        // A change ends all answers that are kept: the last ones come again with every look.
        if !app.care.read(|sector| sector.has_heard(&classes)) {
            app.care.change(|sector| sector.hear(classes));
        }
    }
    Ok(())
}

/// Lifts what campaigns attack.
async fn lift(app: &App, system: &SystemScope, followed: &mut Followed) -> Result<()> {
    let Ok(desk) = app.desk() else { return Ok(()) };
    let rules = desk.book.current();
    if followed.rules.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &rules)) {
        let heads =
            rules.engine.rules().rules.iter().map(|rule| (&rule.head.id, &rule.head.tags[..]));
        followed.named = Named::of(heads);
        followed.rules = Some(rules);
    }
    let now = app.now();
    let since = Timestamp { micros: now.micros - ATTACK_DAYS * MICROS_A_DAY };
    let campaigns = app.state.recent_campaigns(system, since).await?;
    let found = attacks(&campaigns, &followed.named, now);
    if app.care.read(|sector| *sector.attacks != found) {
        app.care.change(|sector| sector.attacks = Arc::new(found));
    }
    Ok(())
}
