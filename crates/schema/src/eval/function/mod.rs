//! What functions give.
//!
//! [`body`] says for each of Terraform's functions how it is evaluated. Functions that read files, the clock or chance, and
//! those that nobody needs before apply, have no body: their result is unknown, of the type that they return.

mod collection;
mod encoding;
mod format;
mod network;
mod number;
mod pattern;
mod set;
mod text;
mod types;

use terrace_ir::Type;

use super::value::Val;

/// The result of a function: `None` when it cannot be said before apply, an error when Terraform refuses the arguments.
type Outcome = Result<Option<Val>, String>;

/// How a function is evaluated.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// When all arguments are known. They come without marks, the result gets the marks of all.
    Known(fn(&[Val]) -> Outcome),
    /// Also when arguments are unknown: their types say something of the result, or of what is refused.
    Typed(fn(&[Val]) -> Outcome),
    /// Also with the marks of the arguments: the function decides which of them the result gets.
    Marked(fn(&[Val]) -> Outcome),
    /// Never.
    Opaque,
}

/// Whether a function takes `null`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    Refused,
    Taken,
}

/// A function.
pub(super) struct Evaluation {
    pub(super) run: Body,
    pub(super) nulls: Nulls,
    /// The type of an unknown result, where it says more than the signature.
    pub(super) returns: Option<Type>,
}

/// How the function of this name is evaluated.
pub(super) fn body(name: &str) -> Evaluation {
    use Body::{Known, Marked, Opaque, Typed};
    let run = match name {
        "abs" => Known(number::abs),
        "ceil" => Known(number::ceil),
        "floor" => Known(number::floor),
        "max" => Known(number::max),
        "min" => Known(number::min),
        "parseint" => Known(number::parseint),
        "pow" => Known(number::pow),
        "range" => Known(number::range),
        "signum" => Known(number::signum),
        "sum" => Known(number::sum),

        "chomp" => Known(text::chomp),
        "endswith" => Known(text::endswith),
        "indent" => Known(text::indent),
        "join" => Known(text::join),
        "lower" => Known(text::lower),
        "split" => Known(text::split),
        "startswith" => Known(text::startswith),
        "strcontains" => Known(text::strcontains),
        "strrev" => Known(text::strrev),
        "substr" => Known(text::substr),
        "title" => Known(text::title),
        "trim" => Known(text::trim),
        "trimprefix" => Known(text::trimprefix),
        "trimspace" => Known(text::trimspace),
        "trimsuffix" => Known(text::trimsuffix),
        "upper" => Known(text::upper),
        "format" => Typed(format::format),
        "formatlist" => Typed(format::formatlist),
        "regex" => Typed(pattern::regex),
        "regexall" => Typed(pattern::regexall),
        "replace" => Known(pattern::replace),

        "alltrue" => Known(collection::alltrue),
        "anytrue" => Known(collection::anytrue),
        "chunklist" => Marked(collection::chunklist),
        "coalesce" => Typed(collection::coalesce),
        "coalescelist" => Typed(collection::coalescelist),
        "compact" => Known(collection::compact),
        "concat" => Marked(collection::concat),
        "contains" => Known(collection::contains),
        "distinct" => Typed(collection::distinct),
        "element" => Marked(collection::element),
        "flatten" => Marked(collection::flatten),
        "index" => Known(collection::index),
        "keys" => Marked(collection::keys),
        "length" => Marked(collection::length),
        "lookup" => Marked(collection::lookup),
        "matchkeys" => Typed(collection::matchkeys),
        "merge" => Marked(collection::merge),
        "one" => Marked(collection::one),
        "reverse" => Marked(collection::reverse),
        "slice" => Marked(collection::slice),
        "sort" => Known(collection::sort),
        "transpose" => Known(collection::transpose),
        "values" => Marked(collection::values),
        "zipmap" => Marked(collection::zipmap),

        "setintersection" => Typed(set::intersection),
        "setproduct" => Marked(set::product),
        "setsubtract" => Typed(set::subtract),
        "setunion" => Typed(set::union),

        "ephemeralasnull" => Marked(types::ephemeralasnull),
        "issensitive" => Marked(types::issensitive),
        "nonsensitive" => Marked(types::nonsensitive),
        "sensitive" => Marked(types::sensitive),
        "tobool" => Marked(types::tobool),
        "tolist" => Marked(types::tolist),
        "tomap" => Marked(types::tomap),
        "tonumber" => Marked(types::tonumber),
        "toset" => Marked(types::toset),
        "tostring" => Marked(types::tostring),

        "base64decode" => Known(encoding::base64decode),
        "base64encode" => Known(encoding::base64encode),
        "jsondecode" => Known(encoding::jsondecode),
        "jsonencode" => Typed(encoding::jsonencode),
        "urlencode" => Known(encoding::urlencode),

        "cidrhost" => Known(network::cidrhost),
        "cidrnetmask" => Known(network::cidrnetmask),
        "cidrsubnet" => Known(network::cidrsubnet),
        "cidrsubnets" => Known(network::cidrsubnets),

        _ => Opaque,
    };
    let nulls = match name {
        "coalesce" | "coalescelist" | "ephemeralasnull" | "format" | "formatlist"
        | "issensitive" | "jsonencode" | "lookup" | "merge" | "nonsensitive" | "sensitive"
        | "templatefile" | "templatestring" | "tobool" | "tolist" | "tomap" | "tonumber"
        | "toset" | "tostring" | "yamlencode" => Nulls::Taken,
        _ => Nulls::Refused,
    };
    let returns = match name {
        "contains" => Some(Type::Bool),
        "format" | "yamlencode" => Some(Type::String),
        "formatlist" => Some(Type::list(Type::String)),
        "index" | "parseint" | "sum" => Some(Type::Number),
        _ => None,
    };
    Evaluation {
        run,
        nulls,
        returns,
    }
}

/// A known value.
fn known(value: impl Into<Val>) -> Outcome {
    Ok(Some(value.into()))
}

/// A known argument of type text. The signature was checked: what is no text has no part in the result.
fn text(values: &[Val], n: usize) -> &str {
    values.get(n).and_then(Val::as_text).unwrap_or_default()
}

/// A whole number; an error for a fraction.
fn whole(values: &[Val], n: usize) -> Result<i64, String> {
    values
        .get(n)
        .and_then(Val::as_number)
        .and_then(super::Number::to_whole)
        .ok_or_else(|| format!("argument {} must be a whole number", n + 1))
}

/// The texts of a list; `None` when one is unknown.
fn texts(list: &Val) -> Option<Vec<&str>> {
    list.as_items()?.iter().map(Val::as_text).collect()
}
