//! Templates of names, and how they are filled.

use super::{Characters, Edge, ExtraRule, NameRule, NameSeed, Unique};
use crate::nearest::nearest;
use std::fmt;

/// The order of a name's parts, with text between them: `{type}-{environment}-{name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameTemplate {
    pieces: Vec<Piece>,
}

/// What a template can name between braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `{type}`: the abbreviation of the type.
    Type,
    /// `{organization}`
    Organization,
    /// `{workload}`
    Workload,
    /// `{environment}`
    Environment,
    /// `{region}`
    Region,
    /// `{path}`: the construct's path, joined by hyphens.
    Path,
    /// `{name}`: the last element of the path, the construct's own name.
    Name,
    /// `{suffix}`: see [`NameSeed::suffix`].
    Suffix,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// A name between braces that is no part.
    UnknownPart {
        /// What stands between the braces.
        part: String,
        /// The part that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A brace without its counterpart.
    Brace,
    /// Nothing in it tells one resource from another.
    SameForAll,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Part(Part),
}

impl NameTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// An unknown part, a brace without its counterpart, or a template that would give all resources of a type one name:
    /// it needs `{path}`, `{name}` or `{suffix}`.
    pub fn parse(text: &str) -> Result<NameTemplate, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            if brace > 0 {
                pieces.push(Piece::Text(rest[..brace].to_owned()));
            }
            let inner = rest[brace..]
                .strip_prefix('{')
                .ok_or(TemplateError::Brace)?;
            let (part, after) = inner.split_once('}').ok_or(TemplateError::Brace)?;
            pieces.push(Piece::Part(Part::parse(part)?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let telling = [Part::Path, Part::Name, Part::Suffix].map(Piece::Part);
        if pieces.iter().any(|piece| telling.contains(piece)) {
            Ok(NameTemplate { pieces })
        } else {
            Err(TemplateError::SameForAll)
        }
    }

    pub(super) fn default_for(rule: &NameRule) -> NameTemplate {
        use Part::{Environment, Name, Path, Suffix, Type, Workload};
        let parts: &[Part] = match rule.unique {
            Unique::Global | Unique::Region | Unique::Tenant => {
                &[Type, Workload, Environment, Name, Suffix]
            }
            Unique::Subscription | Unique::ResourceGroup => &[Type, Workload, Environment, Path],
            Unique::Parent => &[Type, Name],
        };
        let mut pieces = Vec::with_capacity(2 * parts.len());
        for &part in parts {
            pieces.push(Piece::Part(part));
            pieces.push(Piece::Text("-".to_owned()));
        }
        pieces.pop();
        NameTemplate { pieces }
    }
}

impl Part {
    /// All parts, as they are explained to people.
    pub const ALL: [Part; 8] = [
        Part::Type,
        Part::Organization,
        Part::Workload,
        Part::Environment,
        Part::Region,
        Part::Path,
        Part::Name,
        Part::Suffix,
    ];

    /// The name that stands between the braces.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Type => "type",
            Part::Organization => "organization",
            Part::Workload => "workload",
            Part::Environment => "environment",
            Part::Region => "region",
            Part::Path => "path",
            Part::Name => "name",
            Part::Suffix => "suffix",
        }
    }

    fn parse(part: &str) -> Result<Part, TemplateError> {
        Part::ALL
            .into_iter()
            .find(|known| known.as_str() == part)
            .ok_or_else(|| TemplateError::UnknownPart {
                part: part.to_owned(),
                nearest: nearest(part, Part::ALL.map(Part::as_str)),
            })
    }

    fn value(self, rule: &NameRule, seed: &NameSeed<'_>) -> String {
        match self {
            Part::Type => rule.abbreviation.to_owned(),
            Part::Organization => seed.organization.to_owned(),
            Part::Workload => seed.workload.to_owned(),
            Part::Environment => seed.environment.to_owned(),
            Part::Region => seed.region.to_owned(),
            Part::Path => seed.path.join("-"),
            Part::Name => seed.path.last().copied().unwrap_or_default().to_owned(),
            Part::Suffix => seed.suffix(),
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TemplateError::UnknownPart { part, nearest } => {
                write!(f, "the template has the unknown part `{{{part}}}`")?;
                if let Some(nearest) = nearest {
                    write!(f, "; did you mean `{{{nearest}}}`?")?;
                }
                Ok(())
            }
            TemplateError::Brace => {
                f.write_str("the template has a brace without its counterpart; write parts like `{environment}`")
            }
            TemplateError::SameForAll => f.write_str(
                "the template gives all resources of its type one name; add `{path}`, `{name}` or `{suffix}`",
            ),
        }
    }
}

impl std::error::Error for TemplateError {}

/// In what order parts give way when a name is too long. What is not here stays: the type, the text between, the suffix.
const GIVE_WAY: [Part; 6] = [
    Part::Path,
    Part::Name,
    Part::Workload,
    Part::Organization,
    Part::Region,
    Part::Environment,
];

