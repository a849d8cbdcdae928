//! What is wrong with an expression or a value.

use terrace_ir::{ArgumentPath, Code, Diagnostic, Origin, Step};

use super::value::{Kind, Val};

terrace_ir::codes! {
    /// The codes of expressions and conversions.
    pub const CODES;

    /// A value cannot become one of the type that is wanted.
    WRONG_TYPE = "T0190", "a value in an expression has the wrong type",
"A value is not of the type that is wanted where it stands, and Terraform's conversions do not lead there. They lead \
from numbers and booleans to text, from text that is a number or `true` or `false` back to one, between lists, sets and \
tuples, and between maps and objects.

```json
{ \"public_network_access_enabled\": \"yes\" }
```

`\"true\"` would do, `\"yes\"` does not. Give a value of the type that the message names.";

    /// An attribute does not exist.
    UNSUPPORTED_ATTRIBUTE = "T0191", "an expression uses an attribute that does not exist",
"An expression asks for an attribute that its source does not have, or asks an attribute of something that has none: of
text, of `null`, of a whole list.

```hcl
azurerm_subnet.all.id        # with `count` or `for_each` this is a list or a map
```

Correct the name, or take one of the instances, `azurerm_subnet.all[0].id`, or all of them, `azurerm_subnet.all[*].id`.";

    /// An index does not exist.
    INVALID_INDEX = "T0192", "an expression uses an index that does not exist",
"An expression asks for an element that its source does not have: an index behind the end of a list, a key that is not in
a map, any index of a set, whose elements have no order.

```hcl
[\"a\", \"b\"][2]               # the last one is [1]
toset([\"a\", \"b\"])[0]        # a set has no indexes
```

Use an index that there is; make a set a list first, `tolist(…)[0]`, or take its only element, `one(…)`. Where the element may
be missing, name a default: `try(var.names[2], \"\")`.";

    /// An operator is given something that it does not take.
    INVALID_OPERAND = "T0193", "an operator has an operand that it does not take",
"`+ - * / %` and `< <= > >=` take numbers, `&& || !` take booleans, and none of them takes `null`.

```hcl
\"st\" + var.environment     # text is not joined by +
```

Join text by a template: `\"st${var.environment}\"`. Where a value may be missing, give a default: `coalesce(var.size, 0) + 1`.";

    /// No function has this name.
    UNKNOWN_FUNCTION = "T0194", "an expression calls a function that does not exist",
"Terraform has a fixed set of functions, and a provider's functions are called as `provider::NAME::FUNCTION(…)`. Names are
written in lower case and without blanks.

```hcl
trimSpace(var.name)     # trimspace(var.name)
md5sum(\"a\")             # md5(\"a\")
```

Correct the name; the nearest one is in the hint.";

    /// A function has too few or too many arguments.
    WRONG_ARITY = "T0195", "a function is called with the wrong number of arguments",
"Every function takes a fixed number of arguments, or at least some number.

```hcl
replace(\"a-b\", \"-\")     # what it is replaced by is missing
max([1, 2, 3])          # a list is one argument
```

Give the arguments that the finding asks for: `replace(\"a-b\", \"-\", \"\")`. Spread a list over the arguments with `...`:
`max([1, 2, 3]...)`.";

    /// A function refuses its arguments.
    INVALID_ARGUMENT = "T0196", "a function does not take an argument that it is given",
"A function is called with an argument of the wrong type, with `null`, or with a value for which it has no result.

```hcl
tonumber(\"five\")
element([], 0)
cidrsubnet(\"10.0.0.0/30\", 8, 0)
```

Give it what it takes. Where the value may be unfit, name a default: `try(tonumber(var.size), 1)`.";

    /// The two results of a conditional have no type in common.
    INCONSISTENT_RESULTS = "T0197", "the two results of a conditional have no type in common",
"`condition ? a : b` has one type, whichever result is taken. Terraform converts both to it: a number and a text are both
text, two objects with different attributes are a map if their values agree. A list and a text have no type in common.

```hcl
var.zones == null ? \"\" : var.zones     # text or a list
```

Give both results one type: `var.zones == null ? [] : var.zones`. Where nothing is meant, write `null`.";

    /// A `for`, a splat, a key or a template cannot use a value.
    INVALID_EXPRESSION = "T0198", "an expression cannot use a value in this place",
"The source of a `for` must be a list, a set, a map or an object; its `if` a boolean; the keys of an object text, and each
key once. A template takes text, numbers and booleans, no `null` and no lists.

```hcl
\"zones: ${var.zones}\"     # a list in a template
```

Make it text first: `\"zones: ${join(\", \", var.zones)}\"`.";
}

