//! The check of one azapi resource: its `type`, its body, and the arguments that become part of the body.

use terrace_ir::{ArgumentPath, Block, BlockKind, Code, Diagnostic, Step, Type};

use super::archive::{Lookup, bodies};
use super::body::{Judgement, Walk};
use super::body_type::{BodyType, ObjectType};
use super::codes::{
    ARGUMENT_AND_BODY, BODY_NOT_CHECKED, MALFORMED_TYPE, MISSING_PROPERTY, UNKNOWN_TYPE,
    VALUE_OUT_OF_LIMITS, WHICH_RESOURCE, WRONG_TYPE,
};
use super::resource_type::ResourceType;
use super::scalar::unmet;
use crate::eval::{Kind, Marks, SharedText, Val};
use crate::finding::{Finding, Place};

/// Arguments that azapi puts into the body.
pub(super) const BECOME_PROPERTIES: [&str; 3] = ["location", "tags", "identity"];

/// The arguments that [`check_resource`] looks at.
pub const ARGUMENTS: [&str; 10] = [
    "type",
    "name",
    "parent_id",
    "resource_id",
    "location",
    "tags",
    "identity",
    "body",
    "sensitive_body",
    "schema_validation_enabled",
];

/// Checks a resource, data source or ephemeral resource of azapi; any other block is left alone.
///
/// `arguments` is an object of the block's [`ARGUMENTS`], evaluated as far as they can be. Its paths are those of the block,
/// which says where a value came from.
pub fn check_resource(block: &Block, arguments: &Val, report: &mut Vec<Diagnostic>) {
    let Some(type_name) = block.labels.first().filter(|_| block.kind.mode().is_some()) else {
        return;
    };
    if !type_name.starts_with("azapi_") {
        return;
    }
    let mut check = Check {
        arguments,
        findings: Vec::new(),
    };
    check.bodies_are_no_text();
    let resource_type = check.resource_type();
    match (block.kind, &**type_name) {
        (BlockKind::Resource, "azapi_resource") => {
            check.parent(resource_type.as_ref());
            if check.is_validated() {
                check.body(resource_type, true);
            }
        }
        (BlockKind::Resource, "azapi_update_resource") => {
            check.target();
            check.body(resource_type, false);
        }
        _ => {}
    }
    let findings = check.findings.into_iter();
    report.extend(findings.map(|finding| finding.in_block(block)));
}

struct Check<'a> {
    arguments: &'a Val,
    findings: Vec<Finding>,
}

impl<'a> Check<'a> {
    fn bodies_are_no_text(&mut self) {
        for name in ["body", "sensitive_body"] {
            let is_text = self.given(name).is_some_and(|value| match value.kind() {
                Kind::Text(_) => true,
                Kind::Unknown(ty) => **ty == Type::String,
                _ => false,
            });
            if is_text {
                let summary = format!("`{name}` must be an object, not text");
                let finding = Diagnostic::error(&WRONG_TYPE, summary)
                    .hint("give the object itself, without `jsonencode`");
                self.find(name, Place::Value, finding);
            }
        }
    }

