//! Terraform's functions with their signatures.
//!
//! Source: `terraform metadata functions -json` of Terraform 1.11.4. Every function can also be
//! called with the prefix `core::`.

use crate::types::Type;

/// A function's signature.
#[derive(Debug)]
pub struct Function {
    /// Its name without a namespace.
    pub name: &'static str,
    /// The types of the arguments that it must be given.
    pub parameters: &'static [Kind],
    /// The type of any further arguments, where it takes them.
    pub variadic: Option<Kind>,
    /// The type of the result; [`Kind::Any`] where the arguments decide it.
    pub returns: Kind,
}

/// A type in a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the type of its name
pub enum Kind {
    Any,
    String,
    Number,
    Bool,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Any => Self::Dynamic,
            Kind::String => Self::String,
            Kind::Number => Self::Number,
            Kind::Bool => Self::Bool,
            Kind::List(of) => Self::list((*of).into()),
            Kind::Set(of) => Self::set((*of).into()),
            Kind::Map(of) => Self::map((*of).into()),
        }
    }
}

/// The signature of a function, with or without `core::`; `None` when Terraform has none of that
/// name. Functions of providers (`provider::azapi::…`) are not in here.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    FUNCTIONS
        .binary_search_by(|function| function.name.cmp(name))
        .ok()
        .map(|at| &FUNCTIONS[at])
}

/// All functions, in order of name.
#[must_use]
pub fn all() -> &'static [Function] {
    FUNCTIONS
}

const fn function(
    name: &'static str,
    parameters: &'static [Kind],
    variadic: Option<Kind>,
    returns: Kind,
) -> Function {
    Function {
        name,
        parameters,
        variadic,
        returns,
    }
}

use Kind::{Any, Bool, List, Map, Number, Set, String};

