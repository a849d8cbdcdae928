//! The sizes of virtual machines that Azure Machine Learning computes on.
//!
//! What a size *is* follows from its series; the series is what Microsoft documents as supported or retires. So a size
//! that no table lists is still judged, by reading its name (see [`SizeName`]).
//!
//! Source: the documentation of Azure Machine Learning (`concept-compute-target`,
//! `reference-managed-online-endpoints-vm-sku-list`) and of Azure's sizes, and what the service itself lists
//! (`skypilot-org/skypilot-catalog`, `catalogs/v5/azure/az_ml_vms.csv`), August 2026. Prices: see
//! [`VmSize::list_price`].

mod grammar;
mod series;
mod sizes;

use crate::nearest::nearest;

pub use grammar::SizeName;
pub use series::{Lifecycle, Series};

/// A size that our table lists.
#[derive(Debug, PartialEq)]
pub struct VmSize {
    /// The canonical name, in Azure's own casing: `Standard_DS3_v2`. Terraform compares it case by case, so another
    /// casing would replace a cluster.
    pub name: &'static str,
    /// Virtual processors, the unit of quotas.
    pub vcpus: u16,
    /// Graphics processors. A part of one, as the smaller A10 sizes have it, counts as one.
    pub gpus: u8,
    price: Option<f64>,
}

/// What is known about a text that stands where a size is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// A listed size of a supported series.
    Known(&'static VmSize, &'static Series),
    /// Not listed, but its series is supported. Azure decides whether the size exists.
    SeriesSupported(&'static Series),
    /// Of a series that Azure has retired or is retiring: see its [`Lifecycle`].
    Retired(&'static Series),
    /// A name of the right form whose series is not documented for Azure Machine Learning. Newer series usually work
    /// before they are documented: a warning at most.
    Undocumented {
        /// The listed size that was perhaps meant.
        nearest: Option<&'static VmSize>,
    },
    /// Not a name of Azure's form.
    Unknown {
        /// The listed size that was probably meant.
        nearest: Option<&'static VmSize>,
    },
}

impl VmSize {
    /// All listed sizes, by name.
    pub fn all() -> &'static [VmSize] {
        sizes::SIZES
    }

    /// The listed size of that name, in any case, as Azure takes it.
    pub fn find(name: &str) -> Option<&'static VmSize> {
        sizes::SIZES
            .iter()
            .find(|size| size.name.eq_ignore_ascii_case(name))
    }

    /// The listed size that a misspelt name probably means. A missing `Standard_` is supplied.
    pub fn nearest(name: &str) -> Option<&'static VmSize> {
        if name.trim().is_empty() {
            return None;
        }
        let prefixed = format!("Standard_{}", name.trim());
        let among = |wanted: &str| {
            nearest(wanted, sizes::SIZES.iter().map(|size| size.name)).and_then(VmSize::find)
        };
        VmSize::find(&prefixed).or_else(|| {
            match name.trim().to_ascii_lowercase().starts_with("standard") {
                true => among(name),
                false => among(&prefixed),
            }
        })
    }

    /// The series of this size.
    pub fn series(&self) -> Option<&'static Series> {
        SizeName::parse(self.name).and_then(|name| Series::of(&name))
    }

    /// USD an hour for one machine in `eastus`, pay as you go, Linux: an estimate, for orders of magnitude.
    ///
    /// Compute is billed as the virtual machine below it; disks, network and load balancers come on top. Source: a
    /// snapshot of Azure's retail prices (`skypilot-org/skypilot-catalog`, August 2026), not official. `None` where the
    /// snapshot has none.
    pub fn list_price(&self) -> Option<f64> {
        self.price
    }

    /// The list price, or where there is none, one scaled by processors from a priced size of the same series. Only
    /// series without graphics processors are priced that regularly.
    pub fn estimated_price(&self) -> Option<f64> {
        let scaled = || {
            let series = self.series().filter(|series| series.gpu.is_none())?;
            let alike = VmSize::all()
                .iter()
                .filter(|size| size.price.is_some() && size.series() == Some(series));
            let nearest = alike.min_by_key(|size| size.vcpus.abs_diff(self.vcpus))?;
            Some(nearest.price? / f64::from(nearest.vcpus) * f64::from(self.vcpus))
        };
        self.price.or_else(scaled)
    }
}

/// What is known about a text that stands where a size is wanted.
pub fn look_up(name: &str) -> Verdict {
    let Some(parsed) = SizeName::parse(name) else {
        return Verdict::Unknown {
            nearest: VmSize::nearest(name),
        };
    };
    match (VmSize::find(name), Series::of(&parsed)) {
        (_, Some(series)) if series.lifecycle != Lifecycle::Current => Verdict::Retired(series),
        (Some(size), Some(series)) => Verdict::Known(size, series),
        (None, Some(series)) => Verdict::SeriesSupported(series),
        (_, None) => Verdict::Undocumented {
            nearest: VmSize::nearest(name),
        },
    }
}

