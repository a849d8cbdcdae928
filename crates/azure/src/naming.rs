//! The names of Azure's resources: what Azure allows, and names made by a template that always keep to it.
//!
//! A name is made of *parts* (see [`Part`]) that a [`NameTemplate`] puts in order, cleaned to the characters that the type
//! allows and cut to its length. What comes out is a name that Azure takes, whatever went in, and depends on nothing but
//! the template and the [`NameSeed`].
//!
//! ```
//! use terrace_azure::{NameRule, NameSeed, NameTemplate};
//!
//! let seed = NameSeed { organization: "contoso", environment: "prod", path: &["platform", "data"], ..NameSeed::default() };
//! let group = NameRule::find("azurerm_resource_group").unwrap();
//! assert_eq!(group.name(&group.default_template(), &seed), "rg-prod-platform-data");
//!
//! let storage = NameRule::find("azurerm_storage_account").unwrap();
//! assert_eq!(storage.name(&storage.default_template(), &seed), "stproddataejkhz6");
//!
//! let template = NameTemplate::parse("{organization}-{type}-{name}-{environment}").unwrap();
//! assert_eq!(group.name(&template, &seed), "contoso-rg-data-prod");
//! ```

mod pattern;
mod rules;
mod template;

use std::fmt;

pub use template::{NameTemplate, Part, TemplateError};

/// What Azure demands of the name of one type of resource.
#[derive(Debug, PartialEq, Eq)]
pub struct NameRule {
    /// The azurerm type (`azurerm_key_vault`), or for what azapi makes, the ARM type
    /// (`Microsoft.MachineLearningServices/registries`).
    pub resource_type: &'static str,
    /// How the Cloud Adoption Framework abbreviates it: `kv`. Empty for what people type as a name of its own (a
    /// container, a cluster), which the framework does not abbreviate.
    pub abbreviation: &'static str,
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
    /// Among what the name must be unique.
    pub unique: Unique,
    /// Which characters may be anywhere in it.
    pub characters: Characters,
    /// How it must begin.
    pub first: Edge,
    /// How it must end.
    pub last: Edge,
    /// A rule beyond these, if there is one.
    pub extra: Option<ExtraRule>,
}

/// Among what a name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unique {
    /// Among all of Azure's customers: the name is part of a host name.
    Global,
    /// Among all of Azure's customers in one region.
    Region,
    /// In the tenant of Entra that its subscription belongs to.
    Tenant,
    /// In its subscription.
    Subscription,
    /// In its resource group.
    ResourceGroup,
    /// In the resource that it is part of.
    Parent,
}

/// Which characters a name may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters {
    /// Lower-case letters, digits and these.
    Lower(&'static str),
    /// Letters, digits and these.
    Alphanumeric(&'static str),
    /// Everything but these and control characters.
    AllBut(&'static str),
}

/// How a name must begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// With any character that is allowed at all.
    Any,
    /// With a letter.
    Letter,
    /// With a letter or digit.
    Alphanumeric,
    /// With a letter, digit or underscore.
    Word,
    /// Not with a period.
    NoPeriod,
    /// Not with a period or blank.
    NoPeriodOrBlank,
}

/// A rule that few types have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraRule {
    /// No two hyphens in a row.
    SingleHyphens,
    /// Not a hyphen and digits at the end: the service uses that for the names of nodes.
    NoNumberAtEnd,
}

/// Why Azure does not take a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Too short or too long.
    Length {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// A character that is not allowed.
    Character(char),
    /// It begins wrongly.
    First(Edge),
    /// It ends wrongly.
    Last(Edge),
    /// It breaks the rule that few types have.
    Extra(ExtraRule),
}

/// What a name is made from. Parts that do not apply stay empty: their separators vanish with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameSeed<'a> {
    /// Who the platform belongs to: what sets the globally unique names of two users apart.
    pub organization: &'a str,
    /// What the platform is for, in a convention that names it.
    pub workload: &'a str,
    /// The environment: `prod`.
    pub environment: &'a str,
    /// The region: `westeurope`.
    pub region: &'a str,
    /// The construct's path after the stack: `["platform", "data"]`.
    pub path: &'a [&'a str],
}

