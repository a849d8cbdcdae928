//! The stacks of this repository: `cargo run -- synth`.

mod bootstrap;
mod environment;
mod platform;
mod sandbox;
mod shared;

fn main() -> std::process::ExitCode {
    terrace::main(environment::build)
}
