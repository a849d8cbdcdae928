//! Rules of names as regular expressions, for schemas of settings.

use super::{Characters, Edge, NameRule};

impl NameRule {
    /// A regular expression, without look-around, that every name matches which [`NameRule::check`] accepts. It says nothing
    /// of the length and of [`NameRule::extra`].
    pub fn pattern(&self) -> String {
        let all = self.characters.class("");
        let edge = |edge: Edge| match edge {
            Edge::Any => all.clone(),
            Edge::Letter => self.characters.letters("a-z", "A-Z"),
            Edge::Alphanumeric => self.characters.letters("a-z0-9", "A-Z"),
            Edge::Word => self.characters.letters("a-z0-9_", "A-Z"),
            Edge::NoPeriod => self.characters.class("."),
            Edge::NoPeriodOrBlank => self.characters.class(". "),
        };
        match (edge(self.first), edge(self.last)) {
            (first, last) if first == all && last == all => format!("^{all}*$"),
            (first, last) if last == all => format!("^{first}{all}*$"),
            (first, last) => format!("^{first}({all}*{last})?$"),
        }
    }
}

impl Characters {
    /// The characters, all `but` these, as a class of a regular expression.
    fn class(self, but: &str) -> String {
        let escaped = |characters: &str| -> String {
            // A hyphen stands last, where it means itself.
            let (hyphens, others): (Vec<char>, Vec<char>) =
                characters.chars().partition(|&c| c == '-');
            let escape = |c: char| match c {
                '[' | ']' | '\\' | '^' | '&' | '~' => format!("\\{c}"),
                c => c.to_string(),
            };
            others.into_iter().chain(hyphens).map(escape).collect()
        };
        let kept = |others: &str| escaped(&others.replace(|c| but.contains(c), ""));
        match self {
            Characters::Lower(others) => format!("[a-z0-9{}]", kept(others)),
            Characters::Alphanumeric(others) => format!("[a-zA-Z0-9{}]", kept(others)),
            Characters::AllBut(refused) => format!("[^{}]", escaped(&format!("{but}{refused}"))),
        }
    }

    /// Letters and what stands with them, as a class of a regular expression.
    fn letters(self, lower: &str, upper: &str) -> String {
        match self {
            Characters::Lower(_) => format!("[{lower}]"),
            _ => format!("[{upper}{lower}]"),
        }
    }
}
