//! What waits for what, and the circles in it.
//!
//! The nodes are what the module declares, an edge goes from what waits to what it waits for. Strongly connected
//! components are found by Tarjan's algorithm with a stack of its own, in time linear in the edges; inside a component
//! the shortest circle through one node is shown, its edges are taken away, and what is still connected is looked at
//! again.

use std::collections::VecDeque;

use terrace_ir::{Diagnostic, Origin};

use super::codes::CYCLE;
use super::declared::{Declared, Id};
use super::report::Report;

/// One thing refers to another, at a place.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: Id,
    pub(super) to: Id,
    pub(super) at: Origin,
}

/// How many circles are shown of one component. Whoever has more mends these first.
const MOST: usize = 20;

/// Says every circle, once.
pub(super) fn check<'a>(report: &mut Report<'a>, declared: &Declared<'a>, mut edges: Vec<Edge>) {
    edges.retain(|edge| edge.from != edge.to);
    let nodes = declared.things.len();
    let adjacency = Adjacency::new(nodes, &edges);
    // The number of each node in its component, for those that are in one.
    let mut number: Vec<Option<Id>> = vec![None; nodes];
    for component in components(nodes, &adjacency) {
        for (at, id) in component.iter().enumerate() {
            number[*id as usize] = Some(at as Id);
        }
        let inside = |edge: &&Edge| {
            let (from, to) = (number[edge.from as usize]?, number[edge.to as usize]?);
            Some(Edge {
                from,
                to,
                at: edge.at,
            })
        };
        let leaving = component.iter().flat_map(|id| adjacency.of(*id));
        let mut inner: Vec<Edge> = leaving.filter_map(inside).collect();
        for _ in 0..MOST {
            let adjacency = Adjacency::new(component.len(), &inner);
            let Some(start) = components(component.len(), &adjacency)
                .into_iter()
                .flatten()
                .min()
            else {
                break;
            };
            let circle = shortest_circle(start, component.len(), &adjacency);
            let Some(&first) = circle.first() else { break };
            let named: Vec<Edge> = circle
                .iter()
                .map(|edge| Edge {
                    from: component[edge.from as usize],
                    to: component[edge.to as usize],
                    at: edge.at,
                })
                .collect();
            say(report, declared, &named);
            // All edges between the same two belong to the same circle.
            inner.retain(|edge| (edge.from, edge.to) != (first.from, first.to));
        }
        component.iter().for_each(|id| number[*id as usize] = None);
    }
}

fn say<'a>(report: &mut Report<'a>, declared: &Declared<'a>, circle: &[Edge]) {
    let name = |id: Id| declared.thing(id).name.to_string();
    let mut path: Vec<String> = circle.iter().map(|edge| name(edge.from)).collect();
    path.extend(circle.first().map(|edge| name(edge.from)));
    // A module and all that is given to it are two nodes, but one name.
    path.dedup();
    let Some(first) = circle.first() else { return };
    let summary = match path.as_slice() {
        [one] => format!("`{one}` waits for itself"),
        path => format!("these wait for each other: `{}`", path.join("` → `")),
    };
    let finding = Diagnostic::error(&CYCLE, summary)
        .address(name(first.from))
        .hint("break the circle at one of these references");
    report.turn_to(declared.thing(first.from).block);
    report.push(finding, first.at);
}

/// The edges of each node, side by side.
struct Adjacency<'e> {
    starts: Vec<u32>,
    targets: Vec<&'e Edge>,
}

