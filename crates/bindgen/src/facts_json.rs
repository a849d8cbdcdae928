//! The facts that `terraform providers schema -json` leaves out, as read off the provider.
//!
//! Unknown keys are errors, so that no fact is dropped in silence.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use terrace_schema::format::Format;
use terrace_schema::model::Scalar;
use terrace_schema::rule::{ItemVersion, Rule};

/// The facts about one provider.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    #[serde(default)]
    pub(crate) resources: BTreeMap<String, TypeFacts>,
    #[serde(default)]
    pub(crate) data_sources: BTreeMap<String, TypeFacts>,
    #[serde(default)]
    pub(crate) provider: BTreeMap<String, AttributeFacts>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeFacts {
    pub(crate) attributes: BTreeMap<String, AttributeFacts>,
    #[serde(default)]
    pub(crate) timeouts: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) custom_diff: bool,
    pub(crate) updatable: bool,
    pub(crate) importable: bool,
    pub(crate) import_id_example: Option<String>,
    #[serde(rename = "schema_version")]
    _schema_version: u64,
    #[serde(rename = "deprecated", default)]
    _deprecated: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributeFacts {
    #[serde(rename = "type")]
    pub(crate) ty: String,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) computed: bool,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) write_only: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    pub(crate) elem: Option<Box<AttributeFacts>>,
    pub(crate) block: Option<BTreeMap<String, AttributeFacts>>,
    #[serde(default)]
    pub(crate) force_new: bool,
    pub(crate) default: Option<Value>,
    /// The default comes from the environment of the provider's process.
    #[serde(rename = "default_func", default)]
    pub(crate) _default_from_environment: bool,
    #[serde(rename = "enum")]
    pub(crate) choices: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) enum_ignore_case: bool,
    #[serde(rename = "enum_also_accepts")]
    pub(crate) _enum_also_accepts: Option<Vec<String>>,
    pub(crate) known_values: Option<Vec<Value>>,
    pub(crate) range: Option<(i64, i64)>,
    #[serde(default)]
    pub(crate) range_also_accepts: Vec<i64>,
    /// Whether the validator accepted -1, 0 and 1.
    #[serde(default)]
    pub(crate) int_ok: BTreeMap<String, bool>,
    pub(crate) minlen: Option<u32>,
    pub(crate) maxlen: Option<u32>,
    pub(crate) chars: Option<String>,
    pub(crate) first_chars: Option<String>,
    pub(crate) last_chars: Option<String>,
    #[serde(default)]
    pub(crate) accepts_ids_of: Vec<String>,
    #[serde(default)]
    pub(crate) accepts_any_id: bool,
    #[serde(default)]
    pub(crate) formats: Vec<String>,
    pub(crate) rule: Option<Value>,
    #[serde(default)]
    pub(crate) nonempty: bool,
    #[serde(default)]
    pub(crate) validated: bool,
    #[serde(default)]
    pub(crate) conflicts_with: Vec<String>,
    #[serde(default)]
    pub(crate) exactly_one_of: Vec<String>,
    #[serde(default)]
    pub(crate) at_least_one_of: Vec<String>,
    #[serde(default)]
    pub(crate) required_with: Vec<String>,
    #[serde(default)]
    pub(crate) min_items: u32,
    pub(crate) max_items: Option<u32>,
    #[serde(rename = "config_mode")]
    pub(crate) _config_mode: Option<String>,
    #[serde(default)]
    pub(crate) diff_suppressed: bool,
    #[serde(default)]
    pub(crate) normalized: bool,
}

/// A JSON value as a scalar.
pub(crate) fn scalar(value: &Value) -> Result<Scalar, String> {
    match value {
        Value::Bool(value) => Ok(Scalar::Bool(*value)),
        Value::String(value) => Ok(Scalar::Text(value.clone())),
        Value::Number(value) => match (value.as_i64(), value.as_f64()) {
            (Some(value), _) => Ok(Scalar::Int(value)),
            (None, Some(value)) => Ok(Scalar::Float(value)),
            (None, None) => Err(format!("{value} is no number that can be kept")),
        },
        _ => Err(format!("{value} is not a plain value")),
    }
}