/// Something that Terraform would refuse.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which kind.
    pub code: &'static Code,
    /// One line: what is wrong and with which value. Never a sensitive value.
    pub summary: String,
    /// What to do, where there is something to say.
    pub hint: Option<String>,
    /// Where in the value that was evaluated or converted.
    pub path: ArgumentPath,
    /// Where the innermost part that holds it was said.
    pub origin: Origin,
}

impl Problem {
    pub(super) fn new(code: &'static Code, summary: impl Into<String>) -> Self {
        Self {
            code,
            summary: summary.into(),
            hint: None,
            path: ArgumentPath::root(),
            origin: Origin::Default,
        }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem, one step further in.
    #[must_use]
    pub(super) fn inside(mut self, step: Step) -> Self {
        let mut path = ArgumentPath::root();
        path.push(step);
        self.path
            .steps()
            .iter()
            .for_each(|step| path.push(step.clone()));
        self.path = path;
        self
    }

    /// The summary with the path before it, for use inside another problem.
    pub(super) fn told(&self) -> String {
        match self.path.is_root() {
            true => self.summary.clone(),
            false => format!("{}: {}", self.path, self.summary),
        }
    }

    /// The problem as an error, with its code, hint and place. The caller adds the address, and puts the argument's own
    /// path before [`Problem::path`].
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.summary.as_str()).at(self.origin);
        diagnostic.hint = self.hint.clone();
        diagnostic
    }
}

/// How a message speaks of a value: `the text "yes"`, `a list of 3 elements`, `a sensitive text`.
pub(crate) fn described(value: &Val) -> String {
    if value.deep_marks().sensitive {
        return format!("a sensitive value ({})", type_name(&value.ty()));
    }
    let count = |what: &str, n: usize| match n {
        1 => format!("{what} 1 element"),
        n => format!("{what} {n} elements"),
    };
    match value.kind() {
        Kind::Unknown(ty) => format!("a value of type {} that is known at apply", type_name(ty)),
        Kind::Null(_) => "`null`".to_owned(),
        Kind::Bool(value) => format!("`{value}`"),
        Kind::Number(number) => match number.to_text() {
            Some(text) => format!("the number {text}"),
            None => "a number".to_owned(),
        },
        Kind::Text(text) => format!("the text {}", shortened(text)),
        Kind::List(_, items) => count("a list of", items.len()),
        Kind::Set(_, items) => count("a set of", items.len()),
        Kind::Tuple(items) => count("a list of", items.len()),
        Kind::Map(_, entries) => count("a map of", entries.len()),
        Kind::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
        Kind::Object(entries) => {
            let names: Vec<&str> = entries.iter().take(4).map(|(name, _)| &**name).collect();
            let more = if entries.len() > 4 { ", …" } else { "" };
            format!("an object with `{}`{more}", names.join("`, `"))
        }
    }
}

/// Text in quotes, cut after 60 characters.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("\"{}…\"", &text[..at]),
        None => format!("\"{text}\""),
    }
}

/// How a message names a type: `a list of string`.
pub(super) fn a_type(ty: &terrace_ir::Type) -> String {
    use terrace_ir::Type;
    let article = match ty {
        Type::Object(_) => "an",
        Type::Dynamic => return "any value".to_owned(),
        _ => "a",
    };
    format!("{article} {}", type_name(ty))
}

/// `list of string`
pub(super) fn type_name(ty: &terrace_ir::Type) -> String {
    use terrace_ir::Type;
    match ty {
        Type::Dynamic => "any".to_owned(),
        Type::String => "string".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::List(element) => format!("list of {}", type_name(element)),
        Type::Set(element) => format!("set of {}", type_name(element)),
        Type::Map(element) => format!("map of {}", type_name(element)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
    }
}
