//! What a rehearsal gives to Terraform: a root module, and what stands in the way of rehearsing it offline.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::{Map, Value as Json, json};
use terrace_ir::{Block, BlockKind, Data, Diagnostic, Module, Object, Severity, SourceMap, render};
use terrace_schema::{Provider, catalog};

use crate::codes::NOT_OFFLINE;

/// The type of the data source that reads the state of another root module.
const REMOTE_STATE: &str = "terraform_remote_state";

/// A root module and its files.
pub struct Configuration {
    /// What the files say.
    pub module: Module,
    /// The files, by their paths in the folder.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

impl Configuration {
    /// A module as it would be written.
    #[must_use]
    pub fn of(module: Module) -> Self {
        let main = render::module(&module, None).into_bytes();
        Self {
            module,
            files: vec![("main.tf.json".into(), main)],
        }
    }

    /// Files that somebody has written, and what cannot be read of them.
    #[must_use]
    pub fn read(
        name: &str,
        files: Vec<(PathBuf, Vec<u8>)>,
        sources: &mut SourceMap,
    ) -> (Self, Vec<Diagnostic>) {
        let texts: Vec<(&str, &str)> = files
            .iter()
            .filter_map(|(path, text)| Some((path.to_str()?, std::str::from_utf8(text).ok()?)))
            .filter(|(path, _)| !path.contains('/'))
            .collect();
        let (module, mut found) = terrace_ir::read::files(name, &texts, sources);
        found.retain(|finding| finding.severity == Severity::Error);
        (Self { module, files }, found)
    }

    /// The files below a folder that a root module may use: all but hidden ones, states and saved plans.
    ///
    /// # Errors
    /// What the operating system refused.
    pub fn files_in(folder: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
        fn walk(root: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
            for entry in fs::read_dir(root.join(below))? {
                let name = entry?.file_name();
                let path = below.join(&name);
                let whole = root.join(&path);
                if !is_used(Path::new(&name)) {
                    continue;
                }
                if whole.is_dir() {
                    walk(root, &path, files)?;
                } else {
                    files.push((path, fs::read(whole)?));
                }
            }
            Ok(())
        }
        let mut files = Vec::new();
        walk(folder, Path::new(""), &mut files)?;
        files.sort();
        Ok(files)
    }

    /// What only the network could give. `states` are those of other root modules that have been applied.
    pub(crate) fn needs(&self, states: &[String]) -> Vec<Diagnostic> {
        let remote = remote_states(&self.module).filter_map(|(name, block)| {
            let is_there = states.iter().any(|state| state == name);
            (!is_there).then(|| {
                let summary = format!("the state `{name}` would have to be read from elsewhere");
                Diagnostic::error(&NOT_OFFLINE, summary)
                    .detail("only what other environments beside this one give can be rehearsed")
                    .hint("name the resource by its id instead")
                    .address(block.address())
                    .construct(block.construct.clone())
            })
        });
        let sources = self.module.of(BlockKind::Module).filter_map(|block| {
            let source = block.body.get("source")?;
            let text = source.as_text()?;
            let finding = match self.has_module(text) {
                true => return None,
                false if text.starts_with("../") => Diagnostic::error(
                    &NOT_OFFLINE,
                    format!("the module \"{text}\" is outside the root module's folder"),
                )
                .hint("copy it below the output, and name it by `./…`"),
                false if text.starts_with("./") => {
                    Diagnostic::error(&NOT_OFFLINE, format!("there is no module at \"{text}\""))
                        .hint("name a folder below the output")
                }
                false => Diagnostic::error(
                    &NOT_OFFLINE,
                    format!("the module \"{text}\" would have to be downloaded"),
                )
                .hint("copy it below the output, and name it by `./…`"),
            };
            Some(finding.at(source.origin).address(block.address()))
        });
        let providers = required(&self.module).filter_map(|(name, requirement)| {
            let source = requirement.get("source")?;
            let text = source.as_text()?;
            let is_played = catalog().provider(text).is_some() || is_builtin(text);
            (!is_played).then(|| {
                Diagnostic::error(
                    &NOT_OFFLINE,
                    format!("`{name}` is the provider \"{text}\", which cannot be rehearsed"),
                )
                .detail(format!("the stand-in provider plays {}", played()))
                .hint("keep what needs it in a root module of its own")
                .at(source.origin)
            })
        });
        let name = &self.module.name;
        sources
            .chain(providers)
            .chain(remote)
            .map(|finding| finding.in_module(name))
            .collect()
    }

    fn has_module(&self, source: &str) -> bool {
        let Some(folder) = source.strip_prefix("./") else {
            return false;
        };
        let mut paths = self.files.iter();
        paths.any(|(path, _)| path.starts_with(folder))
    }

