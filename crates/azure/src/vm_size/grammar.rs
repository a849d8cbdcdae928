//! How Azure names sizes.

use std::fmt;

/// The name of a size, taken apart as Azure puts it together.
///
/// ```text
/// Standard_ FAMILY vCPUs [-constrained] [features] [_accelerator | _memory]... [_vN] [_Promo]
/// Standard_ NC     24                   ads        _A100                      _v4
/// Standard_ HB     120   -16            rs                                    _v3
/// ```
///
/// The family is letters in upper case, features are letters in lower case (`a` AMD, `d` local disk, `i` isolated, `l`
/// low and `m` much memory, `r` RDMA, `s` premium storage, `t` tiny memory), an accelerator begins with a letter and has
/// a digit. Case is ignored when reading and restored when writing.
///
/// Source: Microsoft's "Azure virtual machine sizes naming conventions", August 2026.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeName {
    family: String,
    number: u16,
    constrained: Option<u16>,
    features: String,
    middle: Vec<String>,
    version: Option<u8>,
    promo: bool,
}

impl SizeName {
    /// Reads a name, in any case. `None` if it is not of Azure's form.
    pub fn parse(name: &str) -> Option<SizeName> {
        let mut parts = name.split('_');
        if !parts.next()?.eq_ignore_ascii_case("standard") {
            return None;
        }
        let (family, rest) = split_where(parts.next()?, |c| !c.is_ascii_alphabetic());
        let (number, mut rest) = split_where(rest, |c| !c.is_ascii_digit());
        let mut constrained = None;
        if let Some(after) = rest.strip_prefix('-') {
            let (digits, features) = split_where(after, |c| !c.is_ascii_digit());
            constrained = Some(digits.parse().ok()?);
            rest = features;
        }
        if family.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let mut size = SizeName {
            family: family.to_ascii_uppercase(),
            number: number.parse().ok()?,
            constrained,
            features: rest.to_ascii_lowercase(),
            middle: Vec::new(),
            version: None,
            promo: false,
        };
        for part in parts {
            size.push(part)?;
        }
        Some(size)
    }

    /// The series that the name belongs to, without numbers and casing: `NCADSA100V4` for `Standard_NC24ads_A100_v4`.
    pub fn signature(&self) -> String {
        let accelerators = self
            .middle
            .iter()
            .filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
        let mut signature = self.family.clone() + &self.features.to_ascii_uppercase();
        signature.extend(accelerators.map(String::as_str));
        if let Some(version) = self.version {
            signature += &format!("V{version}");
        }
        signature
    }

    /// Virtual processors: the number in the name, but for the sizes of the D family's first two generations, which are
    /// numbered. `None` for a number that those never had.
    pub fn vcpus(&self) -> Option<u16> {
        let numbered = matches!(self.family.as_str(), "D" | "DS") && self.features.is_empty();
        match (
            numbered && self.version.is_none_or(|version| version == 2),
            self.number,
        ) {
            (false, number) => Some(self.constrained.unwrap_or(number)),
            (true, 1) => Some(1),
            (true, 2 | 11) => Some(2),
            (true, 3 | 12) => Some(4),
            (true, 4 | 13) => Some(8),
            (true, 5 | 14) => Some(16),
            (true, 15) => Some(20),
            (true, _) => None,
        }
    }

    /// Takes a part that stood between underscores. `None` if it has no place in a name.
    fn push(&mut self, part: &str) -> Option<()> {
        let part = part.to_ascii_uppercase();
        let version = part
            .strip_prefix('V')
            .and_then(|digits| digits.parse().ok());
        if self.promo {
            return None;
        } else if part == "PROMO" {
            self.promo = true;
        } else if self.version.is_some() {
            return None;
        } else if version.is_some() {
            self.version = version;
        } else if part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && part.bytes().any(|byte| byte.is_ascii_digit())
        {
            self.middle.push(part);
        } else {
            return None;
        }
        Some(())
    }
}

impl fmt::Display for SizeName {
    /// The canonical name, in Azure's casing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Standard_{}{}", self.family, self.number)?;
        if let Some(constrained) = self.constrained {
            write!(f, "-{constrained}")?;
        }
        f.write_str(&self.features)?;
        for part in &self.middle {
            write!(f, "_{part}")?;
        }
        if let Some(version) = self.version {
            write!(f, "_v{version}")?;
        }
        f.write_str(if self.promo { "_Promo" } else { "" })
    }
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::SizeName;
    use pretty_assertions::assert_eq;

    fn signature(name: &str) -> Option<String> {
        SizeName::parse(name).map(|name| name.signature())
    }

    #[test]
    fn a_signature_has_neither_numbers_of_processors_nor_casing() {
        assert_eq!(
            signature("Standard_NC24ads_A100_v4").as_deref(),
            Some("NCADSA100V4")
        );
        assert_eq!(
            signature("standard_nc96ADS_a100_V4").as_deref(),
            Some("NCADSA100V4")
        );
        assert_eq!(
            signature("Standard_HB120-16rs_v3").as_deref(),
            Some("HBRSV3")
        );
        assert_eq!(signature("Standard_M416s_8_v2").as_deref(), Some("MSV2"));
    }

    #[test]
    fn what_is_not_of_azures_form_is_refused() {
        let wrong = [
            "",
            "Standard",
            "Standard_",
            "Standard_D",
            "Standard_4s_v3",
            "DS3_v2",
            "Basic_A1",
            "Standard_DS3 v2",
            "Standard_DS3_v2_v3",
            "Standard_DS3__v2",
            "Standard_D4s_v3_",
            "Standard_DS99999_v2",
            "Standard_D4é_v3",
            "Standard_D4-s_v3",
            "Standard_D4s_v3_A100",
            "Standard_NC6_Promo_v2",
        ];
        for name in wrong {
            assert_eq!(SizeName::parse(name), None, "{name}");
        }
    }

    #[test]
    fn processors_are_read_from_the_name() {
        let vcpus = |name: &str| SizeName::parse(name).and_then(|name| name.vcpus());
        assert_eq!(vcpus("Standard_D4s_v3"), Some(4));
        assert_eq!(vcpus("Standard_DS4_v2"), Some(8));
        assert_eq!(vcpus("Standard_D13_v2"), Some(8));
        assert_eq!(vcpus("Standard_HB120-16rs_v3"), Some(16));
        assert_eq!(vcpus("Standard_DS33_v2"), None);
    }
}
