//! Bulletins whose vulnerabilities stand or fall together.
//!
//! In: rows of a product, bulletins. Out: the rows with those that the catalogue lacks (MS17-010 on
//! Windows XP stands under one of its six). Never: a row for a product that has none of a bulletin.

use wardwatch_model::landscape::Fix;

/// Adds, where a product has some of a bulletin's vulnerabilities, the other ones with the same ways.
pub(crate) fn add_bulletins(rows: &mut Vec<Fix>, bulletins: &[Vec<u32>]) {
    for bulletin in bulletins {
        let of_bulletin: Vec<Fix> =
            rows.iter().filter(|row| bulletin.contains(&row.vulnerability)).copied().collect();
        if of_bulletin.is_empty() {
            continue;
        }
        for &vulnerability in bulletin {
            if of_bulletin.iter().all(|row| row.vulnerability != vulnerability) {
                rows.extend(of_bulletin.iter().map(|row| Fix { vulnerability, ..*row }));
            }
        }
    }
}
