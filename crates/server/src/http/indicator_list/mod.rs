//! Endpoints of lists of indicators.

pub mod delete;
pub mod list;
pub mod load;
pub mod problems;

use wardwatch_api::indicator::{HistorySearch, IndicatorList, ListProblem};

/// A list as the API has it.
fn shaped(list: wardwatch_store::IndicatorList) -> IndicatorList {
    // A search for an earlier version says nothing of this one.
    let hunt = list.hunt.filter(|hunt| hunt.version == list.version);
    IndicatorList {
        id: list.id,
        org: list.org,
        name: list.name,
        version: list.version,
        format: list.format,
        loaded: list.loaded,
        loaded_by: list.loaded_by,
        indicators: list.indicators,
        fresh: list.fresh,
        problems: list.problem_count,
        history: hunt.map(|hunt| HistorySearch {
            version: hunt.version,
            from: hunt.from,
            started: hunt.started,
            ended: hunt.ended,
            days: hunt.days,
            days_done: hunt.days_done,
            events: hunt.events,
            hits: hunt.hits,
        }),
    }
}

fn shaped_problem(problem: wardwatch_store::ListProblem) -> ListProblem {
    ListProblem { place: problem.place, reason: problem.reason }
}