#[rustfmt::skip]
static FUNCTIONS: &[Function] = &[
    function("abs", &[Number], None, Number),
    function("abspath", &[String], None, String),
    function("alltrue", &[List(&Bool)], None, Bool),
    function("anytrue", &[List(&Bool)], None, Bool),
    function("base64decode", &[String], None, String),
    function("base64encode", &[String], None, String),
    function("base64gzip", &[String], None, String),
    function("base64sha256", &[String], None, String),
    function("base64sha512", &[String], None, String),
    function("basename", &[String], None, String),
    function("bcrypt", &[String], Some(Number), String),
    function("can", &[Any], None, Bool),
    function("ceil", &[Number], None, Number),
    function("chomp", &[String], None, String),
    function("chunklist", &[List(&Any), Number], None, List(&List(&Any))),
    function("cidrhost", &[String, Number], None, String),
    function("cidrnetmask", &[String], None, String),
    function("cidrsubnet", &[String, Number, Number], None, String),
    function("cidrsubnets", &[String], Some(Number), List(&String)),
    function("coalesce", &[], Some(Any), Any),
    function("coalescelist", &[], Some(Any), Any),
    function("compact", &[List(&String)], None, List(&String)),
    function("concat", &[], Some(Any), Any),
    function("contains", &[Any, Any], None, Any),
    function("csvdecode", &[String], None, Any),
    function("dirname", &[String], None, String),
    function("distinct", &[List(&Any)], None, List(&Any)),
    function("element", &[Any, Number], None, Any),
    function("endswith", &[String, String], None, Bool),
    function("ephemeralasnull", &[Any], None, Any),
    function("file", &[String], None, String),
    function("filebase64", &[String], None, String),
    function("filebase64sha256", &[String], None, String),
    function("filebase64sha512", &[String], None, String),
    function("fileexists", &[String], None, Bool),
    function("filemd5", &[String], None, String),
    function("fileset", &[String, String], None, Set(&String)),
    function("filesha1", &[String], None, String),
    function("filesha256", &[String], None, String),
    function("filesha512", &[String], None, String),
    function("flatten", &[Any], None, Any),
    function("floor", &[Number], None, Number),
    function("format", &[String], Some(Any), Any),
    function("formatdate", &[String, String], None, String),
    function("formatlist", &[String], Some(Any), Any),
    function("indent", &[Number, String], None, String),
    function("index", &[Any, Any], None, Any),
    function("issensitive", &[Any], None, Bool),
    function("join", &[String], Some(List(&String)), String),
    function("jsondecode", &[String], None, Any),
    function("jsonencode", &[Any], None, String),
    function("keys", &[Any], None, Any),
    function("length", &[Any], None, Number),
    function("log", &[Number, Number], None, Number),
    function("lookup", &[Any, String], Some(Any), Any),
    function("lower", &[String], None, String),
    function("matchkeys", &[List(&Any), List(&Any), List(&Any)], None, List(&Any)),
    function("max", &[], Some(Number), Number),
    function("md5", &[String], None, String),
    function("merge", &[], Some(Any), Any),
    function("min", &[], Some(Number), Number),
    function("nonsensitive", &[Any], None, Any),
    function("one", &[Any], None, Any),
    function("parseint", &[Any, Number], None, Any),
    function("pathexpand", &[String], None, String),
    function("plantimestamp", &[], None, String),
    function("pow", &[Number, Number], None, Number),
    function("range", &[], Some(Number), List(&Number)),
    function("regex", &[String, String], None, Any),
    function("regexall", &[String, String], None, List(&Any)),
    function("replace", &[String, String, String], None, String),
    function("reverse", &[Any], None, Any),
    function("rsadecrypt", &[String, String], None, String),
    function("sensitive", &[Any], None, Any),
    function("setintersection", &[Set(&Any)], Some(Set(&Any)), Set(&Any)),
    function("setproduct", &[], Some(Any), Any),
    function("setsubtract", &[Set(&Any), Set(&Any)], None, Set(&Any)),
    function("setunion", &[Set(&Any)], Some(Set(&Any)), Set(&Any)),
    function("sha1", &[String], None, String),
    function("sha256", &[String], None, String),
    function("sha512", &[String], None, String),
    function("signum", &[Number], None, Number),
    function("slice", &[Any, Number, Number], None, Any),
    function("sort", &[List(&String)], None, List(&String)),
    function("split", &[String, String], None, List(&String)),
    function("startswith", &[String, String], None, Bool),
    function("strcontains", &[String, String], None, Bool),
    function("strrev", &[String], None, String),
    function("substr", &[String, Number, Number], None, String),
    function("sum", &[Any], None, Any),
    function("templatefile", &[String, Any], None, Any),
    function("templatestring", &[String, Any], None, String),
    function("textdecodebase64", &[String, String], None, String),
    function("textencodebase64", &[String, String], None, String),
    function("timeadd", &[String, String], None, String),
    function("timecmp", &[String, String], None, Number),
    function("timestamp", &[], None, String),
    function("title", &[String], None, String),
    function("tobool", &[Any], None, Bool),
    function("tolist", &[Any], None, List(&Any)),
    function("tomap", &[Any], None, Map(&Any)),
    function("tonumber", &[Any], None, Number),
    function("toset", &[Any], None, Set(&Any)),
    function("tostring", &[Any], None, String),
    function("transpose", &[Map(&List(&String))], None, Map(&List(&String))),
    function("trim", &[String, String], None, String),
    function("trimprefix", &[String, String], None, String),
    function("trimspace", &[String], None, String),
    function("trimsuffix", &[String, String], None, String),
    function("try", &[], Some(Any), Any),
    function("upper", &[String], None, String),
    function("urlencode", &[String], None, String),
    function("uuid", &[], None, String),
    function("uuidv5", &[String, String], None, String),
    function("values", &[Any], None, Any),
    function("yamldecode", &[String], None, Any),
    function("yamlencode", &[Any], None, String),
    function("zipmap", &[List(&String), Any], None, Any),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_every_function_is_found() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert!(find("core::lower").is_some());
        assert!(find("lowercase").is_none());
    }
}
