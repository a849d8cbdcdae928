//! From the provider's names to Rust's.

/// Names that the generated files import or that Rust's prelude holds; nothing may be called so.
const TAKEN: &[&str] = &[
    "Any",
    "AnyId",
    "BTreeMap",
    "Box",
    "Choice",
    "Clone",
    "Copy",
    "Default",
    "Err",
    "Expr",
    "From",
    "Id",
    "InScope",
    "Into",
    "IntoId",
    "IntoIterator",
    "IntoSecret",
    "IntoValue",
    "IsBlock",
    "IsResource",
    "Iterator",
    "None",
    "Object",
    "Ok",
    "Option",
    "Resource",
    "ResourceType",
    "Result",
    "Secret",
    "Self",
    "Some",
    "String",
    "Timeouts",
    "Value",
    "Vec",
];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "new", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A field, method or module: the name itself, with `_` behind it where Rust has taken it.
pub(crate) fn field(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// A type, from words joined by `_`: `storage_account` is `StorageAccount`.
pub(crate) fn type_name(name: &str) -> String {
    join(name.split('_').map(capitalized))
}

/// The type of a block or choice at a path, `BlobPropertiesCorsRule`. One whose name is taken gets `suffix`.
pub(crate) fn nested_type<S: AsRef<str>>(path: &[S], suffix: &str) -> String {
    let name = join(path.iter().map(|segment| type_name(segment.as_ref())));
    if TAKEN.contains(&name.as_str()) {
        name + suffix
    } else {
        name
    }
}

/// The variants of texts, in order, no two alike.
pub(crate) fn variants(texts: &[String]) -> Vec<String> {
    let plain: Vec<String> = texts.iter().map(|text| variant(text)).collect();
    let mut names: Vec<String> = Vec::new();
    for (text, name) in texts.iter().zip(&plain) {
        let is_alone = plain.iter().filter(|other| *other == name).count() == 1;
        let name = if is_alone {
            name.clone()
        } else {
            variant(&spelt_out(text))
        };
        let mut unique = name.clone();
        let mut count = 1;
        while names.contains(&unique) {
            count += 1;
            unique = format!("{name}Number{count}");
        }
        names.push(unique);
    }
    names
}

/// The constant of a text: `IANAPrivateRanges` is `IANA_PRIVATE_RANGES`.
pub(crate) fn constant(text: &str) -> String {
    let variant = variant(text);
    let chars: Vec<char> = variant.chars().collect();
    let mut name = String::new();
    for (at, &char) in chars.iter().enumerate() {
        let starts_word = char.is_ascii_uppercase()
            && at > 0
            && (!chars[at - 1].is_ascii_uppercase()
                || chars.get(at + 1).is_some_and(char::is_ascii_lowercase));
        if starts_word && !name.ends_with('_') {
            name.push('_');
        }
        name.push(char.to_ascii_uppercase());
    }
    name
}

/// Texts whose letters do not say what they mean.
const ODD: &[(&str, &str)] = &[
    ("", "Empty"),
    ("*", "Any"),
    ("==", "Equal"),
    ("SystemAssigned, UserAssigned", "SystemAndUserAssigned"),
];

fn variant(text: &str) -> String {
    if let Some((_, name)) = ODD.iter().find(|(odd, _)| *odd == text) {
        return (*name).to_owned();
    }
    if let Some(duration) = duration(text) {
        return duration;
    }
    let all = if text.ends_with("/*") { "All" } else { "" };
    let words = text
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = join(words.map(calmed)) + all;
    match name.chars().next() {
        None if text.contains(|char: char| !matches!(char, ' ' | '_')) => variant(&spelt_out(text)),
        None => "Blank".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// Signs as words, for texts that differ in nothing else.
fn spelt_out(text: &str) -> String {
    let mut words = String::new();
    for char in text.chars() {
        match char {
            '+' => words += " Plus ",
            '-' => words += " Minus ",
            '*' => words += " Star ",
            '.' => words += " Dot ",
            '/' => words += " Slash ",
            ' ' | '_' => words.push(' '),
            char if char.is_ascii_alphanumeric() => words.push(char),
            char => words += &format!(" U{:x} ", u32::from(char)),
        }
    }
    words
}

/// An ISO 8601 duration as `Minutes5`.
fn duration(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty())?;
    let mut in_time = false;
    let mut name = String::new();
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T').filter(|_| !in_time) {
            (rest, in_time) = (time, true);
        }
        let digits = rest
            .find(|char: char| !char.is_ascii_digit())
            .filter(|digits| *digits > 0)?;
        let unit = match (&rest[digits..=digits], in_time) {
            ("Y", false) => "Years",
            ("M", false) => "Months",
            ("W", false) => "Weeks",
            ("D", false) => "Days",
            ("H", true) => "Hours",
            ("M", true) => "Minutes",
            ("S", true) => "Seconds",
            _ => return None,
        };
        name += unit;
        name += &rest[..digits];
        rest = &rest[digits + 1..];
    }
    Some(name)
}