/// A rule, `["all", ["min_len", 1], …]`.
pub(crate) fn rule(json: &Value) -> Result<Rule, String> {
    let parts = json.as_array().map(Vec::as_slice).unwrap_or_default();
    let Some((Value::String(kind), rest)) = parts.split_first() else {
        return Err(format!("{json} is not a rule"));
    };
    let arguments = Arguments { rule: json, rest };
    Ok(match kind.as_str() {
        "all" => Rule::All(rest.iter().map(rule).collect::<Result<_, _>>()?),
        "any" => Rule::Any(rest.iter().map(rule).collect::<Result<_, _>>()?),
        "match" => Rule::Match(arguments.text(0)?),
        "not_match" => Rule::NotMatch(arguments.text(0)?),
        "keys" => Rule::Keys(arguments.text(0)?),
        "one_of" => Rule::OneOf(arguments.scalars()?),
        "one_of_ignore_case" => Rule::OneOfIgnoreCase(arguments.scalars()?),
        "not_one_of" => Rule::NotOneOf(arguments.scalars()?),
        "min_len" => Rule::MinLen(arguments.length(0)?),
        "max_len" => Rule::MaxLen(arguments.length(0)?),
        "starts_with" => Rule::StartsWith(arguments.texts()?),
        "not_starts_with" => Rule::NotStartsWith(arguments.texts()?),
        "ends_with" => Rule::EndsWith(arguments.texts()?),
        "not_ends_with" => Rule::NotEndsWith(arguments.texts()?),
        "contains" => Rule::Contains(arguments.texts()?),
        "not_contains" => Rule::NotContains(arguments.texts()?),
        "excludes_chars" => Rule::ExcludesChars(arguments.text(0)?),
        "url" => Rule::Url(
            Arguments {
                rule: json,
                rest: arguments.list()?,
            }
            .texts()?,
        ),
        "id" => Rule::Id(arguments.text(0)?),
        "key_vault_item" => {
            let version = match arguments.text(0)?.as_str() {
                "0" | "Any" => ItemVersion::Any,
                "1" | "Versioned" => ItemVersion::Versioned,
                "2" | "Versionless" => ItemVersion::Versionless,
                _ => return Err(format!("{json} names no kind of version")),
            };
            Rule::KeyVaultItem {
                version,
                kind: arguments.text(1)?,
            }
        }
        "iso8601_duration_between" => Rule::DurationBetween(arguments.text(0)?, arguments.text(1)?),
        "between" => Rule::Between(arguments.number(0)?, arguments.number(1)?),
        "at_least" => Rule::AtLeast(arguments.number(0)?),
        "at_most" => Rule::AtMost(arguments.number(0)?),
        "multiple_of" => Rule::MultipleOf(arguments.number(0)?),
        "tags" => Rule::Tags {
            count: arguments.length(0)?,
            key: arguments.length(1)?,
            value: arguments.length(2)?,
        },
        "format" => {
            let name = arguments.text(0)?;
            Rule::Format(Format::from_name(&name).ok_or(format!("{json} names no format"))?)
        }
        "other" => Rule::Other,
        _ => return Err(format!("{json} is a rule of an unknown kind")),
    })
}

struct Arguments<'a> {
    rule: &'a Value,
    rest: &'a [Value],
}

impl Arguments<'_> {
    fn expect<T>(&self, found: Option<T>) -> Result<T, String> {
        found.ok_or_else(|| format!("{} lacks an argument or has one of a wrong type", self.rule))
    }

    fn text(&self, index: usize) -> Result<String, String> {
        self.expect(
            self.rest
                .get(index)
                .and_then(Value::as_str)
                .map(str::to_owned),
        )
    }

    fn texts(&self) -> Result<Vec<String>, String> {
        (0..self.rest.len()).map(|index| self.text(index)).collect()
    }

    fn number(&self, index: usize) -> Result<f64, String> {
        self.expect(self.rest.get(index).and_then(Value::as_f64))
    }

    fn length(&self, index: usize) -> Result<u32, String> {
        self.expect(
            self.rest
                .get(index)
                .and_then(Value::as_u64)
                .and_then(|length| length.try_into().ok()),
        )
    }

    fn list(&self) -> Result<&[Value], String> {
        self.expect(
            self.rest
                .first()
                .and_then(Value::as_array)
                .map(Vec::as_slice),
        )
    }

    fn scalars(&self) -> Result<Vec<Scalar>, String> {
        self.list()?.iter().map(scalar).collect()
    }
}
