//! The same semantics, plainly: the whole history of a group, looked through anew for every event.
//!
//! In: a case and its events. Out: the hits. Never: anything shared with what it is held against.

/// One event of a case.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) second: i64,
    /// 0, 1 or 2: one of the case's rules.
    pub(super) rule: usize,
    pub(super) group: usize,
    pub(super) value: String,
}

/// A condition as written, and what it means of the rules seen.
pub(super) type Expression = (&'static str, fn([bool; 3]) -> bool);

/// One correlation over three rules.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) kind: &'static str,
    /// Operators with numbers; for temporal kinds either this or `expression`.
    pub(super) comparisons: Vec<(&'static str, i64)>,
    pub(super) expression: Option<Expression>,
    pub(super) percentile: u64,
    pub(super) order: Vec<usize>,
    pub(super) span: i64,
    pub(super) tumbling: bool,
}

/// A hit: when, what was compared, and how many events the window held or the chain had.
pub(super) type Hit = (i64, f64, u64);

#[derive(Debug, Clone)]
struct Kept {
    event: Event,
    arrival: usize,
    spent: bool,
}

/// The hits of each event, in order of the events.
pub(super) fn evaluate(case: &Case, events: &[Event]) -> Vec<Vec<Hit>> {
    let mut groups: Vec<Vec<Kept>> = vec![Vec::new(); 8];
    let step = |(arrival, event): (usize, &Event)| {
        let wants_number = case.kind.starts_with("value_") && case.kind != "value_count";
        if wants_number && !event.value.parse::<f64>().is_ok_and(f64::is_finite) {
            return Vec::new();
        }
        let kept = &mut groups[event.group];
        kept.push(Kept { event: event.clone(), arrival, spent: false });
        kept.sort_by_key(|kept| (kept.event.second, kept.arrival));
        hit(case, kept, arrival).into_iter().collect()
    };
    events.iter().enumerate().map(step).collect()
}

fn hit(case: &Case, kept: &mut Vec<Kept>, arrival: usize) -> Option<Hit> {
    let place = kept.iter().position(|kept| kept.arrival == arrival)?;
    for end in place..kept.len() {
        let last = kept[end].event.second;
        let start =
            if case.tumbling { last.div_euclid(case.span) * case.span } else { last - case.span };
        let inside = |at: usize, kept: &Kept| at <= end && kept.event.second >= start;
        let window: Vec<Kept> = kept
            .iter()
            .enumerate()
            .filter(|(at, k)| inside(*at, k))
            .map(|(_, k)| k.clone())
            .collect();
        if !window.iter().any(|kept| kept.arrival == arrival)
            || window.iter().any(|kept| kept.spent)
        {
            continue;
        }
        let Some(value) = satisfied(case, &window) else { continue };
        let count = if case.kind == "temporal_ordered" { case.order.len() } else { window.len() };
        let arrivals: Vec<usize> = window.iter().map(|kept| kept.arrival).collect();
        let is_level = ["value_avg", "value_percentile", "value_median"].contains(&case.kind)
            || satisfied(case, &[]).is_some();
        if is_level {
            kept.iter_mut().filter(|k| arrivals.contains(&k.arrival)).for_each(|k| k.spent = true);
        } else {
            kept.retain(|kept| !arrivals.contains(&kept.arrival));
        }
        return Some((last, value, count as u64));
    }
    None
}

fn satisfied(case: &Case, window: &[Kept]) -> Option<f64> {
    let mut numbers: Vec<f64> = window.iter().filter_map(|k| k.event.value.parse().ok()).collect();
    numbers.sort_by(f64::total_cmp);
    let seen = [0, 1, 2].map(|rule| window.iter().any(|kept| kept.event.rule == rule));
    let different = seen.iter().filter(|seen| **seen).count() as f64;
    let value = match case.kind {
        "event_count" => window.len() as f64,
        "value_count" => {
            let mut values: Vec<&str> = window.iter().map(|k| k.event.value.as_str()).collect();
            values.sort_unstable();
            values.dedup();
            values.len() as f64
        }
        "value_sum" => numbers.iter().sum(),
        "value_avg" => numbers.iter().sum::<f64>() / numbers.len() as f64,
        "value_median" if numbers.is_empty() => return None,
        "value_median" => {
            let middle = numbers.len() / 2;
            let odd = numbers.len() % 2 == 1;
            if odd { numbers[middle] } else { (numbers[middle - 1] + numbers[middle]) / 2.0 }
        }
        // The least value that at least so many percent of all values do not exceed.
        "value_percentile" => *numbers.iter().find(|value| {
            let below = numbers.iter().filter(|other| other <= value).count();
            below * 100 >= case.percentile as usize * numbers.len()
        })?,
        "temporal" if case.expression.is_some() => {
            let (_, holds) = case.expression.unwrap();
            return holds(seen).then_some(different);
        }
        "temporal" if case.comparisons == [("gte", 1)] => {
            return (different == 3.0).then_some(different);
        }
        "temporal" => different,
        "temporal_ordered" => {
            return occurs(&case.order, window).then_some(case.order.len() as f64);
        }
        other => panic!("{other}"),
    };
    let holds = |(operator, number): &(&str, i64)| match *operator {
        "lt" => value < *number as f64,
        "lte" => value <= *number as f64,
        "gt" => value > *number as f64,
        "gte" => value >= *number as f64,
        "eq" => value == *number as f64,
        "neq" => value != *number as f64,
        other => panic!("{other}"),
    };
    case.comparisons.iter().all(holds).then_some(value)
}

/// Whether the rules occur in this order, trying every choice.
fn occurs(order: &[usize], window: &[Kept]) -> bool {
    let Some((first, rest)) = order.split_first() else { return true };
    (0..window.len()).any(|at| window[at].event.rule == *first && occurs(rest, &window[at + 1..]))
}
