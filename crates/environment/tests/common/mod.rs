//! A stack author's settings, as real as an example needs, and a scratch folder for files.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::fs;

use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;
use terrace_environment::{Derived, Environment, Loaded, find, load};
use terrace_ir::{SourceMap, Sourced};

/// What all environments share.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Shared {
    pub organization: Sourced<String>,
    #[serde(default)]
    pub moves: Vec<Move>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Move {
    pub from: Sourced<String>,
    pub to: Sourced<String>,
}

/// An environment of the platform.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Settings {
    /// The Azure region of everything.
    #[schemars(regex(pattern = "^[a-z0-9]+$"))]
    pub location: Sourced<String>,
    pub stage: Stage,
    /// Who answers for it.
    pub owner: Sourced<String>,
    /// The day after which a sandbox may go.
    pub expires: Option<Sourced<String>>,
    pub storage: Storage,
    #[serde(default)]
    pub network: Network,
    #[serde(default)]
    pub clusters: BTreeMap<String, Cluster>,
    #[serde(default)]
    pub tags: BTreeMap<String, Sourced<String>>,
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"maxLength": 8}))]
    pub features: BTreeMap<String, bool>,
    pub budget: Option<Budget>,
    #[schemars(length(min = 1, max = 3), extend("uniqueItems" = true))]
    pub zones: Option<Vec<Sourced<u8>>>,
    #[serde(default)]
    pub datasets: Vec<Dataset>,
    pub schedule: Option<Schedule>,
    pub registry: Option<Existing>,
    /// Whatever the author wants beside.
    #[serde(default)]
    pub extra: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    Dev,
    Staging,
    Prod,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Storage {
    /// An explicit name.
    #[schemars(
        length(min = 3, max = 24),
        extend("pattern" = "^[a-z0-9]*$", "patternErrorMessage" = "3 to 24 small letters and digits")
    )]
    pub name: Option<Sourced<String>>,
    #[serde(default)]
    pub replication: Sourced<Replication>,
    #[schemars(range(min = 1, max = 365))]
    pub retention_days: Option<Sourced<u32>>,
    /// A share of the whole.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub hot_share: Option<Sourced<f64>>,
    #[serde(default)]
    pub versioning: Sourced<bool>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Replication {
    /// Three copies in one place.
    #[default]
    Lrs,
    /// Copies in three zones.
    Zrs,
    /// Copies in two regions.
    Grs,
}

/// How the workspace is reached.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename = "isolation", rename_all = "kebab-case")]
#[schemars(rename = "Network", tag = "isolation")]
pub enum Network {
    /// From everywhere.
    #[default]
    Public,
    /// A network that Azure manages.
    Managed {
        #[serde(default)]
        outbound: Vec<Sourced<String>>,
    },
    /// A network of one's own.
    OwnVnet(OwnVnet),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnVnet {
    pub address_space: Vec<Sourced<String>>,
    pub dns: Option<Sourced<String>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Cluster {
    pub size: Sourced<String>,
    #[schemars(range(max = 100))]
    pub max_nodes: Option<Sourced<u32>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Budget {
    pub amount: Sourced<Percent>,
    #[schemars(length(min = 1))]
    pub contacts: Vec<Sourced<String>>,
}

/// A number that serde alone checks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
pub struct Percent(pub u32);

impl TryFrom<u32> for Percent {
    type Error = String;
    fn try_from(value: u32) -> Result<Self, String> {
        if value.is_multiple_of(10) {
            Ok(Self(value))
        } else {
            Err("budgets are set in tens".to_owned())
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Dataset {
    pub path: Sourced<String>,
    pub format: Option<Sourced<Format>>,
}

/// A set that is not closed.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Csv,
    Parquet,
    #[serde(untagged)]
    Other(String),
}

/// One thing, named in one of two ways.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(extend("x-whole" = true))]
pub struct Existing {
    pub id: Option<Sourced<String>>,
    pub name: Option<Sourced<String>>,
}

/// Several forms of one setting.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    Never,
    Daily { hour: Sourced<u8> },
    Cron(Sourced<String>),
}

/// What no environment inherits.
pub const NEVER_INHERITED: &[&str] = &["owner", "expires", "budget", "storage.name"];

/// A working directory with a folder `stacks`.
pub struct Scratch(TempDir);

impl Scratch {
    /// With a `terrace.toml` in order, and the given files beside it.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self(tempfile::tempdir().expect("a scratch folder"));
        scratch.write("terrace.toml", "organization = \"contoso\"\n");
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch
    }

    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let folder = self.0.path().join("stacks");
        fs::create_dir_all(&folder).expect("the scratch folder is writable");
        fs::write(folder.join(name), text).expect("the scratch folder is writable");
    }

    pub fn load(&self, which: &[&str]) -> Run {
        self.load_as::<Settings>(which)
    }

    pub fn load_as<E>(&self, which: &[&str]) -> Run<E>
    where
        E: serde::de::DeserializeOwned + JsonSchema,
    {
        let folder = find(self.path(), None).expect("the folder is there");
        let which: Vec<String> = which.iter().map(|name| (*name).to_owned()).collect();
        let mut sources = SourceMap::new();
        let derived = Derived::new();
        let loaded = load(&derived, &folder, &which, NEVER_INHERITED, &mut sources);
        Run { loaded, sources }
    }
}

/// What a load gave.
pub struct Run<E = Settings> {
    pub loaded: Loaded<Shared, E>,
    pub sources: SourceMap,
}

impl<E> Run<E> {
    /// The findings, one a line: module, place, argument, code, summary, hint, detail.
    pub fn findings(&self) -> Vec<String> {
        let finding = |finding: &terrace_ir::Diagnostic| {
            let mut line = String::new();
            if let Some(module) = &finding.module {
                line += &format!("[{module}] ");
            }
            if let Some(place) = self.sources.place(finding.origin) {
                line += &format!("{place} ");
            }
            if let Some(argument) = &finding.argument {
                line += &format!("{argument} ");
            }
            line += &format!("{}: {}", finding.code.id, finding.summary);
            if let Some(hint) = &finding.hint {
                line += &format!(" | {hint}");
            }
            if !finding.detail.is_empty() {
                line += &format!(" | {}", finding.detail.replace('\n', " / "));
            }
            line
        };
        self.loaded.diagnostics.iter().map(finding).collect()
    }

    /// The environments that are in order.
    pub fn names(&self) -> Vec<&str> {
        self.loaded
            .environments
            .iter()
            .map(|it| &*it.name)
            .collect()
    }

    /// The environments that are not.
    pub fn failed(&self) -> Vec<&str> {
        self.loaded.failed.iter().map(|it| &*it.name).collect()
    }

    pub fn environment(&self, name: &str) -> &Environment<E> {
        let found = self.loaded.environments.iter().find(|it| &*it.name == name);
        found.unwrap_or_else(|| panic!("`{name}` is wrong: {:#?}", self.findings()))
    }

    /// Where a value was said.
    pub fn place<T>(&self, value: &Sourced<T>) -> String {
        let place = self.sources.place(value.origin());
        place.map_or_else(|| "nowhere".to_owned(), |place| place.to_string())
    }
}

/// An environment in order.
pub const DEV: &str = r#"#:schema ./environment.schema.json
location = "westeurope"
stage = "dev"
owner = "ada"

[storage]
name = "contosodata"
retention_days = 30

[network]
isolation = "managed"
outbound = ["a.example.org"]

[clusters.cpu]
size = "Standard_DS3_v2"
max_nodes = 4

[clusters.gpu]
size = "Standard_NC6s_v3"
"#;
