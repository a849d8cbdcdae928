//! Ids of Azure's resources: segments that alternate between a kind, whose name is fixed, and a name, which is free.

/// Whether an id has the form of a sample: as many segments, the fixed ones spelt as there, the others not empty.
/// `None` where a leading or trailing slash makes it a matter of the parser.
pub(crate) fn has_form_of(id: &str, sample: &str) -> Option<bool> {
    let is_same = |id: &str| {
        let (mut given, mut wanted) = (id.split('/'), segments(sample));
        loop {
            match (given.next(), wanted.next()) {
                (None, None) => return true,
                (Some(given), Some(Segment::Fixed(wanted))) if given == wanted => {}
                (Some(given), Some(Segment::Free)) if !given.is_empty() => {}
                _ => return false,
            }
        }
    };
    if let Some(id) = id.strip_prefix('/')
        && is_same(id)
    {
        return Some(true);
    }
    let trimmed = id.trim_matches('/');
    if is_same(trimmed) { None } else { Some(false) }
}

/// The sample's form for a person, with its free segments as placeholders:
/// `/subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/…`.
pub(crate) fn form(sample: &str) -> String {
    segments(sample).fold(String::new(), |form, segment| {
        form + "/"
            + match segment {
                Segment::Fixed(name) => name,
                Segment::Free => "…",
            }
    })
}

/// The type of Azure's that an id names: `Microsoft.Network/virtualNetworks/subnets`. Of an extension resource it is the
/// extension's. `None` for what names no provider.
pub fn arm_type(id: &str) -> Option<String> {
    let (_, resource) = id.rsplit_once("/providers/")?;
    let mut segments = resource.split('/');
    let namespace = segments.next()?;
    let kinds: Vec<&str> = segments.step_by(2).collect();
    (!kinds.is_empty()).then(|| format!("{namespace}/{}", kinds.join("/")))
}

/// Whether a text can be the id of a resource of one of these types. Only the provider knows the rest of its form.
pub(crate) fn is_of_one_type(text: &str, types: &[String]) -> Option<bool> {
    let Some(given) = arm_type(text).filter(|_| text.starts_with('/')) else {
        return Some(false);
    };
    let is_one = types.iter().any(|ty| ty.eq_ignore_ascii_case(&given));
    if is_one { None } else { Some(false) }
}

enum Segment<'a> {
    Fixed(&'a str),
    Free,
}

fn segments(sample: &str) -> impl Iterator<Item = Segment<'_>> {
    let mut kind = "";
    sample
        .trim_start_matches('/')
        .split('/')
        .enumerate()
        .map(move |(index, segment)| {
            let is_kind = index % 2 == 0;
            // A namespace follows `providers`; services of a storage account have the one name `default`.
            let is_fixed = is_kind || kind == "providers" || segment == "default";
            kind = if is_kind { segment } else { "" };
            if is_fixed {
                Segment::Fixed(segment)
            } else {
                Segment::Free
            }
        })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const CONTAINER: &str = "/subscriptions/12345678-1234-9876-4563-123456789012/resourceGroups/example/providers\
        /Microsoft.Storage/storageAccounts/accountValue/blobServices/default/containers/containerValue";

    fn container(id: &str) -> Option<bool> {
        has_form_of(id, CONTAINER)
    }

    #[test]
    fn names_are_free_and_kinds_are_spelt_as_in_the_sample() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/blobServices/default\
            /containers/c";
        assert_eq!(container(id), Some(true));
        assert_eq!(
            container(&id.replace("resourceGroups", "resourcegroups")),
            Some(false)
        );
        assert_eq!(
            container(&id.replace("Microsoft.Storage", "Microsoft.Sql")),
            Some(false)
        );
        assert_eq!(container(&id.replace("default", "other")), Some(false));
        assert_eq!(
            container(&id.replace("/containers/c", "/containers/")),
            Some(false)
        );
        assert_eq!(container(&id.replace("/containers/c", "")), Some(false));
        assert_eq!(container(""), Some(false));
    }

    #[test]
    fn a_trailing_slash_is_left_to_the_provider() {
        assert_eq!(has_form_of("/subscriptions/s/", "/subscriptions/x"), None);
    }

    #[test]
    fn an_id_names_its_type_whatever_its_scope() {
        let types = ["Microsoft.Authorization/policyDefinitions".to_owned()];
        let judge = |id| is_of_one_type(id, &types);
        assert_eq!(
            judge("/providers/Microsoft.Authorization/policyDefinitions/p"),
            None
        );
        assert_eq!(
            judge("/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/p"),
            None
        );
        assert_eq!(
            judge("/subscriptions/s/providers/Microsoft.KeyVault/vaults/v"),
            Some(false)
        );
        assert_eq!(judge("/subscriptions/s"), Some(false));
        assert_eq!(judge("p"), Some(false));
    }

    #[test]
    fn the_form_shows_what_is_fixed() {
        assert_eq!(
            form("/subscriptions/1/resourceGroups/example"),
            "/subscriptions/…/resourceGroups/…"
        );
    }
}
