//! Endpoints of the landscape: what is known of vulnerabilities, updates and support.

pub mod get;
pub mod load;

use wardwatch_api::landscape::Feed;
use wardwatch_model::Day;
use wardwatch_model::landscape::FeedStatus;

/// A feed as the API has it.
fn shaped(feed: &FeedStatus, today: Day) -> Feed {
    Feed {
        feed: feed.feed.clone(),
        origin: feed.origin.clone(),
        newest: feed.newest,
        age_days: feed.newest.map(|newest| today.since(newest)),
        records: feed.records,
        dropped: feed.dropped,
        refused: feed.refused,
    }
}
