//! Sandboxes: environments of a person's or a team's own, with an end, and what they share.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_core::{Stack, Stage};
use terrace_ir::{Block, Date, Diagnostic, Mode, Module, Node, ResourceAddress, Root, Sourced};

use crate::codes;
use crate::grant::Principal;

/// What makes an environment a sandbox: `[sandbox]`. It is never inherited.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    /// The e-mail address of who answers for it, a person or a team. It becomes the tag `owner`.
    #[schemars(email)]
    pub owner: Sourced<String>,

    /// The object id in Entra of the owner, a person or a group, who gets the rights to work in the
    /// workspace. Left out, nobody gets rights because of the sandbox.
    #[serde(default)]
    #[schemars(extend("format" = "uuid"))]
    pub owner_object_id: Option<Sourced<String>>,

    /// The last day of the sandbox, for example `2027-01-31`. It becomes the tag `expires`; nothing
    /// is destroyed by itself.
    pub expires: Sourced<Date>,
}

/// The setting that lets a sandbox use what another environment makes, in TOML:
/// `existing = { name = "…", resource_group = "…" }`.
///
/// `None` where `module` makes no resource of that type and name, or one whose name is not known
/// before it is applied. What it takes over itself is inherited as it is.
#[must_use]
pub fn existing(
    module: &Module,
    resource_type: &'static str,
    name: &'static str,
) -> Option<String> {
    let resource = module.resource(&ResourceAddress::new(Mode::Managed, resource_type, name))?;
    let name = resource.body.get("name")?.as_text()?;
    let group = group_of(module, resource)?.body.get("name")?.as_text()?;
    Some(format!(
        "existing = {{ name = \"{name}\", resource_group = \"{group}\" }}\n"
    ))
}

/// The resource group that a resource refers to, by its name or, where azapi makes it, by its id.
fn group_of<'a>(module: &'a Module, resource: &Block) -> Option<&'a Block> {
    let body = &resource.body;
    let mut found = None;
    body.get("resource_group_name")
        .or_else(|| body.get("parent_id"))?
        .to_node()
        .visit(&mut |node| {
            if let Node::Root(Root::Resource { address, .. }) = node {
                found = Some(address.clone());
            }
        });
    module.resource(found?.as_ref())
}

impl SandboxSettings {
    /// The owner, to whom rights are given: a person or a group. None where the object id is not known.
    #[must_use]
    pub fn owner(&self) -> Option<Principal> {
        let id = self.owner_object_id.as_ref()?;
        Some(Principal::person_or_group("owner", id))
    }

    /// What the sandbox says of itself on everything in it, whatever is inherited.
    pub(crate) fn tag(&self, tags: &mut BTreeMap<String, Sourced<String>>) {
        let Self { owner, expires, .. } = self;
        tags.insert("owner".to_owned(), owner.clone());
        let day = Sourced::new(expires.to_string(), expires.origin());
        tags.insert("expires".to_owned(), day);
    }

    /// Reports a sandbox that is none.
    pub(crate) fn check(&self, stack: &Stack) {
        let stage = stack.stage();
        if stage != Stage::Dev {
            stack.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!("a sandbox cannot have `stage = \"{stage}\"`"),
                )
                .argument("sandbox")
                .detail("what protects that stage keeps a sandbox from being destroyed")
                .hint("inherit from an environment of stage \"dev\", or take `[sandbox]` out")
                .at(self.expires.origin()),
            );
        }
        if self.owner_object_id.is_none() {
            stack.report(
                Diagnostic::note(
                    &codes::NO_OWNERS_RIGHTS,
                    format!("the owner of the sandbox gets no rights: {}", *self.owner),
                )
                .argument("sandbox.owner_object_id")
                .hint("set `owner_object_id` to the owner's object id in Entra")
                .at(self.owner.origin()),
            );
        }
    }
}
