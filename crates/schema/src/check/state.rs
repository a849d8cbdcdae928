//! Where modules keep their state, held against each other.

use std::collections::HashMap;
use std::iter::once;
use std::sync::Arc;

use terrace_ir::node::TemplatePart;
use terrace_ir::{Any, BlockKind, Data, Diagnostic, Module, Node, Object, Origin, Root};

use super::codes::STATE_TAKEN;

/// Reports every two modules that keep their state in one place.
///
/// A backend that does not say all of where its state is gets the rest at `terraform init`, so it is not
/// judged. Neither is one that is rarely met.
pub(super) fn check(modules: &[Module]) -> Vec<Diagnostic> {
    let mut first: HashMap<Vec<String>, State<'_>> = HashMap::new();
    let mut findings = Vec::new();
    for state in modules.iter().flat_map(State::of) {
        match first.get(&state.place) {
            None => {
                first.insert(state.place.clone(), state);
            }
            Some(taken) if taken.module == state.module => {}
            Some(taken) => {
                findings.push(taken.shared_with(&state));
                findings.push(state.shared_with(taken));
            }
        }
    }
    findings
}

/// Where a module keeps its state.
pub(super) struct State<'a> {
    /// The backend, and all that tells one place in it from another.
    place: Vec<String>,
    /// The place as people call it.
    shown: String,
    /// The argument that would have to differ, in the `terraform` block.
    argument: String,
    /// What it says.
    value: &'a str,
    origin: Origin,
    module: &'a Arc<str>,
}

impl<'a> State<'a> {
    /// The places where a module keeps its state: that of its backend, or the file beside it.
    pub(super) fn of_or_beside(module: &'a Module) -> impl Iterator<Item = Vec<String>> {
        let blocks = || module.of(BlockKind::Terraform);
        let says = blocks().any(|it| it.body.get("backend").or(it.body.get("cloud")).is_some());
        let beside = (!says).then(|| file(&module.name, "terraform.tfstate"));
        Self::of(module).map(|state| state.place).chain(beside)
    }

    fn of(module: &'a Module) -> impl Iterator<Item = Self> {
        module.of(BlockKind::Terraform).flat_map(|block| {
            let backends = block.body.get("backend").into_iter().flat_map(Any::bodies);
            let backends = backends
                .flat_map(|named| named.iter())
                .filter_map(|entry| Some((entry.key.as_text()?, &entry.value)))
                .flat_map(|(name, value)| value.bodies().map(move |body| (name, body)));
            let clouds = block.body.get("cloud").into_iter().flat_map(Any::bodies);
            let states =
                backends.filter_map(|(name, body)| Self::in_backend(&module.name, name, body));
            let states =
                states.chain(clouds.filter_map(|body| Self::in_cloud(&module.name, "cloud", body)));
            states.map(|state| Self {
                origin: state.origin.or(block.origin),
                ..state
            })
        })
    }

    fn in_backend(module: &'a Arc<str>, backend: &'a str, body: &'a Object) -> Option<Self> {
        let text = |name| body.get(name).and_then(Any::as_text);
        let (key, place, shown) = match backend {
            "azurerm" => {
                let (account, container) = (text("storage_account_name")?, text("container_name")?);
                let cloud = text("environment").unwrap_or("public");
                let key = text("key")?;
                let shown =
                    format!("the blob `{key}` in the container `{container}` of `{account}`");
                ("key", vec![cloud, account, container, key], shown)
            }
            "s3" => {
                let (bucket, key) = (text("bucket")?, text("key")?);
                // Another endpoint is another service, whose buckets may be called alike.
                let endpoints = body.get("endpoints").into_iter().flat_map(Any::bodies);
                let endpoint = endpoints.filter_map(|it| it.get("s3")?.as_text()).next();
                let shown = format!("the object `{key}` in the bucket `{bucket}`");
                (
                    "key",
                    vec![endpoint.unwrap_or_default(), bucket, key],
                    shown,
                )
            }
            "gcs" => {
                let (bucket, prefix) = (text("bucket")?, text("prefix")?);
                let shown = format!("the folder `{prefix}` in the bucket `{bucket}`");
                ("prefix", vec![bucket, prefix], shown)
            }
            "http" => {
                let address = text("address")?;
                ("address", vec![address], format!("the address `{address}`"))
            }
            "local" => return Self::in_file(module, body),
            "remote" => return Self::in_cloud(module, "backend.remote", body),
            _ => return None,
        };
        Some(Self {
            place: once(backend).chain(place).map(str::to_owned).collect(),
            shown,
            argument: format!("backend.{backend}.{key}"),
            value: text(key).unwrap_or_default(),
            origin: origin_of(body, key),
            module,
        })
    }