/// The name that a template makes of a seed. The last resort, where nothing of the template fits, is the type's
/// abbreviation and the suffix, which suits every rule.
pub(super) fn render(rule: &NameRule, template: &NameTemplate, seed: &NameSeed<'_>) -> String {
    let cleaner = Cleaner::new(rule);
    let full = cleaner.join(&template.pieces, &Cut::none(), seed);
    if rule.check(&full).is_ok() {
        return full;
    }
    let mut pieces = template.pieces.clone();
    if rule.first == Edge::Letter && !full.starts_with(|c: char| c.is_ascii_alphabetic()) {
        // Both begin with a letter.
        let head = if rule.abbreviation.is_empty() {
            Part::Suffix
        } else {
            Part::Type
        };
        pieces.splice(0..0, [Piece::Part(head), Piece::Text("-".to_owned())]);
    }
    let length = full.chars().count();
    if !(rule.min..=rule.max).contains(&length) && !pieces.contains(&Piece::Part(Part::Suffix)) {
        pieces.extend([Piece::Text("-".to_owned()), Piece::Part(Part::Suffix)]);
    }
    let last_resort = [
        Piece::Part(Part::Type),
        Piece::Text("-".to_owned()),
        Piece::Part(Part::Suffix),
    ];
    cleaner
        .fit(&pieces, seed)
        .filter(|name| rule.check(name).is_ok())
        .unwrap_or_else(|| cleaner.join(&last_resort, &Cut::none(), seed))
}

/// How many characters of each part are left, in the order of [`GIVE_WAY`].
struct Cut([usize; GIVE_WAY.len()]);

impl Cut {
    fn none() -> Cut {
        Cut([usize::MAX; GIVE_WAY.len()])
    }
}

/// Makes text fit for one type's names.
struct Cleaner<'a> {
    rule: &'a NameRule,
    /// What stands between parts and for characters that are not allowed; nothing where hyphens are refused.
    separator: &'static str,
}

impl<'a> Cleaner<'a> {
    fn new(rule: &'a NameRule) -> Cleaner<'a> {
        Cleaner {
            rule,
            separator: if rule.characters.allows('-') { "-" } else { "" },
        }
    }

    /// Cuts part after part until the name is short enough; `None` if what cannot be cut is too long.
    fn fit(&self, pieces: &[Piece], seed: &NameSeed<'_>) -> Option<String> {
        let mut cut = Cut::none();
        let mut name = self.join(pieces, &cut, seed);
        for (index, part) in GIVE_WAY.into_iter().enumerate() {
            cut.0[index] = self.value(part, seed).len();
            while name.len() > self.rule.max && cut.0[index] > 0 {
                cut.0[index] = cut.0[index].saturating_sub(name.len() - self.rule.max);
                name = self.join(pieces, &cut, seed);
            }
        }
        (name.len() <= self.rule.max).then_some(name)
    }

    /// Puts the pieces together, each cleaned and cut, with single separators inside and none at the ends.
    fn join(&self, pieces: &[Piece], cut: &Cut, seed: &NameSeed<'_>) -> String {
        let mut name = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => name += &self.clean(text),
                Piece::Part(part) => {
                    let value = self.value(*part, seed);
                    let index = GIVE_WAY.iter().position(|other| other == part);
                    let left = index.map_or(usize::MAX, |index| cut.0[index]);
                    name += &value[..value.len().min(left)];
                }
            }
        }
        let name = squeeze(&name);
        match self.rule.extra {
            Some(ExtraRule::NoNumberAtEnd) => without_number_at_end(&name),
            _ => name,
        }
    }

    fn value(&self, part: Part, seed: &NameSeed<'_>) -> String {
        squeeze(&self.clean(&part.value(self.rule, seed)))
    }

    /// The characters that the rule allows, in lower case: hyphens for other punctuation, nothing for other letters. The
    /// result is ASCII.
    fn clean(&self, text: &str) -> String {
        let punctuation = |c: char| match self.rule.characters {
            Characters::Lower(allowed) | Characters::Alphanumeric(allowed) => allowed.contains(c),
            // What a free text would allow (blanks, quotes) makes no good name.
            Characters::AllBut(_) => matches!(c, '-' | '_' | '.') && self.rule.characters.allows(c),
        };
        let mut clean = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                clean.push(c.to_ascii_lowercase());
            } else if c.is_ascii() && punctuation(c) {
                clean.push(c);
            } else if !c.is_alphanumeric() {
                clean += self.separator;
            }
        }
        clean
    }
}

/// Single punctuation inside, none at the ends: no type refuses that.
fn squeeze(name: &str) -> String {
    let mut squeezed = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric()
            || squeezed.ends_with(|last: char| last.is_ascii_alphanumeric())
        {
            squeezed.push(c);
        }
    }
    squeezed.truncate(
        squeezed
            .trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
            .len(),
    );
    squeezed
}

/// `cpu-2` becomes `cpu2`.
fn without_number_at_end(name: &str) -> String {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match head.strip_suffix('-') {
        Some(stem) if head.len() < name.len() => format!("{stem}{}", &name[head.len()..]),
        _ => name.to_owned(),
    }
}