/// `LRS` is `Lrs`, `StorageV2` stays.
fn calmed(word: &str) -> String {
    let is_shouted = word.len() > 1 && !word.contains(|char: char| char.is_ascii_lowercase());
    if is_shouted {
        capitalized(&word.to_ascii_lowercase())
    } else {
        capitalized(word)
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + chars.as_str())
        .unwrap_or_default()
}

/// Words without a gap, but for `_` between two digits.
fn join(words: impl Iterator<Item = String>) -> String {
    words.fold(String::new(), |mut name, word| {
        let ends = name.ends_with(|char: char| char.is_ascii_digit());
        if ends && word.starts_with(|char: char| char.is_ascii_digit()) {
            name.push('_');
        }
        name + &word
    })
}

/// One of several: `allowed_methods` is `allowed_method`.
pub(crate) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn variants_of(texts: &[&str]) -> Vec<String> {
        variants(
            &texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn types_are_named_after_the_words_of_their_path() {
        assert_eq!(
            type_name("monitor_scheduled_query_rules_alert_v2"),
            "MonitorScheduledQueryRulesAlertV2"
        );
        assert_eq!(
            nested_type(&["blob_properties", "cors_rule"], "Block"),
            "BlobPropertiesCorsRule"
        );
        assert_eq!(nested_type(&["secret"], "Block"), "SecretBlock");
    }

    #[test]
    fn variants_keep_what_makes_a_text_known() {
        let texts = [
            "LRS",
            "StorageV2",
            "TLS1_2",
            "1.0",
            "2008-10-27",
            "AES-128-CCM",
            "Node.JS",
            "least-waste",
        ];
        let names = [
            "Lrs",
            "StorageV2",
            "Tls1_2",
            "V1_0",
            "V2008_10_27",
            "Aes128Ccm",
            "NodeJs",
            "LeastWaste",
        ];
        assert_eq!(variants_of(&texts), names);
    }

    #[test]
    fn texts_without_letters_have_names_all_the_same() {
        let texts = [
            "*",
            "==",
            "",
            "SystemAssigned, UserAssigned",
            "PT5M",
            "P1DT12H",
            "a/b/*",
            "+",
            "self",
            " ",
        ];
        let names = [
            "Any",
            "Equal",
            "Empty",
            "SystemAndUserAssigned",
            "Minutes5",
            "Days1Hours12",
            "ABAll",
            "Plus",
            "Self_",
            "Blank",
        ];
        assert_eq!(variants_of(&texts), names);
    }

    #[test]
    fn texts_that_differ_by_a_sign_alone_have_it_spelt_out() {
        assert_eq!(
            variants_of(&["UTC-11", "UTC+11", "GMT"]),
            ["UtcMinus11", "UtcPlus11", "Gmt"]
        );
        assert_eq!(variants_of(&["a b", "a_b"]), ["AB", "ABNumber2"]);
    }

    #[test]
    fn constants_are_in_capitals() {
        assert_eq!(constant("IANAPrivateRanges"), "IANA_PRIVATE_RANGES");
        assert_eq!(constant("$superuser"), "SUPERUSER");
        assert_eq!(constant("/services/Azure/WebPI"), "SERVICES_AZURE_WEB_PI");
    }

    #[test]
    fn keywords_get_a_line_behind_them() {
        assert_eq!([field("type"), field("kind")], ["type_", "kind"]);
    }

    #[test]
    fn one_of_several_is_named() {
        let names = ["key_permissions", "bypass", "policies", "status", "levels"];
        assert_eq!(
            names.map(singular),
            ["key_permission", "bypass", "policy", "status", "level"]
        );
    }
}
