//! The storage account that holds the states of all environments, this one's own among them.

use terrace::{Output, Sourced, Stack, StateStorage, tf};

use crate::environment::Bootstrap;

pub(crate) fn bootstrap(stack: &Stack, location: &Sourced<String>, env: &Bootstrap) {
    let states = StateStorage::new(stack, "state", location, &env.account);

    let folder = format!("synth-out/{}", stack.name());
    stack.output(
        "state",
        Output::new(states.settings()).description("What to add to the file of each environment."),
    );
    stack.output(
        "move_this_state",
        Output::new(tf!(
            "cargo run -- synth && terraform -chdir={} init -migrate-state",
            folder
        ))
        .description("What to run when it stands in this environment's own file too."),
    );
}
