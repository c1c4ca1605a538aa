//! The rules in use, changed as a whole while the server runs.
//!
//! In: where rules come from. Out: one immutable engine at a time, shared by all threads; who
//! holds the old one goes on with it. A set that holds no rule does not replace one that does.

use std::sync::{Arc, PoisonError, RwLock};

use wardwatch_detect::{Engine, RuleNumber, RuleSet};
use wardwatch_normalise::Normaliser;

/// Gives the rules afresh, or says why it cannot.
pub type Source = Box<dyn Fn() -> Result<RuleSet, String> + Send + Sync>;

/// Rules compiled, with what belongs to them.
#[derive(Debug)]
pub struct Rules {
    /// The engine.
    pub engine: Engine,
    /// For each rule number, whether its own hits are only parts of correlations.
    pub suppressed: Vec<bool>,
}

/// What is in use.
pub struct RuleBook {
    source: Source,
    normaliser: Arc<Normaliser>,
    current: RwLock<Arc<Rules>>,
}

impl RuleBook {
    /// Loads the rules for the first time.
    ///
    /// # Errors
    /// When the source fails or holds no rule.
    pub fn open(source: Source, normaliser: Arc<Normaliser>) -> Result<Self, String> {
        let current = RwLock::new(Arc::new(load(&source, &normaliser)?));
        Ok(RuleBook { source, normaliser, current })
    }

    /// The rules in use.
    pub fn current(&self) -> Arc<Rules> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the source again; returns how many rules are in use now.
    ///
    /// # Errors
    /// When the source fails or holds no rule; the rules in use stay.
    pub fn reload(&self) -> Result<usize, String> {
        let rules = Arc::new(load(&self.source, &self.normaliser)?);
        let count = rules.engine.rules().len();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = rules;
        Ok(count)
    }
}

fn load(source: &Source, normaliser: &Normaliser) -> Result<Rules, String> {
    let set = Arc::new(source()?);
    if set.is_empty() {
        return Err("no rule could be loaded".to_owned());
    }
    let suppressed = (0u32..)
        .zip(&set.rules)
        .map(|(number, _)| set.correlations.is_suppressed(RuleNumber(number).reference()))
        .collect();
    Ok(Rules { engine: Engine::new(set, normaliser.table()), suppressed })
}
