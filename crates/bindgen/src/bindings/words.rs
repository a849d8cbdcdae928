//! Documentation of arguments and attributes, in sentences made from facts.

use terrace_schema::model::{Attribute, Items, NestedBlock, Presence, Relations};

use super::walk;

/// What there is to say about an argument. What its type says already is left out.
pub(crate) fn argument(attribute: &Attribute, says_allowed: bool) -> Vec<String> {
    let mut doc = Vec::new();
    if attribute.deprecated {
        doc.push("Deprecated.".to_owned());
    }
    let allowed = walk::facts(attribute).allowed().filter(|_| says_allowed);
    if let Some(allowed) =
        allowed.filter(|allowed| allowed != "not empty" && allowed.len() < TOO_LONG)
    {
        let each = if attribute.element.is_some() {
            "Each must"
        } else {
            "Must"
        };
        doc.push(format!("{each} be {}.", marked(&allowed)));
    }
    if attribute.members.is_none() || attribute.items.max != Some(1) {
        doc.extend(items(attribute.items));
    }
    if let Some(default) = &attribute.default {
        doc.push(format!("Default: `{default}`."));
    } else if attribute.presence == Presence::OptionalComputed {
        doc.push("Left out, the provider chooses.".to_owned());
    }
    if attribute.write_only {
        doc.push("Never stored in the state.".to_owned());
    }
    if attribute.force_new {
        doc.push(REPLACES.to_owned());
    }
    doc.extend(relations(&attribute.relations));
    doc
}

/// What there is to say about a nested block.
pub(crate) fn block(block: &NestedBlock) -> Vec<String> {
    let mut doc = Vec::new();
    if block.body.deprecated {
        doc.push("Deprecated.".to_owned());
    }
    if block.items.max != Some(1) {
        doc.extend(items(block.items));
    }
    if block.computed {
        doc.push("Left out, the provider chooses.".to_owned());
    }
    if block.force_new {
        doc.push(REPLACES.to_owned());
    }
    doc.extend(relations(&block.relations));
    doc
}

/// From so many characters on, what is allowed is left to the check to explain.
const TOO_LONG: usize = 240;

const REPLACES: &str = "A change replaces the resource.";

fn items(items: Items) -> Option<String> {
    match (items.min, items.max) {
        (0 | 1, None) => None,
        (min, None) => Some(format!("At least {min}.")),
        (0 | 1, Some(max)) => Some(format!("At most {max}.")),
        (min, Some(max)) if min == max => Some(format!("Exactly {min}.")),
        (min, Some(max)) => Some(format!("From {min} to {max}.")),
    }
}

fn relations(relations: &Relations) -> Vec<String> {
    let list = |paths: &[String], last: &str| {
        let mut paths: Vec<_> = paths
            .iter()
            .map(|path| format!("`{}`", path.replace(".0.", ".")))
            .collect();
        match paths.pop() {
            Some(only) if paths.is_empty() => only,
            Some(end) => format!("{} {last} {end}", paths.join(", ")),
            None => String::new(),
        }
    };
    [
        (&relations.conflicts_with, "Not together with", "or"),
        (&relations.exactly_one_of, "Exactly one of", "and"),
        (&relations.at_least_one_of, "At least one of", "and"),
        (&relations.required_with, "Only together with", "and"),
    ]
    .into_iter()
    // One of a single argument is that argument itself, which says nothing.
    .filter(|(paths, words, _)| !paths.is_empty() && (paths.len() > 1 || !words.contains("one of")))
    .map(|(paths, words, last)| format!("{words} {}.", list(paths, last)))
    .collect()
}

/// Text in which every word that Markdown would take for its own stands as code.
fn marked(text: &str) -> String {
    let is_odd = |word: &str| {
        word.contains([
            '[', ']', '*', '_', '<', '>', '`', '\\', '|', '^', '$', '/', '#', '~', '"',
        ])
    };
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let bare = word.trim_end_matches([',', '.', ';']);
            let end = &word[bare.len()..];
            match (is_odd(bare), bare.contains('`')) {
                (false, _) => word.to_owned(),
                (true, false) => format!("`{bare}`{end}"),
                (true, true) => format!("`` {bare} ``{end}"),
            }
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::Type;
    use terrace_schema::model::{Range, Scalar};

    use super::*;

    #[test]
    fn an_argument_says_limits_default_and_what_a_change_does() {
        let mut days = Attribute::new("days", Type::Number, Presence::Optional);
        days.value.range = Some(Range {
            min: 1,
            max: 365,
            also: Vec::new(),
        });
        days.default = Some(Scalar::Int(7));
        days.force_new = true;
        days.relations.conflicts_with = vec!["hours".to_owned(), "policy.0.weeks".to_owned()];
        assert_eq!(
            argument(&days, true).join(" "),
            "Must be 1 to 365. Default: `7`. A change replaces the resource. Not together with `hours` or `policy.weeks`."
        );
    }

    #[test]
    fn what_markdown_would_eat_stands_as_code() {
        assert_eq!(
            marked("text that matches ^[a-z_]+$, not \"x\""),
            "text that matches `^[a-z_]+$`, not `\"x\"`"
        );
    }
}
