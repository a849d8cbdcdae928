//! The program that turns what the providers say about themselves into what this project embeds and generates.
//!
//! It is the only thing that writes `crates/schema/data` (`pack`). Its input is `crates/bindgen/snapshot`; it never
//! reaches out to the network.

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
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Pack(arguments) => pack::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
