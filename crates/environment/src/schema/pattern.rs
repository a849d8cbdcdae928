//! `pattern`, by regex-lite.
//!
//! jsonschema's own engine needs 40 µs a pattern, which is half a millisecond of every start;
//! regex-lite needs a sixth of that. Its classes are ASCII, like those of JSON Schema; it has no
//! look-around. What a text must be is said in the words of `patternErrorMessage` where that stands
//! beside it, a keyword that editors know too.

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use regex_lite::Regex;
use serde_json::{Map, Value as Json};

struct Pattern {
    regex: Regex,
    /// Behind "must".
    demand: String,
}

/// Compiles the keyword.
pub(super) fn pattern<'a>(
    schema: &'a Map<String, Json>,
    value: &'a Json,
    _location: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    let pattern = value.as_str().unwrap_or_default();
    match Regex::new(pattern) {
        Ok(regex) => {
            let words = schema.get("patternErrorMessage").and_then(Json::as_str);
            let demand = match words {
                Some(words) => format!("be {words}"),
                None => format!("match `{pattern}`"),
            };
            Ok(Box::new(Pattern { regex, demand }))
        }
        Err(error) => Err(ValidationError::custom(format!("`{pattern}`: {error}"))),
    }
}

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, instance: &'i Json) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(self.demand.as_str()))
        }
    }

    fn is_valid(&self, instance: &'i Json) -> bool {
        instance
            .as_str()
            .is_none_or(|text| self.regex.is_match(text))
    }
}
