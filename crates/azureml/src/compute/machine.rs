//! The machines below clusters, instances and deployments: their sizes, and where they are.

use terrace_azure::vm_size::{self, Lifecycle, Series, SizeName, Verdict};
use terrace_core::Scope;
use terrace_ir::{Any, Diagnostic, Origin, Severity, Sourced, Value};

use crate::network::NetworkSettings;
use crate::workspace::MlWorkspace;
use crate::{codes, network};

/// What a machine is part of.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Cluster,
    Instance,
    Deployment,
}

impl Part {
    /// The setting that says the size.
    fn argument(self) -> &'static str {
        match self {
            Self::Cluster | Self::Instance => "vm_size",
            Self::Deployment => "instance_type",
        }
    }
}

/// Sizes of which an endpoint runs hardly anything, since its own parts take most of them.
/// Source: `reference-managed-online-endpoints-vm-sku-list`.
const TOO_SMALL: [&str; 2] = ["Standard_DS1_v2", "Standard_F2s_v2"];

/// How long Azure may take to make the first compute of a workspace: a managed network is made with
/// it, which alone takes half an hour. Source: how-to-managed-network.
pub(super) const FIRST_COMPUTE: &str = "90m";

/// Whether machines have public addresses: without one, a machine that is in no network of its own
/// reaches nothing.
pub(super) fn has_public_address(workspace: &MlWorkspace) -> bool {
    matches!(workspace.network(), NetworkSettings::Public { .. })
}

/// Reports machines with public addresses where the storage that their jobs read lets in others alone.
///
/// Source: "Secure an Azure Machine Learning workspace with virtual networks": compute reaches storage
/// behind a firewall from its network.
pub(super) fn check_reach(workspace: &MlWorkspace, scope: &Scope, said_at: Origin) {
    let access = network::access(scope);
    let closed = workspace.storage().account().is_some() && !access.is_open();
    if closed && has_public_address(workspace) {
        scope.report(
            Diagnostic::warning(
                &codes::SHUT_OUT,
                "storage does not let in the public addresses of compute, so jobs read no data",
            )
            .hint("write `isolation = \"managed\"`, or let everybody in: `allowed_addresses = [\"0.0.0.0/0\"]`")
            .at(said_at),
        );
    }
}

/// The size in Azure's own spelling: the provider compares letter by letter.
pub(crate) fn canonical(size: &Sourced<String>) -> Value<String> {
    Value::untyped(Any::new(spelt(size).into(), size.origin()))
}

/// The size in Azure's own spelling, as text.
pub(super) fn spelt(size: &str) -> String {
    vm_size::canonical(size).unwrap_or_else(|| size.to_owned())
}

pub(super) fn has_gpus(size: &str) -> bool {
    match vm_size::look_up(size) {
        Verdict::Known(size, _) => size.gpus > 0,
        Verdict::SeriesSupported(series) | Verdict::Retired(series) => series.gpu.is_some(),
        Verdict::Undocumented { .. } | Verdict::Unknown { .. } => false,
    }
}

/// The family of a size, as far as it is known, and how many cores a machine has: the terms of Azure's
/// quotas.
pub(super) fn cores(size: &str) -> Option<(String, i64)> {
    let name = SizeName::parse(size)?;
    let family = match Series::of(&name) {
        Some(series) => series.name.to_owned(),
        None => name.to_string(),
    };
    Some((family, name.vcpus()?.into()))
}

/// Reports a size that cannot be used.
pub(crate) fn check_size(scope: &Scope, size: &Sourced<String>, part: Part) {
    let (severity, problem, hint) = match vm_size::look_up(size) {
        Verdict::Known(_, series) | Verdict::SeriesSupported(series) => {
            match refused(size, series, part) {
                Some(refused) => refused,
                None => return,
            }
        }
        Verdict::Retired(series) => (
            match series.lifecycle {
                Lifecycle::Retiring => Severity::Warning,
                _ => Severity::Error,
            },
            format!("of the series {}, which Azure retires", series.name),
            Some("use a size of a newer series".to_owned()),
        ),
        Verdict::Undocumented { nearest } => (
            Severity::Warning,
            "which is not documented for Azure Machine Learning".to_owned(),
            nearest.map(|it| format!("use a documented one, such as \"{}\"", it.name)),
        ),
        Verdict::Unknown { nearest } => (
            Severity::Error,
            "which is no size of Azure".to_owned(),
            Some(match nearest {
                Some(nearest) => format!("did you mean \"{}\"?", nearest.name),
                None => "write it as Azure does: \"Standard_DS3_v2\"".to_owned(),
            }),
        ),
    };
    // A name of a series is a clause of its own, all else begins with a comma.
    let comma = if problem.starts_with("which") {
        ","
    } else {
        ""
    };
    let argument = part.argument();
    let summary = format!("`{argument}` is \"{}\"{comma} {problem}", **size);
    let mut finding = Diagnostic::error(&codes::VM_SIZE, summary)
        .argument(argument)
        .value(size.as_str())
        .at(size.origin());
    finding.severity = severity;
    finding.hint = hint;
    scope.report(finding);
}

/// What is wrong with a series that Azure offers, but not for this.
fn refused(size: &str, series: &Series, part: Part) -> Option<(Severity, String, Option<String>)> {
    if part == Part::Deployment {
        return refused_by_endpoints(size, series);
    }
    if part == Part::Instance && series.clusters_only() {
        return Some((
            Severity::Error,
            format!("of the series {}, which only clusters take", series.name),
            None,
        ));
    }
    // The list of what compute takes lags behind the service.
    (!series.compute).then(|| {
        (
            Severity::Warning,
            format!(
                "of the series {}, which is documented for endpoints only",
                series.name
            ),
            None,
        )
    })
}

fn refused_by_endpoints(size: &str, series: &Series) -> Option<(Severity, String, Option<String>)> {
    if !series.online_endpoint {
        return Some((
            Severity::Error,
            format!("of the series {}, which endpoints do not take", series.name),
            Some("use one that they do, such as \"Standard_DS3_v2\"".to_owned()),
        ));
    }
    let size = spelt(size);
    TOO_SMALL.contains(&size.as_str()).then(|| {
        (
            Severity::Warning,
            "which is too small for most models".to_owned(),
            Some("use one with more memory, such as \"Standard_DS3_v2\"".to_owned()),
        )
    })
}
