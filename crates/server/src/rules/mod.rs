//! The rules in use, changed as a whole while the server runs.
//!
//! In: where rules come from, and what organisations wrote and decided. Out: one immutable engine
//! with its policy at a time, shared by all threads; who holds the old one goes on with it. Never: a
//! set without a rule in place of one with; a rule lost because its file was broken by an edit.

pub mod coverage;
mod desk;
pub mod own;
pub mod policy;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use wardwatch_detect::{
    Diagnostic, Documents, Engine, Placeholders, RuleNumber, RuleSet, Severity,
};
use wardwatch_model::{OwnRule, RuleId, Timestamp};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{State, StoreError, SystemScope};

pub use desk::{Desk, NoDesk};
use policy::Policy;

/// What a source of rules gives.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The rules' documents.
    pub documents: Documents,
    /// Values for their placeholders.
    pub placeholders: Placeholders,
}

/// Gives the rules afresh, or says why it cannot.
pub type Source = Box<dyn Fn() -> Result<Given, String> + Send + Sync>;

/// Rules compiled, with what belongs to them.
#[derive(Debug)]
pub struct Rules {
    /// The engine.
    pub engine: Arc<Engine>,
    /// For each rule number, whether its own hits are only parts of correlations.
    pub suppressed: Arc<Vec<bool>>,
    /// What organisations decided about them.
    pub policy: Policy,
    /// Texts and places.
    pub papers: Arc<Papers>,
    /// The state of the decisions that the policy is of; none before the first.
    changes: Option<u64>,
}

/// What is known of rules beside their meaning.
#[derive(Debug, Default)]
pub struct Papers {
    /// Each rule's text, file and line, by its id.
    pub sheets: HashMap<RuleId, Sheet>,
    /// Values for placeholders.
    pub placeholders: Placeholders,
    /// What was found wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Documents that are not loaded.
    pub failed: usize,
}

/// One rule's paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its text.
    pub text: String,
    /// The file that it came from.
    pub file: String,
    /// Its first line there, from 1.
    pub line: u32,
}

impl Rules {
    /// Rules alone, about which nobody decided anything.
    pub fn alone(set: RuleSet, normaliser: &Normaliser) -> Self {
        let papers = Papers::default();
        Loaded::of(set, papers, normaliser).with(Policy::default(), None)
    }

    /// The number of a rule or correlation.
    pub fn number(&self, id: &RuleId) -> Option<RuleNumber> {
        heads(self.engine.rules()).find(|(_, head)| head.id == *id).map(|(number, _)| number)
    }
}

/// How the last attempt to load went.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    /// When.
    pub time: Option<Timestamp>,
    /// Why the rules in use stayed as they were; none when they were replaced.
    pub refused: Option<String>,
    /// What was found wrong in what was to be loaded.
    pub diagnostics: Vec<Diagnostic>,
}

