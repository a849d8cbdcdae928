//! The program that turns what the providers say about themselves into what this project embeds and generates.
//!
//! It is the only thing that writes `crates/schema/data` (`pack`) and the crates of typed bindings (`bindings`). Its
//! input is `crates/bindgen/snapshot` and `crates/bindgen/bound.txt`; it never reaches out to the network.

mod bindings;
mod bodies;
mod facts_json;
mod fixups;
mod join;
mod pack;
mod schema_json;
mod snapshot;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "bindgen",
    about = "Writes what is derived from the providers' schemas"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the packed providers that the program embeds
    Pack(pack::Arguments),
    /// Write the typed bindings of everything in bound.txt
    Bindings,
    /// Bind further types
    Add(bindings::commands::Add),
    /// Fail if the bindings that are checked in are not what would be written
    Check,
    /// Make a crate of bindings for another provider, or another version of one
    Provider(bindings::other_provider::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Pack(arguments) => pack::run(&arguments),
        Command::Bindings => bindings::commands::bindings(),
        Command::Add(arguments) => bindings::commands::add(&arguments),
        Command::Check => bindings::commands::check(),
        Command::Provider(arguments) => bindings::other_provider::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
