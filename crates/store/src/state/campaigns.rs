//! Campaigns: each reader sees the parts of its own organisations.
//!
//! In: a scope. Out: campaigns with the parts that it covers, the latest first. Never: a campaign
//! without a part in the scope; it looks as if it were not there.

use sqlx::{Row, SqliteConnection};
use wardwatch_model::incident::Part;
use wardwatch_model::{Campaign, CampaignId, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::state::{State, row};

impl State {
    /// The campaigns that touch the scope, the latest first.
    pub async fn campaigns(
        &self,
        scope: &TenantScope,
        page: &Page,
    ) -> Result<Paged<Campaign>, StoreError> {
        let (last, id) = match page.cursor_id::<1>()? {
            Some(([last], id)) => (Some(last), Some(id)),
            None => (None, None),
        };
        let rows = sqlx::query(
            "SELECT id, body FROM campaigns
             WHERE EXISTS (SELECT 1 FROM campaign_parts WHERE campaign = campaigns.id
                           AND org IN (SELECT value FROM json_each(?1)))
             AND (?2 IS NULL OR (last_time, id) < (?2, ?3))
             ORDER BY last_time DESC, id DESC LIMIT ?4",
        )
        .bind(scope.json())
        .bind(last)
        .bind(id)
        .bind(page.rows())
        .fetch_all(self.readers())
        .await?;
        let mut campaigns = Vec::with_capacity(rows.len());
        for found in &rows {
            let mut campaign: Campaign = row::body("campaign", found.try_get(1)?)?;
            campaign.parts = self.parts(campaign.id, Some(scope)).await?;
            campaigns.push(campaign);
        }
        let paged = page.cut(campaigns, |last| format!("{}.{}", last.last.micros, last.id));
        let orgs = paged.items.iter().flat_map(|campaign| &campaign.parts).map(|part| &part.org);
        self.was_read(scope, "read.campaigns", "", orgs).await?;
        Ok(paged)
    }

    /// One campaign; none when it is not there or has no part in the scope.
    pub async fn campaign(
        &self,
        scope: &TenantScope,
        id: CampaignId,
    ) -> Result<Option<Campaign>, StoreError> {
        let parts = self.parts(id, Some(scope)).await?;
        if parts.is_empty() {
            return Ok(None);
        }
        let found = sqlx::query("SELECT body FROM campaigns WHERE id = ?")
            .bind(id.0.as_slice())
            .fetch_optional(self.readers())
            .await?;
        let Some(found) = found else { return Ok(None) };
        let mut campaign: Campaign = row::body("campaign", found.try_get(0)?)?;
        campaign.parts = parts;
        let orgs = campaign.parts.iter().map(|part| &part.org);
        self.was_read(scope, "read.campaign", &id.to_string(), orgs).await?;
        Ok(Some(campaign))
    }

    /// The campaigns with a sign at or after a moment, whole, for a restart.
    pub async fn recent_campaigns(
        &self,
        _: &SystemScope,
        since: Timestamp,
    ) -> Result<Vec<Campaign>, StoreError> {
        let rows =
            sqlx::query("SELECT body FROM campaigns WHERE last_time >= ? ORDER BY last_time, id")
                .bind(since.micros)
                .fetch_all(self.readers())
                .await?;
        let mut campaigns = Vec::with_capacity(rows.len());
        for found in &rows {
            let mut campaign: Campaign = row::body("campaign", found.try_get(0)?)?;
            campaign.parts = self.parts(campaign.id, None).await?;
            campaigns.push(campaign);
        }
        Ok(campaigns)
    }

    /// A campaign's parts in their order; those of a scope, or all.
    async fn parts(
        &self,
        id: CampaignId,
        scope: Option<&TenantScope>,
    ) -> Result<Vec<Part>, StoreError> {
        let rows = sqlx::query(
            "SELECT body FROM campaign_parts WHERE campaign = ?1
             AND (?2 IS NULL OR org IN (SELECT value FROM json_each(?2))) ORDER BY place",
        )
        .bind(id.0.as_slice())
        .bind(scope.map(TenantScope::json))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|found| row::body("campaign", found.try_get(0)?)).collect()
    }
}

/// Adds or replaces one with all its parts. A body holds no parts: those are rows, so that no
/// reader can get another one's by forgetting to take it out.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    campaign: &Campaign,
) -> Result<(), StoreError> {
    let head = Campaign { parts: Vec::new(), ..campaign.clone() };
    sqlx::query(
        "INSERT INTO campaigns (id, last_time, body) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET last_time = excluded.last_time, body = excluded.body",
    )
    .bind(campaign.id.0.as_slice())
    .bind(campaign.last.micros)
    .bind(row::to_body("campaign", &head)?)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM campaign_parts WHERE campaign = ?")
        .bind(campaign.id.0.as_slice())
        .execute(&mut *connection)
        .await?;
    for (place, part) in (0_i64..).zip(&campaign.parts) {
        // What loops remember of an erased organisation from before is not stored again.
        sqlx::query(
            "INSERT INTO campaign_parts (campaign, place, org, body)
             SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS
             (SELECT 1 FROM erased WHERE org = ?3 AND time > ?5)",
        )
        .bind(campaign.id.0.as_slice())
        .bind(place)
        .bind(part.org.as_str())
        .bind(row::to_body("campaign", part)?)
        .bind(part.first.micros)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
