//! Where the state of an output folder is, and whether anything is in it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde_json::Value as Json;
use terrace_ir::reason;

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

/// The backend that keeps the state elsewhere, by its name, if there is one: what `main` (the module
/// as it stands on disk) says, or what Terraform was last initialized with.
pub(crate) fn remote(folder: &Path, main: Option<&str>) -> Option<String> {
    let parsed = |text: &str| serde_json::from_str::<Json>(text).ok();
    let module = main.and_then(parsed).unwrap_or_default();
    let said = module.get("terraform").and_then(|terraform| {
        if terraform.get("cloud").is_some() {
            return Some("cloud".to_owned());
        }
        let (backend, settings) = terraform.get("backend")?.as_object()?.iter().next()?;
        (backend != "local" || settings.get("path").is_some()).then(|| backend.clone())
    });
    said.or_else(|| {
        let initialized = fs::read_to_string(folder.join(".terraform").join(STATE)).ok()?;
        let backend = parsed(&initialized)?;
        let backend = backend.get("backend")?.get("type")?.as_str()?;
        (backend != "local").then(|| backend.to_owned())
    })
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
    fn a_backend_is_what_the_module_says_or_terraform_was_initialized_with() {
        let nothing = folder(&[]);
        for (main, expected) in [
            (r#"{}"#, None),
            (r#"{"terraform":{"backend":{"local":{}}}}"#, None),
            (
                r#"{"terraform":{"backend":{"local":{"path":"/elsewhere"}}}}"#,
                Some("local"),
            ),
            (
                r#"{"terraform":{"backend":{"azurerm":{}}}}"#,
                Some("azurerm"),
            ),
            (r#"{"terraform":{"cloud":{}}}"#, Some("cloud")),
        ] {
            let found = remote(nothing.path(), Some(main));
            assert_eq!(found.as_deref(), expected, "{main}");
        }
        let initialized = folder(&[(
            ".terraform/terraform.tfstate",
            r#"{"backend":{"type":"s3"}}"#,
        )]);
        let found = remote(initialized.path(), None);
        assert_eq!(found.as_deref(), Some("s3"));
    }
}
