//! What is known about a type, as a person would want to read it: what must be given first, what may be given next with
//! what is allowed, what is exported last.

mod json;
mod notes;
mod search;

use std::fmt::Write;

pub use self::json::to_json;
use self::notes::{notes_of_attribute, notes_of_block};
pub use self::search::{Hit, search};
use crate::catalog;
use crate::model::{Attribute, BlockType, Kind, Member, NestedBlock, Presence, Schema};

/// The page about a type.
pub fn describe(schema: &Schema) -> String {
    let mut page = format!("{}\n", title(schema));
    if !schema.is_described() && schema.kind != Kind::Provider {
        page.push_str(
            "Only its arguments are known, not what is allowed or what forces replacement.\n",
        );
    }
    if schema.kind == Kind::Resource && schema.never_updates() {
        page.push_str("Every change forces replacement.\n");
    }
    section(
        &mut page,
        "Required",
        &lines_of(&schema.body, Group::Required),
    );
    section(
        &mut page,
        "Optional",
        &lines_of(&schema.body, Group::Optional),
    );
    section(
        &mut page,
        "Exported",
        &lines_of(&schema.body, Group::Exported),
    );
    if let Some(behaviour) = &schema.behaviour {
        let timeouts = behaviour
            .timeouts
            .iter()
            .map(|(operation, time)| Line::new(operation, short_time(time), vec![]));
        section(&mut page, "Timeouts", &timeouts.collect::<Vec<_>>());
        if let Some(id) = &behaviour.import_id_example {
            let _ = write!(page, "\nImport id\n  {id}\n");
        }
    }
    page
}

/// The page about one argument or nested block, at a path of names. `None` if there is none.
pub fn describe_member(schema: &Schema, path: &[&str]) -> Option<String> {
    let member = schema.member(path)?;
    let mut page = format!("{} of {}\n", path.join("."), title(schema));
    let (kind, notes, lines) = match member {
        Member::Attribute(attribute) => {
            let who = match attribute.presence {
                Presence::Required => "required",
                Presence::Optional | Presence::OptionalComputed => "optional",
                Presence::Computed => "exported",
            };
            let mut notes = vec![who.to_owned()];
            notes.extend(notes_of_attribute(attribute));
            (
                attribute.ty.to_string(),
                notes,
                lines_of_members(attribute, 0),
            )
        }
        Member::Block(block) => {
            let lines = [Group::Required, Group::Optional, Group::Exported].map(|group| {
                let lines = lines_of(&block.body, group);
                lines
                    .into_iter()
                    .map(|line| marked(line, group))
                    .collect::<Vec<_>>()
            });
            (
                kind_of(block).to_owned(),
                notes_of_block(block),
                lines.concat(),
            )
        }
    };
    let _ = write!(page, "\n  {kind}\n");
    for note in notes {
        let _ = writeln!(page, "  {note}");
    }
    section(&mut page, "Inside", &lines);
    Some(page)
}

/// `azurerm_key_vault, a resource of hashicorp/azurerm 5.2.0`.
fn title(schema: &Schema) -> String {
    let prefix = schema.name.split('_').next().unwrap_or_default();
    let deprecated = if schema.body.deprecated {
        ", deprecated"
    } else {
        ""
    };
    let article = if schema.kind == Kind::Ephemeral {
        "an"
    } else {
        "a"
    };
    match catalog().provider(prefix) {
        _ if schema.kind == Kind::Provider => format!("provider {}", schema.name),
        Some(provider) => {
            let (source, version) = (provider.short_source(), &provider.version);
            format!(
                "{}, {article} {} of {source} {version}{deprecated}",
                schema.name,
                schema.kind.words()
            )
        }
        None => format!(
            "{}, {article} {}{deprecated}",
            schema.name,
            schema.kind.words()
        ),
    }
}

/// One line of a section: a name, a type, and notes.
#[derive(Clone)]
struct Line {
    depth: usize,
    name: String,
    ty: String,
    notes: Vec<String>,
}

