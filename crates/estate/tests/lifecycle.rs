//! Stories of support: what a device gets until when, and who leaves together.

use wardwatch_estate::lifecycle::{
    Evergreen, LeavingRow, MonthCount, Running, Support, cliff, evergreen, leaving,
    releases_behind, support,
};
use wardwatch_estate::wave::Blocker;
use wardwatch_model::landscape::{Channel, Lifecycle};
use wardwatch_model::{Day, OrgId, SupportState};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of a story")
}

/// product, cycle, channel, released, supported until, extended until; `-` for none.
fn row(line: &str) -> Lifecycle {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let channel = match parts[2] {
        "w" => Channel::HomePro,
        "e" => Channel::EnterpriseEducation,
        "lts" => Channel::LongTerm,
        "iot" => Channel::IotLongTerm,
        _ => Channel::All,
    };
    Lifecycle {
        product: parts[0].into(),
        cycle: parts[1].into(),
        label: format!("Windows {}", parts[1]),
        channel,
        released: Day::parse(parts[3]),
        active_until: None,
        supported_until: Day::parse(parts[4]),
        extended_until: Day::parse(parts[5]),
        open_ended: parts[4] == "open",
        build: None,
        long_term: matches!(channel, Channel::LongTerm | Channel::IotLongTerm),
    }
}

fn windows() -> Vec<Lifecycle> {
    [
        "windows 5-sp3 all 2008-04-21 2014-04-08 -",
        "windows 7-sp1 all 2011-02-22 2020-01-14 -",
        "windows 10-1709-e e 2017-10-17 2020-10-13 -",
        "windows 10-1709-w w 2017-10-17 2019-04-09 -",
        "windows 10-1803-e e 2018-04-30 2021-05-11 -",
        "windows 10-1809-e e 2018-11-13 2021-05-11 -",
        "windows 10-1809-w w 2018-11-13 2020-11-10 -",
        "windows 10-1809-e-lts lts 2018-11-13 2029-01-09 -",
        "windows 10-21h2-e-lts lts 2021-11-16 2027-01-12 -",
        "windows 10-21h2-iot-lts iot 2021-11-16 2032-01-13 -",
        "windows 10-22h2 all 2022-10-18 2025-10-14 2028-10-10",
        "windows next all - open -",
        "windows odd all - - -",
        "windows-server 2012-r2 all 2013-11-25 2023-10-10 2026-10-13",
    ]
    .map(row)
    .to_vec()
}

fn ask(cycles: &[&str], channel: Option<Channel>, esu: bool, today: &str) -> Support {
    support(&windows(), "windows", cycles, channel, esu, day(today))
}

#[test]
fn the_last_day_is_a_supported_day() {
    let states = ["2019-01-13", "2019-01-14", "2020-01-14", "2020-01-15"]
        .map(|today| ask(&["7-sp1"], None, false, today).state);
    assert_eq!(
        states,
        [
            SupportState::Supported,
            SupportState::EndsSoon,
            SupportState::EndsSoon,
            SupportState::Ended
        ]
    );
}

#[test]
fn twelve_months_from_the_29th_of_february_end_on_the_28th() {
    let rows = [row("x 1 all - 2025-02-28 -"), row("x 2 all - 2025-03-01 -")];
    let state = |cycle: &str| support(&rows, "x", &[cycle], None, false, day("2024-02-29")).state;
    assert_eq!((state("1"), state("2")), (SupportState::EndsSoon, SupportState::Supported));
}