/// The name in Azure's own casing, whether the size is listed or not: `standard_nc24ADS_a100_V4` gives
/// `Standard_NC24ads_A100_v4`. `None` for what is not a name of Azure's form.
pub fn canonical(name: &str) -> Option<String> {
    SizeName::parse(name).map(|name| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn series_of(name: &str) -> Option<&'static str> {
        SizeName::parse(name)
            .and_then(|name| Series::of(&name))
            .map(|series| series.name)
    }

    #[test]
    fn every_listed_size_belongs_to_a_series_and_agrees_with_its_own_name() {
        for size in VmSize::all() {
            let name = SizeName::parse(size.name).expect(size.name);
            assert_eq!(name.to_string(), size.name);
            assert_eq!(name.vcpus(), Some(size.vcpus), "{}", size.name);
            let series = size.series().expect(size.name);
            assert_eq!(size.gpus > 0, series.gpu.is_some(), "{}", size.name);
        }
    }

    #[test]
    fn no_size_is_listed_twice() {
        assert!(VmSize::all().is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn a_listed_size_is_known_in_any_case() {
        let Verdict::Known(size, series) = look_up("standard_ds3_V2") else {
            panic!("not known")
        };
        assert_eq!(
            (size.name, size.vcpus, series.name),
            ("Standard_DS3_v2", 4, "DSv2")
        );
        assert!(series.compute && series.online_endpoint);
        assert_eq!(size.list_price(), Some(0.293));
    }

    #[test]
    fn a_size_is_judged_by_its_series_when_it_is_not_listed() {
        assert!(VmSize::find("Standard_D128ds_v4").is_none());
        let Verdict::SeriesSupported(series) = look_up("Standard_D128ds_v4") else {
            panic!("not supported")
        };
        assert_eq!(series.name, "DDSv4");
    }

    #[test]
    fn series_are_read_from_names() {
        assert_eq!(series_of("Standard_NC24ads_A100_v4"), Some("NCadsA100_v4"));
        assert_eq!(series_of("Standard_NC4as_T4_v3"), Some("NCasT4_v3"));
        assert_eq!(series_of("Standard_D4s_v3"), Some("DSv3"));
        assert_eq!(series_of("Standard_HB120-16rs_v3"), Some("HBv3"));
        assert_eq!(series_of("Standard_NC24rs_v3"), Some("NCv3"));
    }

    #[test]
    fn retired_series_are_told_from_retiring_ones() {
        let lifecycle = |name: &str| match look_up(name) {
            Verdict::Retired(series) => Some(series.lifecycle),
            _ => None,
        };
        for name in [
            "Standard_NC6",
            "Standard_NC6_Promo",
            "Standard_NC6s_v2",
            "Standard_ND6s",
            "Standard_NV6",
        ] {
            assert_eq!(lifecycle(name), Some(Lifecycle::Retired), "{name}");
        }
        assert_eq!(lifecycle("Standard_NC6s_v3"), Some(Lifecycle::Retiring));
        assert_eq!(lifecycle("Standard_DS3_v2"), None);
    }

    #[test]
    fn a_misspelt_size_has_a_suggestion() {
        let suggested = |name: &str| match look_up(name) {
            Verdict::Unknown { nearest } | Verdict::Undocumented { nearest } => {
                nearest.map(|size| size.name)
            }
            _ => None,
        };
        assert_eq!(suggested("DS3_v2"), Some("Standard_DS3_v2"));
        assert_eq!(suggested("Standard DS3 v2"), Some("Standard_DS3_v2"));
        assert_eq!(suggested("Standard_DS3_v22"), Some("Standard_DS3_v2"));
        assert_eq!(
            suggested("Standard_NC24ads_A100"),
            Some("Standard_NC24ads_A100_v4")
        );
        assert_eq!(suggested("a large one"), None);
    }

    #[test]
    fn nothing_is_suggested_for_nothing() {
        assert_eq!(VmSize::nearest(" "), None);
    }

    #[test]
    fn a_series_that_the_service_does_not_list_is_undocumented() {
        assert!(matches!(
            look_up("Standard_D4s_v5"),
            Verdict::Undocumented { .. }
        ));
    }

    #[test]
    fn a_price_is_scaled_within_a_series_without_graphics_processors() {
        let size = |name: &str| VmSize::find(name).expect(name);
        assert_eq!(size("Standard_D4s_v3").list_price(), None);
        assert_eq!(size("Standard_D4s_v3").estimated_price(), Some(0.192));
        assert_eq!(
            size("Standard_NC24ads_A100_v4").estimated_price(),
            Some(3.673)
        );
        assert_eq!(size("Standard_NV12ads_A10_v5").estimated_price(), None);
    }

    #[test]
    fn casing_is_mended_for_listed_and_unlisted_sizes() {
        assert_eq!(
            canonical("STANDARD_DS3_V2").as_deref(),
            Some("Standard_DS3_v2")
        );
        assert_eq!(
            canonical("standard_nd96ISR_mi300x_V5").as_deref(),
            Some("Standard_ND96isr_MI300X_v5")
        );
        assert_eq!(
            canonical("standard_nc6_promo").as_deref(),
            Some("Standard_NC6_Promo")
        );
        assert_eq!(canonical("DS3_v2"), None);
    }
}
