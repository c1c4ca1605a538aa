//! The care wing: loading what is known, one report, a sector of more than a million devices.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use wardwatch_estate::product::{Hints, resolve};
use wardwatch_exercise::estate::{Scale, Scenario, Sector, in_order, to_inventory};
use wardwatch_exposure::fleet::{Fleet, State, StateId};
use wardwatch_exposure::rank::{Surroundings, Tables};
use wardwatch_exposure::{Catalogue, Host, Subject, assess, decide};
use wardwatch_feeds::landscape::{compile, read_folder, snapshot};
use wardwatch_model::{CveId, Day};
use wardwatch_normalise::inventory;

use crate::figures::{best, title};

const SEED: u64 = 20_260_101;
const THREADS: usize = 2;
/// The advisory that is asked about: MS17-010.
const ADVISORY: CveId = CveId { year: 2017, number: 144 };
/// Organisations whose devices are looked at before their states are entered.
const AT_ONCE: usize = 512;

/// The tables of the care wing.
pub fn tables(feeds: &Path) -> Result<()> {
    let today = Day::parse("2026-11-28").context("the day of the tables is one")?;
    title("ward feeds, ward assess: all of ../shared/feeds, one thread");
    let began = Instant::now();
    let (landscape, _) = compile(read_folder(feeds)?, today);
    println!("feeds to landscape: {:>8.2} s", began.elapsed().as_secs_f64());
    ensure!(landscape.fixes.len() > 100_000, "Microsoft's catalogue is not in {}", feeds.display());
    let packed = snapshot::write(&landscape)?;
    let read = || snapshot::read(&packed).unwrap_or_default();
    let load = best(|| drop(Catalogue::new(Arc::new(read()))));
    println!("snapshot ({} bytes) to catalogue: {load:>8.3} s", packed.len());
    let catalogue = Arc::new(Catalogue::new(Arc::new(landscape)));
    reports(&catalogue, feeds, today)?;
    sector(&catalogue)
}

fn reports(catalogue: &Catalogue, feeds: &Path, today: Day) -> Result<()> {
    let tables = Tables::new(catalogue.landscape());
    let folder = feeds.join("inventories");
    let mut contents = Vec::new();
    for entry in std::fs::read_dir(&folder).context("no reports to assess")? {
        contents.push(std::fs::read(entry?.path())?);
    }
    let mut slowest: f64 = 0.0;
    let mut all = 0.0;
    for content in &contents {
        let one = best(|| {
            for inventory in inventory::read(content).unwrap_or_default() {
                let told = resolve(&inventory, &Hints::default());
                let subject = Subject::of(catalogue, &told, false, today);
                let around = Surroundings::default();
                let verdict = assess(catalogue, &tables, &subject, &inventory, &around, today);
                std::hint::black_box(verdict);
            }
        });
        slowest = slowest.max(one);
        all += one;
    }
    let mean = all / contents.len() as f64;
    println!(
        "report to full verdict, {} reports: {:>6.2} ms mean, {:>6.2} ms slowest",
        contents.len(),
        mean * 1e3,
        slowest * 1e3
    );
    Ok(())
}

/// Exposures of the whole sector.
fn sector(catalogue: &Arc<Catalogue>) -> Result<()> {
    title("exposure of a made-up sector, may2017, scale L, two threads");
    let began = Instant::now();
    let sector = Sector::new(Scenario::May2017, Scale::L, SEED);
    let mut fleet = Fleet::new(Arc::clone(catalogue));
    let mut devices: Vec<(u32, StateId)> = Vec::new();
    let mut group = 0u32;
    for some in sector.organisations.chunks(AT_ONCE) {
        let states = in_order(some, THREADS, |org| {
            let of = |device| {
                let inventory = to_inventory(&device);
                State::new(catalogue, device.product, device.build, &inventory)
            };
            sector.devices(org).map(of).collect::<Vec<State>>()
        });
        for states in states {
            devices.extend(states.into_iter().map(|state| (group, fleet.enter(state))));
            group += 1;
        }
    }
    let made = began.elapsed().as_secs_f64();
    println!(
        "{} devices in {} states: {made:>6.1} s, made from the seed",
        devices.len(),
        fleet.states()
    );
    let groups = group as usize;
    let one = best(|| drop(fleet.tally(ADVISORY, groups, devices.iter().copied())));
    let open: u64 =
        fleet.tally(ADVISORY, groups, devices.iter().copied()).iter().map(|t| t.exposed).sum();
    println!("one advisory against all: {one:>8.3} s ({open} devices open to {ADVISORY})");
    change(catalogue, &mut fleet, &sector);
    let began = Instant::now();
    let verdicts = every_verdict(catalogue, &sector);
    println!(
        "every verdict of every state from nothing: {:>6.1} s ({verdicts} verdicts), after {made:.1} s",
        began.elapsed().as_secs_f64()
    );
    println!("peak memory: {:>5.0} MB", peak_bytes().unwrap_or(0) as f64 / 1e6);
    Ok(())
}

/// A device's inventory changes: its new state with all verdicts.
fn change(catalogue: &Catalogue, fleet: &mut Fleet, sector: &Sector) {
    let device = sector
        .organisations
        .iter()
        .flat_map(|org| sector.devices(org))
        .find(|device| device.product.is_some_and(|name| name.contains("Windows 7")));
    let Some(device) = device else { return };
    let inventory = to_inventory(&device);
    let Some(product) = device.product.and_then(|name| catalogue.product(name)) else { return };
    let seconds = best(|| {
        fleet.enter(State::new(catalogue, device.product, device.build, &inventory));
        let host = Host::new(catalogue, product, device.build, &inventory);
        std::hint::black_box(decide(catalogue, &host));
    });
    println!("one inventory changes: {:>6.2} ms, with all verdicts of the device", seconds * 1e3);
}

/// All verdicts of all devices, each state once.
fn every_verdict(catalogue: &Catalogue, sector: &Sector) -> usize {
    let parts = in_order(&sector.organisations, THREADS, |org| {
        let mut seen = std::collections::HashSet::new();
        let mut count = 0;
        for device in sector.devices(org) {
            let inventory = to_inventory(&device);
            let Some(product) = device.product.and_then(|name| catalogue.product(name)) else {
                continue;
            };
            // Within an organisation; a state that several have is decided for each of them.
            if seen.insert(State::new(catalogue, device.product, device.build, &inventory)) {
                let host = Host::new(catalogue, product, device.build, &inventory);
                count += decide(catalogue, &host).len();
            }
        }
        count
    });
    parts.into_iter().sum()
}

/// The most memory that this process has held, in bytes.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The folder of the public feeds, when it is there.
pub fn folder() -> Option<std::path::PathBuf> {
    std::env::var_os("WARD_FEEDS")
        .map(Into::into)
        .filter(|folder: &std::path::PathBuf| folder.is_dir())
}
