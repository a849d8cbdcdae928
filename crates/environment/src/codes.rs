//! The codes of the findings about environment files.

terrace_ir::codes! {
    /// Every code of this crate.
    pub const CODES;

    /// No folder of environments.
    NO_FOLDER = "T0501", "the folder of environments is not found",
"The environments are files in a folder `stacks` that holds `terrace.toml`. It is looked for in the working directory and in
each folder above it; the first one counts.

```console
cd /tmp
synth
```

Go to the repository, or name the folder: `--stacks path/to/stacks`. A repository of your own needs `stacks/terrace.toml` and
one environment at least, say `stacks/dev.toml`.";

    /// An environment that was asked for and does not exist.
    UNKNOWN_ENVIRONMENT = "T0502", "an environment does not exist",
"An environment is a file of the folder `stacks`, named without `.toml`: `stacks/prod.toml` is the environment `prod`.
`terrace.toml` is none: it holds what all environments share.

```console
synth --env production     # the file is prod.toml
```

Correct the name, or copy an environment file to make a new one. `list` shows the environments.";

    /// A file that cannot be read.
    UNREADABLE = "T0503", "a file of the environments cannot be read",
"The file is missing, is a folder, may not be read by this user, or is not text in UTF-8.

```text
stacks/prod.toml: byte FC belongs to no character
```

Correct its permissions, or save it as UTF-8: an editor that saves as UTF-16 or Latin-1 can be told so.";

    /// A file that is not TOML.
    SYNTAX = "T0504", "a file is not TOML",
"The file breaks the syntax of TOML. All such places of a file are reported at once; one early mistake (a missing quote) can
cause several.

```toml
location = westeurope   # text without quotes
stage = \"dev\"
stage = \"dev\"           # said twice
```

Put text in quotes, say each key once, open each `[table]` once, and put the keys of the top before the first `[table]`:
everything behind it belongs to it.";

    /// `inherits` names no environment.
    UNKNOWN_PARENT = "T0505", "`inherits` names no environment",
"`inherits` names one environment of the same folder, without `.toml`. What this file does not say is then taken from there.

```toml
inherits = \"dev.toml\"
```

Name an environment that there is: `inherits = \"dev\"`; or take the line out.";

    /// Environments that inherit one another in a circle.
    CYCLE = "T0506", "environments inherit each other in a circle",
"Each of the named files inherits the next, and the last inherits the first again, so that none has a beginning.

```text
dev.toml       inherits = \"staging\"
staging.toml   inherits = \"dev\"
```

Take `inherits` out of one of them.";

    /// A `false` that removes nothing.
    NOTHING_TO_REMOVE = "T0507", "there is no inherited entry to remove", "\
`false` in place of an entry of a table of named things removes the inherited entry:

```toml
inherits = \"dev\"

[clusters]
gpu = false # dev has it, this environment does not
```

Here nothing of that name is inherited: it is misspelt, gone from the inherited file, or never \
inherited. Correct the name or delete the line.";

    /// A key that the settings do not have.
    UNKNOWN_KEY = "T0508", "a key is unknown",
"The settings have no such key at this place. A key that was silently ignored would be a setting that silently does nothing,
so it is an error.

```toml
[storage]
replicaton = \"ZRS\"
location = \"westeurope\"     # belongs to the top
```

Correct the spelling, or move the key: everything behind a line `[table]` belongs to that table, so keys of the top stand
before the first one.";

    /// A key that must be said is not.
    MISSING_KEY = "T0509", "a required key is missing",
"The settings cannot do without the key, and neither the file nor one that it inherits says it. Some keys are never inherited
(explicit names, people, budgets, owners), because two environments must not share them: each file says its own.

```toml
inherits = \"dev\"
# no owner = \"…\", which is never inherited
```

Add the key.";

    /// A value of the wrong type.
    WRONG_TYPE = "T0510", "a setting has a value of the wrong type",
"The setting wants another type of value. In TOML text stands in quotes, numbers and `true` or `false` do not.

```toml
retention_days = \"30\"
purge_protection = \"true\"
zones = 1
```

Write the type that the finding names:

```toml
retention_days = 30
purge_protection = true
zones = [1]
```";

    /// A value outside its closed set.
    NOT_IN_SET = "T0511", "a value is outside its set",
"The setting takes one of a fixed set of values, written exactly so, with upper and lower case.

```toml
[storage]
replication = \"zrs\"
```

Write one of the values that the finding lists: `replication = \"ZRS\"`.";

    /// A number outside its range.
    OUT_OF_RANGE = "T0512", "a number is outside its range",
"The setting takes numbers within limits, most often because Azure does. Whole numbers in TOML have at most 64 bits.

```toml
[vault]
retention_days = 120     # 7 to 90
```

Keep to the limit that the finding names.";

    /// Text, a list or a table of the wrong length.
    WRONG_LENGTH = "T0513", "a text, list or table is too long or too short",
"The setting limits how many characters a text, or how many entries a list or a table may have, or wants each entry only once.

```toml
zones = [1, 1]
```

Shorten or lengthen it as the finding says; take out what stands twice: `zones = [1]`.";

    /// Text of the wrong form.
    WRONG_FORM = "T0514", "a text has the wrong form",
"The setting wants text of a form, given as a regular expression or by name (a date, an address).

```toml
expires = \"31.12.2027\"
```

Write it in that form: `expires = \"2027-12-31\"`.";

    /// A value that fits none of several forms.
    NO_FORM_FITS = "T0515", "a value fits none of the forms that are allowed",
"The setting may be written in several forms, for example as a text or as a table, and the value is none of them.

```toml
schedule = 7
```

Write it in one of the forms that the finding lists: `schedule = \"never\"`, or `schedule = { daily = { hour = 7 } }`.";

    /// A value that the settings refuse.
    REFUSED = "T0516", "the settings refuse a value",
"The value has the right type, but the code that reads it into the settings refuses it. The message is that code's.

```toml
max_nodes = 4.5     # a whole number is read
```

Change the value as the message says. If it speaks of a value without its position, the settings struct uses serde's
`flatten`, `untagged` or `tag` around a `Sourced` value: those read through a buffer that forgets where a value stood. A tagged
enum is derived without serde's `tag`:

```rust
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename = \"isolation\")]
#[schemars(rename = \"Network\", tag = \"isolation\")]
enum Network { /* … */ }
```";

    /// Settings whose schema cannot be used.
    BROKEN_SCHEMA = "T0517", "the schema of the settings cannot be used",
"The JSON Schema derived from the settings struct is not a valid schema, for example because a pattern is no regular
expression, or looks around (`(?=…)`), which is not supported.

```rust
#[schemars(regex(pattern = \"^(?=[a-z])[a-z0-9]+$\"))]
name: Sourced<String>,
```

Correct the settings struct: here `^[a-z][a-z0-9]*$` says the same.";

    /// A folder without environments.
    NO_ENVIRONMENT = "T0518", "there is no environment",
"The folder holds `terrace.toml` and no other file that ends in `.toml`, so that there is nothing to do.

```text
stacks/terrace.toml
```

Copy an environment file of another repository, or begin with a file `stacks/dev.toml`:

```toml
stage = \"dev\"
location = \"westeurope\"
```";

    /// A file whose name is no name of an environment.
    ENVIRONMENT_NAME = "T0519", "a file cannot be an environment by its name",
"An environment is called like its file. The name becomes part of names in Azure, of the output's folder and of the state's
key, so it is made of lower-case letters, digits, `-` and `_`, begins with a letter or digit, and has at most 40 characters.

```text
stacks/Alice's sandbox.toml
```

Rename the file: `stacks/alice.toml`.";

    /// An environment inherits one of another kind.
    OTHER_KIND = "T0520", "an environment inherits one of another kind",
"What an environment is (`stack`) decides which keys it has and what they mean, so one takes nothing from another kind. A file
says its own kind: left out, it is the default one, whatever the file inherits.

```toml
inherits = \"shared\"     # and no stack = \"shared\"
```

Inherit from an environment of the same kind, or say the kind in this file too: `stack = \"shared\"`.";
}
