//! Which product of Microsoft's catalogue, or which distribution, a host runs.
//!
//! In: an inventory, and what else is known of the host. Out: the product with the evidence for
//! it, or the candidates and what would be needed. Never: a guess; a weaker word over a stronger.

mod builds;
mod catalogue;
mod claim;
mod family;
mod lifecycle;
mod name;
mod updates;

use serde::{Deserialize, Serialize};
use wardwatch_model::inventory::{Architecture, Inventory, ReportKind};
use wardwatch_model::landscape::{Channel, Lifecycle};
use wardwatch_model::{Build, Day, Kb};

use family::Facts;

pub use builds::{BUILDS, KnownBuild};
pub use family::Family;

/// Candidates that are named at most.
pub const MAX_CANDIDATES: usize = 64;

/// What is known of a host besides its report.
#[derive(Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The name of the report's file.
    pub file_name: Option<&'a str>,
    /// What another report of the same host led to.
    pub same_host: Option<&'a Resolution>,
    /// The catalogue's products that have an update.
    pub products_of_kb: Option<&'a dyn Fn(Kb) -> Vec<&'a str>>,
}

/// Support dates that are for a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// The product: `windows`, `windows-server`, `debian`.
    pub product: String,
    /// Releases that fit, as [`wardwatch_model::landscape::Lifecycle::cycle`]; several when the
    /// edition is not known.
    pub cycles: Vec<String>,
}

/// What a host runs, as far as the evidence goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolution {
    /// The catalogue's name, or a distribution's; `None` when the evidence does not tell one.
    pub product: Option<String>,
    /// Other names under which the catalogue lists the same system.
    pub aliases: Vec<String>,
    /// The release: `1809`, `22H2`; of Linux its version.
    pub release: Option<String>,
    /// The service pack; `Some(0)` for none.
    pub service_pack: Option<u8>,
    /// The kind of processor.
    pub architecture: Option<Architecture>,
    /// Whether it is a server.
    pub server: Option<bool>,
    /// Whether it is a server without a desktop.
    pub core: Option<bool>,
    /// Whose support dates count.
    pub channel: Option<Channel>,
    /// The support dates.
    pub lifecycle: Option<Support>,
    /// The build, with its revision where the report tells it.
    pub build: Option<Build>,
    /// Which evidence was used, or set aside, one sentence each, strongest first.
    pub evidence: Vec<String>,
    /// Products that fit as well, when several do.
    pub candidates: Vec<String>,
    /// What would tell the product, when it is not told.
    pub needed: Option<String>,
}

/// The day on which a product of the catalogue came out, its service pack with it: the earliest of the
/// releases that its name fits; none when the support dates do not tell for each of them.
pub fn released(product: &str, lifecycles: &[Lifecycle]) -> Option<Day> {
    let dates = lifecycle::support(&catalogue::facts(product)?)?;
    let rows = lifecycles
        .iter()
        .filter(|row| row.product == dates.product && dates.cycles.contains(&row.cycle));
    let days: Option<Vec<Day>> = rows.map(|row| row.released).collect();
    days?.into_iter().min()
}

/// The catalogue's usual names of all systems that there are.
pub fn systems() -> Vec<String> {
    let mut names: Vec<String> = Family::ALL
        .into_iter()
        .flat_map(|family| catalogue::complete(&Facts { family: Some(family), ..Facts::default() }))
        .filter_map(|facts| catalogue::names(&facts).into_iter().next())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Resolves a report.
pub fn resolve(inventory: &Inventory, hints: &Hints<'_>) -> Resolution {
    if let Some(linux) = claim::linux(inventory, hints) {
        return linux;
    }
    let mut case = Case::default();
    let (told, sentence) = claim::told(inventory);
    case.add(&told, &sentence, Trust::Whole);
    let (pack, sentence) = updates::service_pack(inventory, case.facts.family);
    case.add(&pack, &sentence, Trust::Whole);
    if let Some(other) = hints.same_host {
        let facts = claim::of_resolution(other);
        case.add(&facts, "another report of the same host says", Trust::Processor);
    }
    let mut fitting = Vec::new();
    if let Some(products) = hints.products_of_kb {
        fitting = updates::fitting(inventory, &case.facts, products);
        let shared = updates::shared(&fitting);
        case.add(&shared, "most installed updates are ones for", Trust::Whole);
    }
    let allowed =
        |facts: &Facts| fitting.is_empty() || fitting.iter().any(|fit| !fit.contradicts(facts));
    // Only a list that names no system needs its file's name; a table has many hosts in one file.
    let lists = matches!(inventory.report, ReportKind::HotfixList | ReportKind::UpdateList);
    if let Some(file) = hints.file_name.filter(|_| lists) {
        let facts = name::file_facts(file);
        if allowed(&facts) {
            case.add(&facts, "the file's name says", Trust::None);
        } else {
            case.aside(&facts, "the file's name says");
        }
    }
    if let Some(host) = &inventory.host {
        let facts = name::host_facts(host);
        if allowed(&facts) {
            case.add(&facts, "the host's name says", Trust::None);
        } else {
            case.aside(&facts, "the host's name says");
        }
    }
    case.close(inventory, &fitting)
}

/// What to take from evidence that contradicts a stronger one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Whatever it does not contradict.
    Whole,
    /// Only what a host keeps for life.
    Processor,
    /// Nothing.
    None,
}

