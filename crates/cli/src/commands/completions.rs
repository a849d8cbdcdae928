//! `completions`: a script for a shell.

use clap::CommandFactory as _;

use super::{Outcome, print_result};
use crate::arguments::{CommandLine, Completions};

pub(super) fn run(arguments: &Completions) -> Outcome {
    let mut script = Vec::new();
    let name = std::env::args()
        .next()
        .and_then(|path| {
            let name = std::path::Path::new(&path)
                .file_stem()?
                .to_str()?
                .to_owned();
            Some(name)
        })
        .unwrap_or_else(|| "terrace".to_owned());
    clap_complete::generate(
        arguments.shell,
        &mut CommandLine::command(),
        name,
        &mut script,
    );
    print_result(&String::from_utf8_lossy(&script));
    Outcome::Fine
}
