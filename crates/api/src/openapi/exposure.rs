//! The document's part on what devices are open to, and on the landscape that says so.

use serde_json::{Value, json};
use wardwatch_model::{ExposureStatus, Permission};

use super::schema::{
    answer, count, list, maybe, org, page, reference, text, text_up_to, time, words, yes_or_no,
};
use super::{Operation, Schemas};
use crate::access::Access;

/// A day.
pub fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

/// The number of a vulnerability.
pub fn cve() -> Value {
    json!({ "type": "string", "pattern": "^CVE-[0-9]{4}-[0-9]{4,}$" })
}

pub fn status() -> Value {
    words(ExposureStatus::ALL.map(ExposureStatus::as_str))
}

pub fn operations() -> Vec<Operation> {
    let read = Access::Needs(Permission::ReadFindings);
    let file = json!({ "type": "string", "format": "binary" });
    vec![
        Operation::new("get", "/api/v1/exposures", read, "exposures_list", "List open holes.")
            .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("severity", text(), "Only those that the vendor calls so bad.")
        .query("not_severity", text(), "None that the vendor calls so bad.")
            .query("exploited", yes_or_no(), "Only those known to be exploited, or attacked now.")
            .query("cve", cve(), "Only this vulnerability.")
            .or_problem(404)
            .paged()
            .gives(200, "ExposurePage", "The most urgent first, with devices counted by status."),
        Operation::new(
            "get",
            "/api/v1/exposures/{cve}/devices",
            read,
            "exposures_devices",
            "List devices by how they stand towards a vulnerability.",
        )
        .query("org", org(), "Only of this organisation and those below it.")
        .query("not_org", text(), "None of these and those below them: codes, with commas.")
        .query("product", text(), "Only those that run this.")
        .query("not_product", text(), "None that runs this.")
        .query("care_class", text(), "Only of this care class, or unclassified.")
        .query("not_care_class", text(), "None of this care class, or unclassified.")
        .query("status", status(), "Those that stand so; exposed unless given.")
        .or_problem(404)
        .paged()
        .gives(200, "ExposedDevicePage", "In order of organisations and names."),
        Operation::new(
            "get",
            "/api/v1/devices/{org}/{name}/exposures",
            read,
            "exposures_device",
            "Say what a device runs, is open to and why, and what it needs.",
        )
        .query("cve", cve(), "Only this vulnerability, closed or not.")
        .query("all", yes_or_no(), "Closed ones too.")
        .gives(200, "DeviceReport", "Worked out from its own reports."),
        Operation::new(
            "get",
            "/api/v1/landscape",
            read,
            "landscape_get",
            "Say what is known of vulnerabilities and support, and how old that is.",
        )
        .gives(200, "LandscapeStatus", "The landscape in use with its feeds."),
        Operation::new(
            "post",
            "/api/v1/landscape",
            Access::Needs(Permission::Administer),
            "landscape_load",
            "Load a snapshot of feeds, or one feed's file over what is in use; for the whole sector.",
        )
        .query("name", text_up_to(200), "The name of the file, for its origin.")
        .query("force", yes_or_no(), "Even when what is in use knows more of some feed.")
        .body_of("application/octet-stream", file)
        .or_problem(409)
        .gives(200, "LoadedLandscape", "It is stored; devices are held against it at once, all of them in some time."),
    ]
}

