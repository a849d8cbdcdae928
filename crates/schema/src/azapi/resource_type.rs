//! The `type` argument: `Microsoft.MachineLearningServices/workspaces@2025-12-01`.

/// A resource type of Azure at a version of its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceType<'a> {
    /// `Microsoft.MachineLearningServices/workspaces/computes`
    pub name: &'a str,
    /// `2025-12-01`
    pub api_version: &'a str,
}

impl<'a> ResourceType<'a> {
    /// Takes `NAMESPACE/TYPE@API-VERSION` apart; `None` when it is not of that form.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (name, api_version) = text.split_once('@')?;
        let well_formed = !api_version.is_empty()
            && !api_version.contains('@')
            && name.split('/').count() > 1
            && name.split('/').all(|part| !part.is_empty());
        well_formed.then_some(Self { name, api_version })
    }

    /// `Microsoft.MachineLearningServices`
    pub fn namespace(&self) -> &'a str {
        self.name.split('/').next().unwrap_or(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_type_has_a_namespace_a_name_and_a_version() {
        let parsed = ResourceType::parse("Microsoft.X/a/b@2025-12-01").unwrap();
        assert_eq!(
            (parsed.namespace(), parsed.name, parsed.api_version),
            ("Microsoft.X", "Microsoft.X/a/b", "2025-12-01")
        );
    }

    #[test]
    fn what_lacks_a_part_is_no_type() {
        for text in [
            "",
            "@",
            "Microsoft.X/a",
            "Microsoft.X@1",
            "Microsoft.X/a@",
            "a/b@1@2",
            "a//b@1",
        ] {
            assert_eq!(ResourceType::parse(text), None, "{text}");
        }
    }
}
