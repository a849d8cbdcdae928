//! `bindgen pack`: writes one packed file per provider, and one of azapi's request bodies, into
//! `crates/schema/data`.

use std::fs;
use std::path::PathBuf;

use terrace_schema::archive;

use crate::bodies;
use crate::fixups;
use crate::snapshot::{SNAPSHOTS, Snapshot};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing and fail if a file is not what would be written
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    for snapshot in &SNAPSHOTS {
        write(
            arguments,
            &format!("{}.bin", snapshot.name),
            &pack(snapshot)?,
        )?;
    }
    write(arguments, bodies::FILE, &bodies::pack()?)
}

fn write(arguments: &Arguments, file: &str, bytes: &[u8]) -> Result<(), String> {
    let path = folder().join(file);
    if arguments.check {
        if fs::read(&path).is_ok_and(|found| found == bytes) {
            return Ok(());
        }
        return Err(format!(
            "crates/schema/data/{file} is stale: run `cargo run -p terrace-bindgen -- pack`"
        ));
    }
    fs::write(&path, bytes)
        .map_err(|error| format!("cannot write crates/schema/data/{file}: {error}"))?;
    println!("wrote crates/schema/data/{file}, {} bytes", bytes.len());
    Ok(())
}

/// The bytes of one provider's file.
pub(crate) fn pack(snapshot: &Snapshot) -> Result<Vec<u8>, String> {
    let (mut provider, mut schemas) = snapshot.load()?;
    fixups::apply(snapshot.name, &mut provider.configuration, &mut schemas)?;
    archive::pack(&provider, &schemas)
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema/data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_files_are_what_is_packed_from_the_snapshot() {
        assert_eq!(run(&Arguments { check: true }), Ok(()));
    }
}
