//! Where the state of an output folder is, and whether anything is in it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use terrace_ir::{BlockKind, Module, Object, reason};

const STATE: &str = "terraform.tfstate";

/// How many resources the state holds that stands in a folder, in all of Terraform's workspaces.
///
/// # Errors
/// Why it cannot be told: a state that cannot be read.
pub(crate) fn local(folder: &Path) -> Result<usize, String> {
    let mut count = resources(&folder.join(STATE))?;
    // `terraform workspace` keeps the others there.
    match fs::read_dir(folder.join("terraform.tfstate.d")) {
        Ok(workspaces) => {
            for workspace in workspaces.flatten() {
                count += resources(&workspace.path().join(STATE))?;
            }
        }
        Err(error) if is_absent(&error) => {}
        Err(error) => return Err(reason(&error)),
    }
    Ok(count)
}

/// The backend that keeps the state elsewhere, by its name, if there is one: what the files in a
/// folder say, or what Terraform was last initialized with.
pub(crate) fn remote(folder: &Path) -> Option<String> {
    let parsed = |path: &Path| {
        let text = fs::read_to_string(path).ok()?;
        serde_json::from_str::<Json>(&text).ok()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let said = files
        .iter()
        .filter(|file| file.to_string_lossy().ends_with(".tf.json"))
        .find_map(|file| elsewhere(parsed(file)?.get("terraform")?));
    said.or_else(|| {
        let initialized = parsed(&folder.join(".terraform").join(STATE))?;
        let backend = initialized.get("backend")?.get("type")?.as_str()?;
        (backend != "local").then(|| backend.to_owned())
    })
}

/// The backend that a module names, if its state is elsewhere.
pub(crate) fn remote_of(module: &Module) -> Option<String> {
    module.of(BlockKind::Terraform).find_map(|block| {
        if block.body.get("cloud").is_some() {
            return Some("cloud".to_owned());
        }
        let entry = block.body.get("backend")?.as_object()?.iter().next()?;
        let has_path = |settings: &Object| settings.get("path").is_some();
        let backend = entry.key.as_text()?;
        let is_here = backend == "local" && !entry.value.as_object().is_some_and(has_path);
        (!is_here).then(|| backend.to_owned())
    })
}

/// What a block `terraform` says of a state that is not in the folder.
fn elsewhere(terraform: &Json) -> Option<String> {
    if terraform.get("cloud").is_some() {
        return Some("cloud".to_owned());
    }
    let (backend, settings) = terraform.get("backend")?.as_object()?.iter().next()?;
    (backend != "local" || settings.get("path").is_some()).then(|| backend.clone())
}

/// How many managed resources a file of Terraform's state holds. Data sources are nothing that runs.
fn resources(file: &Path) -> Result<usize, String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Ok(0),
        Err(error) => return Err(reason(&error)),
    };
    if text.trim().is_empty() {
        return Ok(0);
    }
    let state: Json = serde_json::from_str(&text).map_err(|_| "it is no JSON".to_owned())?;
    let Some(resources) = state.get("resources").and_then(Json::as_array) else {
        return Err("it holds no list of resources".to_owned());
    };
    let managed = resources.iter().filter(|it| it["mode"] != "data");
    Ok(managed
        .map(|it| it["instances"].as_array().map_or(1, |all| all.len().max(1)))
        .sum())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn count(files: &[(&str, &str)]) -> Result<usize, String> {
        local(folder(files).path())
    }

    const ONE: &str = r#"{"version":4,"resources":[{"mode":"managed","instances":[{}]}]}"#;

    #[test]
    fn resources_are_counted_by_instance_and_data_sources_are_none() {
        let three = r#"{"resources":[{"mode":"managed","instances":[{},{}]},
            {"mode":"data","instances":[{}]},{"mode":"managed","instances":[{}]}]}"#;
        assert_eq!(count(&[]), Ok(0));
        assert_eq!(count(&[("terraform.tfstate", "")]), Ok(0));
        assert_eq!(
            count(&[("terraform.tfstate", r#"{"version":4,"resources":[]}"#)]),
            Ok(0)
        );
        assert_eq!(count(&[("terraform.tfstate", three)]), Ok(3));
    }

    #[test]
    fn the_states_of_other_workspaces_count_too() {
        let other = "terraform.tfstate.d/trial/terraform.tfstate";
        assert_eq!(count(&[(other, ONE)]), Ok(1));
        assert_eq!(count(&[(other, ONE), ("terraform.tfstate", ONE)]), Ok(2));
    }

    #[test]
    fn a_state_that_cannot_be_read_is_not_an_empty_one() {
        for wrong in ["encrypted", r#"{"encrypted_data":"x"}"#] {
            assert!(count(&[("terraform.tfstate", wrong)]).is_err());
        }
        assert!(count(&[("terraform.tfstate/a", "a folder in its place")]).is_err());
    }

    #[test]
    fn a_backend_is_what_the_files_say_or_terraform_was_initialized_with() {
        for (file, text, expected) in [
            ("main.tf.json", r#"{}"#, None),
            (
                "main.tf.json",
                r#"{"terraform":{"backend":{"local":{}}}}"#,
                None,
            ),
            (
                "main.tf.json",
                r#"{"terraform":{"backend":{"local":{"path":"/elsewhere"}}}}"#,
                Some("local"),
            ),
            (
                "terraform.tf.json",
                r#"{"terraform":{"backend":{"azurerm":{}}}}"#,
                Some("azurerm"),
            ),
            (
                "mine.tf.json",
                r#"{"terraform":{"cloud":{}}}"#,
                Some("cloud"),
            ),
            ("terraform.json", r#"{"terraform":{"cloud":{}}}"#, None),
            (
                ".terraform/terraform.tfstate",
                r#"{"backend":{"type":"s3"}}"#,
                Some("s3"),
            ),
        ] {
            let folder = folder(&[("a.tf.json", "{}"), (file, text)]);
            assert_eq!(remote(folder.path()).as_deref(), expected, "{file} {text}");
        }
    }
}