impl NameRule {
    /// All rules, by type.
    pub fn all() -> &'static [NameRule] {
        rules::RULES
    }

    /// The rule of an azurerm type, or an ARM type without API version; `None` if no names are made for it.
    pub fn find(resource_type: &str) -> Option<&'static NameRule> {
        let index = rules::RULES
            .binary_search_by(|rule| rule.resource_type.cmp(resource_type))
            .ok()?;
        Some(&rules::RULES[index])
    }

    /// The template that is used where the stack's author gave none.
    ///
    /// A name that must be unique among strangers carries the suffix and the construct's own name; one in a subscription
    /// or resource group carries the path; a part of something needs no more than the construct's own name.
    pub fn default_template(&self) -> NameTemplate {
        NameTemplate::default_for(self)
    }

    /// The name that the template makes of the seed: always one that [`NameRule::check`] accepts.
    ///
    /// What is too long is cut, the path first and the suffix never; a name that was cut, or is too short, ends in the
    /// suffix even if the template has none, so that two long paths do not meet. Upper case becomes lower case.
    pub fn name(&self, template: &NameTemplate, seed: &NameSeed<'_>) -> String {
        template::render(self, template, seed)
    }

    /// Whether Azure takes the name, by its documented rules. Where the documentation is stricter than the service, which
    /// happens, so is this: say so of a name that somebody chose, do not refuse it for that alone.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, name: &str) -> Result<(), NameProblem> {
        if let Some(character) = name.chars().find(|&c| !self.characters.allows(c)) {
            return Err(NameProblem::Character(character));
        }
        if !(self.min..=self.max).contains(&name.chars().count()) {
            return Err(NameProblem::Length {
                min: self.min,
                max: self.max,
            });
        }
        if !name.chars().next().is_some_and(|c| self.first.allows(c)) {
            return Err(NameProblem::First(self.first));
        }
        if !name
            .chars()
            .next_back()
            .is_some_and(|c| self.last.allows(c))
        {
            return Err(NameProblem::Last(self.last));
        }
        match self.extra {
            Some(extra) if extra.is_broken_by(name) => Err(NameProblem::Extra(extra)),
            _ => Ok(()),
        }
    }
}

impl NameSeed<'_> {
    /// Six characters that tell names of different organizations, environments and paths apart: a letter, then letters
    /// and digits, 738 million in all. The same input gives the same suffix for ever.
    ///
    /// It is FNV-1a (64 bits, the published offset basis and prime) over the three, each element ended by a zero byte,
    /// its halves folded by exclusive or, written in Crockford's base 32, which has no letters that look like digits.
    pub fn suffix(&self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
        const LETTERS: u64 = 22;
        let elements = [self.organization, self.environment]
            .into_iter()
            .chain(self.path.iter().copied());
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in elements.flat_map(|element| element.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash ^= hash >> 32;
        let mut suffix = String::with_capacity(SUFFIX_LENGTH);
        for radix in std::iter::once(LETTERS).chain([ALPHABET.len() as u64; SUFFIX_LENGTH - 1]) {
            suffix.push(char::from(ALPHABET[(hash % radix) as usize]));
            hash /= radix;
        }
        suffix
    }
}

/// How long a suffix is.
const SUFFIX_LENGTH: usize = 6;

impl Characters {
    /// Whether a name may have that character somewhere.
    pub fn allows(self, c: char) -> bool {
        match self {
            Characters::Lower(others) => {
                c.is_ascii_lowercase() || c.is_ascii_digit() || others.contains(c)
            }
            Characters::Alphanumeric(others) => c.is_ascii_alphanumeric() || others.contains(c),
            Characters::AllBut(refused) => !c.is_control() && !refused.contains(c),
        }
    }
}

