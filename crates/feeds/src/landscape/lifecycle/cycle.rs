//! One release as endoflife.date writes it, and as the model has it.

use serde::Deserialize;
use wardwatch_model::landscape::{Channel, Lifecycle};
use wardwatch_model::{Build, Day};

/// A field that holds a day, or whether it is so.
#[derive(Deserialize)]
#[serde(untagged)]
enum DayOrFlag {
    Flag(bool),
    Day(String),
}

/// The newest version: by itself, or with its day.
#[derive(Deserialize)]
#[serde(untagged)]
enum Latest {
    Text(String),
    Named {
        name: String,
        #[serde(default)]
        date: Option<String>,
    },
    Other(serde::de::IgnoredAny),
}

/// A name that may be written as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Whole(u64),
    Broken(f64),
}

/// One release; the other names are those of the API.
#[derive(Deserialize)]
pub struct Cycle {
    #[serde(alias = "releaseCycle", alias = "name")]
    cycle: Name,
    #[serde(default, alias = "releaseLabel")]
    label: Option<String>,
    #[serde(default)]
    codename: Option<String>,
    #[serde(default, rename = "releaseDate")]
    released: Option<String>,
    #[serde(default, alias = "support", alias = "eoasFrom")]
    eoas: Option<DayOrFlag>,
    #[serde(default, alias = "eolFrom")]
    eol: Option<DayOrFlag>,
    /// The second form of the API parts the flag from the day.
    #[serde(default, rename = "isEol")]
    ended: Option<bool>,
    #[serde(default, alias = "extendedSupport", alias = "eoesFrom")]
    eoes: Option<DayOrFlag>,
    #[serde(default, alias = "isLts")]
    lts: Option<DayOrFlag>,
    #[serde(default)]
    latest: Option<Latest>,
    #[serde(default, rename = "latestReleaseDate")]
    latest_day: Option<Latest>,
}

impl Cycle {
    /// The day of its newest version, where one is named.
    pub fn changed(&self) -> Option<Day> {
        let day = match (&self.latest_day, &self.latest) {
            (Some(Latest::Text(day)), _) => Some(day),
            (_, Some(Latest::Named { date, .. })) => date.as_ref(),
            _ => None,
        };
        day?.get(..10).and_then(Day::parse)
    }

    /// The release as the model has it.
    ///
    /// # Errors
    /// When a field that is there cannot be read.
    pub fn lifecycle(self, product: &str, template: &str) -> Result<Lifecycle, String> {
        let cycle = match self.cycle {
            Name::Text(text) => text.trim().to_owned(),
            Name::Whole(number) => number.to_string(),
            Name::Broken(number) => number.to_string(),
        };
        if cycle.is_empty() {
            return Err("the release has no name".to_owned());
        }
        let own = self.label.filter(|label| !label.is_empty());
        let label = own.unwrap_or_else(|| template.to_owned());
        let label = label
            .replace("__RELEASE_CYCLE__", &cycle)
            .replace("__CODENAME__", self.codename.as_deref().unwrap_or_default());
        let open_ended = match &self.eol {
            Some(DayOrFlag::Flag(ended)) => !ended,
            Some(DayOrFlag::Day(_)) => false,
            None => self.ended == Some(false),
        };
        let ended = match &self.eol {
            Some(DayOrFlag::Flag(ended)) => *ended,
            Some(DayOrFlag::Day(_)) => false,
            None => self.ended == Some(true),
        };
        let released = self.released.as_deref().map(day).transpose()?;
        let build =
            self.latest.filter(|_| product.starts_with("windows")).and_then(
                |latest| match latest {
                    Latest::Text(name) | Latest::Named { name, .. } => Build::parse(&name),
                    Latest::Other(_) => None,
                },
            );
        Ok(Lifecycle {
            label: if label.trim().is_empty() { cycle.clone() } else { label.trim().to_owned() },
            channel: channel(product, &cycle),
            released,
            active_until: last_day(self.eoas)?,
            supported_until: last_day(self.eol)?,
            extended_until: last_day(self.eoes)?,
            open_ended,
            ended,
            build: build.filter(|build| build.0[2] > 0),
            long_term: matches!(self.lts, Some(DayOrFlag::Flag(true) | DayOrFlag::Day(_))),
            product: product.to_owned(),
            cycle,
        })
    }
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// A day where one stands; a flag names none.
fn last_day(field: Option<DayOrFlag>) -> Result<Option<Day>, String> {
    match field {
        Some(DayOrFlag::Day(text)) => day(&text).map(Some),
        Some(DayOrFlag::Flag(_)) | None => Ok(None),
    }
}

/// Whom the dates are for, by the ending of the release's name.
pub fn channel(product: &str, cycle: &str) -> Channel {
    if product == "windows-embedded" {
        return Channel::Embedded;
    }
    let endings = [
        ("-iot-lts", Channel::IotLongTerm),
        ("-e-lts", Channel::LongTerm),
        ("-ltsc", Channel::LongTerm),
        ("-ltsb", Channel::LongTerm),
        ("-embedded", Channel::Embedded),
        ("-e", Channel::EnterpriseEducation),
        ("-w", Channel::HomePro),
    ];
    let found = endings.iter().find(|(ending, _)| cycle.ends_with(ending));
    found.map_or(Channel::All, |(_, channel)| *channel)
}
