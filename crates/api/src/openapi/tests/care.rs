//! One of each schema of the care wing, as serde writes it.

use serde_json::Value;
use wardwatch_model::alert::Signature;
use wardwatch_model::{
    Alert, AlertAnswer, AlertFigures, AlertId, AlertProgress, Architecture, Build, CareClass,
    Course, Day, Decided, Decision, Exception, ExposureStatus, Kb, ReportKind, SignedAnswer,
    SupportState,
};

use super::{org, time};
use crate::Paged;
use crate::alert::{AcknowledgeAlert, AlertAnswerLine, AlertView, NewAlert, SignAlert};
use crate::decision::{
    Decide, DecisionCounts, DecisionMade, DecisionRow, EndException, NewException,
};
use crate::exposure::{
    DeviceExposure, DeviceReport, DeviceSupport, ExposedDevice, ExposurePage, ExposureRow,
    PackageToUpdate, ReportSeen, Reporting, StatusCounts, UpdateToInstall,
};
use crate::landscape::{Feed, LandscapeInUse, LandscapeStatus, LoadedLandscape, NewlyExploited};
use crate::lifecycle::{CliffLine, InTheWay, LeavingLine, LifecycleAnswer, Month, WaveLine};

fn as_json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn page(item: Value) -> Value {
    as_json(Paged { items: vec![item], next: Some("x".into()) })
}

fn day() -> Day {
    Day::parse("2017-05-12").unwrap()
}

fn in_use() -> LandscapeInUse {
    LandscapeInUse { version: Some(1), loaded: Some(time()), newest: Some(day()) }
}

fn feed() -> Feed {
    Feed {
        feed: "kev".into(),
        origin: "kev.json".into(),
        newest: Some(day()),
        age_days: Some(3),
        records: 1,
        dropped: 0,
        refused: 0,
    }
}

fn coverage() -> Reporting {
    Reporting { heard: 3, reported: 2, unresolved: 1, stale: 0 }
}

fn row() -> ExposureRow {
    ExposureRow {
        cve: "CVE-2017-0144".parse().unwrap(),
        severity: "critical".into(),
        kev: true,
        ransomware: true,
        attack: Some("Worm".into()),
        exposed: 1,
        mitigated: 0,
        excepted: 1,
        unknown: 1,
        fixed: 0,
        not_affected: 0,
        organisations: 1,
        decision: "3 days".into(),
        ssvc: Some("immediate".into()),
        due: Some(day()),
        overdue: true,
        reasons: vec!["why".into()],
    }
}

fn exposed() -> ExposedDevice {
    ExposedDevice {
        org: org(),
        device: "PC1".into(),
        product: Some("Windows 7".into()),
        support: SupportState::Ended,
        status: ExposureStatus::Exposed,
        care_class: Some(CareClass::Passive),
        reported: time(),
    }
}

fn report() -> DeviceReport {
    DeviceReport {
        org: org(),
        device: "PC1".into(),
        product: Some("Windows 7".into()),
        build: Some(Build([6, 1, 7601, 0])),
        architecture: Some(Architecture::X64),
        evidence: vec!["it says so".into()],
        support: support(),
        moves_to: Some("Windows 11".into()),
        blockers: vec!["it has no TPM 2.0".into()],
        installed: vec![Kb(4012212)],
        missing_updates: vec![update()],
        outdated_packages: vec![package()],
        counts: StatusCounts::default(),
        exposures: vec![device_exposure()],
        doubts: vec![],
        reports: vec![seen()],
        plan: Some("plan".into()),
        decided: Some(decided()),
        landscape: in_use(),
    }
}

fn support() -> DeviceSupport {
    DeviceSupport {
        state: SupportState::Ended,
        ends: Some(day()),
        extended_until: None,
        label: "7".into(),
        reasons: vec![],
    }
}

