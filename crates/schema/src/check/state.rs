//! Where modules keep their state, held against each other.

use std::collections::HashMap;
use std::iter::once;
use std::rc::Rc;

use terrace_ir::{Any, BlockKind, Diagnostic, Module, Object, Origin};

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
struct State<'a> {
    /// The backend, and all that tells one place in it from another.
    place: Vec<String>,
    /// The place as people call it.
    shown: String,
    /// The argument that would have to differ, in the `terraform` block.
    argument: String,
    /// What it says.
    value: &'a str,
    origin: Origin,
    module: &'a Rc<str>,
}

impl<'a> State<'a> {
    fn of(module: &'a Module) -> impl Iterator<Item = Self> {
        module.of(BlockKind::Terraform).flat_map(|block| {
            let backends = block.body.get("backend").into_iter().flat_map(Any::bodies);
            let backends = backends
                .flat_map(|named| named.iter())
                .filter_map(|entry| Some((entry.key.as_text()?, &entry.value)))
                .flat_map(|(name, value)| value.bodies().map(move |body| (name, body)));
            let clouds = block.body.get("cloud").into_iter().flat_map(Any::bodies);
            let states = backends.filter_map(|(name, body)| Self::in_backend(module, name, body));
            let states =
                states.chain(clouds.filter_map(|body| Self::in_cloud(module, "cloud", body)));
            states.map(|state| Self {
                origin: state.origin.or(block.origin),
                ..state
            })
        })
    }

    fn in_backend(module: &'a Module, backend: &'a str, body: &'a Object) -> Option<Self> {
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
            module: &module.name,
        })
    }

    /// Root modules stand beside each other, so that one may name a file of another.
    fn in_file(module: &'a Module, body: &'a Object) -> Option<Self> {
        let path = body.get("path")?.as_text()?;
        let mut steps: Vec<&str> = match path.starts_with('/') {
            true => vec![""],
            false => vec![&module.name],
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
        Some(Self {
            place: once("local").chain(steps).map(str::to_owned).collect(),
            shown: format!("the file `{path}`"),
            argument: "backend.local.path".to_owned(),
            value: path,
            origin: origin_of(body, "path"),
            module: &module.name,
        })
    }

    /// A workspace that is named; those that are chosen by tags are chosen at `terraform init`.
    fn in_cloud(module: &'a Module, at: &str, body: &'a Object) -> Option<Self> {
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
            module: &module.name,
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

fn origin_of(body: &Object, name: &str) -> Origin {
    body.get(name).map_or(Origin::Default, |value| value.origin)
}
