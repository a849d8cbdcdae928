//! The twin's plans against those of the real azurerm 5.2.0.
//!
//! `plans.jsonl` holds, for one changed argument in an applied base, what the real provider planned: actions and replace
//! paths of all that changes, or that it refused. All observations of a base are planned at once, each in a module of its
//! own with a copy of the base's state.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::terraform::{Terraform, data};

/// How many observations are planned at once: Terraform takes more than twice as long for twice as many.
const AT_ONCE: usize = 40;

/// The least share of observations that must agree.
const AGREEING: f64 = 0.98;

#[test]
fn plans_are_those_of_the_real_provider() {
    let mut agreeing = 0;
    let mut differing = Vec::new();
    for base in ["base-1", "base-2"] {
        let observations: Vec<Json> = observations().filter(|one| one["base"] == base).collect();
        let Some(applied) = Applied::new(data(&format!("{base}.tf.json"))) else {
            return;
        };
        let plans = std::thread::scope(|scope| {
            let halves = observations.chunks(observations.len().div_ceil(2));
            let started: Vec<_> = halves
                .map(|half| {
                    scope.spawn(|| {
                        half.chunks(AT_ONCE)
                            .flat_map(|some| applied.plans(some))
                            .collect()
                    })
                })
                .collect();
            let ended = started.into_iter().map(|half| half.join().unwrap());
            ended.collect::<Vec<Vec<Option<Plan>>>>().concat()
        });
        for (observation, plan) in observations.iter().zip(plans) {
            let real = match observation["refused"] == true {
                true => None,
                false => Some(normalized(&observation["plan"])),
            };
            match plan == real {
                true => agreeing += 1,
                false => differing.push(shown(observation, &plan, &real)),
            }
        }
    }
    let all = agreeing + differing.len();
    println!("{agreeing} of {all} plans agree with the real provider's; the others:");
    differing.iter().for_each(|line| println!("{line}"));
    let share = agreeing as f64 / all as f64;
    assert!(share >= AGREEING, "only {agreeing} of {all} plans agree");
}

/// Actions and replace paths by address.
type Plan = BTreeMap<String, (Vec<String>, Vec<String>)>;

fn observations() -> impl Iterator<Item = Json> {
    let lines = include_str!("../data/plans.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap())
}

fn shown(observation: &Json, plan: &Option<Plan>, real: &Option<Plan>) -> String {
    let path: Vec<String> = observation["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(Json::to_string)
        .collect();
    let words = |plan: &Option<Plan>| match plan {
        None => "refused".to_owned(),
        Some(plan) => format!("{plan:?}"),
    };
    format!(
        "{} {} {}: {} -> {}\n    twin {}\n    real {}",
        observation["base"].as_str().unwrap(),
        observation["address"].as_str().unwrap(),
        path.join("."),
        observation["old"],
        observation["new"],
        words(plan),
        words(real)
    )
}

fn normalized(plan: &Json) -> Plan {
    let entries = plan.as_object().unwrap().iter();
    entries
        .map(|(address, change)| (address.clone(), change_of(change)))
        .collect()
}

fn change_of(change: &Json) -> (Vec<String>, Vec<String>) {
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
struct Applied {
    base: Json,
    state: Json,
}

impl Applied {
    /// `None` where there is no Terraform.
    fn new(base: Json) -> Option<Self> {
        let terraform = Terraform::new("plans_are_those_of_the_real_provider")?;
        terraform.write("main.tf.json", &base);
        terraform.apply();
        let state = terraform.work().join("terraform.tfstate");
        let state = serde_json::from_slice(&std::fs::read(state).unwrap()).unwrap();
        Some(Self { base, state })
    }

    /// The addresses of what a change may touch: the resource, all that depend on it, and all that these need.
    fn involved(&self, observation: &Json) -> BTreeSet<String> {
        let changed = observation["address"].as_str().unwrap();
        let resources = self.state["resources"].as_array().unwrap();
        let mut involved = BTreeSet::new();
        for resource in resources {
            let needs: Vec<&str> = dependencies(resource).collect();
            if address(resource) == changed || needs.contains(&changed) {
                involved.insert(address(resource));
                involved.extend(needs.iter().map(|needed| (*needed).to_owned()));
            }
        }
        involved
    }

    /// What the twin plans for each observation; `None` for what is refused.
    fn plans(&self, observations: &[Json]) -> Vec<Option<Plan>> {
        let Self { base, state } = self;
        let terraform = Terraform::new("").unwrap();
        for (index, observation) in observations.iter().enumerate() {
            let mut module = changed(base, observation);
            let involved = self.involved(observation);
            retain(&mut module, &involved);
            module.as_object_mut().unwrap().remove("provider");
            terraform.write(&format!("o{index}/main.tf.json"), &module);
        }
        // Whatever is refused before any plan would keep Terraform from planning the others.
        let mut plans: Vec<Option<Plan>> = observations.iter().map(|_| Some(Plan::new())).collect();
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
        for (index, observation) in observations.iter().enumerate() {
            if plans[index].is_none() {
                continue;
            }
            let involved = self.involved(observation);
            let copies = applied.iter().filter(|resource| {
                resource["mode"] == "data" || involved.contains(&address(resource))
            });
            resources.extend(copies.map(|resource| moved(resource, &format!("o{index}"))));
        }
        let mut state = state.clone();
        state["resources"] = Json::Array(resources);
        terraform.write("terraform.tfstate", &state);
        let (plan, ran) = terraform.plan(&["-refresh=false"]);
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

/// The number of the observation that a finding of Terraform's is about.
fn blamed(finding: &Json) -> usize {
    let file = finding["range"]["filename"].as_str().unwrap_or_default();
    let module = file
        .split('/')
        .next()
        .and_then(|name| name.strip_prefix('o'));
    let index = module.and_then(|index| index.parse().ok());
    index.unwrap_or_else(|| panic!("not about an observation: {finding}"))
}

/// `module.o3.azurerm_subnet.a` as 3 and the rest.
fn split(address: &str) -> (usize, &str) {
    let rest = address.strip_prefix("module.o").unwrap();
    let (index, rest) = rest.split_once('.').unwrap();
    (index.parse().unwrap(), rest)
}

/// The base with one argument changed or taken out.
fn changed(base: &Json, observation: &Json) -> Json {
    let mut module = base.clone();
    let (type_name, name) = observation["address"]
        .as_str()
        .unwrap()
        .split_once('.')
        .unwrap();
    let mut place = &mut module["resource"][type_name][name];
    let path = observation["path"].as_array().unwrap();
    let (last, outer) = path.split_last().unwrap();
    for step in outer {
        place = match step {
            Json::String(key) => &mut place[key],
            step => &mut place[usize::try_from(step.as_u64().unwrap()).unwrap()],
        };
    }
    let new = &observation["new"];
    match (last, new) {
        (Json::String(key), Json::Null) => {
            place.as_object_mut().unwrap().remove(key);
        }
        (Json::String(key), new) => place[key] = new.clone(),
        (step, new) => place[usize::try_from(step.as_u64().unwrap()).unwrap()] = new.clone(),
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
