//! The commands: what a stack author's program does when it is run.
//!
//! A program is a [`Program`]: the settings of its environments and the function that builds a
//! stack from them. [`run`] reads the command line and does the rest.
//!
//! | module | what it holds |
//! |---|---|
//! | [`arguments`] | the command line |
//! | [`program`] | what the stack author gives |
//! | [`synthesis`] | from environment files to checked modules |
//! | [`output`] | the folder of an environment's output |
//! | [`report`] | findings as text and JSON |
//! | [`commands`] | one module for each command |
//! | [`codes`] | the table of all codes |
//!
//! Results go to stdout, findings to stderr. Exit codes: 0 fine, 1 findings or stale output,
//! 2 misuse.

pub mod arguments;
mod clock;
pub mod codes;
mod commands;
mod editor;
pub mod output;
pub mod program;
pub mod report;
mod state;
pub mod synthesis;
mod threads;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

pub use program::{Build, Program, Sandbox, Settings};

/// Does what the command line says.
///
/// `arguments` begins with the program's name, as `std::env::args_os` gives it.
pub fn run<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    match arguments::CommandLine::try_parse_from(arguments) {
        Ok(line) => commands::run(program, line),
        Err(error) => {
            // Help and version are results, all else is misuse; clap knows which stream it is.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}
