//! URLs.

use crate::rule::ItemVersion;

/// Whether a text is a URL with a host and one of the schemes.
pub(crate) fn is_url(text: &str, schemes: &[String]) -> Option<bool> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some(false);
    };
    if !schemes
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(scheme))
    {
        return Some(false);
    }
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if host.is_empty() || host.contains(' ') || text.chars().any(|char| char.is_control()) {
        return Some(false);
    }
    // What stands before an `@`, a port, brackets and percent signs are the URL library's.
    let is_plain = host
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-._~".contains(char));
    (is_plain && !rest.contains('%')).then_some(true)
}

/// Whether a text is the URL of something in a key vault: `https://VAULT.vault.azure.net/keys/NAME/VERSION`.
pub(crate) fn is_key_vault_item(text: &str, version: ItemVersion, kind: &str) -> Option<bool> {
    let host_and_path = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some((host, path)) = host_and_path.and_then(|rest| rest.split_once('/')) else {
        // A path alone passes some versions of the parser, if it has two or three segments of the right kind.
        let segments: Vec<_> = text.trim_matches('/').split('/').collect();
        let may_pass = matches!(segments.len(), 2 | 3) && (kind == "any" || segments[0] == kind);
        return if may_pass { None } else { Some(false) };
    };
    let segments: Vec<_> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let has_kind = match segments.as_slice() {
        [_, _] | [_, _, _] if segments.contains(&"") => return None,
        [given, _] | [given, _, _] => {
            let known = ["keys", "secrets", "certificates", "storage"].contains(given);
            if kind == "any" {
                known.then_some(true)
            } else {
                Some(*given == kind)
            }
        }
        _ => Some(false),
    }?;
    let has_version = match version {
        ItemVersion::Any => true,
        ItemVersion::Versioned => segments.len() == 3,
        ItemVersion::Versionless => segments.len() == 2,
    };
    let is_plain = !host.is_empty() && !text.contains(['?', '#', '%', ' ']);
    if has_kind && has_version {
        is_plain.then_some(true)
    } else {
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_url_needs_one_of_the_schemes_and_a_host() {
        let url = |text| is_url(text, &["https".to_owned()]);
        assert_eq!(url("https://example.org/a b"), Some(true));
        assert_eq!(url("http://example.org"), Some(false));
        assert_eq!(url("https:///x"), Some(false));
        assert_eq!(url("example.org"), Some(false));
        assert_eq!(url("https://example.org:8443"), None);
    }

    #[test]
    fn a_key_vault_item_has_a_kind_a_name_and_perhaps_a_version() {
        let key = |text, version| is_key_vault_item(text, version, "keys");
        assert_eq!(
            key("https://kv.vault.azure.net/keys/k", ItemVersion::Any),
            Some(true)
        );
        assert_eq!(
            key("https://kv.vault.azure.net/keys/k", ItemVersion::Versioned),
            Some(false)
        );
        assert_eq!(
            key(
                "https://kv.vault.azure.net/keys/k/1",
                ItemVersion::Versionless
            ),
            Some(false)
        );
        assert_eq!(
            key("https://kv.vault.azure.net/secrets/s", ItemVersion::Any),
            Some(false)
        );
        assert_eq!(key("https://example.org", ItemVersion::Any), Some(false));
        assert_eq!(key("10.0.0.0/8", ItemVersion::Any), Some(false));
    }
}
