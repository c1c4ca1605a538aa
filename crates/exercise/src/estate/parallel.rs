//! Work on many values at once, with the answers in the order of the values.
//!
//! In: values, a number of threads, a pure function. Out: its answers, in order, whatever the number
//! of threads. Never: a thread that outlives the call.

use std::sync::atomic::{AtomicUsize, Ordering};

/// `work` of each of `values`, in their order.
pub fn in_order<T: Sync, R: Send>(
    values: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if threads <= 1 {
        return values.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(value) = values.get(place) else { return done };
            done.push((place, work(value)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        handles
            .into_iter()
            .flat_map(|handle| {
                handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    all.sort_unstable_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, answer)| answer).collect()
}
