//! Verdicts for hosts whose truth is known by hand.
#![allow(clippy::unwrap_used)]

mod sample;

use sample::{catalogue, inventory, status, verdicts};
use wardwatch_exposure::{Host, missing};
use wardwatch_model::ExposureStatus::{Exposed, Fixed, Mitigated, Unknown};
use wardwatch_model::inventory::{ReportKind, Setting, SettingName};

const XP: &str = "Microsoft Windows XP Service Pack 3";
const SEVEN: &str = "Windows 7 for x64-based Systems Service Pack 1";
const TEN: &str = "Windows 10 Version 22H2 for x64-based Systems";

/// MS17-010 stands for XP under one of its six, as in the public catalogue.
const LINES: &str = "
Microsoft Windows XP Service Pack 3 | CVE-2017-0143 | 4012598 | | 2017-03-14 | standalone | 3177186
Microsoft Windows XP Service Pack 3 | CVE-2017-0267 | 4018466 | | 2017-06-13 | standalone | 4012598
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012212 | | 2017-03-14 | security_only |
Windows 7 for x64-based Systems Service Pack 1 | CVE-2017-0144 | 4012215 | | 2017-03-14 | cumulative | 3212646
Windows 7 for x64-based Systems Service Pack 1 | CVE-2019-0708 | 4499164 | | 2019-05-14 | cumulative | 4493472
Windows 7 for x64-based Systems Service Pack 1 | CVE-2019-0708 | 4499175 | | 2019-05-14 | security_only |
Windows 7 for x64-based Systems Service Pack 1 | CVE-2018-8284 | 4338420 | .NET Framework 4.7 | 2018-07-10 | dotnet |
Windows 10 Version 22H2 for x64-based Systems | CVE-2023-1000 | 5031000 | | 2023-10-10 | cumulative | | 10.0.19045.3570
Windows 10 Version 22H2 for x64-based Systems | CVE-2023-2000 | 5032000 | | 2023-11-14 | cumulative | 5031000 | 10.0.19045.3693
";

#[test]
fn xp_is_open_to_all_six_of_ms17_010_until_either_update_is_there() {
    let catalogue = catalogue(LINES);
    let open = verdicts(&catalogue, XP, None, &inventory(&[3177186]));
    for number in 143..=148 {
        let (status, reason) = status(&catalogue, &open, &format!("CVE-2017-0{number}"));
        assert_eq!(status, Exposed);
        assert_eq!(reason, "KB4012598 is not installed, nor what replaces it");
    }
    for (installed, why) in [
        (4012598, "KB4012598 is installed"),
        (4018466, "KB4018466 is installed, which replaces KB4012598"),
    ] {
        let closed = verdicts(&catalogue, XP, None, &inventory(&[installed]));
        for number in 143..=148 {
            let found = status(&catalogue, &closed, &format!("CVE-2017-0{number}"));
            assert_eq!(found, (Fixed, why.to_owned()));
        }
    }
}

#[test]
fn a_later_roll_up_closes_what_the_update_of_its_month_alone_closes() {
    let catalogue = catalogue(LINES);
    // No edge leads from 4499164 to 4012215: the line does.
    let verdicts = verdicts(&catalogue, SEVEN, None, &inventory(&[4499164]));
    assert_eq!(
        status(&catalogue, &verdicts, "CVE-2017-0144"),
        (Fixed, "KB4499164 is installed, a later cumulative update than KB4012212".to_owned())
    );
    let only = inventory(&[4499175]);
    let place = catalogue.product(SEVEN).unwrap();
    let host = Host::new(&catalogue, place, None, &only);
    let open = wardwatch_exposure::decide(&catalogue, &host);
    assert_eq!(status(&catalogue, &open, "CVE-2017-0144").0, Exposed);
    assert_eq!(status(&catalogue, &open, "CVE-2019-0708").0, Fixed);
    // The roll-up is what is missing, the newest of its line; the update of the month alone is not.
    let list = missing(&catalogue, &host, &open);
    let names: Vec<String> =
        list.iter().map(|missing| catalogue.kb(missing.update).to_string()).collect();
    assert_eq!(names, ["KB4499164"]);
}

#[test]
fn a_full_build_decides_whatever_the_list_says() {
    let catalogue = catalogue(LINES);
    let listed = inventory(&[5032000]);
    let below = verdicts(&catalogue, TEN, Some("10.0.19045.3570"), &listed);
    assert_eq!(status(&catalogue, &below, "CVE-2023-1000").0, Fixed);
    assert_eq!(
        status(&catalogue, &below, "CVE-2023-2000"),
        (Exposed, "build 10.0.19045.3570 is below the fixed build 10.0.19045.3693".to_owned())
    );
    // Without a revision the list is all there is.
    let without = verdicts(&catalogue, TEN, Some("10.0.19045"), &listed);
    assert_eq!(status(&catalogue, &without, "CVE-2023-2000").0, Fixed);
}

