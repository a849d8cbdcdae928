//! A finding: what is wrong, with which value, where, and what to do.

use std::cmp::Ordering;
use std::io;
use std::sync::Arc;

use crate::source::Origin;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// It works, but the author should know.
    Warning,
    /// What could not be checked, and why.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A kind of finding: a stable code and the page that `explain` prints.
///
/// Each crate declares its codes as statics beside the check that reports them and lists them in a
/// `CODES` table; the command line joins the tables.
#[derive(Debug)]
pub struct Code {
    /// For example `T0203`.
    pub id: &'static str,
    /// One line, lower case, no full stop: `an argument has a value outside its set`.
    pub title: &'static str,
    /// What it means, an example, and what to do. Markdown.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Code {}

/// The construct that declared what a finding is about.
#[derive(Clone, Debug)]
pub struct Construct {
    /// Its path in the tree, for example `platform/data`.
    pub path: Arc<str>,
    /// The line of the stack that made it.
    pub origin: Origin,
}

/// A finding.
///
/// Made with [`Diagnostic::error`], [`Diagnostic::warning`] or [`Diagnostic::note`] and completed
/// by the builder methods. The summary is one line, lower case, without a full stop; it never
/// holds a sensitive value.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which kind of finding.
    pub code: &'static Code,
    /// One line: what is wrong, with the argument and the value.
    pub summary: String,
    /// More, where one line does not say it all: what is allowed, what else is involved.
    pub detail: String,
    /// What to do.
    pub hint: Option<String>,
    /// The environment or directory.
    pub module: Option<Arc<str>>,
    /// The address in the module, for example `azurerm_key_vault.platform_vault`.
    pub address: Option<String>,
    /// The argument's path in the block, for example `identity[0].type`.
    pub argument: Option<String>,
    /// The value that was found. Never a sensitive one.
    pub value: Option<String>,
    /// Where the value was said.
    pub origin: Origin,
    /// The construct that declared the block.
    pub construct: Option<Construct>,
}

impl Diagnostic {
    /// A finding that keeps its module from being written.
    #[must_use]
    pub fn error(code: &'static Code, summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, summary.into())
    }

    /// A finding that keeps nothing from being written.
    #[must_use]
    pub fn warning(code: &'static Code, summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, summary.into())
    }

    /// Something that was not checked, and why.
    #[must_use]
    pub fn note(code: &'static Code, summary: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, summary.into())
    }

    fn new(severity: Severity, code: &'static Code, summary: String) -> Self {
        Self {
            severity,
            code,
            summary,
            detail: String::new(),
            hint: None,
            module: None,
            address: None,
            argument: None,
            value: None,
            origin: Origin::Default,
            construct: None,
        }
    }

    /// Adds what one line did not say.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the address in the module.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Adds the argument's path.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.argument = Some(argument.into());
        self
    }

    /// Adds the value that was found. The caller vouches that it is not sensitive.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Adds the construct.
    #[must_use]
    pub fn construct(mut self, construct: Option<Construct>) -> Self {
        self.construct = construct;
        self
    }

    /// Adds the environment or directory, unless one is there already.
    #[must_use]
    pub fn in_module(mut self, module: &Arc<str>) -> Self {
        self.module.get_or_insert_with(|| module.clone());
        self
    }

    /// The order in which findings are shown: by module, the worst first, then by place.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        let place = |d: &Self| match d.origin {
            Origin::File { start, .. } => (0, "", start),
            Origin::Code(line) => (1, line.file(), line.line()),
            Origin::Default => (2, "", 0),
        };
        self.module
            .cmp(&other.module)
            .then(self.severity.cmp(&other.severity))
            .then_with(|| place(self).cmp(&place(other)))
            .then_with(|| self.address.cmp(&other.address))
            .then_with(|| self.argument.cmp(&other.argument))
            .then_with(|| self.code.id.cmp(other.code.id))
            .then_with(|| self.summary.cmp(&other.summary))
    }
}

/// Why the operating system refused, in the words of a finding: lower case, without the error's number.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => return "it does not exist".to_owned(),
        io::ErrorKind::IsADirectory => return "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => return "it is not a folder".to_owned(),
        _ => {}
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// Declares the codes of a crate or module, and the table of them.
///
/// ```
/// terrace_ir::codes! {
///     /// The codes of this example.
///     pub const CODES;
///     /// Reported when a thing is too long.
///     TOO_LONG = "T9999", "a name is too long", "Names end somewhere.";
/// }
/// assert_eq!(CODES[0].id, "T9999");
/// assert_eq!(TOO_LONG.title, "a name is too long");
/// ```
#[macro_export]
macro_rules! codes {
    ($(#[$table_doc:meta])* $vis:vis const $table:ident;
     $($(#[$doc:meta])* $name:ident = $id:literal, $title:literal, $explanation:expr;)*) => {
        $($(#[$doc])* $vis static $name: $crate::Code = $crate::Code {
            id: $id, title: $title, explanation: $explanation,
        };)*
        $(#[$table_doc])* $vis const $table: &[&$crate::Code] = &[$(&$name),*];
    };
}
