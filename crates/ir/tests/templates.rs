//! Reads templates as Terraform reads them: `data/templates.json` holds some 350 with what
//! Terraform 1.11.4 made of each, its value or its refusal.

mod terraform;

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_ir::{read, render};

struct Case {
    text: String,
    value: Option<Json>,
    refused: bool,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Json> = serde_json::from_str(include_str!("data/templates.json")).unwrap();
    cases
        .into_iter()
        .map(|case| Case {
            text: case["text"].as_str().unwrap().to_owned(),
            value: case.get("value").cloned(),
            refused: case.get("refused").is_some(),
        })
        .collect()
}

#[test]
fn what_terraform_refuses_is_refused_and_nothing_else() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter(|case| read::template(&case.text).is_err() != case.refused)
        .map(|case| match read::template(&case.text) {
            Ok(node) => format!("taken: {:?} as {}", case.text, render::template(&node)),
            Err(error) => format!("refused: {:?}: {error}", case.text),
        })
        .collect();
    assert_eq!(wrong.join("\n"), "");
}

#[test]
fn a_template_that_was_written_is_read_as_the_same_tree() {
    for case in cases() {
        let Ok(node) = read::template(&case.text) else {
            continue;
        };
        let written = render::template(&node);
        match read::template(&written) {
            Ok(again) if again == node => {}
            Ok(again) => panic!(
                "{:?} → {written:?} → {:?}",
                case.text,
                render::template(&again)
            ),
            Err(error) => panic!("{:?} → {written:?}: {error}", case.text),
        }
    }
}

#[test]
fn a_template_that_was_read_and_written_has_the_same_value_for_terraform() {
    if !terraform::is_there("templates") {
        return;
    }
    let cases: Vec<Case> = cases()
        .into_iter()
        .filter(|case| case.value.is_some())
        .collect();
    let mut outputs = serde_json::Map::new();
    for (n, case) in cases.iter().enumerate() {
        let node =
            read::template(&case.text).unwrap_or_else(|error| panic!("{:?}: {error}", case.text));
        outputs.insert(format!("o{n}"), json!({"value": render::template(&node)}));
    }
    let module = json!({"output": outputs}).to_string();
    let values = terraform::outputs(&[("main.tf.json", &module)]);
    let wrong: Vec<String> = cases
        .iter()
        .enumerate()
        // An output that is null is left out.
        .map(|(n, case)| (case, values.get(&format!("o{n}")).unwrap_or(&Json::Null)))
        .filter(|(case, value)| case.value.as_ref() != Some(*value))
        .map(|(case, value)| {
            let written = render::template(&read::template(&case.text).unwrap());
            format!(
                "{:?} → {written:?} gave {value}, not {}",
                case.text,
                case.value.as_ref().unwrap()
            )
        })
        .collect();
    assert_eq!(wrong.join("\n"), "");
}
