//! Addresses of resources, and paths of arguments inside a block.

use std::fmt;
use std::sync::Arc;

use crate::Text;
use crate::node::{Node, Root};

/// Which of the three kinds of resource an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// The address of a resource, data source or ephemeral resource in its root module.
///
/// ```
/// use terrace_ir::{Mode, ResourceAddress};
/// let vault = ResourceAddress::new(Mode::Data, "azurerm_key_vault", "shared");
/// assert_eq!(vault.to_string(), "data.azurerm_key_vault.shared");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceAddress {
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// The resource type, for example `azurerm_key_vault`.
    pub type_name: Text,
    /// The name that the module gives it.
    pub name: Text,
}

impl ResourceAddress {
    /// The address of a mode, a type and a name.
    pub fn new(mode: Mode, type_name: impl Into<Text>, name: impl Into<Text>) -> Self {
        Self {
            mode,
            type_name: type_name.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for ResourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = parts(self.mode, &self.type_name, &self.name);
        parts.iter().try_for_each(|part| f.write_str(part))
    }
}

/// What the address of a resource is written of.
pub(crate) fn parts<'a>(mode: Mode, type_name: &'a str, name: &'a str) -> [&'a str; 4] {
    let prefix = match mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    [prefix, type_name, ".", name]
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An argument, attribute or key.
    Name(Text),
    /// An element of a list.
    Index(usize),
}

/// The path of an argument in its block, written as Terraform writes it: `identity[0].type`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArgumentPath(Vec<Step>);

impl ArgumentPath {
    /// The block itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path as Terraform writes it: `identity[0].type`, `tags["cost-center"]`.
    ///
    /// Returns `None` when the text is no path.
    ///
    /// ```
    /// use terrace_ir::ArgumentPath;
    /// let path = ArgumentPath::parse("rule[0].tags[\"a b\"]").unwrap();
    /// assert_eq!(path.to_string(), "rule[0].tags[\"a b\"]");
    /// assert!(ArgumentPath::parse("rule[").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut path = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix("[\"") {
                let (key, after) = inner.split_once("\"]")?;
                path.push(Step::Name(key.to_owned().into()));
                rest = after;
            } else if let Some(inner) = rest.strip_prefix('[') {
                let (index, after) = inner.split_once(']')?;
                path.push(Step::Index(index.parse().ok()?));
                rest = after;
            } else {
                let name = match rest.strip_prefix('.') {
                    Some(name) if !path.is_root() => name,
                    None if path.is_root() => rest,
                    _ => return None,
                };
                let end = name.find(['.', '[']).unwrap_or(name.len());
                if !is_identifier(&name[..end]) {
                    return None;
                }
                path.push(Step::Name(name[..end].to_owned().into()));
                rest = &name[end..];
            }
        }
        matches!(path.0.first(), Some(Step::Name(_))).then_some(path)
    }

    /// The path as a relative reference, as `ignore_changes` takes it. `None` for the block itself.
    #[must_use]
    pub fn to_node(&self) -> Option<Arc<Node>> {
        let mut steps = self.0.iter();
        let Some(Step::Name(first)) = steps.next() else {
            return None;
        };
        let root = Arc::new(Node::Root(Root::Name(first.clone())));
        Some(steps.fold(root, |source, step| match step {
            Step::Name(name) if is_identifier(name) => Node::attribute(source, name.clone()),
            Step::Name(name) => Arc::new(Node::Index(source, Node::text(&**name))),
            Step::Index(index) => Arc::new(Node::Index(
                source,
                Arc::new(Node::Number(index.to_string().into())),
            )),
        }))
    }

    /// Goes one step in.
    pub fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Goes one step back.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// The steps from the block to the argument.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the block itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ArgumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if is_identifier(name) => {
                    if n > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(name)?;
                }
                Step::Name(name) => write!(f, "[\"{name}\"]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Whether a text is an identifier of Terraform: a letter or `_`, then letters, digits, `_`, `-`.
///
/// Letters are Unicode's, as in HCL.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
