//! Endpoints of decisions on devices whose support ends.

pub mod list;
pub mod make;

use axum::http::StatusCode;
use wardwatch_api::decision::{MAX_OWNER, MAX_REASON};
use wardwatch_model::Day;

use super::problem::Problem;

/// An error unless somebody answers for it, for a reason, until a day that lies ahead and no further than
/// so many days.
pub fn answered_for(
    owner: &str,
    reason: &str,
    until: Day,
    today: Day,
    most: i32,
) -> Result<(), Problem> {
    let refused = |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    let fits = |text: &str, most: usize| (1..=most).contains(&text.trim().chars().count());
    if !fits(owner, MAX_OWNER) {
        return Err(refused(format!(
            "'owner' says who answers for it, in 1 to {MAX_OWNER} characters"
        )));
    }
    if !fits(reason, MAX_REASON) {
        return Err(refused(format!("'reason' says why, in 1 to {MAX_REASON} characters")));
    }
    if until < today || until > today.plus(most) {
        return Err(refused(format!("'until' is a day from {today} to {}", today.plus(most))));
    }
    Ok(())
}