fn package() -> PackageToUpdate {
    PackageToUpdate {
        source: "lamp".into(),
        packages: vec!["liblamp1".into()],
        installed: "1.0-1".into(),
        fixed: "1.1-1".into(),
        closes: 2,
        held: false,
    }
}

fn update() -> UpdateToInstall {
    UpdateToInstall {
        id: Kb(4012215),
        title: String::new(),
        released: day(),
        closes: 6,
        supersedes: vec![Kb(3212646)],
    }
}

fn device_exposure() -> DeviceExposure {
    DeviceExposure {
        cve: "CVE-2017-0144".parse().unwrap(),
        status: ExposureStatus::Exposed,
        kev: true,
        decision: Some("3 days".into()),
        ssvc: None,
        due: Some(day()),
        overdue: false,
        reasons: vec![],
        exception: Some(exception()),
    }
}

fn decision() -> Decision {
    Decision { course: Course::Accept, owner: "kim".into(), reason: "why".into(), until: day() }
}

fn decided() -> Decided {
    Decided { decision: decision(), by: "kim".into(), at: time() }
}

fn exception() -> Exception {
    Exception {
        org: org(),
        cve: "CVE-2017-0144".parse().unwrap(),
        device: None,
        owner: "kim".into(),
        reason: "why".into(),
        until: day(),
        by: "kim".into(),
        at: time(),
    }
}

fn to_decide() -> DecisionRow {
    DecisionRow {
        org: org(),
        device: "PC1".into(),
        system: "Windows 7".into(),
        ends: day(),
        care_class: None,
        service: "ed-triage".parse().ok(),
        decided: Some(decided()),
        late: false,
    }
}

/// What is said of decisions and exceptions.
pub(super) fn decisions() -> Vec<(&'static str, Value)> {
    let decide = Decide { org: org(), devices: vec!["PC1".into()], decision: Some(decision()) };
    let page = Paged { items: vec![to_decide()], next: None };
    let Exception { org, cve, device, owner, reason, until, .. } = exception();
    let end = EndException { org: org.clone(), cve, device: device.clone() };
    let new = NewException { org, cve, device, owner, reason, until };
    vec![
        ("Decision", as_json(decision())),
        ("Decided", as_json(decided())),
        ("DecisionRow", as_json(to_decide())),
        ("DecisionPage", as_json(page)),
        ("DecisionCounts", as_json(DecisionCounts::default())),
        ("Decide", as_json(decide)),
        ("DecisionMade", as_json(DecisionMade { devices: 1 })),
        ("Exception", as_json(exception())),
        ("NewException", as_json(new)),
        ("EndException", as_json(end)),
    ]
}

fn seen() -> ReportSeen {
    ReportSeen { kind: ReportKind::SystemInfo, received: time(), taken: Some(day()) }
}

fn lifecycle() -> LifecycleAnswer {
    LifecycleAnswer {
        from: day(),
        months: 12,
        leaving: vec![leaving()],
        leaving_lines: 1,
        waves: vec![wave()],
        all: cliff(),
        by_organisation: vec![],
        organisations: 0,
        decisions: DecisionCounts::default(),
        coverage: coverage(),
        landscape: in_use(),
    }
}

fn wave() -> WaveLine {
    WaveLine { year: 2027, half: 1, devices: 2, ready: 1, blockers: leaving().blockers }
}

fn leaving() -> LeavingLine {
    LeavingLine {
        ends: day(),
        org: org(),
        label: "7".into(),
        devices: 1,
        named: vec!["PC1".into()],
        blocked: 1,
        blockers: vec![InTheWay { what: "its supplier".into(), devices: 1 }],
    }
}

fn cliff() -> CliffLine {
    CliffLine {
        org: Some(org()),
        ended: 1,
        months: vec![Month { year: 2017, month: 5, devices: 1 }],
        later: 0,
        open_ended: 0,
        unknown: 0,
    }
}