    fn in_file(module: &'a Arc<str>, body: &'a Object) -> Option<Self> {
        let path = body.get("path")?.as_text()?;
        Some(Self {
            place: file(module, path),
            shown: format!("the file `{path}`"),
            argument: "backend.local.path".to_owned(),
            value: path,
            origin: origin_of(body, "path"),
            module,
        })
    }

    /// A workspace that is named; those that are chosen by tags are chosen at `terraform init`.
    fn in_cloud(module: &'a Arc<str>, at: &str, body: &'a Object) -> Option<Self> {
        let workspaces = body.get("workspaces")?.bodies().next()?;
        let name = workspaces.get("name")?.as_text()?;
        let organization = body.get("organization")?.as_text()?;
        let hostname = body.get("hostname").and_then(Any::as_text);
        let hostname = hostname.unwrap_or("app.terraform.io");
        Some(Self {
            place: ["hcp", hostname, organization, name]
                .map(str::to_owned)
                .into(),
            shown: format!("the workspace `{name}` of `{organization}`"),
            argument: format!("{at}.workspaces.name"),
            value: name,
            origin: origin_of(workspaces, "name"),
            module,
        })
    }

    fn shared_with(&self, other: &Self) -> Diagnostic {
        let summary = format!("the state is where that of `{}` is", other.module);
        let last = self.argument.rsplit('.').next().unwrap_or_default();
        Diagnostic::error(&STATE_TAKEN, summary)
            .detail(format!(
                "{}: an apply of one would destroy what the other has made",
                self.shown
            ))
            .hint(format!("give one of the two another `{last}`"))
            .value(self.value)
            .address("terraform")
            .argument(self.argument.clone())
            .at(self.origin)
            .in_module(self.module)
    }
}

/// The place of a file as a module sees it. Root modules stand beside each other, so that one may name a
/// file of another.
fn file(module: &str, path: &str) -> Vec<String> {
    let mut steps: Vec<&str> = match path.starts_with('/') {
        true => vec![""],
        false => vec![module],
    };
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| !["", ".."].contains(last)) => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    once("local").chain(steps).map(str::to_owned).collect()
}

/// The place whose state a `terraform_remote_state` of a module reads, as far as it says it.
pub(super) fn place_of_remote(module: &Arc<str>, body: &Object) -> Option<Vec<String>> {
    let config = body.get("config")?.as_object()?;
    let backend = body.get("backend")?.as_text()?;
    if backend == "local" {
        return Some(file(module, &path_in(config.get("path")?)?));
    }
    let state = match backend {
        "remote" => State::in_cloud(module, "config", config),
        _ => State::in_backend(module, backend, config),
    };
    Some(state?.place)
}

/// A path, also one from `path.module` on.
fn path_in(path: &Any) -> Option<String> {
    if let Some(text) = path.as_text() {
        return Some(text.to_owned());
    }
    let Data::Expr(node) = &path.data else {
        return None;
    };
    let Node::Template(parts) = &**node else {
        return None;
    };
    let [TemplatePart::Interpolation(from), TemplatePart::Text(rest)] = parts.as_slice() else {
        return None;
    };
    let Node::Attribute(root, name) = &**from else {
        return None;
    };
    let is_module = **root == Node::Root(Root::Path) && **name == *"module";
    is_module.then(|| rest.trim_start_matches('/').to_owned())
}

fn origin_of(body: &Object, name: &str) -> Origin {
    body.get(name).map_or(Origin::Default, |value| value.origin)
}
