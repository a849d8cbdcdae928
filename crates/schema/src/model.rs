//! What a provider is, as data: its types, their arguments and blocks, and what is demanded of their values.
//!
//! One model holds two sources. The structure (what is an attribute, what a block, what is required, computed,
//! sensitive) is the provider's own answer to `terraform providers schema -json`. The facts (what replaces, defaults,
//! validators, relations between arguments) are what that answer leaves out. Where the two disagree about structure,
//! the answer wins.

mod facts;
mod sparse;

use serde::{Deserialize, Serialize};
use terrace_ir::Type;

pub use self::facts::{Choices, Range, Relations, Scalar, Shape, ValueFacts};
pub use self::sparse::Sparse;

/// A provider at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Full source address, `registry.terraform.io/hashicorp/azurerm`.
    pub source: String,
    /// The one version that is described, `5.2.0`.
    pub version: String,
    /// The arguments of a `provider` block.
    pub configuration: Schema,
    /// Functions called as `provider::NAME::FUNCTION(…)`.
    pub functions: Vec<Function>,
    /// Prefixes of resource types that exist and are not described here: nothing is known about their arguments.
    pub undescribed: Vec<String>,
}

impl Provider {
    /// The name that its resource types start with: `azurerm` of `registry.terraform.io/hashicorp/azurerm`.
    pub fn name(&self) -> &str {
        self.source.rsplit('/').next().unwrap_or(&self.source)
    }

    /// The source as `required_providers` has it, without the default registry: `hashicorp/azurerm`.
    pub fn short_source(&self) -> &str {
        self.source
            .strip_prefix("registry.terraform.io/")
            .unwrap_or(&self.source)
    }
}

/// What a [`Schema`] describes. The order is the order in a packed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The `provider` block.
    Provider,
    /// `resource`.
    Resource,
    /// `data`.
    DataSource,
    /// `ephemeral`.
    Ephemeral,
}

impl Kind {
    /// The kind in words, for messages: `data source`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Resource => "resource",
            Self::DataSource => "data source",
            Self::Ephemeral => "ephemeral resource",
        }
    }
}

/// A resource type, a data source, an ephemeral resource or the provider block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// What it describes.
    pub kind: Kind,
    /// `azurerm_storage_account`.
    pub name: String,
    /// Version of the schema, as the state records it.
    pub version: u64,
    /// Arguments and nested blocks.
    pub body: BlockType,
    /// How the type behaves as a whole; absent where only the structure is known.
    pub behaviour: Option<Behaviour>,
}

impl Schema {
    /// Whether facts stand beside the structure. Without them nothing is known about values and replacement.
    pub fn is_described(&self) -> bool {
        self.behaviour.is_some()
    }

    /// Whether a change of anything replaces the resource, since the provider has no update for it.
    pub fn never_updates(&self) -> bool {
        self.behaviour
            .as_ref()
            .is_some_and(|behaviour| !behaviour.updatable)
    }

    /// The argument or block at a path of names, `["network_rules", "default_action"]`.
    pub fn member<S: AsRef<str>>(&self, path: &[S]) -> Option<Member<'_>> {
        let (first, rest) = path.split_first()?;
        let mut member = self.body.member(first.as_ref())?;
        for name in rest {
            member = member.member(name.as_ref())?;
        }
        Some(member)
    }
}

/// Facts about a type as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Behaviour {
    /// Operations and how long each may take by default, `("create", "1h30m0s")`.
    pub timeouts: Vec<(String, String)>,
    /// Whether the provider can update it in place.
    pub updatable: bool,
    /// Whether it can be imported.
    pub importable: bool,
    /// An id as `terraform import` takes it.
    pub import_id_example: Option<String>,
    /// Whether the provider's plan holds further rules in code.
    pub custom_diff: bool,
}

/// What may stand in a block: attributes and nested blocks, each sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BlockType {
    /// Arguments and exported attributes.
    pub attributes: Vec<Attribute>,
    /// Nested blocks.
    pub blocks: Vec<NestedBlock>,
    /// Whether the provider calls it deprecated.
    pub deprecated: bool,
}

impl BlockType {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    /// The nested block of that name.
    pub fn block(&self, name: &str) -> Option<&NestedBlock> {
        let index = self
            .blocks
            .binary_search_by(|block| block.name.as_str().cmp(name))
            .ok()?;
        Some(&self.blocks[index])
    }

    /// The attribute or nested block of that name.
    pub fn member(&self, name: &str) -> Option<Member<'_>> {
        self.attribute(name)
            .map(Member::Attribute)
            .or_else(|| self.block(name).map(Member::Block))
    }

    /// The names that a configuration may set here, attributes first.
    pub fn settable_names(&self) -> impl Iterator<Item = &str> {
        let attributes = self
            .attributes
            .iter()
            .filter(|attribute| attribute.is_settable());
        attributes
            .map(|attribute| attribute.name.as_str())
            .chain(self.blocks.iter().map(|block| block.name.as_str()))
    }
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    let index = attributes
        .binary_search_by(|attribute| attribute.name.as_str().cmp(name))
        .ok()?;
    Some(&attributes[index])
}