fn alert() -> Alert {
    Alert {
        id: AlertId([1; 16]),
        org: org(),
        title: "Close it".into(),
        text: String::new(),
        cves: vec!["CVE-2017-0144".parse().unwrap()],
        issued: time(),
        issued_by: "sam".into(),
        acknowledge_by: time(),
        act_by: day(),
        ended: Some(time()),
    }
}

fn signature() -> Signature {
    Signature { time: time(), by: "sam".into() }
}

fn signed() -> SignedAnswer {
    SignedAnswer {
        signature: signature(),
        progress: AlertProgress::Working,
        note: String::new(),
        figures: AlertFigures::default(),
    }
}

fn line() -> AlertAnswerLine {
    AlertAnswerLine {
        org: org(),
        figures: AlertFigures::default(),
        acknowledged: Some(signature()),
        signed: Some(signed()),
        overdue: Some("act".into()),
    }
}

pub(super) fn samples() -> Vec<(&'static str, Value)> {
    let view = AlertView {
        alert: alert(),
        figures: AlertFigures::default(),
        organisations: 1,
        acknowledged: 1,
        done: 0,
        overdue: 1,
        answers: vec![line()],
    };
    let exposures =
        ExposurePage { landscape: in_use(), coverage: coverage(), items: vec![row()], next: None };
    let status = LandscapeStatus {
        in_use: in_use(),
        loaded_by: Some("sam".into()),
        feeds: vec![feed()],
        vulnerabilities: 1,
        updates: 1,
    };
    let newly = NewlyExploited { cve: "CVE-2017-0144".parse().unwrap(), exposed: 1 };
    let loaded = LoadedLandscape {
        version: 1,
        feeds: vec![feed()],
        newly_exploited: vec![newly.clone()],
        problems: vec![],
    };
    let new = NewAlert {
        org: org(),
        title: "Close it".into(),
        text: String::new(),
        cves: vec!["CVE-2017-0144".parse().unwrap()],
        act_by: Some(day()),
    };
    let sign =
        SignAlert { org: org(), progress: AlertProgress::CannotMeet, note: "because".into() };
    let answer = AlertAnswer { acknowledged: Some(signature()), signed: None };
    vec![
        ("LandscapeInUse", as_json(in_use())),
        ("Feed", as_json(feed())),
        ("LandscapeStatus", as_json(status)),
        ("NewlyExploited", as_json(newly)),
        ("LoadedLandscape", as_json(loaded)),
        ("Reporting", as_json(coverage())),
        ("ExposureRow", as_json(row())),
        ("ExposurePage", as_json(exposures)),
        ("ExposedDevice", as_json(exposed())),
        ("ExposedDevicePage", page(as_json(exposed()))),
        ("DeviceSupport", as_json(support())),
        ("UpdateToInstall", as_json(update())),
        ("PackageToUpdate", as_json(package())),
        ("DeviceExposure", as_json(device_exposure())),
        ("ReportSeen", as_json(seen())),
        ("StatusCounts", as_json(StatusCounts::default())),
        ("DeviceReport", as_json(report())),
        ("InTheWay", as_json(InTheWay { what: "disk".into(), devices: 1 })),
        ("LeavingLine", as_json(leaving())),
        ("WaveLine", as_json(wave())),
        ("LeavingMonth", as_json(Month { year: 2017, month: 5, devices: 1 })),
        ("CliffLine", as_json(cliff())),
        ("LifecycleAnswer", as_json(lifecycle())),
        ("AlertFigures", as_json(AlertFigures::default())),
        ("Signature", as_json(signature())),
        ("SignedAnswer", as_json(signed())),
        ("AlertAnswer", as_json(answer)),
        ("AlertAnswerLine", as_json(line())),
        ("Alert", as_json(alert())),
        ("AlertView", as_json(view)),
        ("NewAlert", as_json(new)),
        ("AcknowledgeAlert", as_json(AcknowledgeAlert { org: org() })),
        ("SignAlert", as_json(sign)),
    ]
}
