//! Which closed sets of a type are one enum, and how it is called.

use std::collections::BTreeMap;

use super::model::Choice;
use super::names;

/// A closed set where it was found.
struct Found {
    /// The argument, as the provider calls it.
    argument: String,
    /// The same with a last name that means one of several.
    path: Vec<String>,
    texts: Vec<String>,
}

/// The closed sets of one type, as they are found.
#[derive(Default)]
pub(crate) struct Sets(Vec<Found>);

impl Sets {
    /// Adds the set of the argument at a path; `several` when the argument is a list of its members.
    pub(crate) fn add(&mut self, path: &[String], several: bool, texts: Vec<String>) {
        let argument = path.join(".");
        let mut path = path.to_vec();
        if let Some(last) = path.last_mut().filter(|_| several) {
            *last = names::singular(last);
        }
        self.0.push(Found {
            argument,
            path,
            texts,
        });
    }

    /// One enum for each set, and which enum is that of the set added first, second, ….
    ///
    /// Equal sets are one enum where their arguments' names end alike, and it is called after that end. `is_taken`
    /// says which names are given away already.
    pub(crate) fn named(self, is_taken: &dyn Fn(&str) -> bool) -> (Vec<Choice>, Vec<String>) {
        let mut groups: Vec<Group> = Vec::new();
        for (index, found) in self.0.iter().enumerate() {
            let mut texts = found.texts.clone();
            texts.sort();
            let joined = groups.iter_mut().find_map(|group| {
                let end = common_end(&group.end, &found.path)?;
                (group.texts == texts).then_some((group, end))
            });
            match joined {
                Some((group, end)) => {
                    group.end = end;
                    group.members.push(index);
                }
                None => groups.push(Group {
                    texts,
                    end: found.path.clone(),
                    members: vec![index],
                }),
            }
        }
        let mut choices: Vec<Choice> = Vec::new();
        let mut by_member = BTreeMap::new();
        for group in groups {
            let first = &self.0[group.members[0]];
            let short = names::nested_type(&group.end, "Choice");
            let is_free = !is_taken(&short) && choices.iter().all(|choice| choice.name != short);
            let name = if is_free {
                short
            } else {
                names::nested_type(&first.path, "") + "Choice"
            };
            let variants = names::variants(&first.texts);
            choices.push(Choice {
                name: name.clone(),
                paths: group
                    .members
                    .iter()
                    .map(|member| self.0[*member].argument.clone())
                    .collect(),
                variants: variants
                    .into_iter()
                    .zip(first.texts.iter().cloned())
                    .collect(),
            });
            by_member.extend(
                group
                    .members
                    .into_iter()
                    .map(|member| (member, name.clone())),
            );
        }
        choices.sort_by(|a, b| a.name.cmp(&b.name));
        (choices, by_member.into_values().collect())
    }
}

struct Group {
    /// Sorted.
    texts: Vec<String>,
    /// What the paths of all members end with.
    end: Vec<String>,
    members: Vec<usize>,
}

/// The segments that two paths end with, or where their last ones differ, the words that those end with.
fn common_end(a: &[String], b: &[String]) -> Option<Vec<String>> {
    let segments = common_suffix(a, b);
    if !segments.is_empty() {
        return Some(segments.to_vec());
    }
    let words = |path: &[String]| -> Vec<String> {
        path.last()
            .into_iter()
            .flat_map(|last| last.split('_'))
            .map(str::to_owned)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let end = common_suffix(&a, &b);
    (!end.is_empty()).then(|| vec![end.join("_")])
}

fn common_suffix<'a>(a: &'a [String], b: &[String]) -> &'a [String] {
    let count = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    &a[a.len() - count..]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn named(sets: &[(&str, &str)], taken: &str) -> Vec<String> {
        let mut all = Sets::default();
        for (path, texts) in sets {
            let path: Vec<_> = path.split('.').map(str::to_owned).collect();
            all.add(&path, false, texts.split(' ').map(str::to_owned).collect());
        }
        all.named(&|name| name == taken).1
    }

    #[test]
    fn a_set_is_called_after_its_argument() {
        assert_eq!(
            named(&[("network_rules.bypass", "A B")], ""),
            ["NetworkRulesBypass"]
        );
    }

    #[test]
    fn equal_sets_are_one_where_their_names_end_alike() {
        let sets = [
            ("blob.cors_rule.allowed_method", "GET PUT"),
            ("share.cors_rule.allowed_method", "PUT GET"),
        ];
        assert_eq!(named(&sets, ""), ["CorsRuleAllowedMethod"; 2]);
        let sets = [
            ("queue_encryption_key_type", "A B"),
            ("table_encryption_key_type", "A B"),
        ];
        assert_eq!(named(&sets, ""), ["EncryptionKeyType"; 2]);
    }

    #[test]
    fn sets_that_differ_stay_apart() {
        let sets = [
            ("criteria.operator", "A B"),
            ("dynamic.operator", "A C"),
            ("mode", "A B"),
        ];
        assert_eq!(
            named(&sets, ""),
            ["CriteriaOperator", "DynamicOperator", "Mode"]
        );
    }

    #[test]
    fn a_name_that_is_taken_is_made_longer() {
        let sets = [("a.kind", "A B"), ("b.kind", "A B")];
        assert_eq!(named(&sets, "Kind"), ["AKindChoice"; 2]);
    }
}