/// An attribute or a nested block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Member<'a> {
    /// Written `name = value`.
    Attribute(&'a Attribute),
    /// Written `name { … }`.
    Block(&'a NestedBlock),
}

impl<'a> Member<'a> {
    /// What stands under that name inside.
    pub fn member(self, name: &str) -> Option<Member<'a>> {
        match self {
            Self::Attribute(attribute) => attribute.member(name).map(Member::Attribute),
            Self::Block(block) => block.body.member(name),
        }
    }

    /// Its relations to other arguments.
    pub fn relations(self) -> &'a Relations {
        match self {
            Self::Attribute(attribute) => &attribute.relations,
            Self::Block(block) => &block.relations,
        }
    }
}

/// An argument or an exported attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The type that Terraform converts a value to.
    pub ty: Type,
    /// Who gives the value.
    pub presence: Presence,
    /// The schema calls it settable and the provider refuses it all the same: the `id` that the SDK adds to every type.
    pub implicit: bool,
    /// The value is kept out of output.
    pub sensitive: bool,
    /// The value reaches the provider and never the state.
    pub write_only: bool,
    /// The provider calls it deprecated.
    pub deprecated: bool,
    /// Members of an attribute that is made of objects; `None` for a plain value or where no more than `ty` is known.
    pub members: Option<Members>,
    /// A change replaces the resource.
    pub force_new: bool,
    /// The value when left out.
    pub default: Option<Scalar>,
    /// What is demanded of the value, or, of a map, as a whole.
    pub value: Sparse<ValueFacts>,
    /// What is demanded of each element of a list, set or map.
    pub element: Option<Box<ValueFacts>>,
    /// Fewest and most elements of a list or set.
    #[serde(with = "sparse::plain")]
    pub items: Items,
    /// Relations to other arguments.
    pub relations: Sparse<Relations>,
    /// The provider may ignore a difference of spelling between what is written and what Azure answers.
    pub ignores_spelling: bool,
    /// The provider normalizes the value before it compares.
    pub normalized: bool,
}

impl Attribute {
    /// An attribute of which only the structure is known.
    pub fn new(name: impl Into<String>, ty: Type, presence: Presence) -> Self {
        Self {
            name: name.into(),
            ty,
            presence,
            implicit: false,
            sensitive: false,
            write_only: false,
            deprecated: false,
            members: None,
            force_new: false,
            default: None,
            value: Sparse::default(),
            element: None,
            items: Items::default(),
            relations: Sparse::default(),
            ignores_spelling: false,
            normalized: false,
        }
    }

    /// Whether a configuration may set it.
    pub fn is_settable(&self) -> bool {
        self.presence.is_settable() && !self.implicit
    }

    /// Whether nobody may be shown its value.
    pub fn is_secret(&self) -> bool {
        self.sensitive || self.write_only
    }

    /// The member of that name, of an attribute made of objects.
    pub fn member(&self, name: &str) -> Option<&Attribute> {
        find(&self.members.as_ref()?.attributes, name)
    }
}

/// What an attribute made of objects holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// How the attribute came to be made of objects.
    pub form: MembersForm,
    /// Sorted by name.
    pub attributes: Vec<Attribute>,
}

/// The two ways in which an attribute is made of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MembersForm {
    /// A block of the provider's that its schema calls an attribute: in JSON it is a list of objects in which every
    /// member stands, and members that it does not know are dropped.
    BlockAsAttribute,
    /// A nested attribute of protocol 6, `nested_type`: members may be left out, unknown ones are errors.
    Nested(Nesting),
}

/// Who gives an attribute's value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// The configuration, always.
    Required,
    /// The configuration, if it wants to.
    #[default]
    Optional,
    /// The configuration, or else the provider.
    OptionalComputed,
    /// The provider: it cannot be set.
    Computed,
}

impl Presence {
    /// Whether a configuration may set it.
    pub fn is_settable(self) -> bool {
        self != Self::Computed
    }
}

/// A nested block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NestedBlock {
    /// Its name.
    pub name: String,
    /// How many and in what order they are kept.
    pub nesting: Nesting,
    /// Fewest and most blocks.
    pub items: Items,
    /// What may stand inside.
    pub body: BlockType,
    /// The provider fills it in when it is left out.
    pub computed: bool,
    /// A change of the number of blocks replaces the resource.
    pub force_new: bool,
    /// Relations to other arguments.
    pub relations: Sparse<Relations>,
    /// The provider may ignore a difference.
    pub ignores_spelling: bool,
}

/// How nested blocks or nested attributes of one name are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nesting {
    /// One, as an object.
    Single,
    /// Several in order.
    List,
    /// Several without order, equal ones counting once.
    Set,
    /// Several by key.
    Map,
}

/// The fewest and the most elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// Fewest; 0 without a limit.
    pub min: u32,
    /// Most; `None` without a limit.
    pub max: Option<u32>,
}

/// A function of the provider's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name, called as `provider::PROVIDER::NAME`.
    pub name: String,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// The parameter that takes all further arguments.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
}

/// A parameter of a [`Function`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The type that the argument is converted to.
    pub ty: Type,
    /// `null` is accepted.
    pub nullable: bool,
}