    fn resource_type(&mut self) -> Option<ResourceType<'a>> {
        let text = self.given("type")?.as_text()?;
        let parsed = ResourceType::parse(text);
        if parsed.is_none() {
            let summary = format!("`type` is \"{text}\", not a resource type with an API version");
            let finding = Diagnostic::error(&MALFORMED_TYPE, summary)
                .value(text)
                .hint("write `NAMESPACE/TYPE@API-VERSION`, as in \"Microsoft.MachineLearningServices/workspaces@2025-12-01\"");
            self.find("type", Place::Value, finding);
        }
        parsed
    }

    /// A resource that is created stands under a parent.
    fn parent(&mut self, resource_type: Option<&ResourceType<'_>>) {
        let needs_parent = resource_type.is_some_and(|resource_type| {
            !resource_type
                .name
                .eq_ignore_ascii_case("Microsoft.Resources/resourceGroups")
        });
        if needs_parent && self.given("parent_id").is_none() {
            self.find_missing(
                &WHICH_RESOURCE,
                "parent_id",
                "the argument `parent_id` is required",
            );
        }
    }

    /// A resource that is changed is named by its id, or by its name and its parent.
    fn target(&mut self) {
        let is_given = |name| self.given(name).is_some();
        let (name, parent, id) = (
            is_given("name"),
            is_given("parent_id"),
            is_given("resource_id"),
        );
        if name && id {
            let summary = "`name` and `resource_id` exclude each other";
            let finding = Diagnostic::error(&WHICH_RESOURCE, summary)
                .hint("take `name` out: `resource_id` alone says which resource is meant");
            self.find("name", Place::Key, finding);
        } else if name && !parent {
            self.find_missing(
                &WHICH_RESOURCE,
                "parent_id",
                "`name` needs `parent_id` beside it",
            );
        } else if parent && !name {
            self.find_missing(
                &WHICH_RESOURCE,
                "name",
                "`parent_id` needs `name` beside it",
            );
        } else if !name && !id {
            let summary = "`resource_id`, or `name` and `parent_id`, is required";
            self.find_missing(&WHICH_RESOURCE, "resource_id", summary);
        }
    }

    /// Whether azapi checks the body, for certain.
    fn is_validated(&self) -> bool {
        let enabled = self.given("schema_validation_enabled");
        enabled.is_none_or(|enabled| match enabled.kind() {
            Kind::Bool(enabled) => *enabled,
            Kind::Text(text) => matches!(&**text, "true" | "1"),
            _ => false,
        })
    }

    fn body(&mut self, resource_type: Option<ResourceType<'a>>, creates: bool) {
        let Some(wanted) = resource_type else {
            return;
        };
        match bodies().find(&wanted) {
            Lookup::Known(body) => self.known_body(&wanted, body, creates),
            Lookup::UnknownType { nearest } => self.unknown_type(&wanted, nearest, creates),
            Lookup::OtherVersion | Lookup::OtherNamespace => self.not_checked(&wanted),
        }
    }

    fn unknown_type(&mut self, wanted: &ResourceType<'_>, nearest: Option<&str>, creates: bool) {
        let ResourceType { name, api_version } = wanted;
        let summary = format!("there is no resource type `{name}` at API version `{api_version}`");
        let mut finding = if creates {
            Diagnostic::error(&UNKNOWN_TYPE, summary)
        } else {
            Diagnostic::warning(&UNKNOWN_TYPE, summary)
        };
        finding.hint = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
        self.find("type", Place::Value, finding.value(*name));
    }

    fn not_checked(&mut self, wanted: &ResourceType<'_>) {
        if self.given("body").is_none() && self.given("sensitive_body").is_none() {
            return;
        }
        let index = bodies().index();
        let ResourceType { name, api_version } = wanted;
        let summary = format!("the body of `{name}` at API version `{api_version}` is not checked");
        let detail = format!(
            "bodies of `{}` are known at `{}`",
            index.namespace,
            index.api_versions.join("` and `")
        );
        let finding = Diagnostic::note(&BODY_NOT_CHECKED, summary).detail(detail);
        self.find("type", Place::Value, finding);
    }

    fn known_body(&mut self, wanted: &ResourceType<'_>, body: &'static ObjectType, creates: bool) {
        let (plain, sensitive) = (self.given("body"), self.given("sensitive_body"));
        let nothing = Val::object(Vec::<(SharedText, Val)>::new());
        let secret = Marks::SENSITIVE;
        let value = match (plain, sensitive) {
            (Some(plain), Some(sensitive)) if !sensitive.is_known() => plain.clone(),
            (Some(plain), Some(sensitive)) => merged(plain, &sensitive.clone().marked(secret)),
            (Some(plain), None) => plain.clone(),
            (None, Some(sensitive)) => sensitive.clone().marked(secret),
            // azapi checks no body where none is given.
            (None, None) if !creates => return,
            (None, None) => nothing,
        };
        let has_body = plain.is_some() || sensitive.is_some();
        let given = if creates {
            self.given_as_arguments()
        } else {
            Vec::new()
        };
        if has_body && creates && value.as_entries().is_some() {
            self.name_fits(body);
            self.arguments_fit(wanted, body, &value, &given);
        }
        let judgement = Judgement {
            azapi_checks: creates && has_body,
            is_whole: creates && sensitive.is_none_or(Val::is_known),
        };
        // Location and tags may come from the provider's defaults, so azapi never demands them.
        let filled_in = given.into_iter().chain(["name", "location", "tags"]);
        let mut walk = Walk::new(bodies(), judgement);
        walk.body(body, &value, &filled_in.collect::<Vec<_>>());
        for mut finding in walk.findings {
            if sensitive.is_some_and(|sensitive| reaches(sensitive, &finding.path)) {
                finding.path = in_sensitive_body(&finding.path);
            }
            if finding.diagnostic.code == &MISSING_PROPERTY && !has_body {
                finding.diagnostic.hint = Some("give a `body`".to_owned());
            }
            self.findings.push(finding);
        }
    }

    /// azapi holds the name against what the service demands of it, as if it stood in the body.
    fn name_fits(&mut self, body: &ObjectType) {
        let demanded = body.property("name").map(|name| bodies().get(name.ty));
        let (Some(BodyType::Text(text)), Some(name)) = (demanded, self.given("name")) else {
            return;
        };
        let Some(found) = name.as_text() else {
            return;
        };
        if let Some(allowed) = unmet(text, found) {
            let summary = format!("`name` is \"{found}\", but must {allowed}");
            let finding = Diagnostic::error(&VALUE_OUT_OF_LIMITS, summary).value(found);
            self.find("name", Place::Value, finding);
        }
    }

    /// Arguments that azapi puts into the body: the type must have them, and the body must not give them again.
    fn arguments_fit(
        &mut self,
        wanted: &ResourceType<'_>,
        body: &ObjectType,
        value: &Val,
        given: &[&'static str],
    ) {
        for name in given {
            if body
                .property(name)
                .is_none_or(|property| property.read_only)
            {
                let finding = Diagnostic::error(
                    &ARGUMENT_AND_BODY,
                    format!("`{}` takes no `{name}`", wanted.name),
                );
                self.find(name, Place::Key, finding.hint("take it out"));
            }
            let is_certain = |value: &Val| value.is_known() && !value.is_null();
            let argument = self.given(name).is_some_and(is_certain);
            if argument && value.get(name).is_some_and(is_certain) {
                let summary = format!("`{name}` is given as an argument and in the body");
                let finding = Diagnostic::error(&ARGUMENT_AND_BODY, summary);
                self.find(name, Place::Key, finding.hint("take one of them out"));
            }
        }
    }

    fn given_as_arguments(&self) -> Vec<&'static str> {
        let is_given = |name: &&str| {
            let value = self.given(name);
            value.is_some_and(|value| value.as_items().is_none_or(|items| !items.is_empty()))
        };
        BECOME_PROPERTIES.into_iter().filter(is_given).collect()
    }

    /// The value of an argument that is there and not `null`.
    fn given(&self, name: &str) -> Option<&'a Val> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }

    fn find_missing(&mut self, code: &'static Code, name: &str, summary: &str) {
        self.find(name, Place::Value, Diagnostic::error(code, summary));
    }

    fn find(&mut self, argument: &str, place: Place, diagnostic: Diagnostic) {
        let mut path = ArgumentPath::root();
        path.push(Step::Name(argument.to_owned().into()));
        self.findings.push(Finding {
            diagnostic,
            path,
            place,
        });
    }
}

