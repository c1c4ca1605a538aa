//! How long records wait until their detections are published, from a histogram of the server's.
//!
//! In: buckets before and after. Out: a quantile of what came between, in seconds, straight within
//! its bucket.

use anyhow::Result;

use crate::server::Server;

/// The server's name for it.
const NAME: &str = "ward_publish_delay_seconds_bucket";

/// Counts of records that waited at most so many seconds.
pub struct Buckets(Vec<(f64, u64)>);

impl Buckets {
    /// As they are now.
    pub fn of(server: &Server) -> Result<Buckets> {
        let bound = |labels: &str| -> Option<f64> {
            let bound = labels.strip_prefix("{le=\"")?.strip_suffix("\"}")?;
            if bound == "+Inf" { Some(f64::INFINITY) } else { bound.parse().ok() }
        };
        let found = server.figures(NAME)?;
        Ok(Buckets(found.iter().filter_map(|(labels, n)| Some((bound(labels)?, *n))).collect()))
    }

    /// The time within which this share of the records since `before` was published.
    pub fn quantile_since(&self, before: &Buckets, share: f64) -> Option<f64> {
        let rows: Vec<(f64, u64)> =
            self.0.iter().zip(&before.0).map(|(new, old)| (new.0, new.1 - old.1)).collect();
        let wanted = rows.last()?.1 as f64 * share;
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, count) in rows {
            let count = count as f64;
            if count >= wanted && count > 0.0 {
                let part = (wanted - below) / (count - below).max(1.0);
                return Some(if bound.is_finite() { low + part * (bound - low) } else { low });
            }
            (low, below) = (bound, count);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_straight_within_its_bucket() {
        let none = Buckets(vec![(1.0, 0), (2.0, 0), (f64::INFINITY, 0)]);
        let some = Buckets(vec![(1.0, 50), (2.0, 100), (f64::INFINITY, 100)]);
        assert_eq!(some.quantile_since(&none, 0.5), Some(1.0));
        assert_eq!(some.quantile_since(&none, 0.75), Some(1.5));
        assert_eq!(none.quantile_since(&none, 0.5), None);
    }
}
