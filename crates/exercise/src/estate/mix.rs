//! Which release a device runs: shares by scenario and class, in 10,000ths.
//!
//! Shares of the sector are published for some years; how they spread over classes is an assumption
//! (old systems gather on medical workstations).

use wardwatch_model::Day;

use super::device::Class;
use super::draw::{Draw, Field};
use super::posture::Posture;
use super::release::*;
use super::scenario::Scenario;

/// Days over which a body's devices follow its own deferral.
const SPREAD_DAYS: u32 = 180;

/// The release of the device with these draws; none for what runs no Windows.
pub fn release(
    class: Class,
    scenario: Scenario,
    posture: &Posture,
    draw: Draw,
) -> Option<&'static Release> {
    match class {
        Class::Iomt => None,
        Class::Server => Some(server(scenario, draw)),
        _ => Some(client(class, scenario, posture, draw)),
    }
}

fn client(class: Class, scenario: Scenario, posture: &Posture, draw: Draw) -> &'static Release {
    let medical = class == Class::MedicalWorkstation;
    // XP, Windows 7, 8.1, 10; the rest is 11.
    let shares: [u32; 4] = match (scenario, medical) {
        (Scenario::May2017, false) => [420, 8_900, 150, 530],
        (Scenario::May2017, true) => [3_500, 5_000, 0, 1_500],
        (Scenario::Jan2018, false) => [190, 8_660, 150, 1_000],
        (Scenario::Jan2018, true) => [3_000, 5_200, 0, 1_800],
        (Scenario::Jun2019, false) => [8, 7_650, 60, 2_282],
        (Scenario::Jun2019, true) => [400, 6_500, 0, 3_100],
        (Scenario::Jan2020, false) => [8, 5_650, 60, 4_282],
        (Scenario::Jan2020, true) => [380, 6_000, 0, 3_620],
        (Scenario::Aug2023, false) => [2, 30, 0, 8_900],
        (Scenario::Aug2023, true) => [100, 900, 0, 8_500],
        (Scenario::Y2026, false) => [1, 20, 0, 200],
        (Scenario::Y2026, true) => [80, 300, 0, 5_000],
    };
    match pick(&shares, draw.below(Field::System, 10_000)) {
        0 => &XP,
        1 => &WINDOWS_7,
        2 => &WINDOWS_8_1,
        3 if medical && scenario.recent() => {
            if draw.chance(Field::Build, 500) {
                &W10_1809_LTSC
            } else {
                &W10_21H2_LTSC
            }
        }
        3 if scenario.recent() => &W10_22H2,
        3 => newest(
            &[
                &W10_1511, &W10_1607, &W10_1703, &W10_1709, &W10_1803, &W10_1809, &W10_1903,
                &W10_1909,
            ],
            scenario.today(),
            posture,
            draw,
        ),
        _ => newest(&[&W11_22H2, &W11_23H2, &W11_24H2, &W11_25H2], scenario.today(), posture, draw),
    }
}

fn server(scenario: Scenario, draw: Draw) -> &'static Release {
    // 2003, 2008, 2008 R2, 2012, 2012 R2, 2016, 2019; the rest is 2022.
    let shares: [u32; 7] = match scenario {
        Scenario::May2017 => [400, 1_500, 4_000, 1_000, 2_500, 600, 0],
        Scenario::Jan2018 => [300, 1_400, 3_800, 1_000, 2_600, 900, 0],
        Scenario::Jun2019 => [100, 1_000, 3_500, 1_000, 2_800, 1_500, 100],
        Scenario::Jan2020 => [80, 700, 2_820, 1_000, 3_000, 2_000, 400],
        Scenario::Aug2023 => [10, 90, 700, 600, 2_400, 3_000, 2_700],
        Scenario::Y2026 => [0, 0, 300, 250, 950, 2_500, 3_500],
    };
    match pick(&shares, draw.below(Field::System, 10_000)) {
        0 => &SERVER_2003,
        1 => &SERVER_2008,
        2 => &SERVER_2008_R2,
        3 => &SERVER_2012,
        4 => &SERVER_2012_R2,
        5 => &SERVER_2016,
        6 => &SERVER_2019,
        _ if scenario.recent() => &SERVER_2022,
        _ => &SERVER_2016,
    }
}

/// The place of the share that a draw falls into; past the last when into none.
fn pick(shares: &[u32], draw: u32) -> usize {
    let mut sum = 0;
    for (place, share) in shares.iter().enumerate() {
        sum += share;
        if draw < sum {
            return place;
        }
    }
    shares.len()
}

/// The newest release that the device has moved to: out for as long as its body defers, and up to
/// half a year more. The oldest when there is none such.
fn newest(
    releases: &[&'static Release],
    today: Day,
    posture: &Posture,
    draw: Draw,
) -> &'static Release {
    let wait = posture.deferral_days + draw.below(Field::Build, SPREAD_DAYS);
    let reached = today.plus(-i32::try_from(wait).unwrap_or(0));
    let found = releases.iter().rev().find(|release| release.released() <= reached);
    found.copied().unwrap_or(releases[0])
}
