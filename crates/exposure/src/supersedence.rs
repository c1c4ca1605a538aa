//! Which updates replace which, all the way down.
//!
//! In: for each update the ones that it replaces by the vendor's word, by place. Out: for each the
//! places of all that it replaces, itself not among them. Never: a walk that a circle in the data
//! could keep going.

use rustc_hash::FxHashSet;

/// For every node the nodes that can be reached from it, sorted, in one list.
#[derive(Debug, Clone, Default)]
pub struct Closure {
    starts: Vec<u32>,
    reached: Vec<u32>,
}

impl Closure {
    /// Follows the edges of every node to their ends. Edges to places that do not exist are left out.
    pub fn new<'a>(edges: impl ExactSizeIterator<Item = &'a [u32]> + Clone) -> Self {
        let edges: Vec<&[u32]> = edges.collect();
        let mut closure =
            Closure { starts: Vec::with_capacity(edges.len() + 1), reached: Vec::new() };
        let mut seen = FxHashSet::default();
        let mut open = Vec::new();
        for node in 0..edges.len() {
            closure.starts.push(closure.reached.len() as u32);
            seen.clear();
            open.push(node as u32);
            while let Some(at) = open.pop() {
                for &next in edges.get(at as usize).copied().unwrap_or_default() {
                    let known = (next as usize) < edges.len();
                    if known && next as usize != node && seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            let start = closure.reached.len();
            closure.reached.extend(seen.iter().copied());
            closure.reached[start..].sort_unstable();
        }
        closure.starts.push(closure.reached.len() as u32);
        closure
    }

    /// What can be reached from a node, sorted.
    pub fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(&start), Some(&end)) => &self.reached[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Whether one node can be reached from another.
    pub fn reaches(&self, from: u32, to: u32) -> bool {
        self.of(from).binary_search(&to).is_ok()
    }

    /// How many pairs there are.
    pub fn pairs(&self) -> usize {
        self.reached.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_edges_to_their_ends_and_survives_circles() {
        let edges: [&[u32]; 5] = [&[1], &[2, 3], &[0], &[], &[4, 9]];
        let closure = Closure::new(edges.iter().copied());
        assert_eq!(closure.of(0), [1, 2, 3]);
        assert_eq!(closure.of(1), [0, 2, 3]);
        assert_eq!(closure.of(3), []);
        assert_eq!(closure.of(4), []);
        assert_eq!(closure.of(77), []);
        assert!(closure.reaches(2, 3) && !closure.reaches(3, 2));
        assert_eq!(closure.pairs(), 9);
    }
}