/// Two bodies as azapi joins them: objects key by key, lists of one length item by item, and else the second one.
fn merged(first: &Val, second: &Val) -> Val {
    let marks = second.marks();
    match (first.kind(), second.kind()) {
        (Kind::Unknown(_), _) => Val::dynamic().marked(marks),
        (Kind::Map(..) | Kind::Object(_), Kind::Map(..) | Kind::Object(_)) => {
            let (first, second) = (entries(first), entries(second));
            let mut joined: Vec<(SharedText, Val)> = first.to_vec();
            for (key, value) in second {
                let value = value.clone().marked(marks);
                match joined.iter_mut().find(|(known, _)| known == key) {
                    Some((_, known)) => *known = merged(known, &value),
                    None => joined.push((key.clone(), value)),
                }
            }
            Val::object(joined)
        }
        (Kind::List(..) | Kind::Tuple(_), Kind::List(..) | Kind::Tuple(_)) => {
            let items = |value: &Val| value.as_items().unwrap_or_default().to_vec();
            let (first, second) = (items(first), items(second));
            if first.len() != second.len() {
                return Val::tuple(second).marked(marks);
            }
            let pairs = first.iter().zip(second);
            Val::tuple(pairs.map(|(a, b)| merged(a, &b.marked(marks))).collect())
        }
        _ => second.clone(),
    }
}

fn entries(value: &Val) -> &[(SharedText, Val)] {
    value.as_entries().unwrap_or_default()
}

/// Whether a path that starts with `body` leads to something in a value.
fn reaches(value: &Val, path: &ArgumentPath) -> bool {
    let mut steps = path.steps().iter().skip(1);
    let end = steps.try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(at) => value.as_items()?.get(*at),
    });
    end.is_some()
}

fn in_sensitive_body(path: &ArgumentPath) -> ArgumentPath {
    let mut renamed = ArgumentPath::root();
    renamed.push(Step::Name("sensitive_body".into()));
    path.steps()
        .iter()
        .skip(1)
        .for_each(|step| renamed.push(step.clone()));
    renamed
}