    /// What is different in a rehearsal: a file that overrides the others, and in words what it does. States of other root
    /// modules are read from files beside the folder.
    pub(crate) fn overrides(&self) -> (Json, Vec<String>) {
        // Always: a native file may name a backend, and what is planned on a state must have the same one.
        let mut terraform = Map::new();
        terraform.insert("backend".to_owned(), json!({"local": {}}));
        let mut notes = Vec::new();
        if let Some(backend) = backend(&self.module) {
            notes.push(format!("{backend} is replaced by a local backend"));
        }
        let mut versions = Map::new();
        for (name, requirement) in required(&self.module) {
            let Some(provider) = other_version(requirement) else {
                continue;
            };
            versions.insert(
                name.to_owned(),
                json!({"source": provider.short_source(), "version": provider.version}),
            );
            let wanted = requirement.get("version").and_then(|it| it.as_text());
            notes.push(format!(
                "{name} \"{}\" is played by {}",
                wanted.unwrap_or_default(),
                provider.version
            ));
        }
        if !versions.is_empty() {
            terraform.insert("required_providers".to_owned(), Json::Object(versions));
        }
        let mut overrides = json!({"terraform": terraform});
        for (name, _) in remote_states(&self.module) {
            let path = format!("../{name}.tfstate");
            overrides["data"][REMOTE_STATE][name] =
                json!({"backend": "local", "config": {"path": path}});
        }
        (overrides, notes)
    }

    /// The override by which everything can be destroyed, and how many resources it concerns.
    pub(crate) fn unprotected(&self) -> (Json, usize) {
        let mut types: Map<String, Json> = Map::new();
        let mut count = 0;
        for block in self.module.of(BlockKind::Resource) {
            let ([type_name, name], true) = (block.labels.as_slice(), is_protected(block)) else {
                continue;
            };
            count += 1;
            let named = types
                .entry(type_name.to_string())
                .or_insert_with(|| json!({}));
            named[&**name] = json!({"lifecycle": {"prevent_destroy": false}});
        }
        (Json::Object(types), count)
    }

    /// Made-up values of the variables that have neither a default nor a value in the environment.
    pub(crate) fn variables(&self) -> Map<String, Json> {
        let variables = self.module.of(BlockKind::Variable).filter_map(|block| {
            let name = block.labels.first()?;
            let is_given = block.body.get("default").is_some()
                || std::env::var_os(format!("TF_VAR_{name}")).is_some();
            (!is_given).then(|| Some((name.to_string(), made_up(block)?)))?
        });
        variables.collect()
    }
}

/// Whether a root module may use a file below its folder: neither hidden nor a state nor a saved plan.
#[must_use]
pub fn is_used(path: &Path) -> bool {
    path.iter().all(|name| {
        let name = name.to_string_lossy();
        let is_of_terraform = name.contains(".tfstate") || name.ends_with(".tfplan");
        !name.starts_with('.') && !is_of_terraform
    })
}

fn terraform_blocks(module: &Module) -> impl Iterator<Item = &Object> {
    module.of(BlockKind::Terraform).map(|block| &block.body)
}

/// The entries of `required_providers`: local name and requirement.
fn required(module: &Module) -> impl Iterator<Item = (&str, &Object)> {
    terraform_blocks(module)
        .filter_map(|body| body.get("required_providers"))
        .flat_map(|required| required.bodies())
        .flat_map(Object::iter)
        .filter_map(|entry| Some((entry.key.as_text()?, entry.value.as_object()?)))
}

/// What the state is to be kept in: `the backend "azurerm"`.
fn backend(module: &Module) -> Option<String> {
    terraform_blocks(module).find_map(|body| {
        if body.get("cloud").is_some() {
            return Some("the block `cloud`".to_owned());
        }
        let kind = body.get("backend")?.bodies().next()?.iter().next()?;
        Some(format!("the backend \"{}\"", kind.key.as_text()?))
    })
}

/// The provider that the twin plays at another version than the one that is required.
fn other_version(requirement: &Object) -> Option<&'static Provider> {
    let provider = catalog().provider(requirement.get("source")?.as_text()?)?;
    let wanted = requirement.get("version")?.as_text()?;
    let exact = wanted.trim().trim_start_matches('=').trim();
    (exact != provider.version).then_some(provider)
}

fn is_builtin(source: &str) -> bool {
    source.contains("terraform.io/builtin/")
}

/// The states of other root modules that a module reads, by the names of their data sources.
pub fn remote_states(module: &Module) -> impl Iterator<Item = (&str, &Block)> {
    module
        .of(BlockKind::Data)
        .filter_map(|block| match block.labels.as_slice() {
            [type_name, name] if *type_name == *REMOTE_STATE => Some((&**name, block)),
            _ => None,
        })
}