#[test]
fn candidates_that_disagree_take_the_earliest_end_and_say_so() {
    let answer = ask(&["10-1709-e", "10-1709-w"], None, false, "2019-06-01");
    assert_eq!((answer.ends, answer.state), (Some(day("2019-04-09")), SupportState::Ended));
    assert_eq!(
        answer.reasons,
        [
            "it may be Windows 10-1709-e or Windows 10-1709-w; the earliest end, that of Windows \
             10-1709-w, is taken",
            "Windows 10-1709-w was supported through 2019-04-09"
        ]
    );
    let enterprise =
        ask(&["10-1709-e", "10-1709-w"], Some(Channel::EnterpriseEducation), false, "2019-06-01");
    assert_eq!(enterprise.ends, Some(day("2020-10-13")));
    assert_eq!(enterprise.state, SupportState::Supported);
}

#[test]
fn long_term_and_iot_editions_have_dates_of_their_own() {
    let cycles = ["10-21h2-e-lts", "10-21h2-iot-lts"];
    let ends = |channel| ask(&cycles, channel, false, "2026-11-28").ends;
    assert_eq!(ends(Some(Channel::LongTerm)), Some(day("2027-01-12")));
    assert_eq!(ends(Some(Channel::IotLongTerm)), Some(day("2032-01-13")));
    assert_eq!(ends(None), Some(day("2027-01-12")));
    let pro = ask(&cycles, Some(Channel::HomePro), false, "2026-11-28");
    assert_eq!(pro.reasons[0], "no dates for its edition; those of other editions are used");
}

#[test]
fn extended_updates_count_only_for_those_who_pay() {
    let unpaid = ask(&["10-22h2"], None, false, "2026-11-28");
    assert_eq!(unpaid.state, SupportState::ExtendedOnly);
    assert_eq!(unpaid.ends, Some(day("2025-10-14")));
    assert_eq!(unpaid.extended_until, Some(day("2028-10-10")));
    let paid = ask(&["10-22h2"], None, true, "2026-11-28");
    assert_eq!((paid.state, paid.ends), (SupportState::Supported, Some(day("2028-10-10"))));
    assert_eq!(ask(&["10-22h2"], None, true, "2028-10-10").state, SupportState::EndsSoon);
    assert_eq!(ask(&["10-22h2"], None, true, "2028-10-11").state, SupportState::Ended);
}

#[test]
fn what_is_not_known_is_unknown() {
    let none: [&str; 0] = [];
    for (answer, reason) in [
        (ask(&none, None, false, "2020-01-01"), "which release of windows it runs is not known"),
        (ask(&["95"], None, false, "2020-01-01"), "no support dates for windows 95"),
        (ask(&["odd"], None, false, "2020-01-01"), "no source names the end of Windows odd"),
        (
            ask(&["odd", "10-22h2"], None, false, "2023-01-01"),
            "no source names the end of Windows odd",
        ),
    ] {
        assert_eq!(answer.state, SupportState::Unknown);
        assert_eq!(answer.reasons.last().map(String::as_str), Some(reason));
    }
    // No end yet is known; an end that has passed is known whatever the other candidate is.
    assert_eq!(ask(&["next"], None, false, "2020-01-01").state, SupportState::Supported);
    assert_eq!(ask(&["odd", "7-sp1"], None, false, "2023-01-01").state, SupportState::Ended);
}

/// A device that is supported through `ends`.
fn until(ends: &str) -> Support {
    let rows = [row(&format!("x 1 all 2017-05-12 {ends} -"))];
    support(&rows, "x", &["1"], None, false, day("2024-01-31"))
}

