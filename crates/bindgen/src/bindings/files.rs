//! The files of a crate of bindings: formatted, compared with what is there, written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::emit::MARK;

/// Contents by path, relative to the crate.
pub(crate) type Files = BTreeMap<String, String>;

/// The files of a crate as rustfmt has them; all sources hang below `src/lib.rs`.
///
/// # Errors
/// When rustfmt is not there, or what was generated is no Rust.
pub(crate) fn formatted(mut files: Files) -> Result<Files, String> {
    let folder = tempfile::tempdir()
        .map_err(|error| format!("cannot make a folder to format in: {error}"))?;
    write(&files, folder.path())?;
    // From the root, rustfmt finds all others.
    let output = Command::new("rustfmt")
        .args(["--edition", "2024", "src/lib.rs"])
        .current_dir(folder.path())
        .output()
        .map_err(|error| format!("cannot run rustfmt, a component of the toolchain: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "rustfmt refuses what was generated:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    for (name, text) in &mut files {
        *text = fs::read_to_string(folder.path().join(name))
            .map_err(|error| format!("cannot read {name} back: {error}"))?;
    }
    Ok(files)
}

/// What differs between the files and those in a folder, a line for each.
pub(crate) fn differences(files: &Files, folder: &Path) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (name, text) in files {
        match fs::read_to_string(folder.join(name)) {
            Ok(found) if found == *text => {}
            Ok(_) => lines.push(format!("{name} is not what the generator writes")),
            Err(_) => lines.push(format!("{name} is missing")),
        }
    }
    let left = left_over(files, folder)?;
    lines.extend(
        left.into_iter()
            .map(|name| format!("{name} is generated no more")),
    );
    Ok(lines)
}

/// Writes the files that differ, deletes generated ones that are not among them, and says how many were touched.
pub(crate) fn write(files: &Files, folder: &Path) -> Result<usize, String> {
    let mut touched = 0;
    for (name, text) in files {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|found| found == *text) {
            continue;
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .map_err(|error| format!("cannot make {}: {error}", parent.display()))?;
        fs::write(&path, text)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        touched += 1;
    }
    for name in left_over(files, folder)? {
        let path = folder.join(name);
        fs::remove_file(&path)
            .map_err(|error| format!("cannot delete {}: {error}", path.display()))?;
        touched += 1;
    }
    Ok(touched)
}

/// Generated files in a folder that are not among `files`. Files that people wrote are never touched.
fn left_over(files: &Files, folder: &Path) -> Result<Vec<String>, String> {
    let mut left = Vec::new();
    for below in ["src", "src/data", "src/ephemeral"] {
        for path in sources(&folder.join(below))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{below}/{name}");
            let is_generated =
                || fs::read_to_string(&path).is_ok_and(|text| text.starts_with(MARK));
            if !files.contains_key(&name) && is_generated() {
                left.push(name);
            }
        }
    }
    Ok(left)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| format!("cannot read {}: {error}", folder.display()))?
            .path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn files(names: &[&str]) -> Files {
        names
            .iter()
            .map(|name| ((*name).to_owned(), format!("{MARK} from a test.\n")))
            .collect()
    }

    #[test]
    fn what_is_stale_missing_or_left_over_is_named_and_what_people_wrote_is_not() {
        let folder = tempfile::tempdir().unwrap();
        write(
            &files(&["src/a.rs", "src/b.rs", "src/data/c.rs"]),
            folder.path(),
        )
        .unwrap();
        fs::write(folder.path().join("src/mine.rs"), "// by hand\n").unwrap();
        fs::write(
            folder.path().join("src/b.rs"),
            format!("{MARK} and changed\n"),
        )
        .unwrap();
        let wanted = files(&["src/a.rs", "src/b.rs", "src/d.rs"]);
        assert_eq!(
            differences(&wanted, folder.path()).unwrap(),
            [
                "src/b.rs is not what the generator writes",
                "src/d.rs is missing",
                "src/data/c.rs is generated no more"
            ]
        );
        assert_eq!(write(&wanted, folder.path()), Ok(3));
        assert_eq!(
            differences(&wanted, folder.path()).unwrap(),
            Vec::<String>::new()
        );
        assert!(folder.path().join("src/mine.rs").exists());
    }

    #[test]
    fn what_is_no_rust_is_an_error() {
        let files = Files::from([("src/lib.rs".to_owned(), "pub fn (".to_owned())]);
        assert!(
            formatted(files)
                .unwrap_err()
                .starts_with("rustfmt refuses what was generated")
        );
    }
}
