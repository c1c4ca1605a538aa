//! Whether bytes may take the place of those that are kept.
//!
//! In: a file that was just read, what is known of the one before. Out: the feeds that it holds, or
//! why it is not taken. Pure. Never: a page of words, or a file that breaks off, taken for a feed.

use wardwatch_model::Day;
use wardwatch_model::landscape::FeedStatus;

use super::list::Place;
use crate::landscape::{Source, compile, snapshot};

/// The feeds that a file holds.
///
/// # Errors
/// When it holds none, or not the one that the list says.
pub fn good(place: &Place, source: Source, today: Day) -> Result<Vec<FeedStatus>, String> {
    let (landscape, report) = compile(std::iter::once(source), today);
    let feeds: Vec<FeedStatus> =
        landscape.feeds.into_iter().filter(|feed| feed.feed != "starter").collect();
    let failure = report.failures().next().map(|(_, why)| why.to_owned());
    if !feeds.iter().any(|feed| feed.records > 0) {
        return Err(failure.unwrap_or_else(|| "what lies there is no feed".to_owned()));
    }
    match place.feed {
        Some(named) if !feeds.iter().any(|feed| feed.feed == named && feed.records > 0) => {
            let found: Vec<&str> = feeds.iter().map(|feed| feed.feed.as_str()).collect();
            Err(format!("what lies there is of '{}', not of '{named}'", found.join("', '")))
        }
        _ => Ok(feeds),
    }
}

/// Whether no feed is older than before.
///
/// # Errors
/// Which one is.
pub fn not_older(feeds: &[FeedStatus], before: &[FeedStatus]) -> Result<(), String> {
    let older = snapshot::older_feeds(feeds, before);
    let Some(one) = older.first() else { return Ok(()) };
    let said = |day: Option<Day>| day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
    Err(format!(
        "'{}' there is of {}, older than what was read before, which is of {}",
        one.feed,
        said(one.offered),
        said(one.present)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day(20_000);

    fn kev(version: &str) -> String {
        format!(
            r#"{{"catalogVersion":"{version}","dateReleased":"{version}T00:00:00Z","count":1,
            "vulnerabilities":[{{"cveID":"CVE-2017-0144","vendorProject":"Microsoft","product":"SMBv1",
            "vulnerabilityName":"x","dateAdded":"{version}","shortDescription":"x","requiredAction":"x",
            "dueDate":"{version}","knownRansomwareCampaignUse":"Known","notes":""}}]}}"#
        )
    }

    fn told(word: &str, text: &str) -> Result<Vec<FeedStatus>, String> {
        let place: Place = format!("{word} https://zz.example/kev.json").parse().unwrap();
        good(&place, Source::new("kev.json", text), TODAY)
    }

    #[test]
    fn only_a_feed_is_good() {
        let feeds = told("kev", &kev("2026-03-01")).unwrap();
        assert_eq!((feeds.len(), &feeds[0].feed[..]), (1, "kev"));
        assert!(told("", &kev("2026-03-01")).is_ok());
        let said = |word: &str, text: &str| told(word, text).unwrap_err();
        assert_eq!(said("epss", &kev("2026-03-01")), "what lies there is of 'kev', not of 'epss'");
        assert_eq!(said("kev", "<html>Sorry</html>"), "what lies there is no feed");
        assert_eq!(said("kev", ""), "what lies there is no feed");
        let broken = &kev("2026-03-01")[..120];
        assert!(said("kev", broken).contains("it is no"), "{}", said("kev", broken));
    }

    #[test]
    fn an_older_one_is_told() {
        let (new, old) = (told("kev", &kev("2026-03-01")), told("kev", &kev("2026-02-01")));
        let (new, old) = (new.unwrap(), old.unwrap());
        assert!(not_older(&new, &old).is_ok() && not_older(&new, &new).is_ok());
        let why = not_older(&old, &new).unwrap_err();
        assert!(why.contains("'kev'") && why.contains("2026-02-01"), "{why}");
    }
}