pub fn schemas() -> Schemas {
    let in_use = answer(
        &[
            ("version", maybe(count()), "Its number; null for what is built in."),
            ("loaded", maybe(time()), "When it was loaded."),
            ("newest", maybe(day()), "The newest day that any of its feeds names."),
        ],
        &[],
    );
    let feed = answer(
        &[
            ("feed", text(), "Its name."),
            ("origin", text(), "Where it came from."),
            ("newest", maybe(day()), "The newest day that its records name."),
            ("age_days", maybe(json!({ "type": "integer" })), "Days since then."),
            ("records", count(), "Records taken."),
            ("dropped", count(), "Records left out as junk."),
            ("refused", count(), "Records that could not be read."),
        ],
        &[],
    );
    let landscape = answer(
        &[
            ("in_use", reference("LandscapeInUse"), "Which."),
            ("loaded_by", maybe(text()), "By whom it was loaded."),
            ("feeds", list(reference("Feed")), "Its feeds."),
            ("vulnerabilities", count(), "How many vulnerabilities it has."),
            ("updates", count(), "How many updates."),
        ],
        &[],
    );
    let newly = answer(
        &[
            ("cve", cve(), "Its number."),
            ("exposed", count(), "Devices of the sector that are open to it."),
        ],
        &[],
    );
    let loaded = answer(
        &[
            ("version", count(), "Its number."),
            ("feeds", list(reference("Feed")), "Its feeds."),
            ("newly_exploited", list(reference("NewlyExploited")), "An alert may be due."),
            ("problems", list(text()), "Rows that could not be used, the first few."),
        ],
        &[],
    );
    vec![
        ("LandscapeInUse", in_use),
        ("Feed", feed),
        ("LandscapeStatus", landscape),
        ("NewlyExploited", newly),
        ("LoadedLandscape", loaded),
        ("Reporting", coverage()),
        ("ExposureRow", row()),
        ("ExposurePage", exposure_page()),
        ("ExposedDevice", exposed_device()),
        ("ExposedDevicePage", page(reference("ExposedDevice"))),
        ("DeviceSupport", device_support()),
        ("UpdateToInstall", update()),
        ("PackageToUpdate", package()),
        ("DeviceExposure", device_exposure()),
        ("ReportSeen", report_seen()),
        ("StatusCounts", status_counts()),
        ("DeviceReport", device_report()),
    ]
}

fn coverage() -> Value {
    answer(
        &[
            ("heard", count(), "Devices that were heard from in any way."),
            ("reported", count(), "Those that reported what they run; of others nothing is known."),
            ("unresolved", count(), "Those of these whose product could not be told."),
            ("stale", count(), "Those that reported last more than 30 days ago."),
        ],
        &[],
    )
}

fn row() -> Value {
    answer(
        &[
            ("cve", cve(), "Its number."),
            ("severity", text(), "How bad the vendor calls it."),
            ("kev", yes_or_no(), "Whether it is known to be exploited (KEV)."),
            ("ransomware", yes_or_no(), "Whether ransomware is known to use it."),
            ("attack", maybe(text()), "The attack on it that is seen in the sector now."),
            ("exposed", count(), "Devices that are open to it."),
            ("excepted", count(), "Those of them that an exception covers."),
            ("mitigated", count(), "Devices that are open with the way in closed."),
            ("unknown", count(), "Devices of which it is not known."),
            ("fixed", count(), "Devices that are fixed."),
            ("not_affected", count(), "Devices that do not run what is vulnerable."),
            ("organisations", count(), "Organisations with a device that is open to it."),
            ("decision", text(), "By when to close it, in the words of BOD 26-04."),
            ("ssvc", maybe(text()), "What a deployer does (SSVC)."),
            ("due", maybe(day()), "The last day for it."),
            ("overdue", yes_or_no(), "Whether that day has passed."),
            ("reasons", list(text()), "Why."),
        ],
        &[],
    )
}

fn exposure_page() -> Value {
    answer(
        &[
            ("landscape", reference("LandscapeInUse"), "What the verdicts rest on."),
            ("coverage", reference("Reporting"), "Of how many devices it speaks."),
            ("items", list(reference("ExposureRow")), "The holes, the most urgent first."),
            ("next", maybe(text()), "What to give as `after` for the next page; null on the last."),
        ],
        &[],
    )
}

fn exposed_device() -> Value {
    answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("product", maybe(text()), "What it runs."),
            ("support", text(), "How its support stands."),
            ("status", status(), "How it stands."),
            ("care_class", maybe(reference("CareClass")), "Null: nobody classified it."),
            ("reported", time(), "When it reported last."),
        ],
        &[],
    )
}

