//! The plugin: the provider by whose name it is called.

use std::path::Path;
use std::process::ExitCode;

use terrace_twin::provider::Twin;
use terrace_twin::serve;

fn main() -> ExitCode {
    let called = std::env::args_os().next().unwrap_or_default();
    let called = Path::new(&called).file_name().unwrap_or_default();
    let started = Twin::called(&called.to_string_lossy()).and_then(serve::run);
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("terrace-twin: {why}");
            ExitCode::FAILURE
        }
    }
}
