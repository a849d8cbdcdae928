//! An applied configuration, and what Terraform plans for many changes of it at once.
//!
//! Each case is planned in a module of its own with a copy of what the change may touch, and of its state.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::terraform::Terraform;

/// A changed argument.
#[derive(Clone)]
pub(crate) struct Change {
    pub(crate) address: String,
    /// Names and indexes.
    pub(crate) path: Vec<Json>,
    /// `null` where it is taken out.
    pub(crate) new: Json,
}

/// Actions and replace paths by address.
pub(crate) type Plan = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// Actions and replace paths of a change as Terraform shows it in JSON.
pub(crate) fn change_of(change: &Json) -> (Vec<String>, Vec<String>) {
    let texts = |json: &Json| -> Vec<String> {
        let items = json.as_array().into_iter().flatten();
        items
            .map(|item| {
                item.as_str()
                    .map_or_else(|| item.to_string(), ToOwned::to_owned)
            })
            .collect()
    };
    let mut paths = texts(&change["replace_paths"]);
    paths.sort();
    (texts(&change["actions"]), paths)
}

/// A base, and the state that its apply left.
pub(crate) struct Applied {
    base: Json,
    state: Json,
}

impl Applied {
    /// `None`, with a line that says so, where there is no Terraform.
    pub(crate) fn new(test: &str, base: Json) -> Option<Self> {
        let terraform = Terraform::new(test)?;
        terraform.write("main.tf.json", &base);
        terraform.apply();
        let state = terraform.work().join("terraform.tfstate");
        let state = serde_json::from_slice(&std::fs::read(state).unwrap()).unwrap();
        Some(Self { base, state })
    }

    /// The addresses of what a change may touch: the resource, all that depend on it, and all that these need.
    fn involved(&self, changes: &[Change]) -> BTreeSet<String> {
        let resources = self.state["resources"].as_array().unwrap();
        let mut involved = BTreeSet::new();
        for resource in resources {
            let needs: Vec<&str> = dependencies(resource).collect();
            let is_changed = |change: &Change| {
                address(resource) == change.address || needs.contains(&change.address.as_str())
            };
            if changes.iter().any(is_changed) {
                involved.insert(address(resource));
                involved.extend(needs.iter().map(|needed| (*needed).to_owned()));
            }
        }
        involved
    }

    /// What the twin plans for each case of one or more changes; `None` for what is refused.
    pub(crate) fn plans(&self, cases: &[Vec<Change>]) -> Vec<Option<Plan>> {
        let Self { base, state } = self;
        let terraform = Terraform::new("").unwrap();
        for (index, changes) in cases.iter().enumerate() {
            let mut module = changed(base, changes);
            let involved = self.involved(changes);
            retain(&mut module, &involved);
            // The root has the providers; outputs tell of resources that are not involved.
            for apart in ["provider", "output"] {
                module.as_object_mut().unwrap().remove(apart);
            }
            terraform.write(&format!("o{index}/main.tf.json"), &module);
        }
        // Whatever is refused before any plan would keep Terraform from planning the others.
        let mut plans: Vec<Option<Plan>> = cases.iter().map(|_| Some(Plan::new())).collect();
        let calls = |plans: &[Option<Plan>]| {
            let called = plans.iter().enumerate().filter(|(_, plan)| plan.is_some());
            let calls: Map<String, Json> = called
                .map(|(index, _)| {
                    (
                        format!("o{index}"),
                        json!({"source": format!("./o{index}")}),
                    )
                })
                .collect();
            json!({"terraform": base["terraform"], "provider": base["provider"], "module": calls})
        };
        terraform.write("main.tf.json", &calls(&plans));
        terraform.succeeds(&["init", "-no-color"]);
        let validated: Json =
            serde_json::from_str(&terraform.run(&["validate", "-json"]).stdout).unwrap();
        for finding in validated["diagnostics"].as_array().unwrap() {
            if finding["severity"] == "error" {
                plans[blamed(finding)] = None;
            }
        }
        terraform.write("main.tf.json", &calls(&plans));

        let applied = state["resources"].as_array().unwrap();
        let mut resources = Vec::new();
        for (index, changes) in cases.iter().enumerate() {
            if plans[index].is_none() {
                continue;
            }
            let involved = self.involved(changes);
            let copies = applied.iter().filter(|resource| {
                resource["mode"] == "data" || involved.contains(&address(resource))
            });
            resources.extend(copies.map(|resource| moved(resource, &format!("o{index}"))));
        }
        let mut state = state.clone();
        state["resources"] = Json::Array(resources);
        terraform.write("terraform.tfstate", &state);
        let (plan, ran) = terraform.plan(&["-refresh=false"]);
        assert!(plan["resource_changes"].is_array(), "{}", ran.text);
        for change in plan["resource_changes"].as_array().unwrap() {
            let (index, address) = split(change["address"].as_str().unwrap());
            let own = change_of(&change["change"]);
            if own.0 != ["no-op"]
                && own.0 != ["read"]
                && let Some(plan) = &mut plans[index]
            {
                plan.insert(address.to_owned(), own);
            }
        }
        let errors = ran
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<Json>(line).ok());
        for error in errors.filter(|message| message["@level"] == "error") {
            plans[blamed(&error["diagnostic"])] = None;
        }
        plans
    }
}

