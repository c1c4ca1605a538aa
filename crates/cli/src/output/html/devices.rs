//! The table of devices.
//!
//! In: counts by device. Out: the devices with the most serious detections first, then what was
//! found on all others together. Never more than [`MAX_ROWS`] rows.

use std::cmp::Reverse;
use std::io::{self, Write};

use wardwatch_model::Level;

use super::escape::safe;
use crate::output::tally::{ByLevel, DeviceTally, Tally};
use crate::output::words;

/// Devices that have a row of their own.
const MAX_ROWS: usize = 500;

/// Writes the section.
pub fn section(page: &mut impl Write, tally: &Tally) -> io::Result<()> {
    let mut devices: Vec<&DeviceTally> = tally.devices.iter().collect();
    devices.sort_by_key(|device| (weight(&device.by_level), &device.name));
    writeln!(
        page,
        "<section id=\"devices\">\n<h2>By device</h2>\n<table class=\"stack\" role=\"table\">\n\
         <caption>Devices, most serious first (times in UTC)</caption>\n\
         <thead role=\"rowgroup\"><tr role=\"row\">\
         <th scope=\"col\" role=\"columnheader\">Device</th>\
         <th scope=\"col\" role=\"columnheader\">Detections by level</th>\
         <th scope=\"col\" role=\"columnheader\">First seen (UTC)</th>\
         <th scope=\"col\" role=\"columnheader\">Last seen (UTC)</th></tr></thead>\n\
         <tbody role=\"rowgroup\">"
    )?;
    for device in devices.iter().take(MAX_ROWS) {
        row(page, &safe(&device.name).to_string(), device)?;
    }
    let rest = together(&devices[devices.len().min(MAX_ROWS)..], &tally.other_devices);
    if rest.total() > 0 {
        let plus = if tally.other_devices.total() > 0 { "or more " } else { "" };
        let count = words::number(devices.len().saturating_sub(MAX_ROWS) as u64);
        row(page, &format!("{count} {plus}other devices"), &rest)?;
    }
    if tally.unnamed_device.total() > 0 {
        row(page, "No device named", &tally.unnamed_device)?;
    }
    writeln!(page, "</tbody>\n</table>\n</section>")
}

/// Sorts the most serious first: by the number of critical detections, then of high ones, …
fn weight(by_level: &ByLevel) -> Vec<Reverse<u64>> {
    by_level.iter().rev().map(|count| Reverse(*count)).collect()
}

fn together(devices: &[&DeviceTally], others: &DeviceTally) -> DeviceTally {
    let mut sum = others.clone();
    for device in devices {
        sum.merge(device);
    }
    sum
}

fn row(page: &mut impl Write, name: &str, device: &DeviceTally) -> io::Result<()> {
    write!(
        page,
        "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" class=\"name\">{name}</th>\
         <td role=\"cell\">"
    )?;
    for level in Level::ALL.into_iter().rev() {
        let count = device.by_level[level as usize];
        if count > 0 {
            let count = words::number(count);
            write!(page, "<span class=\"level {level}\">{count} {level}</span> ")?;
        }
    }
    writeln!(
        page,
        "</td><td role=\"cell\" class=\"time\"><span class=\"label\">First: </span>{}</td>\
         <td role=\"cell\" class=\"time\"><span class=\"label\">Last: </span>{}</td></tr>",
        words::moment(device.span.first),
        words::moment(device.span.last)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tally::sample;

    #[test]
    fn the_worst_device_is_first_and_the_rest_is_counted() {
        let mut tally = Tally::default();
        for n in 0..MAX_ROWS as i64 + 20 {
            tally.add(&sample::detection("tool", Level::Low, &format!("PC{n:04}"), n));
        }
        tally.add(&sample::detection("worm", Level::Critical, "PC0519", 7));
        let mut page = Vec::new();
        section(&mut page, &tally).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.find("PC0519").unwrap() < page.find("PC0000").unwrap());
        assert!(!page.contains("PC0518"));
        assert!(page.contains("20 other devices"), "{page}");
        assert!(page.contains("20 low"));
    }
}
