//! Steps of protection plans that turn without anybody looking: for a loop.
//!
//! In: how a device's plan stands now. Out: steps that held are remembered; who wants to know is told of those
//! that do not hold any more, once until they hold again. Never: a word to somebody who does not see the
//! organisation.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use wardwatch_model::{OrgId, PlanFacts, StepKind, Timestamp};

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::state::outbox::{self, News};
use crate::state::plans::{put, stored, with_sent};
use crate::state::{State, row};

/// How the steps of a device's plan stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTurn {
    /// The device's organisation.
    pub org: OrgId,
    /// The device.
    pub device: String,
    /// What it is and runs, for people.
    pub about: String,
    /// Steps that are proven.
    pub proven: BTreeSet<StepKind>,
    /// Steps that do not hold any more, in words.
    pub broken: BTreeMap<StepKind, String>,
}

impl State {
    /// What was said of devices behind one, in the order of organisations and names: so many of those of which
    /// anything was.
    pub async fn plan_facts_behind(
        &self,
        _: &SystemScope,
        device: Option<&(OrgId, String)>,
        limit: u32,
    ) -> Result<Vec<(OrgId, String, PlanFacts)>, StoreError> {
        let (org, name) = device.map_or(("", ""), |(org, name)| (org.as_str(), name.as_str()));
        let mut connection = self.readers().acquire().await?;
        let rows = sqlx::query(
            "SELECT org, device FROM plan_facts WHERE (org, device) > (?, ?)
             ORDER BY org, device LIMIT ?",
        )
        .bind(org)
        .bind(name)
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
        let mut found = Vec::with_capacity(rows.len());
        for one in &rows {
            let (org, device): (OrgId, String) = (row::word(one, 0)?, one.try_get(1)?);
            let facts = with_sent(&mut connection, &org, &device).await?;
            found.push((org, device, facts));
        }
        Ok(found)
    }

    /// Remembers how the steps of a plan stand, and tells subscribers of those that broke since the last time.
    /// Says how many did.
    pub async fn turn_plan(
        &self,
        _: &SystemScope,
        turn: PlanTurn,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        // Before the transaction: reading the tree takes the writer too.
        let tree = self.tree().await?;
        let mut tx = self.write().await?;
        let before = stored(&mut tx, &turn.org, &turn.device).await?;
        let mut facts = before.clone();
        facts.held.extend(&turn.proven);
        facts.broken = turn.broken.keys().copied().collect();
        if facts == before {
            return Ok(0);
        }
        put(&mut tx, &turn.org, &turn.device, &facts).await?;
        let anew = turn.broken.iter().filter(|(kind, _)| !before.broken.contains(kind));
        let anew: Vec<&str> = anew.map(|(_, what)| what.as_str()).collect();
        if let Some(headline) = headline(&turn.about, &anew) {
            let mut news = News::new(&mut tx).await?;
            news.plan(&turn.org, &turn.device, headline, now);
            outbox::fill(&mut tx, &tree, news).await?;
        }
        tx.commit().await?;
        Ok(anew.len())
    }
}

/// What is told of steps that broke; none without one.
fn headline(about: &str, broken: &[&str]) -> Option<String> {
    let (first, others) = broken.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        1 => ", and one more step".to_owned(),
        more => format!(", and {more} more steps"),
    };
    Some(format!("{about}: \u{201c}{first}\u{201d} does not hold any more{more}"))
}
