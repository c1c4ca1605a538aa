//! Which vulnerabilities are attacked in the sector now, as campaigns tell.
//!
//! In: campaigns, and the tags of rules. Out: for each vulnerability that a rule of a campaign names,
//! the attack. Never: a campaign whose last sign is long ago.

use std::collections::{BTreeMap, HashMap};

use wardwatch_exposure::rank::Attack;
use wardwatch_model::{Campaign, CveId, Day, RuleId, Timestamp};

/// Days after its last sign for which a campaign counts as going on.
pub const ATTACK_DAYS: i64 = 14;

/// The vulnerabilities that rules name by tags such as `cve.2017-0144`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named(HashMap<RuleId, Vec<CveId>>);

impl Named {
    /// From rules and their tags.
    pub fn of<'r>(rules: impl Iterator<Item = (&'r RuleId, &'r [String])>) -> Self {
        let named = rules.filter_map(|(rule, tags)| {
            let cves: Vec<CveId> = tags.iter().filter_map(|tag| cve(tag)).collect();
            (!cves.is_empty()).then(|| (rule.clone(), cves))
        });
        Named(named.collect())
    }

    fn get(&self, rule: &RuleId) -> &[CveId] {
        self.0.get(rule).map_or(&[], Vec::as_slice)
    }
}

/// The vulnerability that a tag names.
fn cve(tag: &str) -> Option<CveId> {
    let rest = tag.strip_prefix("cve.").or_else(|| tag.strip_prefix("cve-"))?;
    let (year, number) = rest.split_once(['-', '.'])?;
    format!("CVE-{year}-{number}").parse().ok()
}

/// The attacks that campaigns are: of several on one vulnerability the one in most organisations.
pub fn attacks(campaigns: &[Campaign], named: &Named, now: Timestamp) -> BTreeMap<CveId, Attack> {
    let oldest = now.micros - ATTACK_DAYS * 86_400_000_000;
    let mut attacks: BTreeMap<CveId, Attack> = BTreeMap::new();
    for campaign in campaigns.iter().filter(|campaign| campaign.last.micros >= oldest) {
        let attack = Attack {
            name: campaign.title.clone(),
            organisations: u32::try_from(campaign.parts.len()).unwrap_or(u32::MAX),
            since: Day::of(campaign.first),
        };
        for cve in campaign.rules.iter().flat_map(|rule| named.get(rule)) {
            match attacks.get_mut(cve) {
                Some(known) if known.organisations >= attack.organisations => {}
                Some(known) => *known = attack.clone(),
                None => {
                    attacks.insert(*cve, attack.clone());
                }
            }
        }
    }
    attacks
}

#[cfg(test)]
mod tests {
    use wardwatch_model::incident::Part;
    use wardwatch_model::{CampaignId, Level};

    use super::*;

    fn campaign(title: &str, rule: &str, orgs: usize, last: i64) -> Campaign {
        let moment = |day: i64| Timestamp { micros: day * 86_400_000_000 };
        let part = |number: usize| Part {
            org: format!("ZZ{number}").parse().unwrap(),
            incidents: Vec::new(),
            first: moment(100),
            devices: 1,
            legacy_devices: 0,
        };
        Campaign {
            id: CampaignId([1; 16]),
            title: title.to_owned(),
            level: Level::High,
            rules: vec![RuleId(rule.to_owned())],
            indicators: Vec::new(),
            first: moment(100),
            last: moment(last),
            parts: (0..orgs).map(part).collect(),
        }
    }

    #[test]
    fn campaigns_attack_what_their_rules_name() {
        let tags = [
            "attack.t1210".to_owned(),
            "cve.2017-0144".to_owned(),
            "cve.2017.0145".to_owned(),
            "cve.odd".to_owned(),
        ];
        let (worm, other) = (RuleId("worm".to_owned()), RuleId("other".to_owned()));
        let named = Named::of([(&worm, &tags[..]), (&other, &tags[..1])].into_iter());
        let campaigns = [
            campaign("small", "worm", 2, 118),
            campaign("large", "worm", 5, 118),
            campaign("elsewhere", "other", 9, 118),
            campaign("long ago", "worm", 30, 100),
        ];
        let now = Timestamp { micros: 120 * 86_400_000_000 };
        let found = attacks(&campaigns, &named, now);
        let told: Vec<String> = found
            .iter()
            .map(|(cve, attack)| format!("{cve} {} {}", attack.name, attack.organisations))
            .collect();
        assert_eq!(told, ["CVE-2017-0144 large 5", "CVE-2017-0145 large 5"]);
    }
}
