//! A binding: what one generated file says, before it is text.

use terrace_schema::Kind;

/// One resource type, data source or ephemeral resource.
#[derive(Debug, PartialEq)]
pub(crate) struct Binding {
    pub(crate) kind: Kind,
    /// `azurerm_storage_account`.
    pub(crate) type_name: String,
    /// The file and module, `storage_account`.
    pub(crate) module: String,
    /// The struct, `StorageAccount`.
    pub(crate) name: String,
    /// Sentences about the type as a whole.
    pub(crate) doc: Vec<String>,
    /// Whether it has an argument `tags`.
    pub(crate) has_tags: bool,
    /// The kind of its ids as a path in Rust; none where its id is no more than a text.
    pub(crate) id_kind: Option<String>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) getters: Vec<Getter>,
    /// Nested blocks, each before those inside it.
    pub(crate) blocks: Vec<Block>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) known: Vec<KnownTexts>,
}

/// An argument of a type or block.
#[derive(Debug, PartialEq)]
pub(crate) struct Argument {
    /// As the provider calls it.
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) takes: Takes,
    /// Sentences.
    pub(crate) doc: Vec<String>,
}

/// What an argument takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Takes {
    /// A value of this Rust type.
    Value(String),
    /// An id of this kind, a path in Rust.
    Id(String),
    /// A list of ids of this kind.
    Ids(String),
    /// An id of any kind.
    AnyId,
    /// A list of ids of any kind.
    AnyIds,
    /// A reference to a secret.
    Secret,
    /// How long operations may take.
    Timeouts,
    /// This block, written as an object.
    Block(String),
    /// This block, written as a list of one object.
    BlockInList(String),
    /// Any number of this block.
    Blocks(String),
}

/// A nested block as a struct of its own.
#[derive(Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) name: String,
    /// `network_rules.private_link_access`
    pub(crate) path: String,
    /// What Terraform wants to see as null where nothing is set: all members of a block that is written as an attribute.
    pub(crate) nulls: Vec<String>,
    pub(crate) arguments: Vec<Argument>,
}

/// A closed set of texts as an enum.
#[derive(Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    /// The arguments that take it.
    pub(crate) paths: Vec<String>,
    /// Each variant and its text.
    pub(crate) variants: Vec<(String, String)>,
}

/// Texts that the provider names, where it accepts others too.
#[derive(Debug, PartialEq)]
pub(crate) struct KnownTexts {
    pub(crate) name: String,
    pub(crate) path: String,
    /// Each constant and its text.
    pub(crate) constants: Vec<(String, String)>,
}

/// A method that gives an attribute as an expression.
#[derive(Debug, PartialEq)]
pub(crate) struct Getter {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) gives: Gives,
    /// The attribute's name, after that of the one block that it stands in.
    pub(crate) path: Vec<String>,
}

/// What a getter gives.
#[derive(Debug, PartialEq)]
pub(crate) enum Gives {
    /// An expression of this Rust type.
    Value(String),
    /// An id of this kind.
    Id(String),
}
