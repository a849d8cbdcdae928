//! Series of sizes, and what Azure Machine Learning does with them.

use super::grammar::SizeName;

/// Sizes that differ in number only.
#[derive(Debug, PartialEq, Eq)]
pub struct Series {
    /// The name in the manner of the documentation of Azure Machine Learning: `DSv2`, `NCasT4_v3`.
    pub name: &'static str,
    /// Documented for compute clusters and instances, or listed for them by the service.
    pub compute: bool,
    /// Documented for managed online endpoints.
    pub online_endpoint: bool,
    /// The graphics processor; `None` for a series that has none.
    pub gpu: Option<&'static str>,
    /// Whether Azure still offers it.
    pub lifecycle: Lifecycle,
    /// What the names of its sizes have in common: see [`SizeName::signature`].
    signatures: &'static [&'static str],
}

/// Whether Azure still offers a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Offered.
    Current,
    /// Announced to end, by our sources; whether it has ended where you are is not certain. A warning.
    Retiring,
    /// Ended: nothing of it can be made any more.
    Retired,
}

impl Series {
    /// All series that Azure Machine Learning takes or took.
    pub fn all() -> &'static [Series] {
        SERIES
    }

    /// The series of a size.
    pub fn of(size: &SizeName) -> Option<&'static Series> {
        let signature = size.signature();
        SERIES
            .iter()
            .find(|series| series.signatures.contains(&signature.as_str()))
    }

    /// Whether compute clusters take it and compute instances do not.
    pub fn clusters_only(&self) -> bool {
        self.name == "FX"
    }
}

/// A series of machines without graphics processor.
const fn cpu(
    name: &'static str,
    compute: bool,
    online_endpoint: bool,
    signatures: &'static [&'static str],
) -> Series {
    Series {
        name,
        compute,
        online_endpoint,
        gpu: None,
        lifecycle: Lifecycle::Current,
        signatures,
    }
}

/// A series of machines with graphics processors.
const fn gpu(
    name: &'static str,
    compute: bool,
    online_endpoint: bool,
    signatures: &'static [&'static str],
    gpu: &'static str,
) -> Series {
    Series {
        name,
        compute,
        online_endpoint,
        gpu: Some(gpu),
        lifecycle: Lifecycle::Current,
        signatures,
    }
}

const fn ending(series: Series, lifecycle: Lifecycle) -> Series {
    Series {
        lifecycle,
        ..series
    }
}

/// Source: `concept-compute-target` and `reference-managed-online-endpoints-vm-sku-list`, August 2026, and, since the first
/// lags behind what the service takes, the sizes that the service itself lists for compute (`az ml compute list-sizes`, as
/// gathered in `skypilot-org/skypilot-catalog`). A series that is missing here is undocumented, not refused.
static SERIES: &[Series] = &[
    cpu("Av2", true, false, &["AV2", "AMV2"]),
    cpu("Dv2", true, false, &["DV2"]),
    cpu("DSv2", true, true, &["DSV2"]),
    cpu("Dv3", true, false, &["DV3"]),
    cpu("DSv3", true, false, &["DSV3"]),
    cpu("DAv4", true, true, &["DAV4"]),
    cpu("DASv4", true, true, &["DASV4"]),
    cpu("DADSv5", true, false, &["DADSV5"]),
    cpu("DDv4", true, false, &["DDV4"]),
    cpu("DDSv4", true, false, &["DDSV4"]),
    cpu("DDv5", true, false, &["DDV5"]),
    cpu("DDSv5", true, false, &["DDSV5"]),
    cpu("Ev3", true, false, &["EV3"]),
    cpu("ESv3", true, true, &["ESV3"]),
    cpu("EAv4", true, false, &["EAV4"]),
    cpu("EASv4", true, false, &["EASV4"]),
    cpu("EADSv5", true, false, &["EADSV5"]),
    cpu("EBDSv5", true, false, &["EBDSV5"]),
    cpu("EDv4", true, false, &["EDV4"]),
    cpu("EDSv4", true, false, &["EDSV4"]),
    cpu("EDv5", true, false, &["EDV5"]),
    cpu("EDSv5", true, false, &["EDSV5"]),
    cpu("FSv2", true, true, &["FSV2"]),
    cpu("FX", true, true, &["FXMDS"]),
    cpu("H", true, false, &["H", "HM", "HR", "HMR"]),
    cpu("HB", true, false, &["HBRS"]),
    cpu("HBv2", true, false, &["HBRSV2"]),
    cpu("HBv3", true, false, &["HBRSV3"]),
    cpu("HC", true, false, &["HCRS"]),
    cpu("LSv2", true, true, &["LSV2"]),
    cpu("LSv3", false, true, &["LSV3"]),
    cpu("LASv3", false, true, &["LASV3"]),
    cpu("M", true, false, &["M", "MM", "MS", "MMS", "MLS", "MTS"]),
    gpu("NCasT4_v3", true, true, &["NCAST4V3"], "T4"),
    gpu("NCadsA100_v4", true, true, &["NCADSA100V4"], "A100"),
    gpu(
        "NCadsH100_v5",
        true,
        true,
        &["NCADSH100V5", "NCADISH100V5"],
        "H100",
    ),
    gpu("NDv2", true, true, &["NDRSV2"], "V100"),
    gpu(
        "NDasrA100_v4",
        true,
        true,
        &["NDASRV4", "NDASRA100V4"],
        "A100",
    ),
    gpu("NDamsrA100_v4", true, true, &["NDAMSRA100V4"], "A100"),
    gpu(
        "NDisrH100_v5",
        true,
        true,
        &["NDISH100V5", "NDISRH100V5"],
        "H100",
    ),
    gpu(
        "NVadsA10_v5",
        false,
        true,
        &["NVADSA10V5", "NVADMSA10V5"],
        "A10",
    ),
    gpu("NVv3", true, false, &["NVSV3"], "M60"),
    ending(
        gpu("NC", true, false, &["NC", "NCR"], "K80"),
        Lifecycle::Retired,
    ),
    ending(
        gpu("NCv2", true, true, &["NCSV2", "NCRSV2"], "P100"),
        Lifecycle::Retired,
    ),
    // September 2025 by a single source.
    ending(
        gpu("NCv3", true, true, &["NCSV3", "NCRSV3"], "V100"),
        Lifecycle::Retiring,
    ),
    ending(
        gpu("ND", true, false, &["NDS", "NDRS"], "P40"),
        Lifecycle::Retired,
    ),
    ending(gpu("NV", true, false, &["NV"], "M60"), Lifecycle::Retired),
];

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_signature_leads_to_one_series() {
        let mut signatures: Vec<&str> = SERIES
            .iter()
            .flat_map(|series| series.signatures)
            .copied()
            .collect();
        let all = signatures.len();
        signatures.sort_unstable();
        signatures.dedup();
        assert_eq!(signatures.len(), all);
    }

    #[test]
    fn every_series_is_documented_for_something() {
        assert!(
            SERIES
                .iter()
                .all(|series| series.compute || series.online_endpoint)
        );
    }
}
