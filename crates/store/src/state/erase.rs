//! One organisation's data taken out of the state.
//!
//! In: a scope of administering that lies above the organisation. Out: how much went. Never: an
//! entry of the audit; the organisation itself; rows of the lake, which are the lake's to take out.

use serde_json::json;
use wardwatch_model::{OrgId, Permission, Timestamp};

use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::state::State;
use crate::state::audit::{self, Fact};

/// How much was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Detections.
    pub detections: u64,
    /// Incidents.
    pub incidents: u64,
    /// Its parts of campaigns.
    pub campaign_parts: u64,
    /// Devices.
    pub devices: u64,
    /// What correlations remembered.
    pub observations: u64,
    /// Tokens and codes of enrolment.
    pub tokens: u64,
    /// Saved hunts.
    pub saved_hunts: u64,
    /// Reports of what devices run.
    pub inventories: u64,
}

impl State {
    /// Ends all tokens and codes of an organisation, so that nothing of it comes in any more; says
    /// how many there were.
    pub async fn close_doors(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        above(scope, org)?;
        let mut tx = self.write().await?;
        let tokens = sqlx::query("UPDATE tokens SET revoked = ? WHERE org = ? AND revoked IS NULL")
            .bind(now.micros)
            .bind(org.as_str())
            .execute(&mut *tx)
            .await?;
        let codes = sqlx::query("DELETE FROM codes WHERE org = ?")
            .bind(org.as_str())
            .execute(&mut *tx)
            .await?;
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "organisation.close_doors",
            target: org.as_str(),
            detail: json!({ "tokens": tokens.rows_affected(), "codes": codes.rows_affected() }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(tokens.rows_affected() + codes.rows_affected())
    }

    /// Takes out what the state has of an organisation. Entries of the audit stay.
    pub async fn erase(
        &self,
        scope: &TenantScope,
        org: &OrgId,
        lake_rows: u64,
        now: Timestamp,
    ) -> Result<Erased, StoreError> {
        above(scope, org)?;
        let mut tx = self.write().await?;
        let mut counts = [0; 8];
        let statements = [
            "DELETE FROM detections WHERE org = ?",
            "DELETE FROM incidents WHERE org = ?",
            "DELETE FROM campaign_parts WHERE org = ?",
            "DELETE FROM devices WHERE org = ?",
            "DELETE FROM observations WHERE org = ?",
            "DELETE FROM tokens WHERE org = ?",
            "DELETE FROM saved_hunts WHERE org = ?",
            "DELETE FROM inventories WHERE org = ?",
        ];
        for (count, statement) in counts.iter_mut().zip(statements) {
            let done = sqlx::query(statement).bind(org.as_str()).execute(&mut *tx).await?;
            *count = done.rows_affected();
        }
        for rest in [
            "DELETE FROM alert_answers WHERE org = ?",
            "DELETE FROM plan_facts WHERE org = ?",
            "DELETE FROM decisions WHERE org = ?",
            "DELETE FROM exceptions WHERE org = ?",
            "DELETE FROM reminders WHERE org = ?",
            "DELETE FROM contacts WHERE org = ?",
        ] {
            sqlx::query(rest).bind(org.as_str()).execute(&mut *tx).await?;
        }
        sqlx::query(
            "DELETE FROM incident_devices WHERE incident NOT IN (SELECT id FROM incidents)",
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM campaigns WHERE id NOT IN (SELECT campaign FROM campaign_parts)")
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT OR REPLACE INTO erased (org, time) VALUES (?, ?)")
            .bind(org.as_str())
            .bind(now.micros)
            .execute(&mut *tx)
            .await?;
        let [
            detections,
            incidents,
            campaign_parts,
            devices,
            observations,
            tokens,
            saved_hunts,
            inventories,
        ] = counts;
        let erased = Erased {
            detections,
            incidents,
            campaign_parts,
            devices,
            observations,
            tokens,
            saved_hunts,
            inventories,
        };
        let fact = Fact {
            time: now,
            actor: scope.actor(),
            org: Some(org),
            action: "organisation.erase",
            target: org.as_str(),
            detail: json!({
                "lake_rows": lake_rows, "detections": detections, "incidents": incidents,
                "campaign_parts": campaign_parts, "devices": devices,
                "observations": observations, "tokens": tokens, "saved_hunts": saved_hunts,
                "inventories": inventories,
            }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        Ok(erased)
    }
}

/// An error unless the caller administers what lies above the organisation: nobody erases where
/// they themselves belong.
fn above(scope: &TenantScope, org: &OrgId) -> Result<(), StoreError> {
    scope.must_be_for(Permission::Administer)?;
    scope.must_cover(org)?;
    if scope.home().contains(org) {
        return Err(StoreError::NotPermitted(Permission::Administer));
    }
    Ok(())
}
