//! What has been applied so far, in a folder that the provider processes of one run share.
//!
//! Each resource is a file of JSON, written beside and renamed, so that processes never read a half. Without a folder
//! nothing is remembered: each process then knows only what Terraform tells it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::apply::computed::uuid;

/// The variable that names the folder.
pub const VARIABLE: &str = "TERRACE_TWIN_STATE";

/// What is nothing in Azure, but a time that passed or a request that was sent. Such things may share
/// an id.
const ELSEWHERE: [&str; 2] = ["azapi_resource_action", "time_sleep"];

/// A resource that stands, or stood and can be recovered.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Its type.
    pub type_name: String,
    /// Its id.
    pub id: String,
    /// Its attributes as in a state file.
    pub attributes: Json,
    /// Whether it was deleted and its name is still taken.
    pub is_soft_deleted: bool,
}

impl Applied {
    /// The text of an attribute.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_str()
    }
}

/// The folder.
#[derive(Debug, Clone, Default)]
pub struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// The folder that the environment names, if it names one.
    #[must_use]
    pub fn from_environment() -> Self {
        let folder = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        Self {
            folder: folder.map(PathBuf::from),
        }
    }

    /// A certain folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_owned()),
        }
    }

    /// Remembers a resource.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn put(&self, applied: &Applied) -> Result<(), String> {
        let Some(file) = self.file(&applied.type_name, &applied.id) else {
            return Ok(());
        };
        let json = json!({
            "type": applied.type_name,
            "id": applied.id,
            "soft_deleted": applied.is_soft_deleted,
            "attributes": applied.attributes,
        });
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        let write = || {
            if let Some(folder) = &self.folder {
                fs::create_dir_all(folder)?;
            }
            fs::write(&beside, json.to_string())?;
            fs::rename(&beside, &file)
        };
        write().map_err(|error: std::io::Error| format!("cannot write {}: {error}", file.display()))
    }

    /// Forgets a resource.
    pub fn remove(&self, type_name: &str, id: &str) {
        if let Some(file) = self.file(type_name, id) {
            // What is not there is forgotten already.
            let _ = fs::remove_file(file);
        }
    }

    /// The resource of a type and id.
    #[must_use]
    pub fn get(&self, type_name: &str, id: &str) -> Option<Applied> {
        read(&self.file(type_name, id)?)
    }

    /// All resources, by type and id.
    #[must_use]
    pub fn all(&self) -> Vec<Applied> {
        let folder = self
            .folder
            .as_ref()
            .and_then(|folder| fs::read_dir(folder).ok());
        let files = folder
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        let files = files.filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        });
        let mut all: Vec<Applied> = files.filter_map(|file| read(&file)).collect();
        all.sort_by(|a, b| (&a.type_name, &a.id).cmp(&(&b.type_name, &b.id)));
        all
    }

    fn file(&self, type_name: &str, id: &str) -> Option<PathBuf> {
        if ELSEWHERE.contains(&type_name) {
            return None;
        }
        // Azure's ids know no case.
        let key = uuid(&format!("{type_name}|{}", id.to_lowercase()));
        Some(self.folder.as_ref()?.join(key).with_extension("json"))
    }
}

fn read(file: &Path) -> Option<Applied> {
    let json: Json = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    Some(Applied {
        type_name: json.get("type")?.as_str()?.to_owned(),
        id: json.get("id")?.as_str()?.to_owned(),
        attributes: json.get("attributes")?.clone(),
        is_soft_deleted: json.get("soft_deleted")?.as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn waits_and_requests_are_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        for type_name in ["time_sleep", "azurerm_subnet"] {
            let applied = Applied {
                type_name: type_name.to_owned(),
                id: "same".to_owned(),
                attributes: Json::Null,
                is_soft_deleted: false,
            };
            store.put(&applied).unwrap();
        }
        let known: Vec<String> = store.all().into_iter().map(|one| one.type_name).collect();
        assert_eq!(known, ["azurerm_subnet"]);
    }

    #[test]
    fn what_is_put_is_there_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let vault = Applied {
            type_name: "azurerm_key_vault".to_owned(),
            id: "/subscriptions/a/vaults/V".to_owned(),
            attributes: json!({"name": "V"}),
            is_soft_deleted: false,
        };
        store.put(&vault).unwrap();
        let found = store.get("azurerm_key_vault", "/subscriptions/A/vaults/v");
        assert_eq!(found.as_ref(), Some(&vault));
        assert_eq!(store.all(), [vault]);
        store.remove("azurerm_key_vault", "/subscriptions/a/vaults/V");
        assert_eq!(store.all(), []);
    }
}
