//! `schema`: what is known about a type.

use serde_json::{Value as Json, json};
use terrace_schema::describe::{describe, describe_member, search, to_json};
use terrace_schema::{Kind, Lookup, Schema as Type, azapi, catalog};

use super::{Outcome, print_json, print_result};
use crate::arguments::{Format, Schema};

pub(super) fn run(arguments: &Schema) -> Outcome {
    if let Some(word) = &arguments.search {
        return find(word, arguments.format);
    }
    let subject = arguments.subject.as_deref().unwrap_or_default();
    let page = if subject.contains('/') {
        body_page(subject)
    } else {
        type_page(subject)
    };
    match page {
        Ok(page) => {
            match arguments.format {
                Format::Text => print_result(&page.text),
                Format::Json => print_json(&page.json),
            }
            Outcome::Fine
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            Outcome::Misuse
        }
    }
}

/// What is printed, in both forms.
struct Page {
    text: String,
    json: Json,
}

/// `azurerm_key_vault`, `data.azurerm_subnet`, `azurerm_key_vault.network_acls.bypass`
fn type_page(subject: &str) -> Result<Page, String> {
    let (kind, rest) = [
        ("data.", Kind::DataSource),
        ("ephemeral.", Kind::Ephemeral),
        ("provider.", Kind::Provider),
        ("resource.", Kind::Resource),
    ]
    .into_iter()
    .find_map(|(prefix, kind)| Some((kind, subject.strip_prefix(prefix)?)))
    .unwrap_or((Kind::Resource, subject));
    let mut names = rest.split('.');
    let name = names.next().unwrap_or_default();
    let path: Vec<&str> = names.collect();
    let schema = look_up(kind, name)?;
    let text = match path.as_slice() {
        [] => Some(describe(schema)),
        path => describe_member(schema, path),
    };
    match (text, to_json(schema, &path)) {
        (Some(text), Some(json)) => Ok(Page { text, json }),
        _ => Err(no_member(schema, &path)),
    }
}

fn look_up(kind: Kind, name: &str) -> Result<&'static Type, String> {
    let did_you_mean = |nearest: Option<&str>| {
        nearest.map_or_else(
            || "\n\nfind types with `schema --search WORD`".to_owned(),
            |nearest| format!("; did you mean `{nearest}`?"),
        )
    };
    let words = kind.words();
    match catalog().look_up(kind, name) {
        Lookup::Found(schema) => Ok(schema),
        Lookup::Undescribed => Err(format!(
            "`{name}` exists, but nothing is known about its arguments here"
        )),
        Lookup::Unknown {
            exists_as: Some(other),
            ..
        } => Err(format!(
            "`{name}` is no {words} but a {}; write `{}{name}`",
            other.words(),
            prefix(other)
        )),
        Lookup::Unknown { nearest, .. } => Err(format!(
            "there is no {words} `{name}`{}",
            did_you_mean(nearest)
        )),
        Lookup::OtherProvider { nearest } => Err(format!(
            "`{name}` is of a provider that is not described here{}",
            did_you_mean(nearest)
        )),
    }
}

fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Provider => "provider.",
        Kind::Resource => "resource.",
        Kind::DataSource => "data.",
        Kind::Ephemeral => "ephemeral.",
    }
}

/// Which step of a path there is not, and what was probably meant.
fn no_member(schema: &Type, path: &[&str]) -> String {
    let known = (1..path.len())
        .rev()
        .find(|&end| schema.member(&path[..end]).is_some())
        .unwrap_or(0);
    let missing = path.get(known).copied().unwrap_or_default();
    let holder = std::iter::once(schema.name.as_str())
        .chain(path[..known].iter().copied())
        .collect::<Vec<_>>()
        .join(".");
    let nearest = (known == 0)
        .then(|| terrace_schema::nearest::nearest(missing, schema.body.settable_names()))
        .flatten()
        .map_or(String::new(), |nearest| {
            format!("; did you mean `{nearest}`?")
        });
    format!("`{holder}` has no argument or block `{missing}`{nearest}")
}

/// `Microsoft.MachineLearningServices/workspaces/computes@2025-12-01.properties`
fn body_page(subject: &str) -> Result<Page, String> {
    azapi::describe(subject)
        .map(|description| Page {
            text: description.to_text(),
            json: description.to_json(),
        })
        .map_err(|not_found| {
            let azapi::describe::NotFound {
                wanted, nearest, ..
            } = not_found;
            match nearest {
                Some(nearest) => {
                    format!("nothing is known of `{wanted}`; did you mean `{nearest}`?")
                }
                None => format!("nothing is known of `{wanted}`"),
            }
        })
}

fn find(word: &str, format: Format) -> Outcome {
    let hits = search(word);
    let wanted = word.to_lowercase();
    let bodies: Vec<&str> = azapi::bodies()
        .names()
        .filter(|name| name.to_lowercase().contains(&wanted))
        .collect();
    match format {
        Format::Json => {
            let types: Vec<Json> = hits
                .iter()
                .map(|hit| {
                    json!({
                        "kind": hit.schema.kind.words(),
                        "name": hit.schema.name,
                        "arguments": hit.paths,
                    })
                })
                .collect();
            print_json(&json!({"format_version": "1.0", "types": types, "bodies": bodies}));
        }
        Format::Text => {
            let mut out = String::new();
            for hit in &hits {
                out.push_str(&hit.schema.name);
                if hit.schema.kind != Kind::Resource {
                    out.push_str(&format!(" ({})", hit.schema.kind.words()));
                }
                if !hit.paths.is_empty() {
                    out.push_str(&format!(": {}", hit.paths.join(", ")));
                }
                out.push('\n');
            }
            for name in &bodies {
                out.push_str(&format!("{name} (body of azapi_resource)\n"));
            }
            print_result(&out);
        }
    }
    if hits.is_empty() && bodies.is_empty() {
        eprintln!("nothing has `{word}` in its name");
        return Outcome::Findings;
    }
    Outcome::Fine
}
