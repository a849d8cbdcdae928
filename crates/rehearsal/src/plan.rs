//! What a plan changes.

use std::fmt;

use serde_json::{Value as Json, json};

/// How many resources are made, changed and destroyed, as Terraform counts them: a replacement is made and destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Made.
    pub add: u64,
    /// Changed in place.
    pub change: u64,
    /// Destroyed.
    pub destroy: u64,
    /// Taken over as they stand.
    pub import: u64,
}

impl Counts {
    pub(crate) fn of(json: &Json) -> Self {
        let count = |name: &str| json[name].as_u64().unwrap_or_default();
        Self {
            add: count("add"),
            change: count("change"),
            destroy: count("remove"),
            import: count("import"),
        }
    }

    /// As members of a JSON object.
    #[must_use]
    pub fn to_json(self) -> Json {
        json!({"add": self.add, "change": self.change, "destroy": self.destroy, "import": self.import})
    }

    /// What was done, in Terraform's words.
    #[must_use]
    pub fn done(self) -> String {
        let import = match self.import {
            0 => String::new(),
            count => format!("{count} imported, "),
        };
        format!(
            "{import}{} added, {} changed, {} destroyed",
            self.add, self.change, self.destroy
        )
    }
}

/// What would be done, in Terraform's words.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.import > 0 {
            write!(f, "{} to import, ", self.import)?;
        }
        write!(
            f,
            "{} to add, {} to change, {} to destroy",
            self.add, self.change, self.destroy
        )
    }
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is destroyed and made anew, in either order.
    Replace,
    /// It is destroyed.
    Destroy,
    /// Terraform forgets it; it stays.
    Forget,
}

impl Action {
    fn of(actions: &Json) -> Option<Self> {
        let words = actions.as_array()?.iter().filter_map(Json::as_str);
        match words.collect::<Vec<_>>().as_slice() {
            ["create"] => Some(Self::Create),
            ["update"] => Some(Self::Update),
            ["delete"] => Some(Self::Destroy),
            ["delete", "create"] | ["create", "delete"] => Some(Self::Replace),
            ["forget"] => Some(Self::Forget),
            _ => None,
        }
    }

    /// What has happened to the resource then: `created`.
    #[must_use]
    pub fn participle(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "updated",
            Self::Replace => "replaced",
            Self::Destroy => "destroyed",
            Self::Forget => "forgotten",
        }
    }

    /// The sign of Terraform's plans.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "-/+",
            Self::Destroy => "-",
            Self::Forget => ".",
        }
    }
}

/// A resource that a plan changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its address: `azurerm_storage_account.platform_data`.
    pub address: String,
    /// Its type.
    pub type_name: String,
    /// What happens to it.
    pub action: Action,
    /// The arguments that force its replacement, as paths: `location`, `identity[0].type`.
    pub because: Vec<String>,
    /// The attributes of the top level that would differ.
    pub differs: Vec<String>,
    /// The change as `terraform show -json` has it.
    json: Json,
}

impl Change {
    /// The changes of a plan, as `terraform show -json` has it, in its order. What stays as it is, is left out.
    pub(crate) fn all(plan: &Json) -> Vec<Self> {
        let changes = plan["resource_changes"].as_array();
        let changes = changes.into_iter().flatten();
        changes
            .filter(|change| change["mode"] == "managed")
            .filter_map(Self::new)
            .collect()
    }

    fn new(json: &Json) -> Option<Self> {
        let change = &json["change"];
        let paths = change["replace_paths"].as_array().into_iter().flatten();
        Some(Self {
            address: json["address"].as_str()?.to_owned(),
            type_name: json["type"].as_str()?.to_owned(),
            action: Action::of(&change["actions"])?,
            because: paths.map(path).collect(),
            differs: differs(change),
            json: json!({
                "address": json["address"],
                "type": json["type"],
                "actions": change["actions"],
                "action_reason": json["action_reason"],
                "replace_paths": change.get("replace_paths").unwrap_or(&json!([])),
            }),
        })
    }

    /// The change is forced, or made, by an argument: `location`.
    ///
    /// # Panics
    /// It is not.
    #[track_caller]
    pub fn because(&self, argument: &str) -> &Self {
        let names = match self.action {
            Action::Replace => &self.because,
            _ => &self.differs,
        };
        let is_said = names.iter().any(|name| name == argument);
        assert!(
            is_said,
            "{} is {} because of {}, not of `{argument}`",
            self.address,
            self.action.participle(),
            names.join(", ")
        );
        self
    }

    /// Address, type, actions, their reason, and the paths that force a replacement, in Terraform's form.
    #[must_use]
    pub fn to_json(&self) -> &Json {
        &self.json
    }
}

/// `-/+ azurerm_storage_account.platform_data (because of location)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>3} {}", self.action.sign(), self.address)?;
        match self.because.as_slice() {
            [] => Ok(()),
            because => write!(f, " (because of {})", because.join(", ")),
        }
    }
}

fn path(json: &Json) -> String {
    let mut out = String::new();
    for step in json.as_array().into_iter().flatten() {
        match step {
            Json::String(name) if out.is_empty() => out.push_str(name),
            Json::String(name) => {
                out.push('.');
                out.push_str(name);
            }
            index => out.push_str(&format!("[{index}]")),
        }
    }
    out
}

fn differs(change: &Json) -> Vec<String> {
    let (Some(before), Some(after)) = (change["before"].as_object(), change["after"].as_object())
    else {
        return Vec::new();
    };
    let unknown = change["after_unknown"].as_object();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.extend(unknown.into_iter().flat_map(|unknown| unknown.keys()));
    names.sort();
    names.dedup();
    let is_unknown =
        |name: &str| unknown.and_then(|unknown| unknown.get(name)) == Some(&Json::Bool(true));
    let names = names.into_iter();
    names
        .filter(|name| before.get(*name) != after.get(*name) || is_unknown(name))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_replacement_says_what_forces_it() {
        let plan = json!({"resource_changes": [
            {"address": "data.a.b", "mode": "data", "type": "a", "change": {"actions": ["read"]}},
            {"address": "a.same", "mode": "managed", "type": "a", "change": {"actions": ["no-op"]}},
            {"address": "a.new", "mode": "managed", "type": "a", "change": {
                "actions": ["create", "delete"],
                "replace_paths": [["location"], ["identity", 0, "type"]],
                "before": {"location": "x", "name": "n", "id": "i"},
                "after": {"location": "y", "name": "n"},
                "after_unknown": {"id": true},
            }},
        ]});
        let changes = Change::all(&plan);
        let [change] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        assert_eq!(
            change.to_string(),
            "-/+ a.new (because of location, identity[0].type)"
        );
        assert_eq!(change.differs, ["id", "location"]);
    }
}