#[test]
fn what_waits_for_a_restart_is_not_fixed() {
    let catalogue = catalogue(LINES);
    let mut listed = inventory(&[5032000]);
    listed.restart_pending = Some(true);
    let verdicts = verdicts(&catalogue, TEN, None, &listed);
    assert_eq!(
        status(&catalogue, &verdicts, "CVE-2023-2000"),
        (Exposed, "KB5032000 is installed and waits for a restart".to_owned())
    );
    let place = catalogue.product(TEN).unwrap();
    let host = Host::new(&catalogue, place, None, &listed);
    assert_eq!(missing(&catalogue, &host, &verdicts), []);
}

#[test]
fn a_part_that_may_not_be_there_is_unknown_and_so_is_a_host_without_a_list() {
    let catalogue = catalogue(LINES);
    let seven = verdicts(&catalogue, SEVEN, None, &inventory(&[4499164]));
    assert_eq!(status(&catalogue, &seven, "CVE-2018-8284").0, Unknown);
    let mut row = inventory(&[]);
    row.report = ReportKind::Table;
    let silent = verdicts(&catalogue, SEVEN, Some("6.1.7601"), &row);
    assert!(silent.iter().all(|verdict| verdict.status == Unknown), "{silent:?}");
    // A hotfix list that is empty says that nothing is installed.
    let bare = verdicts(&catalogue, SEVEN, Some("6.1.7601"), &inventory(&[]));
    assert_eq!(status(&catalogue, &bare, "CVE-2019-0708").0, Exposed);
}

#[test]
fn a_setting_closes_the_way_in_unless_reports_disagree() {
    let catalogue = catalogue(LINES);
    let mut listed = inventory(&[3177186]);
    let off = |on| Setting {
        name: SettingName::SmbV1Server,
        on,
        evidence: "LanmanServer\\Parameters\\SMB1 = 0".to_owned(),
    };
    listed.settings.push(off(false));
    let closed = verdicts(&catalogue, XP, None, &listed);
    let (found, reason) = status(&catalogue, &closed, "CVE-2017-0144");
    assert_eq!(found, Mitigated);
    assert!(reason.contains("SMB version 1 server is off"), "{reason}");
    assert_eq!(status(&catalogue, &closed, "CVE-2017-0267").0, Exposed);
    listed.settings.push(off(true));
    let open = verdicts(&catalogue, XP, None, &listed);
    assert_eq!(status(&catalogue, &open, "CVE-2017-0144").0, Exposed);
}

#[test]
fn what_the_system_itself_still_wants_is_open_whatever_else_is_known() {
    let catalogue = catalogue(LINES);
    let mut wants = inventory(&[]);
    wants.report = ReportKind::UpdateList;
    wants.offered.push(wardwatch_model::inventory::OfferedUpdate {
        kb: Some(wardwatch_model::Kb(5_032_000)),
        title: "Cumulative update".to_owned(),
    });
    let verdicts = verdicts(&catalogue, TEN, None, &wants);
    assert_eq!(
        status(&catalogue, &verdicts, "CVE-2023-2000"),
        (Exposed, "the system itself still wants KB5032000".to_owned())
    );
    assert_eq!(status(&catalogue, &verdicts, "CVE-2023-1000").0, Unknown);
}

#[test]
fn who_still_wants_a_cumulative_update_has_no_later_one() {
    let lines = format!(
        "{LINES}{SEVEN} | CVE-2017-0144 | 4012215 | | 2017-03-14 | cumulative |
         {SEVEN} | CVE-2018-0001 | 4056897 | | 2018-01-09 | security_only |"
    );
    let catalogue = catalogue(&lines);
    let wants = |kb| {
        let mut wants = inventory(&[]);
        wants.report = ReportKind::UpdateList;
        wants.offered.push(wardwatch_model::inventory::OfferedUpdate {
            kb: Some(wardwatch_model::Kb(kb)),
            title: "Cumulative update".to_owned(),
        });
        wants
    };
    let ten = verdicts(&catalogue, TEN, None, &wants(5_031_000));
    assert_eq!(
        status(&catalogue, &ten, "CVE-2023-2000"),
        (
            Exposed,
            "the system itself still wants KB5031000, so it has not the later KB5032000".into()
        )
    );
    // An update of a month alone may be there while the roll-up is still wanted.
    let seven = verdicts(&catalogue, SEVEN, None, &wants(4_012_215));
    assert_eq!(status(&catalogue, &seven, "CVE-2019-0708").0, Unknown);
    assert_eq!(status(&catalogue, &seven, "CVE-2018-0001").0, Unknown);
}

