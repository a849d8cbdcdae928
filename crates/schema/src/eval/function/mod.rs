//! What functions give.
//!
//! [`body`] says for each of Terraform's functions how it is evaluated. Functions that read files, the clock or chance, and
//! those that nobody needs before apply, have no body: their result is unknown, of the type that they return.

mod encoding;
mod format;
mod list;
mod map;
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

/// How the function of this name is evaluated.
pub(super) fn body(name: &str) -> Body {
    use Body::{Known, Marked, Opaque, Typed};
    match name {
        "abs" => Known(number::abs),
        "ceil" => Known(number::ceil),
        "floor" => Known(number::floor),
        "max" => Known(number::max),
        "min" => Known(number::min),
        "parseint" => Typed(number::parseint),
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

        "alltrue" => Known(list::alltrue),
        "anytrue" => Known(list::anytrue),
        "chunklist" => Marked(list::chunklist),
        "coalesce" => Typed(list::coalesce),
        "coalescelist" => Typed(list::coalescelist),
        "compact" => Known(list::compact),
        "concat" => Marked(list::concat),
        "contains" => Known(list::contains),
        "distinct" => Typed(list::distinct),
        "element" => Marked(list::element),
        "flatten" => Marked(list::flatten),
        "index" => Known(list::index),
        "keys" => Marked(map::keys),
        "length" => Marked(list::length),
        "lookup" => Marked(map::lookup),
        "matchkeys" => Typed(list::matchkeys),
        "merge" => Marked(map::merge),
        "one" => Marked(list::one),
        "reverse" => Marked(list::reverse),
        "slice" => Marked(list::slice),
        "sort" => Known(list::sort),
        "transpose" => Known(map::transpose),
        "values" => Marked(map::values),
        "zipmap" => Marked(map::zipmap),

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
    }
}

/// Whether a function takes `null` as its argument `n`, from 0. Most refuse it.
pub(super) fn takes_null(name: &str, n: usize) -> bool {
    match name {
        "format" | "formatlist" => n > 0,
        "length" => false,
        name => takes_untyped(name, n),
    }
}

/// Whether a function looks at its argument `n`, from 0, before the type of it is known. The result of others is then of
/// no known type either.
pub(super) fn takes_untyped(name: &str, n: usize) -> bool {
    match name {
        "coalesce" | "coalescelist" | "ephemeralasnull" | "issensitive" | "jsonencode"
        | "length" | "merge" | "nonsensitive" | "sensitive" | "tobool" | "tolist" | "tomap"
        | "tonumber" | "toset" | "tostring" | "yamlencode" => true,
        "lookup" => n > 1,
        "templatefile" | "templatestring" => n > 0,
        _ => false,
    }
}

/// The type of an unknown result, where it says more than the signature.
pub(super) fn returns(name: &str) -> Option<Type> {
    match name {
        "contains" => Some(Type::Bool),
        "format" | "yamlencode" => Some(Type::String),
        "formatlist" => Some(Type::list(Type::String)),
        "index" | "parseint" | "sum" => Some(Type::Number),
        _ => None,
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
