//! How the program is linked.

fn main() {
    println!("cargo:rerun-if-changed=stacks/build.rs");
    // A program whose place in memory is fixed has nothing to relocate when it starts, and a seventh fewer
    // pages to find in a run of some milliseconds. That its place can be guessed matters little: what it
    // reads are its author's own files, and none of it is unsafe code of ours.
    let target = |name: &str| std::env::var(name).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