impl Edge {
    fn allows(self, c: char) -> bool {
        match self {
            Edge::Any => true,
            Edge::Letter => c.is_ascii_alphabetic(),
            Edge::Alphanumeric => c.is_ascii_alphanumeric(),
            Edge::Word => c.is_ascii_alphanumeric() || c == '_',
            Edge::NoPeriod => c != '.',
            Edge::NoPeriodOrBlank => c != '.' && c != ' ',
        }
    }

    /// What the first or last character is; nothing where it may be any.
    fn article(self) -> Option<&'static str> {
        match self {
            Edge::Any => None,
            Edge::Letter => Some("a letter"),
            Edge::Alphanumeric => Some("a letter or digit"),
            Edge::Word => Some("a letter, digit or underscore"),
            Edge::NoPeriod => Some("no period"),
            Edge::NoPeriodOrBlank => Some("no period or blank"),
        }
    }

    fn demand(self, verb: &str) -> String {
        match self {
            Edge::Any => format!("{verb} with an allowed character"),
            Edge::Letter => format!("{verb} with a letter"),
            Edge::Alphanumeric => format!("{verb} with a letter or digit"),
            Edge::Word => format!("{verb} with a letter, digit or underscore"),
            Edge::NoPeriod => format!("not {verb} with a period"),
            Edge::NoPeriodOrBlank => format!("not {verb} with a period or blank"),
        }
    }
}

impl ExtraRule {
    fn is_broken_by(self, name: &str) -> bool {
        match self {
            ExtraRule::SingleHyphens => name.contains("--"),
            ExtraRule::NoNumberAtEnd => {
                let head = name.trim_end_matches(|c: char| c.is_ascii_digit());
                head.len() < name.len() && head.ends_with('-')
            }
        }
    }
}

/// What the rule allows: `3 to 24 lower-case letters and digits`.
impl fmt::Display for NameRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} {}", self.min, self.max, self.characters)?;
        // Where nothing but letters and digits is allowed, that the edges are such goes without saying.
        let plain = matches!(
            self.characters,
            Characters::Lower("") | Characters::Alphanumeric("")
        );
        let says = |edge: Edge| edge.article().filter(|_| !plain || edge == Edge::Letter);
        let first = says(self.first).map(|edge| format!("the first {edge}"));
        let last = says(self.last).map(|edge| format!("the last {edge}"));
        for edge in first.iter().chain(&last) {
            write!(f, ", {edge}")?;
        }
        match self.extra {
            Some(ExtraRule::SingleHyphens) => f.write_str(", no two hyphens in a row"),
            Some(ExtraRule::NoNumberAtEnd) => f.write_str(", no hyphen and digits at the end"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Characters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |others: &str| -> Vec<String> { others.chars().map(|c| format!("`{c}`")).collect() };
        let (letters, others) = match self {
            Characters::Lower(others) => ("lower-case letters", list(others)),
            Characters::Alphanumeric(others) => ("letters", list(others)),
            Characters::AllBut(refused) => {
                return write!(f, "characters, none of {}", list(refused).join(" "));
            }
        };
        match others.split_last() {
            None => write!(f, "{letters} and digits"),
            Some((last, [])) => write!(f, "{letters}, digits and {last}"),
            Some((last, first)) => write!(f, "{letters}, digits, {} and {last}", first.join(", ")),
        }
    }
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameProblem::Length { min, max } => write!(f, "must have {min} to {max} characters"),
            NameProblem::Character(' ') => f.write_str("must not contain blanks"),
            NameProblem::Character(c) => write!(f, "must not contain `{}`", c.escape_default()),
            NameProblem::First(edge) => write!(f, "must {}", edge.demand("begin")),
            NameProblem::Last(edge) => write!(f, "must {}", edge.demand("end")),
            NameProblem::Extra(ExtraRule::SingleHyphens) => {
                f.write_str("must not have two hyphens in a row")
            }
            NameProblem::Extra(ExtraRule::NoNumberAtEnd) => {
                f.write_str("must not end in a hyphen and digits")
            }
        }
    }
}

#[cfg(test)]
mod tests;