/// The providers that the twin plays.
pub(crate) fn played() -> String {
    let sources: Vec<&str> = catalog().providers().map(Provider::short_source).collect();
    sources.join(", ")
}

fn is_protected(block: &Block) -> bool {
    let lifecycle = block.body.get("lifecycle");
    let mut bodies = lifecycle.into_iter().flat_map(|it| it.bodies());
    bodies.any(|body| {
        let prevents = body.get("prevent_destroy");
        prevents.is_some_and(|it| it.data != Data::Bool(false))
    })
}

/// A value of a variable's type. None for objects: what would do there is known to the author alone.
fn made_up(variable: &Block) -> Option<Json> {
    let Some(ty) = variable.body.get("type") else {
        return Some(json!("rehearsal"));
    };
    let ty = render::argument(ty);
    let ty = ty.trim_matches('"').trim_start_matches("${");
    let constructor = ty.split(['(', '}']).next().unwrap_or_default();
    match constructor {
        "string" | "any" => Some(json!("rehearsal")),
        "number" => Some(json!(1)),
        "bool" => Some(json!(false)),
        "list" | "set" => Some(json!([])),
        "map" => Some(json!({})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn read(main: &Json) -> Configuration {
        let files = vec![("main.tf.json".into(), main.to_string().into_bytes())];
        let (configuration, found) = Configuration::read("prod", files, &mut SourceMap::new());
        assert!(found.is_empty());
        configuration
    }

    #[test]
    fn a_backend_and_another_version_are_overridden_and_said() {
        let configuration = read(&json!({"terraform": {
            "backend": {"azurerm": {"key": "prod"}},
            "required_providers": {
                "azurerm": {"source": "hashicorp/azurerm", "version": "~> 4.0"},
                "time": {"source": "hashicorp/time", "version": "0.14.0"},
            },
        }}));
        let (overrides, notes) = configuration.overrides();
        assert_eq!(overrides["terraform"]["backend"], json!({"local": {}}));
        let versions = overrides["terraform"]["required_providers"]
            .as_object()
            .unwrap();
        assert_eq!(versions.keys().collect::<Vec<_>>(), ["azurerm"]);
        assert_eq!(notes.len(), 2);
        assert_eq!(
            notes[0],
            "the backend \"azurerm\" is replaced by a local backend"
        );
    }

    #[test]
    fn what_only_the_network_has_is_found_where_it_is_said() {
        let mut configuration = read(&json!({
            "terraform": {"required_providers": {"random": {"source": "hashicorp/random"}}},
            "module": {
                "hub": {"source": "Azure/network/azurerm"},
                "beside": {"source": "./modules/beside"},
                "above": {"source": "../above"},
            },
        }));
        configuration
            .files
            .push(("modules/beside/main.tf.json".into(), b"{}".to_vec()));
        let found = configuration.needs(&[]);
        let summaries: Vec<&str> = found.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!(
            summaries,
            [
                "the module \"../above\" is outside the root module's folder",
                "the module \"Azure/network/azurerm\" would have to be downloaded",
                "`random` is the provider \"hashicorp/random\", which cannot be rehearsed",
            ]
        );
        assert!(found.iter().all(|finding| finding.origin.is_file()));
    }

    #[test]
    fn a_state_of_another_environment_is_read_where_it_was_put() {
        let configuration = read(&json!({"data": {"terraform_remote_state": {
            "shared": {"backend": "azurerm", "config": {"key": "shared.tfstate"}},
        }}}));
        assert_eq!(configuration.needs(&[]).len(), 1);
        assert_eq!(configuration.needs(&["shared".to_owned()]).len(), 0);
        let (overrides, _) = configuration.overrides();
        assert_eq!(
            overrides["data"]["terraform_remote_state"]["shared"],
            json!({"backend": "local", "config": {"path": "../shared.tfstate"}})
        );
    }

    #[test]
    fn only_what_is_protected_is_freed() {
        let configuration = read(&json!({"resource": {"azurerm_key_vault": {
            "kept": {"lifecycle": {"prevent_destroy": true}},
            "free": {"lifecycle": {"prevent_destroy": false}},
        }}}));
        let (resources, count) = configuration.unprotected();
        assert_eq!(count, 1);
        assert_eq!(
            resources,
            json!({"azurerm_key_vault": {"kept": {"lifecycle": {"prevent_destroy": false}}}})
        );
    }

    #[test]
    fn variables_without_a_value_get_one_of_their_type() {
        let configuration = read(&json!({"variable": {
            "password": {"type": "string", "sensitive": true},
            "count": {"type": "number"},
            "ranges": {"type": "list(string)"},
            "shape": {"type": "object({a = string})"},
            "known": {"type": "string", "default": "x"},
        }}));
        assert_eq!(
            Json::Object(configuration.variables()),
            json!({"password": "rehearsal", "count": 1, "ranges": []})
        );
    }
}
