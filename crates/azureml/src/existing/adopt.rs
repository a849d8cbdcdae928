//! `from_id` and `lookup` of the constructs: the short ways to what is there already.

/// The two ways to a construct for what is there already, given what else its `new` takes between the name
/// and the settings.
macro_rules! adopts {
    ($construct:ident, $settings:ident $(, $with:ident: $type:ty)?) => {
        impl $construct {
            /// What has that id in Azure. Nothing of it is made or changed.
            #[track_caller]
            pub fn from_id(
                parent: &impl $crate::InGroup,
                name: &str,
                $($with: $type,)?
                id: impl Into<$crate::Given>,
            ) -> Self {
                let settings = $settings {
                    existing: Some($crate::ExistingSettings::id(id)),
                    ..$settings::default()
                };
                Self::new(parent, name, $($with,)? &settings)
            }

            /// What has that name in a resource group, looked up when Terraform plans. Nothing of it is made
            /// or changed.
            #[track_caller]
            pub fn lookup(
                parent: &impl $crate::InGroup,
                name: &str,
                $($with: $type,)?
                in_azure: impl Into<terrace_ir::Sourced<String>>,
                resource_group: impl Into<terrace_ir::Sourced<String>>,
            ) -> Self {
                let settings = $settings {
                    existing: Some($crate::ExistingSettings::lookup(in_azure, resource_group)),
                    ..$settings::default()
                };
                Self::new(parent, name, $($with,)? &settings)
            }
        }
    };
}

pub(crate) use adopts;
