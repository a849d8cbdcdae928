//! What other environments give: their outputs, read from their state.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use terrace_core::{InScope, RemoteState, Scope};
use terrace_ir::nearest::nearest;
use terrace_ir::{Diagnostic, Sourced};

use super::{LocalState, StateSettings};
use crate::codes;

/// Where each environment keeps its state, by name.
#[derive(Clone, Default)]
pub struct States(Rc<BTreeMap<String, Option<StateSettings>>>);

impl<N: Into<String>> FromIterator<(N, Option<StateSettings>)> for States {
    fn from_iter<I: IntoIterator<Item = (N, Option<StateSettings>)>>(states: I) -> Self {
        let states = states.into_iter();
        Self(Rc::new(
            states.map(|(name, it)| (name.into(), it)).collect(),
        ))
    }
}

/// The states that a stack reads, each by one data source.
#[derive(Default)]
struct Reads(RefCell<BTreeMap<String, RemoteState>>);

/// The state of another environment, as its own file says where it is. One data source serves a whole
/// stack: `data.terraform_remote_state.shared`.
///
/// Reported is an environment that there is not. A stack without a [`Frame`](crate::Frame) that knows the
/// others takes the state to be beside the output.
#[track_caller]
pub fn remote_state(scope: &impl InScope, environment: &Sourced<String>) -> RemoteState {
    let root = scope.scope().root();
    let reads = match root.provided::<Reads>() {
        Some(reads) => reads,
        None => {
            root.provide(Reads::default());
            root.provided::<Reads>().unwrap_or_default()
        }
    };
    if let Some(known) = reads.0.borrow().get(environment.as_str()) {
        return known.clone();
    }
    let beside = || StateSettings::Local(LocalState { path: None });
    let state = match root.provided::<States>() {
        None => beside(),
        Some(states) => {
            check(scope.scope(), &states, environment);
            let said = states.0.get(environment.as_str());
            said.cloned().flatten().unwrap_or_else(beside)
        }
    };
    let (backend, config) = state.remote(environment);
    let name = environment.replace('-', "_");
    let remote = RemoteState::new(&root, &name, backend, config);
    let known = (environment.to_string(), remote.clone());
    reads.0.borrow_mut().extend([known]);
    remote
}

fn check(scope: &Scope, states: &States, environment: &Sourced<String>) {
    let own = scope.stack_name();
    let others = || {
        states
            .0
            .keys()
            .map(String::as_str)
            .filter(|it| *it != &*own)
    };
    let problem = match environment.as_str() {
        name if name == &*own => "which is this environment itself",
        name if states.0.contains_key(name) => return,
        _ => "which is no environment, or one with errors",
    };
    let finding = Diagnostic::error(
        &codes::NO_SUCH_STACK,
        format!("`stack` is \"{}\", {problem}", **environment),
    )
    .argument("stack")
    .value(environment.as_str())
    .at(environment.origin());
    scope.report(match nearest(environment, others()) {
        Some(near) => finding.hint(format!("did you mean \"{near}\"?")),
        None => finding,
    });
}
