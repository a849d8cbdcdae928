//! The twin's plans against those of the real azurerm 5.2.0.
//!
//! `plans.jsonl` holds, for one changed argument in an applied base, what the real provider planned: actions and replace
//! paths of all that changes, or that it refused.

use serde_json::Value as Json;

use crate::applied::{Applied, Change, Plan, change_of};
use crate::terraform::data;

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
        let base = data(&format!("{base}.tf.json"));
        let Some(applied) = Applied::new("plans_are_those_of_the_real_provider", base) else {
            return;
        };
        let cases: Vec<Vec<Change>> = observations.iter().map(|one| vec![change(one)]).collect();
        let plans = std::thread::scope(|scope| {
            let halves = cases.chunks(cases.len().div_ceil(2));
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

fn change(observation: &Json) -> Change {
    Change {
        address: observation["address"].as_str().unwrap().to_owned(),
        path: observation["path"].as_array().unwrap().clone(),
        new: observation["new"].clone(),
    }
}
