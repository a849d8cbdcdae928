//! A root module, frozen.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Text;
use crate::address::{Mode, ResourceAddress, parts};
use crate::any::Object;
use crate::diagnostic::Construct;
use crate::source::Origin;

/// What an environment is for; decides how severe a finding is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Development, sandboxes, and whatever says nothing of itself.
    #[default]
    Dev,
    /// The rehearsal of production.
    Staging,
    /// Production.
    Prod,
}

impl Stage {
    /// `dev`, `staging` or `prod`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of block at the root of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // named as Terraform names them
pub enum BlockKind {
    Terraform,
    Provider,
    Variable,
    Locals,
    Data,
    Ephemeral,
    Resource,
    Module,
    Moved,
    Import,
    Removed,
    Check,
    Output,
}

impl BlockKind {
    /// All kinds, in the order in which they are rendered.
    pub const ALL: [Self; 13] = [
        Self::Terraform,
        Self::Provider,
        Self::Variable,
        Self::Locals,
        Self::Data,
        Self::Ephemeral,
        Self::Resource,
        Self::Module,
        Self::Moved,
        Self::Import,
        Self::Removed,
        Self::Check,
        Self::Output,
    ];

    /// The keyword, for example `resource`.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Provider => "provider",
            Self::Variable => "variable",
            Self::Locals => "locals",
            Self::Data => "data",
            Self::Ephemeral => "ephemeral",
            Self::Resource => "resource",
            Self::Module => "module",
            Self::Moved => "moved",
            Self::Import => "import",
            Self::Removed => "removed",
            Self::Check => "check",
            Self::Output => "output",
        }
    }

    /// The kind of a keyword.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.keyword() == keyword)
    }

    /// How many labels a block of this kind has.
    #[must_use]
    pub fn labels(self) -> usize {
        match self {
            Self::Resource | Self::Data | Self::Ephemeral => 2,
            Self::Provider | Self::Variable | Self::Module | Self::Check | Self::Output => 1,
            Self::Terraform | Self::Locals | Self::Moved | Self::Import | Self::Removed => 0,
        }
    }

    /// Managed, data or ephemeral, for the kinds that are resources.
    #[must_use]
    pub fn mode(self) -> Option<Mode> {
        match self {
            Self::Resource => Some(Mode::Managed),
            Self::Data => Some(Mode::Data),
            Self::Ephemeral => Some(Mode::Ephemeral),
            _ => None,
        }
    }
}

impl From<Mode> for BlockKind {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Managed => Self::Resource,
            Mode::Data => Self::Data,
            Mode::Ephemeral => Self::Ephemeral,
        }
    }
}

/// A block at the root of a module. Its body holds arguments, nested blocks and meta-arguments
/// alike, by their names.
#[derive(Clone)]
pub struct Block {
    /// Which kind.
    pub kind: BlockKind,
    /// As many as [`BlockKind::labels`] says.
    pub labels: Vec<Text>,
    /// Arguments, nested blocks and meta-arguments.
    pub body: Object,
    /// Where the block was said.
    pub origin: Origin,
    /// The construct that declared it; none when it was read from a file.
    pub construct: Option<Construct>,
}

impl Block {
    /// A block of a kind, with its labels.
    #[must_use]
    pub fn new(kind: BlockKind, labels: impl IntoIterator<Item = Text>) -> Self {
        Self {
            kind,
            labels: labels.into_iter().collect(),
            body: Object::new(),
            origin: Origin::Default,
            construct: None,
        }
    }

    /// The address of a resource, data source or ephemeral resource.
    #[must_use]
    pub fn resource_address(&self) -> Option<ResourceAddress> {
        match (self.kind.mode(), self.labels.as_slice()) {
            (Some(mode), [type_name, name]) => {
                Some(ResourceAddress::new(mode, type_name.clone(), name.clone()))
            }
            _ => None,
        }
    }

    /// What a finding calls the block: `azurerm_key_vault.vault`, `var.region`, `provider.azurerm`.
    #[must_use]
    pub fn address(&self) -> String {
        if let (Some(mode), [type_name, name]) = (self.kind.mode(), self.labels.as_slice()) {
            return parts(mode, type_name, name).concat();
        }
        let keyword = match self.kind {
            BlockKind::Variable => "var",
            kind => kind.keyword(),
        };
        match self.labels.first() {
            Some(label) => format!("{keyword}.{label}"),
            None => keyword.to_owned(),
        }
    }
}

/// A root module: what one environment, or one directory, says to Terraform.
#[derive(Clone)]
pub struct Module {
    /// The environment's name, or the directory as the user named it.
    pub name: Arc<str>,
    /// What it is for.
    pub stage: Stage,
    /// The blocks, in the order in which they were said.
    pub blocks: Vec<Block>,
    /// Outputs that its settings could make it give and that it does not, by name, each with its
    /// description.
    pub withheld: BTreeMap<Text, String>,
    /// What stands beside it that was not read.
    pub beside: Beside,
}

/// What stands in a directory beside the Terraform JSON that was read. Checks that would need it
/// are off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Native files (`*.tf`), by name, in order: anything may be declared there.
    pub native: Vec<String>,
    /// Files of Terraform JSON that could not be read, by name, in order. What they declare is
    /// missing, but the reason is reported already.
    pub unread: Vec<String>,
}

impl Module {
    /// An empty module.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            stage: Stage::default(),
            blocks: Vec::new(),
            withheld: BTreeMap::new(),
            beside: Beside::default(),
        }
    }

    /// The blocks of a kind.
    pub fn of(&self, kind: BlockKind) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }

    /// Resources, data sources and ephemeral resources.
    pub fn resources(&self) -> impl Iterator<Item = &Block> {
        self.blocks
            .iter()
            .filter(|block| block.kind.mode().is_some())
    }

    /// The resource at an address.
    #[must_use]
    pub fn resource(&self, address: &ResourceAddress) -> Option<&Block> {
        self.resources().find(|block| {
            block.kind.mode() == Some(address.mode)
                && matches!(block.labels.as_slice(), [type_name, name]
                    if *type_name == address.type_name && *name == address.name)
        })
    }
}
