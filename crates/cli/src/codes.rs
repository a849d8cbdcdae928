//! The codes of findings about output and commands, and the table of all codes.

use terrace_ir::Code;

terrace_ir::codes! {
    /// Every code of this crate.
    pub const CODES;

    /// The output differs from what the sources give.
    STALE = "T0701", "the output is stale",
"What stands in `synth-out` is not what the sources give: they were changed and `synth` was not run, or somebody changed the
output itself. `synth --check` says so and writes nothing.

```console
synth --check     # in CI
```

Run `synth` and commit the result with the change that caused it.";

    /// A file in the way that is not ours.
    NOT_OURS = "T0702", "a file of somebody else is in the way",
"A file has the name of one that synthesis writes, and was not written by it. It is left alone, and the environment is not
written.

```text
synth-out/dev/main.tf.json     written by hand
```

Move it away, or give it a name of its own: hand-written `*.tf` files may stand beside the output.";

    /// The output could not be read or written.
    CANNOT_WRITE = "T0703", "the output cannot be written",
"The operating system refused to read or write a file of the output: a read-only folder, a full disk, a file where a folder
should be. What stood there before still stands there: a file is replaced as a whole or not at all.

```text
synth-out/dev     a file, where a folder is wanted
```

Remove what is in the way, or write elsewhere: `synth --out DIR`.";

    /// An argument of a command that does not do.
    ARGUMENT = "T0730", "an argument of a command does not do",
"What was given to a command cannot be meant. All arguments are looked at before anything is done, so that all that is wrong is
told at once, and nothing is written.

```console
new Sandbox! --from prod --owner ada --expires 2020-01-01
```

Correct what the findings name; `new --help` says what each argument is.

```console
new sandbox-ada --from dev --owner ada@example.org --expires 30d
```";

    /// A sandbox that is meant to stay.
    LONG_LIFE = "T0731", "a sandbox is to last for more than a year",
"A sandbox has an end so that what nobody needs any more is found and destroyed. One that lasts for years is an environment like
any other, without the review of one.

```console
new sandbox-ada --from dev --owner ada@example.org --expires 2099-12-31
```

Name a nearer day: `expires` in its file can be moved when that comes. Or write an environment of its own.";

    /// An environment that cannot be removed.
    NOT_REMOVED = "T0732", "an environment cannot be removed",
"What runs in Azure must be destroyed before its environment goes, since only the environment's state knows what is there. And what
others inherit, or what is staging or production, does not go by one command.

```console
remove sandbox-vision     # and its state holds resources
```

Do what each finding says, first of all:

```console
terraform -chdir=synth-out/sandbox-vision destroy
```

Where the state is not on this disk, nothing here can see that it is empty: say so with `--destroyed`.";

    /// A sandbox is past its last day.
    EXPIRED = "T0720", "a sandbox is past its last day",
"A sandbox ends with the day that its `[sandbox]` names. Nothing is destroyed by itself: `synth` warns, and is the same otherwise;
`list --expired` lists all that are past their day; `validate --as-of DATE` makes an error of it. `--deny warnings` does not count
this one, since then the calendar would decide whether a build passes.

```toml
[sandbox]
owner = \"vision-team@example.org\"
expires = \"2027-01-31\"     # and it is February
```

Destroy it and take it out, or name a later day if it is still needed:

```console
terraform -chdir=synth-out/sandbox-vision destroy
remove sandbox-vision
```";
}

/// Every code of every crate and those of a program's constructs, in order.
#[must_use]
pub fn all(of_constructs: &[&'static Code]) -> Vec<&'static Code> {
    let mut codes: Vec<&'static Code> = [
        CODES,
        terrace_core::codes::CODES,
        terrace_environment::CODES,
        terrace_ir::read::CODES,
        terrace_schema::CODES,
        #[cfg(unix)]
        terrace_rehearsal::CODES,
        of_constructs,
    ]
    .into_iter()
    .flatten()
    .copied()
    .collect();
    codes.sort_by_key(|code| code.id);
    codes
}