impl Line {
    fn new(name: &str, ty: impl Into<String>, notes: Vec<String>) -> Self {
        Self {
            depth: 0,
            name: name.to_owned(),
            ty: ty.into(),
            notes,
        }
    }

    fn name_width(&self) -> usize {
        2 * self.depth + self.name.chars().count()
    }
}

/// A headline and lines whose types and notes stand in columns.
fn section(page: &mut String, headline: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let widest = |width: fn(&Line) -> usize, most| {
        lines.iter().map(width).filter(|width| *width <= most).max()
    };
    let names = widest(Line::name_width, 40).unwrap_or(0);
    let types = widest(|line| line.ty.chars().count(), 20).unwrap_or(0);
    let _ = write!(page, "\n{headline}\n");
    for line in lines {
        let name = format!("{}{}", "  ".repeat(line.depth), line.name);
        let text = format!(
            "  {name:names$}  {:types$}  {}",
            line.ty,
            line.notes.join("; ")
        );
        let _ = writeln!(page, "{}", text.trim_end());
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Group {
    Required,
    Optional,
    Exported,
}

impl Group {
    fn of_attribute(attribute: &Attribute) -> Self {
        match attribute.presence {
            Presence::Required => Self::Required,
            _ if !attribute.is_settable() => Self::Exported,
            _ => Self::Optional,
        }
    }

    fn of_block(block: &NestedBlock) -> Self {
        if block.items.min > 0 {
            Self::Required
        } else {
            Self::Optional
        }
    }
}

fn lines_of(body: &BlockType, group: Group) -> Vec<Line> {
    let mut lines = Vec::new();
    for attribute in body
        .attributes
        .iter()
        .filter(|attribute| Group::of_attribute(attribute) == group)
    {
        lines.push(Line::new(
            &attribute.name,
            attribute_type(attribute),
            notes_of_attribute(attribute),
        ));
        lines.extend(lines_of_members(attribute, 1));
    }
    let is_shown =
        |block: &&NestedBlock| Group::of_block(block) == group && block.name != "timeouts";
    for block in body.blocks.iter().filter(is_shown) {
        lines.push(Line::new(
            &block.name,
            kind_of(block),
            notes_of_block(block),
        ));
        for group in [Group::Required, Group::Optional, Group::Exported] {
            lines.extend(
                lines_of(&block.body, group)
                    .into_iter()
                    .map(|line| inside(line, group)),
            );
        }
    }
    lines
}

fn lines_of_members(attribute: &Attribute, depth: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for member in attribute
        .members
        .iter()
        .flat_map(|members| &members.attributes)
    {
        let line = Line::new(
            &member.name,
            attribute_type(member),
            notes_of_attribute(member),
        );
        lines.push(Line {
            depth: depth.saturating_sub(1),
            ..line
        });
        lines.extend(lines_of_members(member, depth + 1));
        if let Some(last) = lines
            .last_mut()
            .filter(|_| member.presence == Presence::Required)
        {
            last.notes.insert(0, "required".to_owned());
        }
    }
    lines
        .into_iter()
        .map(|line| Line {
            depth: line.depth + usize::from(depth > 0),
            ..line
        })
        .collect()
}

/// A line inside a block: further in.
fn inside(line: Line, group: Group) -> Line {
    let mut line = marked(line, group);
    line.depth += 1;
    line
}

/// A line that says itself whether it is required, since no headline does.
fn marked(mut line: Line, group: Group) -> Line {
    let says_so = line
        .notes
        .first()
        .is_some_and(|it| it.starts_with("required"));
    if line.depth == 0 {
        match group {
            Group::Required if says_so => {}
            Group::Required => line.notes.insert(0, "required".to_owned()),
            Group::Optional => {}
            Group::Exported => line.notes.insert(0, "exported".to_owned()),
        }
    }
    line
}

/// The type in a column; what an object holds stands below it.
fn attribute_type(attribute: &Attribute) -> String {
    use terrace_ir::Type;
    match (&attribute.ty, &attribute.members) {
        (Type::List(_), Some(_)) => "list of objects".to_owned(),
        (Type::Set(_), Some(_)) => "set of objects".to_owned(),
        (Type::Map(_), Some(_)) => "map of objects".to_owned(),
        (_, Some(_)) => "object".to_owned(),
        (ty, None) => ty.to_string(),
    }
}

fn kind_of(block: &NestedBlock) -> &'static str {
    use crate::model::Nesting;
    match block.nesting {
        _ if block.items.max == Some(1) => "block",
        Nesting::Single => "block",
        Nesting::List | Nesting::Set | Nesting::Map => "blocks",
    }
}

/// Go's `1h30m0s` without what is zero: `1h30m`.
fn short_time(time: &str) -> String {
    let time = time
        .strip_suffix("m0s")
        .map_or(time.to_owned(), |time| format!("{time}m"));
    time.strip_suffix("h0m")
        .map_or(time.clone(), |time| format!("{time}h"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn schema(name: &str) -> &'static Schema {
        catalog().find(Kind::Resource, name).unwrap()
    }

    #[test]
    fn what_must_be_given_comes_first_and_what_is_exported_last() {
        let page = describe(schema("azurerm_user_assigned_identity"));
        assert_eq!(
            page,
            "\
azurerm_user_assigned_identity, a resource of hashicorp/azurerm 5.2.0

Required
  location             string  forces replacement; not empty
  name                 string  forces replacement
  resource_group_name  string  forces replacement; at most 90 characters of a-z A-Z 0-9 ( ) - . _, the last of a-z A-Z 0-9 ( ) - _

Optional
  isolation_scope  string       one of \"Regional\"
  tags             map(string)  at most 50 entries with keys up to 512 and values up to 256 characters

Exported
  client_id     string
  id            string
  principal_id  string
  tenant_id     string

Timeouts
  create  30m
  delete  30m
  read    5m
  update  30m

Import id
  /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{userAssignedIdentityName}
"
        );
    }

    #[test]
    fn an_argument_inside_a_block_has_a_page_of_its_own() {
        let page = describe_member(
            schema("azurerm_key_vault"),
            &["network_acls", "default_action"],
        )
        .unwrap();
        assert_eq!(
            page,
            "\
network_acls.default_action of azurerm_key_vault, a resource of hashicorp/azurerm 5.2.0

  string
  required
  one of \"Allow\", \"Deny\"
"
        );
        assert_eq!(
            describe_member(schema("azurerm_key_vault"), &["network_acls", "gone"]),
            None
        );
    }

    #[test]
    fn a_block_shows_what_stands_inside() {
        let page =
            describe_member(schema("azurerm_machine_learning_workspace"), &["identity"]).unwrap();
        assert!(
            page.contains(
                "\n  block\n  required, one\n\nInside\n  type          string       required; "
            ),
            "{page}"
        );
        assert!(
            page.contains("\n  principal_id  string       exported\n"),
            "{page}"
        );
    }

    #[test]
    fn of_a_data_source_nothing_is_replaced() {
        let subnet = catalog().find(Kind::DataSource, "azurerm_subnet").unwrap();
        assert!(!describe(subnet).contains("replacement"));
    }

    #[test]
    fn an_id_is_named_after_the_type_that_it_belongs_to() {
        let workspace = schema("azurerm_machine_learning_workspace");
        let page = describe_member(workspace, &["storage_account_id"]).unwrap();
        assert!(
            page.ends_with("\n  the id of azurerm_storage_account\n"),
            "{page}"
        );
    }

    #[test]
    fn a_block_that_is_an_attribute_shows_its_members_further_in() {
        let page = describe(schema("azurerm_key_vault"));
        assert!(page.contains("\n  access_policy "), "{page}");
        assert!(page.contains("\n    object_id "), "{page}");
    }
}