#[test]
fn a_roll_up_contains_the_update_of_its_month_alone() {
    // The catalogue lists this hole under the update of the month alone only.
    let lines =
        format!("{LINES}{SEVEN} | CVE-2017-0055 | 4012212 | | 2017-03-14 | security_only |\n");
    let catalogue = catalogue(&lines);
    let rolled_up = inventory(&[4499164]);
    let closed = verdicts(&catalogue, SEVEN, None, &rolled_up);
    assert_eq!(status(&catalogue, &closed, "CVE-2017-0055").0, Fixed);
    let bare = inventory(&[]);
    let place = catalogue.product(SEVEN).unwrap();
    let host = Host::new(&catalogue, place, None, &bare);
    let open = wardwatch_exposure::decide(&catalogue, &host);
    let list = missing(&catalogue, &host, &open);
    let names: Vec<String> =
        list.iter().map(|missing| catalogue.kb(missing.update).to_string()).collect();
    assert_eq!(names, ["KB4499164"]);
}

#[test]
fn programs_that_are_listed_on_a_system_are_parts_of_it() {
    let lines = format!(
        "{LINES}Internet Explorer 11 on {TEN} | CVE-2023-3000 | 5031000 | Engine | 2023-10-10 | cumulative |
         Internet Explorer 11 on {SEVEN} | CVE-2019-3000 | 4483187 | Engine | 2018-12-19 | internet_explorer |
         Internet Explorer 11 on {SEVEN} | CVE-2018-3000 | 4466536 | Engine | 2018-11-13 | internet_explorer |
         Lamp 3 on {TEN} Enterprise | CVE-2023-4000 | 5031001 | | 2023-10-10 | standalone |
         {SEVEN} | CVE-2018-3001 | 4467107 | | 2018-11-13 | cumulative |"
    );
    let catalogue = catalogue(&lines);
    // Windows 10 has no other version of it; Windows 7 may have.
    let ten = verdicts(&catalogue, TEN, None, &inventory(&[]));
    assert_eq!(status(&catalogue, &ten, "CVE-2023-3000").0, Exposed);
    let lamp = catalogue.vulnerability_place("CVE-2023-4000".parse().unwrap()).unwrap();
    assert!(ten.iter().all(|verdict| verdict.vulnerability != lamp), "another system's");
    let seven = verdicts(&catalogue, SEVEN, None, &inventory(&[]));
    assert_eq!(status(&catalogue, &seven, "CVE-2019-3000").0, Unknown);
    // A later update of the browser has what an earlier one has, though no edge says so.
    let seven = verdicts(&catalogue, SEVEN, None, &inventory(&[4483187]));
    assert_eq!(status(&catalogue, &seven, "CVE-2018-3000").0, Fixed);
    // So has the roll-up of a month what the browser's update of that month has.
    let seven = verdicts(&catalogue, SEVEN, None, &inventory(&[4467107]));
    assert_eq!(status(&catalogue, &seven, "CVE-2018-3000").0, Fixed);
    assert_eq!(status(&catalogue, &seven, "CVE-2019-3000").0, Unknown);
}

#[test]
fn of_a_bulletin_that_lists_several_updates_all_are_needed() {
    // MS16-007 on Windows 7: each of them mends another file.
    let lines = format!(
        "{LINES}{SEVEN} | CVE-2016-0018 | 3108664 | | 2016-01-12 | standalone |
         {SEVEN} | CVE-2016-0018 | 3109560 | | 2016-01-12 | standalone |
         {SEVEN} | CVE-2016-0019 | 3108665 | Lamp | 2016-01-12 | standalone |
         {SEVEN} | CVE-2016-0019 | 3109561 | Lamp | 2016-01-12 | standalone |"
    );
    let catalogue = catalogue(&lines);
    let half = inventory(&[3108664, 3108665]);
    let place = catalogue.product(SEVEN).unwrap();
    let host = Host::new(&catalogue, place, None, &half);
    let open = wardwatch_exposure::decide(&catalogue, &host);
    assert_eq!(
        status(&catalogue, &open, "CVE-2016-0018"),
        (Exposed, "KB3109560 is not installed, nor what replaces it".to_owned())
    );
    assert_eq!(status(&catalogue, &open, "CVE-2016-0019").0, Fixed);
    let list = missing(&catalogue, &host, &open);
    assert!(list.iter().any(|missing| catalogue.kb(missing.update).0 == 3_109_560));
    for whole in [&[3108664, 3109560][..], &[3108664, 4499164]] {
        let closed = verdicts(&catalogue, SEVEN, None, &inventory(whole));
        assert_eq!(status(&catalogue, &closed, "CVE-2016-0018").0, Fixed, "{whole:?}");
    }
}
