//! Campaigns: each reader sees the parts of its own organisations.
//!
//! In: a scope. Out: campaigns with the parts that it covers, the latest first. Never: a campaign
//! without a part in the scope; it looks as if it were not there.

use std::collections::HashMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use wardwatch_model::incident::Part;
use wardwatch_model::{Campaign, CampaignId, OrgId, Timestamp};

use crate::error::StoreError;
use crate::page::{Page, Paged};
use crate::scope::{SystemScope, TenantScope};
use crate::state::within::within;
use crate::state::{State, row};

/// Campaigns whose parts are asked for at once.
const MAX_IDS: usize = 1_000;

impl State {
    /// The campaigns that touch the scope, the latest first.
    pub async fn campaigns(
        &self,
        scope: &TenantScope,
        page: &Page,
    ) -> Result<Paged<Campaign>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT body FROM campaigns
             WHERE EXISTS (SELECT 1 FROM campaign_parts WHERE campaign = campaigns.id AND ",
        );
        within(&mut query, "org", scope, None);
        query.push(")");
        if let Some(([last], id)) = page.cursor_id::<1>()? {
            query.push(" AND (last_time, id) < (").push_bind(last);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY last_time DESC, id DESC LIMIT ").push_bind(page.rows());
        let rows = query.build().fetch_all(self.readers()).await?;
        let mut campaigns = rows.iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<CampaignId> = campaigns.iter().map(|campaign| campaign.id).collect();
        let mut parts = self.parts(&ids, |org| scope.covers(org)).await?;
        for campaign in &mut campaigns {
            campaign.parts = parts.remove(&campaign.id).unwrap_or_default();
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
        let parts = self.parts(&[id], |org| scope.covers(org)).await?.remove(&id);
        let Some(parts) = parts else { return Ok(None) };
        let found = sqlx::query("SELECT body FROM campaigns WHERE id = ?")
            .bind(id.0.as_slice())
            .fetch_optional(self.readers())
            .await?;
        let Some(found) = found else { return Ok(None) };
        let campaign = Campaign { parts, ..campaign(&found)? };
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
        let mut campaigns = rows.iter().map(campaign).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<CampaignId> = campaigns.iter().map(|campaign| campaign.id).collect();
        let mut parts = self.parts(&ids, |_| true).await?;
        for campaign in &mut campaigns {
            campaign.parts = parts.remove(&campaign.id).unwrap_or_default();
        }
        Ok(campaigns)
    }

    /// Parts of campaigns in their order, of organisations that are wanted; campaigns without any are left
    /// out.
    async fn parts(
        &self,
        ids: &[CampaignId],
        wanted: impl Fn(&OrgId) -> bool,
    ) -> Result<HashMap<CampaignId, Vec<Part>>, StoreError> {
        let mut parts: HashMap<CampaignId, Vec<Part>> = HashMap::new();
        for some in ids.chunks(MAX_IDS) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "SELECT campaign, org, body FROM campaign_parts WHERE campaign IN (",
            );
            let mut separated = query.separated(", ");
            for id in some {
                separated.push_bind(id.0.to_vec());
            }
            query.push(") ORDER BY campaign, place");
            for found in query.build().fetch_all(self.readers()).await? {
                if wanted(&row::word(&found, 1)?) {
                    let id = CampaignId(row::id(&found, 0)?);
                    parts.entry(id).or_default().push(row::body("campaign", found.try_get(2)?)?);
                }
            }
        }
        Ok(parts)
    }
}

fn campaign(found: &SqliteRow) -> Result<Campaign, StoreError> {
    row::body("campaign", found.try_get(0)?)
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