impl<'e> Adjacency<'e> {
    fn new(nodes: usize, edges: &'e [Edge]) -> Self {
        let mut starts = vec![0_u32; nodes + 1];
        edges
            .iter()
            .for_each(|edge| starts[edge.from as usize + 1] += 1);
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; edges.len()];
        for (at, edge) in edges.iter().enumerate() {
            let slot = &mut next[edge.from as usize];
            order[*slot as usize] = at as u32;
            *slot += 1;
        }
        let targets = order.into_iter().map(|at| &edges[at as usize]).collect();
        Self { starts, targets }
    }

    fn of(&self, node: Id) -> &[&'e Edge] {
        let node = node as usize;
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// The components of more than one node, by Tarjan, each in order.
fn components(nodes: usize, adjacency: &Adjacency) -> Vec<Vec<Id>> {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; nodes];
    let mut low = vec![0_u32; nodes];
    let mut on_stack = vec![false; nodes];
    let mut stack: Vec<Id> = Vec::new();
    // A node being looked at, and which of its edges comes next.
    let mut open: Vec<(Id, usize)> = Vec::new();
    let mut found = Vec::new();
    let mut count = 0;
    for root in 0..nodes as Id {
        if order[root as usize] != UNSEEN {
            continue;
        }
        open.push((root, 0));
        while let Some((node, edge)) = open.last_mut() {
            let at = *node as usize;
            if *edge == 0 && order[at] == UNSEEN {
                order[at] = count;
                low[at] = count;
                count += 1;
                stack.push(*node);
                on_stack[at] = true;
            }
            if let Some(next) = adjacency.of(*node).get(*edge) {
                *edge += 1;
                let to = next.to as usize;
                if order[to] == UNSEEN {
                    open.push((next.to, 0));
                } else if on_stack[to] {
                    low[at] = low[at].min(order[to]);
                }
                continue;
            }
            let node = *node;
            open.pop();
            if let Some((parent, _)) = open.last() {
                let parent = *parent as usize;
                low[parent] = low[parent].min(low[at]);
            }
            if low[at] == order[at] {
                let from = stack.iter().rposition(|it| *it == node).unwrap_or(0);
                let mut component = stack.split_off(from);
                component
                    .iter()
                    .for_each(|it| on_stack[*it as usize] = false);
                if component.len() > 1 {
                    component.sort_unstable();
                    found.push(component);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// The shortest way from a node back to it. Empty when there is none.
fn shortest_circle(start: Id, nodes: usize, adjacency: &Adjacency) -> Vec<Edge> {
    let mut came_by: Vec<Option<Edge>> = vec![None; nodes];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in adjacency.of(node) {
            let slot = &mut came_by[edge.to as usize];
            if slot.is_none() {
                *slot = Some(**edge);
                queue.push_back(edge.to);
            }
        }
        if came_by[start as usize].is_some() {
            break;
        }
    }
    let mut circle = Vec::new();
    let mut node = start;
    while let Some(edge) = came_by[node as usize] {
        circle.push(edge);
        node = edge.from;
        if node == start {
            break;
        }
    }
    circle.reverse();
    circle
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn edges(pairs: &[(Id, Id)]) -> Vec<Edge> {
        let edge = |&(from, to)| Edge {
            from,
            to,
            at: Origin::Default,
        };
        pairs.iter().map(edge).collect()
    }

    #[test]
    fn only_what_waits_for_each_other_is_a_component() {
        let edges = edges(&[(0, 1), (1, 2), (2, 1), (2, 3), (4, 5), (5, 4)]);
        let found = components(6, &Adjacency::new(6, &edges));
        assert_eq!(found, [vec![1, 2], vec![4, 5]]);
    }

    #[test]
    fn the_shortest_circle_through_a_node_is_found() {
        let edges = edges(&[(0, 1), (1, 2), (2, 3), (3, 0), (1, 0)]);
        let circle = shortest_circle(0, 4, &Adjacency::new(4, &edges));
        let nodes: Vec<Id> = circle.iter().map(|edge| edge.from).collect();
        assert_eq!(nodes, [0, 1]);
    }

    #[test]
    fn a_chain_of_a_million_needs_no_stack_of_the_thread() {
        let nodes = 1_000_000;
        let chain: Vec<(Id, Id)> = (0..nodes - 1).map(|at| (at, at + 1)).collect();
        let edges = edges(&chain);
        assert!(components(nodes as usize, &Adjacency::new(nodes as usize, &edges)).is_empty());
    }
}