/// The number of the case that a finding of Terraform's is about.
fn blamed(finding: &Json) -> usize {
    let file = finding["range"]["filename"].as_str().unwrap_or_default();
    let module = file
        .split('/')
        .next()
        .and_then(|name| name.strip_prefix('o'));
    let index = module.and_then(|index| index.parse().ok());
    index.unwrap_or_else(|| panic!("not about a case: {finding}"))
}

/// `module.o3.azurerm_subnet.a` as 3 and the rest.
fn split(address: &str) -> (usize, &str) {
    let rest = address.strip_prefix("module.o").unwrap();
    let (index, rest) = rest.split_once('.').unwrap();
    (index.parse().unwrap(), rest)
}

/// The base with some arguments changed or taken out.
fn changed(base: &Json, changes: &[Change]) -> Json {
    let mut module = base.clone();
    for Change { address, path, new } in changes {
        let (type_name, name) = address.split_once('.').unwrap();
        let mut place = &mut module["resource"][type_name][name];
        let (last, outer) = path.split_last().unwrap();
        for step in outer {
            place = match step {
                Json::String(key) => &mut place[key],
                step => &mut place[usize::try_from(step.as_u64().unwrap()).unwrap()],
            };
        }
        match (last, new) {
            (Json::String(key), Json::Null) => {
                place.as_object_mut().unwrap().remove(key);
            }
            (Json::String(key), new) => place[key] = new.clone(),
            (step, new) => {
                place[usize::try_from(step.as_u64().unwrap()).unwrap()] = new.clone();
            }
        }
    }
    module
}

fn address(resource: &Json) -> String {
    let text = |name: &str| resource[name].as_str().unwrap();
    format!("{}.{}", text("type"), text("name"))
}

/// The addresses that a resource of the state depends on, through others too.
fn dependencies(resource: &Json) -> impl Iterator<Item = &str> {
    let instances = resource["instances"].as_array().unwrap().iter();
    let dependencies = instances.filter_map(|instance| instance.get("dependencies")?.as_array());
    dependencies.flatten().filter_map(Json::as_str)
}

/// Takes out the resources that are not named.
fn retain(module: &mut Json, involved: &BTreeSet<String>) {
    for (type_name, named) in module["resource"].as_object_mut().unwrap() {
        let is_involved = |name: &str| involved.contains(&format!("{type_name}.{name}"));
        named
            .as_object_mut()
            .unwrap()
            .retain(|name, _| is_involved(name));
    }
    let types = module["resource"].as_object_mut().unwrap();
    types.retain(|_, named| named.as_object().is_some_and(|named| !named.is_empty()));
}

/// A resource of the state in a module.
fn moved(resource: &Json, module: &str) -> Json {
    let mut moved = resource.clone();
    moved["module"] = json!(format!("module.{module}"));
    for instance in moved["instances"].as_array_mut().unwrap() {
        let Some(dependencies) = instance
            .get_mut("dependencies")
            .and_then(Json::as_array_mut)
        else {
            continue;
        };
        for dependency in dependencies {
            *dependency = json!(format!("module.{module}.{}", dependency.as_str().unwrap()));
        }
    }
    moved
}