#[derive(Default)]
struct Case {
    facts: Facts,
    evidence: Vec<String>,
}

impl Case {
    fn add(&mut self, found: &Facts, source: &str, trust: Trust) {
        if found.is_empty() {
            return;
        }
        let mut found = found.clone();
        if self.facts.contradicts(&found) {
            self.aside(&found, source);
            let same_family = self.facts.family == found.family || found.family.is_none();
            match trust {
                Trust::None => return,
                Trust::Whole if !same_family => return,
                Trust::Whole => {}
                Trust::Processor => {
                    found = Facts { architecture: found.architecture, ..Facts::default() };
                }
            }
            if self.facts.fill(&found) {
                self.evidence.push(format!("{source}: {}, used for the rest", found.label()));
            }
            return;
        }
        if self.facts.fill(&found) {
            self.evidence.push(format!("{source}: {}", found.label()));
        }
    }

    fn aside(&mut self, found: &Facts, source: &str) {
        let text =
            format!("{source}: {}, which stronger evidence contradicts: set aside", found.label());
        self.evidence.push(text);
    }

    fn close(mut self, inventory: &Inventory, fitting: &[Facts]) -> Resolution {
        let mut full = catalogue::complete(&self.facts);
        if full.is_empty() && self.facts.family.is_none() {
            full = fitting.iter().filter(|fit| !fit.contradicts(&self.facts)).cloned().collect();
        }
        let fits = |facts: &Facts| fitting.iter().any(|fit| !fit.contradicts(facts));
        if full.iter().any(fits) {
            full.retain(fits);
        }
        full.dedup();
        let mut names: Vec<Vec<String>> = full.iter().map(catalogue::names).collect();
        names.sort();
        names.dedup();
        let mut resolution = Resolution::default();
        if let [one] = names.as_slice() {
            resolution.product = one.first().cloned();
            resolution.aliases = one.iter().skip(1).cloned().collect();
            if let [facts] = full.as_slice() {
                self.facts.fill(facts);
            }
        } else {
            let firsts = names.into_iter().filter_map(|names| names.into_iter().next());
            resolution.candidates = firsts.take(MAX_CANDIDATES).collect();
            resolution.needed = Some(claim::needed(&self.facts).to_owned());
        }
        let facts = self.facts;
        let windows = facts.family.is_some_and(|family| family.architectures().is_empty());
        resolution.lifecycle = lifecycle::support(&facts);
        resolution.server = facts.family.and_then(Family::server).or(inventory.system.server);
        resolution.channel = facts.channel;
        resolution.core = facts.core;
        resolution.service_pack = facts.pack;
        resolution.architecture =
            facts.architecture.or(windows.then_some(Architecture::X64).filter(|_| {
                !matches!(facts.family, Some(Family::Rt | Family::Rt81 | Family::Windows2000))
            }));
        resolution.release = facts.release;
        resolution.build = inventory.system.version;
        resolution.evidence = self.evidence;
        resolution
    }
}

/// Whether the system in a report of this kind is only what titles of updates agree on.
fn from_titles(report: ReportKind) -> bool {
    matches!(report, ReportKind::HotfixList | ReportKind::UpdateList)
}
