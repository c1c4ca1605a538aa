//! Endpoints of alerts.

pub mod acknowledge;
pub mod devices;
pub mod end;
pub mod get;
pub mod issue;
pub mod list;
pub mod sign;

use std::collections::BTreeMap;

use wardwatch_api::alert::{AlertAnswerLine, AlertView};
use wardwatch_model::{
    Alert, AlertAnswer, AlertFigures, AlertProgress, CveId, Day, OrgId, Timestamp,
};
use wardwatch_store::{SeenAlert, TenantScope};

use super::exposure::{ask, silent_since};
use super::problem::Problem;
use crate::app::App;

/// Alerts with what the scope's devices say now.
///
/// # Errors
/// When the sector or the state cannot be asked.
async fn views(
    app: &App,
    scope: &TenantScope,
    seen: Vec<SeenAlert>,
) -> Result<Vec<AlertView>, Problem> {
    let asked = scope.clone();
    let cves: Vec<Vec<CveId>> = seen.iter().map(|seen| seen.alert.cves.clone()).collect();
    let figures = ask(app, move |sector| sector.figures(&asked, &cves)).await?;
    // Devices that never said what they run are not known either.
    let silent = app.state.silent_devices(scope, silent_since(app)).await?;
    let now = app.now();
    let view = |(seen, mut figures): (SeenAlert, BTreeMap<OrgId, AlertFigures>)| {
        for (org, silent) in &silent {
            figures.entry(org.clone()).or_default().unknown += silent;
        }
        shaped(seen, &figures, now)
    };
    Ok(seen.into_iter().zip(figures).map(view).collect())
}

fn shaped(seen: SeenAlert, figures: &BTreeMap<OrgId, AlertFigures>, now: Timestamp) -> AlertView {
    let SeenAlert { alert, answers } = seen;
    let mut lines: Vec<AlertAnswerLine> = answers
        .into_iter()
        .map(|(org, answer)| {
            let figures = figures.get(&org).copied().unwrap_or_default();
            let overdue = overdue(&alert, &answer, now).map(str::to_owned);
            let AlertAnswer { acknowledged, signed } = answer;
            AlertAnswerLine { org, figures, acknowledged, signed, overdue }
        })
        .collect();
    lines.sort_by(|a, b| {
        (a.overdue.is_none(), b.figures.affected, &a.org).cmp(&(
            b.overdue.is_none(),
            a.figures.affected,
            &b.org,
        ))
    });
    let count = |test: &dyn Fn(&AlertAnswerLine) -> bool| {
        lines.iter().filter(|line| test(line)).count() as u64
    };
    let done = |line: &AlertAnswerLine| {
        line.signed.as_ref().is_some_and(|signed| signed.progress == AlertProgress::Done)
    };
    let mut all = AlertFigures::default();
    for line in &lines {
        all.add(line.figures);
    }
    AlertView {
        figures: all,
        organisations: lines.len() as u64,
        acknowledged: count(&|line| line.acknowledged.is_some()),
        done: count(&done),
        overdue: count(&|line| line.overdue.is_some()),
        answers: lines,
        alert,
    }
}

/// What is overdue of an answer: to acknowledge within its hours, to be done by its day.
fn overdue(alert: &Alert, answer: &AlertAnswer, now: Timestamp) -> Option<&'static str> {
    if alert.ended.is_some() {
        return None;
    }
    let done = answer.signed.as_ref().map(|signed| signed.progress) == Some(AlertProgress::Done);
    if Day::of(now) > alert.act_by && !done {
        return Some("act");
    }
    (answer.acknowledged.is_none() && now > alert.acknowledge_by).then_some("acknowledge")
}

#[cfg(test)]
mod tests {
    use wardwatch_model::AlertId;
    use wardwatch_model::alert::Signature;

    use super::*;

    #[test]
    fn what_is_overdue_is_said_from_the_first_moment_on() {
        let moment = |text: &str| Timestamp::parse(text).unwrap();
        let alert = Alert {
            id: AlertId([1; 16]),
            org: "ZZ0".parse().unwrap(),
            title: "Close it".to_owned(),
            text: String::new(),
            cves: Vec::new(),
            issued: moment("2017-05-12T12:00:00Z"),
            issued_by: "somebody".to_owned(),
            acknowledge_by: moment("2017-05-14T12:00:00Z"),
            act_by: Day::parse("2017-05-26").unwrap(),
            ended: None,
        };
        let at = |answer: &AlertAnswer, text: &str| overdue(&alert, answer, moment(text));
        let silent = AlertAnswer::default();
        assert_eq!(at(&silent, "2017-05-14T12:00:00Z"), None);
        assert_eq!(at(&silent, "2017-05-14T12:00:01Z"), Some("acknowledge"));
        let signature = Signature { time: alert.issued, by: "somebody".to_owned() };
        let read = AlertAnswer { acknowledged: Some(signature), signed: None };
        assert_eq!(at(&read, "2017-05-26T22:59:59Z"), None, "its last day counts");
        assert_eq!(at(&read, "2017-05-27T00:00:00Z"), Some("act"));
        let ended = Alert { ended: Some(alert.issued), ..alert };
        assert_eq!(overdue(&ended, &silent, moment("2020-01-01T00:00:00Z")), None);
    }
}