#[test]
fn a_forecast_puts_each_device_in_one_month() {
    let devices = [
        ("ZZA", until("2024-01-30")), // the day before: already ended
        ("ZZA", until("2024-01-31")), // the 31st itself: January
        ("ZZA", until("2024-02-29")), // the leap day: February
        ("ZZB", until("2024-02-29")),
        ("ZZA", until("2024-12-31")), // the last day of the year
        ("ZZB", until("2025-01-01")), // the first of the next: the 13th month, later
        ("ZZB", until("open")),
        ("ZZB", until("-")),
    ];
    let forecast =
        cliff(devices.iter().map(|(org, support)| (*org, support)), day("2024-01-31"), 12);
    let counts = |org: Option<&str>| {
        let cliff = org.map_or(&forecast.all, |org| &forecast.by_key[org]);
        let months: Vec<u64> = cliff.months.iter().map(|month| month.devices).collect();
        (months, cliff.ended, cliff.later, cliff.open_ended, cliff.unknown)
    };
    assert_eq!(counts(None), (vec![1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 1, 1, 1, 1));
    assert_eq!(counts(Some("ZZA")), (vec![1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 1, 0, 0, 0));
    assert_eq!(forecast.all.months[11], MonthCount { year: 2024, month: 12, devices: 1 });
    assert_eq!(forecast.all.devices(), 8);
    let years = cliff(devices.iter().map(|(org, support)| (*org, support)), day("2024-01-31"), 36);
    assert_eq!(years.all.months[12], MonthCount { year: 2025, month: 1, devices: 1 });
    assert_eq!(years.all.months[35], MonthCount { year: 2026, month: 12, devices: 0 });
}

#[test]
fn evergreen_measures_count_the_unknown_apart() {
    let behind = |cycle: &str| releases_behind(&windows(), "windows", cycle, day("2018-12-01"));
    // 1809 is the newest on that day, 1803 the one before, 1709 two behind.
    assert_eq!(
        ["10-1809-e", "10-1803-e", "10-1709-w", "7-sp1", "odd"].map(behind),
        [Some(0), Some(1), Some(2), Some(3), None]
    );
    let running = |cycle: &str| Running {
        support: ask(&[cycle], None, false, "2018-12-01"),
        behind: behind(cycle),
    };
    let devices = ["10-1809-e", "10-1803-e", "10-1709-w", "7-sp1", "odd"].map(running);
    assert_eq!(
        evergreen(&devices, day("2018-12-01")),
        Evergreen {
            devices: 5,
            within_one: 2,
            release_unknown: 1,
            // Ages 18, 215, 410 and 2839 days: the lower middle is 215.
            median_age_days: Some(215),
            age_unknown: 1,
            next_cliff: Some(MonthCount { year: 2019, month: 4, devices: 1 }),
        }
    );
    assert_eq!(evergreen(&devices, day("2018-12-01")).within_one_permille(), 400);
    assert_eq!(evergreen([], day("2018-12-01")).median_age_days, None);
}

#[test]
fn what_loses_support_where_and_what_blocks_it() {
    let blocker =
        Blocker::SupplierApproval { supplier: "Lumen Imaging".into(), product: "viewer".into() };
    let line = |org: &str, device: &'static str, cycle: &str, blockers: &[Blocker]| {
        let support = ask(&[cycle], None, false, "2019-06-01");
        (org.parse::<OrgId>().unwrap(), device, support, blockers.to_vec())
    };
    let rows = [
        line("ZZB", "b1", "10-1709-e", &[]),
        line("ZZA", "a2", "7-sp1", std::slice::from_ref(&blocker)),
        line("ZZA", "a1", "7-sp1", &[blocker.clone(), Blocker::Tpm]),
        line("ZZA", "a3", "5-sp3", &[]), // ended long ago
        line("ZZA", "a4", "odd", &[]),   // not known
    ];
    let ask = |months| {
        let rows = rows.iter().map(|(org, device, support, blockers)| LeavingRow {
            org,
            device,
            support,
            blockers,
        });
        leaving(rows, day("2019-06-01"), months)
    };
    let answer = ask(12);
    assert_eq!(answer.len(), 1);
    assert_eq!((answer[0].org.as_str(), answer[0].ends), ("ZZA", day("2020-01-14")));
    assert_eq!((answer[0].devices, answer[0].blocked), (2, 2));
    assert_eq!(answer[0].named, ["a1", "a2"]);
    assert_eq!(answer[0].blockers, [(blocker, 2), (Blocker::Tpm, 1)]);
    assert_eq!(ask(17).len(), 2);
}