/// Rules that could not take the place of those in use.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the rules in use stay: {reason}")]
pub struct Refused {
    /// Why.
    pub reason: String,
    /// What was found wrong in them.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loading went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The new rules cannot be used.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What organisations wrote and decided cannot be read.
    #[error("what organisations decided about rules cannot be read: {0}")]
    Store(#[from] StoreError),
}

/// What is in use.
pub struct RuleBook {
    source: Source,
    normaliser: Arc<Normaliser>,
    current: RwLock<Arc<Rules>>,
    last: Mutex<Attempt>,
    /// One load at a time.
    loading: tokio::sync::Mutex<()>,
    /// One change of what is in use at a time.
    changing: tokio::sync::Mutex<()>,
}

impl RuleBook {
    /// Loads the rules for the first time, with those that organisations wrote. Nothing of what
    /// organisations decided is in it before [`RuleBook::follow`].
    ///
    /// # Errors
    /// When the source fails or holds no rule.
    pub fn open(
        source: Source,
        normaliser: Arc<Normaliser>,
        own: &[OwnRule],
    ) -> Result<Self, Refused> {
        let loaded = Loaded::load(&source, own, &normaliser)?;
        let last = Attempt { diagnostics: loaded.papers.diagnostics.clone(), ..Attempt::default() };
        let rules = loaded.with(Policy::default(), None);
        Ok(RuleBook {
            source,
            normaliser,
            current: RwLock::new(Arc::new(rules)),
            last: Mutex::new(last),
            loading: tokio::sync::Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// The rules in use.
    pub fn current(&self) -> Arc<Rules> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The table of log sources that they are compiled for.
    pub fn normaliser(&self) -> &Arc<Normaliser> {
        &self.normaliser
    }

    /// How the last attempt to load went.
    pub fn last(&self) -> Attempt {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rules in use, with what organisations decided up to now.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn follow(
        &self,
        state: &State,
        system: &SystemScope,
        now: Timestamp,
    ) -> Result<Arc<Rules>, StoreError> {
        let current = self.current();
        if current.changes == Some(state.changes()) {
            return Ok(current);
        }
        let _one = self.changing.lock().await;
        let current = self.current();
        if current.changes == Some(state.changes()) {
            return Ok(current);
        }
        let loaded = Loaded {
            engine: current.engine.clone(),
            suppressed: current.suppressed.clone(),
            papers: current.papers.clone(),
        };
        self.put(loaded, state, system, now).await
    }

    /// Asks the source again, and the state for what organisations wrote. Returns how many rules are
    /// in use now.
    ///
    /// # Errors
    /// When the rules in use stay: the source fails, holds no rule, or one in use cannot be read any
    /// more; or when the state cannot be read.
    pub async fn reload(
        self: &Arc<Self>,
        state: &State,
        system: &SystemScope,
        now: Timestamp,
    ) -> Result<usize, ReloadError> {
        let _one = self.loading.lock().await;
        let own = state.own_rules(system).await?;
        let book = Arc::clone(self);
        let loaded = tokio::task::spawn_blocking(move || {
            let loaded = Loaded::load(&book.source, &own, &book.normaliser)?;
            let current = book.current();
            loaded.keeps(&current)?;
            // Here and not at the first records, which would wait for it.
            loaded.engine.warm_like(&current.engine);
            Ok(loaded)
        })
        .await
        .unwrap_or_else(|_| Err(Refused::new("loading ended early: a defect of Wardwatch")));
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(refused) => {
                self.note(now, Some(refused.reason.clone()), refused.diagnostics.clone());
                return Err(refused.into());
            }
        };
        self.note(now, None, loaded.papers.diagnostics.clone());
        let _one = self.changing.lock().await;
        let rules = self.put(loaded, state, system, now).await?;
        Ok(rules.engine.rules().len())
    }

    fn note(&self, now: Timestamp, refused: Option<String>, diagnostics: Vec<Diagnostic>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Attempt { time: Some(now), refused, diagnostics };
    }

    /// Puts loaded rules into use, with what organisations decided up to now.
    async fn put(
        &self,
        loaded: Loaded,
        state: &State,
        system: &SystemScope,
        now: Timestamp,
    ) -> Result<Arc<Rules>, StoreError> {
        // Before reading, so that a change meanwhile is seen the next time.
        let changes = state.changes();
        let decided = policy::Decided::read(state, system, now).await?;
        let set = loaded.engine.rules();
        let policy = Policy::compile(set, &loaded.papers.placeholders, decided);
        let rules = Arc::new(loaded.with(policy, Some(changes)));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = rules.clone();
        Ok(rules)
    }
}

impl Refused {
    fn new(reason: impl Into<String>) -> Self {
        Refused { reason: reason.into(), diagnostics: Vec::new() }
    }
}

/// Rules before it is known what organisations decided about them.
struct Loaded {
    engine: Arc<Engine>,
    suppressed: Arc<Vec<bool>>,
    papers: Arc<Papers>,
}

impl Loaded {
    fn load(source: &Source, own: &[OwnRule], normaliser: &Normaliser) -> Result<Self, Refused> {
        let Given { mut documents, placeholders } = source().map_err(Refused::new)?;
        for rule in own {
            documents.append(own::documents(&rule.id, &rule.org, &rule.text));
        }
        let sheets = sheets(&documents);
        let set = RuleSet::load(documents, &placeholders);
        if set.is_empty() {
            let reason = "no rule could be loaded".to_owned();
            return Err(Refused { reason, diagnostics: set.diagnostics });
        }
        let papers = Papers {
            sheets,
            placeholders,
            diagnostics: set.diagnostics.clone(),
            failed: set.failed,
        };
        Ok(Loaded::of(set, papers, normaliser))
    }

    fn of(set: RuleSet, papers: Papers, normaliser: &Normaliser) -> Self {
        let suppressed = (0u32..)
            .zip(&set.rules)
            .map(|(number, _)| set.correlations.is_suppressed(RuleNumber(number).reference()))
            .collect();
        Loaded {
            engine: Arc::new(Engine::new(Arc::new(set), normaliser.table())),
            suppressed: Arc::new(suppressed),
            papers: Arc::new(papers),
        }
    }

    fn with(self, policy: Policy, changes: Option<u64>) -> Rules {
        let Loaded { engine, suppressed, papers } = self;
        Rules { engine, suppressed, policy, papers, changes }
    }

    /// An error when a rule in use is not among these because its file is in error now: that is an
    /// edit gone wrong, where a rule that is just not there any more was taken out.
    fn keeps(&self, current: &Rules) -> Result<(), Refused> {
        let errors = self.papers.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let broken: HashSet<&str> = errors.map(|found| found.file.as_str()).collect();
        let here: HashSet<&RuleId> = heads(self.engine.rules()).map(|(_, head)| &head.id).collect();
        let mut lost: Vec<&str> = heads(current.engine.rules())
            .filter(|(_, head)| !here.contains(&head.id))
            .filter_map(|(_, head)| current.papers.sheets.get(&head.id))
            .filter(|sheet| broken.contains(sheet.file.as_str()))
            .map(|sheet| sheet.file.as_str())
            .collect();
        lost.sort_unstable();
        lost.dedup();
        let Some(first) = lost.first() else { return Ok(()) };
        let reason = match lost.len() {
            1 => format!("a rule in use cannot be loaded any more from {first}"),
            more => {
                format!("rules in use cannot be loaded any more from {more} files, such as {first}")
            }
        };
        Err(Refused { reason, diagnostics: self.papers.diagnostics.clone() })
    }
}

/// Heads of all rules and correlations with their numbers.
pub fn heads(set: &RuleSet) -> impl Iterator<Item = (RuleNumber, &wardwatch_model::RuleHead)> {
    (0u32..).map(RuleNumber).map_while(|number| Some((number, set.head(number)?)))
}

/// Texts and places of documents, by the ids that they get.
fn sheets(documents: &Documents) -> HashMap<RuleId, Sheet> {
    let mut sheets = HashMap::new();
    let rules = documents.rules.iter().map(|located| (located.id(), located.sheet()));
    let above = documents.correlations.iter().map(|located| (located.id(), located.sheet()));
    for (id, (text, file, line)) in rules.chain(above) {
        // Of two with one id the first is loaded.
        sheets.entry(RuleId(id)).or_insert(Sheet { text, file, line });
    }
    sheets
}