fn device_support() -> Value {
    answer(
        &[
            ("state", text(), "How it stands today."),
            ("ends", maybe(day()), "The last day of fixes."),
            ("extended_until", maybe(day()), "The last day of fixes for those who pay."),
            ("label", text(), "The release."),
            ("reasons", list(text()), "Why."),
        ],
        &[],
    )
}

fn package() -> Value {
    answer(
        &[
            ("source", text(), "The source package."),
            ("packages", list(text()), "Installed packages that are built from it."),
            ("installed", text(), "The installed version."),
            ("fixed", text(), "The version that closes all that can be closed."),
            ("closes", count(), "How many open holes it closes."),
            ("held", yes_or_no(), "Whether the administrator holds it back."),
        ],
        &[],
    )
}

fn update() -> Value {
    answer(
        &[
            ("id", text(), "Its number."),
            ("title", text(), "Its title; empty when it is not known."),
            ("released", day(), "The first day on which the catalogue has it."),
            ("closes", count(), "How many open holes it closes."),
            ("supersedes", list(text()), "Updates that it replaces."),
        ],
        &[],
    )
}

fn device_exposure() -> Value {
    answer(
        &[
            ("cve", cve(), "Its number."),
            ("status", status(), "The answer."),
            ("kev", yes_or_no(), "Whether it is known to be exploited (KEV)."),
            ("decision", maybe(text()), "By when to close it; null when it is closed."),
            ("ssvc", maybe(text()), "What a deployer does (SSVC)."),
            ("due", maybe(day()), "The last day for it."),
            ("overdue", yes_or_no(), "Whether that day has passed."),
            ("reasons", list(text()), "What the answer and the rank rest on."),
            ("exception", maybe(reference("Exception")), "Under which it stays open for now."),
        ],
        &[],
    )
}

fn report_seen() -> Value {
    answer(
        &[
            ("kind", text(), "Of which kind."),
            ("received", time(), "When it was received."),
            ("taken", maybe(day()), "The day on which it was made, when it says so."),
        ],
        &[],
    )
}

fn status_counts() -> Value {
    answer(
        &[
            ("exposed", count(), "Open."),
            ("mitigated", count(), "Open with the way in closed."),
            ("unknown", count(), "Not known."),
            ("fixed", count(), "Fixed."),
            ("not_affected", count(), "Not there."),
            ("not_looked_at", count(), "Found when the vendor did not look: not known either."),
        ],
        &[],
    )
}

fn device_report() -> Value {
    answer(
        &[
            ("org", org(), "Its organisation."),
            ("device", text(), "Its name."),
            ("product", maybe(text()), "What it runs; null when that could not be told."),
            ("build", maybe(text()), "Its build."),
            ("architecture", maybe(text()), "Processor family."),
            ("evidence", list(text()), "Which evidence told the product."),
            ("support", reference("DeviceSupport"), "How its support stands."),
            (
                "moves_to",
                maybe(text()),
                "The release from which it is kept; null when nothing is known to.",
            ),
            ("blockers", list(text()), "What keeps it from that, as far as its reports tell."),
            ("installed", list(text()), "Installed updates."),
            ("missing_updates", list(reference("UpdateToInstall")), "Those that close most first."),
            (
                "outdated_packages",
                list(reference("PackageToUpdate")),
                "Packages of Linux, those that close most first.",
            ),
            ("counts", reference("StatusCounts"), "How many holes stand how."),
            ("exposures", list(reference("DeviceExposure")), "Its holes, the most urgent first."),
            ("doubts", list(text()), "What could not be read or is doubtful."),
            ("reports", list(reference("ReportSeen")), "What it rests on, the newest first."),
            ("plan", maybe(text()), "A protection plan on one page, when it gets no fixes."),
            ("decided", maybe(reference("Decided")), "What was decided of it."),
            ("landscape", reference("LandscapeInUse"), "What the verdicts rest on."),
        ],
        &[],
    )
}
