//! The codes of what can be wrong with files of Terraform JSON, explained.

crate::codes! {
    /// The codes of reading, `T0001` to `T0016`.
    pub const CODES;

    /// A directory or file cannot be read.
    UNREADABLE = "T0001", "a directory or file cannot be read",
"The system refused to open or read a directory or a file: it does not exist, is no directory, or you may not read it. The
finding holds the system's own words.

```console
validate synth-out/porduction
```

Correct the path, or give yourself the permission to read it.";

    /// A file is not UTF-8.
    NOT_UTF8 = "T0002", "a file is not UTF-8",
"Terraform JSON is UTF-8. The finding names the first byte that belongs to no character. Terraform itself would replace such
bytes inside texts by U+FFFD, silently, and send that to the cloud.

```text
{\"locals\": {\"city\": \"M\\xFCnchen\"}}    the byte FC is \"ü\" in Latin-1, and nothing in UTF-8
```

Save the file as UTF-8, without a byte order mark.";

    /// A file is too large.
    TOO_LARGE = "T0003", "a file is too large",
"A file of Terraform JSON may have 64 MiB here, and all files of a run together 4 GiB. Nothing that a person reads or that
Terraform plans within a day comes near.

```text
main.tf.json    212 MiB
```

Make sure that the file is what you take it for; if it is, split the module.";

    /// A file is not JSON.
    NOT_JSON = "T0004", "a file is not JSON",
"The file is not JSON as Terraform takes it. What often stands there and does not belong:

```json
{
  // a comment
  \"output\": {\"a\": {\"value\": 1,}}
}
```

JSON has no comments (Terraform ignores the key `\"//\"` in the body of a block), no comma behind the last entry, no single
quotes, no leading zeros, and no byte order mark. Nothing else of the file is looked at until it is JSON.";

    /// Values are nested too deeply.
    TOO_DEEP = "T0005", "values or an expression are nested too deeply",
"Objects and lists may be nested 200 levels deep, and an expression 100. The limits are this program's own; Terraform's are
wherever its memory ends. Deeper nesting is nearly always a generator gone astray.

```json
{\"locals\": {\"a\": \"${((((((((((1))))))))))}\"}}
```

Write the inner part as a local value of its own, and refer to it:

```json
{\"locals\": {\"inner\": \"${((((1))))}\", \"a\": \"${local.inner}\"}}
```";

    /// An expression cannot be read.
    NOT_AN_EXPRESSION = "T0006", "a text is no template of Terraform",
"A text in Terraform JSON is a template: `${…}` holds an expression and `%{…}` a directive. This one has something in it that
is neither.

```json
{\"output\": {\"url\": {\"value\": \"https://${var.host\"}}}
```

The brace is never closed here. Where `${` is meant as plain text, as in a shell script, write `$${`; for `%{` write `%%{`.";

    /// A reference cannot be read.
    NOT_A_REFERENCE = "T0007", "a text is no reference",
"Some places take a reference and nothing else, without `${}`: `depends_on`, `ignore_changes`, `replace_triggered_by`,
`provider`, `moved.from` and `moved.to`, `import.to`, `removed.from`, and the `iterator` of a `dynamic` block.

```json
{\"depends_on\": [\"azurerm_key_vault.vault\"], \"lifecycle\": {\"ignore_changes\": [\"tags[\\\"cost\\\"]\"]}}
```

Write names with dots between them, and indexes as plain numbers or texts in brackets.";

    /// A value is of the wrong kind for its place.
    WRONG_KIND = "T0008", "a value of the wrong kind stands where blocks belong",
"The structure of a file is fixed: the root is an object, its keys are kinds of blocks, below them stand the labels, and
below these the body, an object or a list of objects. Something else stands at one of these levels.

```json
{\"resource\": {\"azurerm_resource_group\": \"platform\"}}
```

Write the body where it belongs:

```json
{\"resource\": {\"azurerm_resource_group\": {\"platform\": {\"name\": \"rg\", \"location\": \"westeurope\"}}}}
```";

    /// An unknown kind of block.
    UNKNOWN_BLOCK = "T0009", "an unknown kind of block stands at the root",
"At the root of a file stand `terraform`, `provider`, `variable`, `locals`, `data`, `ephemeral`, `resource`, `module`, `moved`,
`import`, `removed`, `check` and `output`, and `\"//\"` as a comment. Anything else is an error for Terraform too.

```json
{\"resources\": {}, \"backend\": {\"local\": {}}}
```

Correct the name; put `backend` and `required_providers` into `terraform`:

```json
{\"resource\": {}, \"terraform\": {\"backend\": {\"local\": {}}}}
```";

    /// A label is missing.
    MISSING_LABEL = "T0010", "a block has no label",
"A `resource`, `data` or `ephemeral` block stands below its type and its name; a `provider`, `variable`, `module`, `check` or
`output` below its name. An object without a key at such a level declares nothing, and Terraform refuses it.

```json
{\"variable\": {}}
```

Leave the empty object out. A comment (`\"//\"`) cannot stand among labels.";

    /// An argument is set twice.
    DUPLICATE_ARGUMENT = "T0011", "an argument or key is set twice",
"The same key stands twice in one body or object. In JSON that is allowed and the last one wins; Terraform refuses it.

```json
{\"locals\": {\"region\": \"westeurope\", \"region\": \"northeurope\"}}
```

Keep one. Where blocks are meant, such as two `provisioner`s, a repeated key is fine, and a list of objects is clearer.";

    /// Something is declared twice.
    DUPLICATE_BLOCK = "T0012", "something is declared twice in one module",
"All files of a directory are one module. In it an address can be declared only once: a resource of one type and name, a
variable, an output, a local value, a module, a check, the configuration of a provider without `alias` or with the same
`alias`, the backend, and `required_providers`.

```text
main.tf.json      {\"variable\": {\"region\": {}}}
network.tf.json   {\"variable\": {\"region\": {\"default\": \"westeurope\"}}}
```

Rename one, or keep one. To change a declaration from another file, put that into a file whose name ends in
`_override.tf.json`: there it is merged into the original.";

    /// There is nothing to override.
    NOTHING_TO_OVERRIDE = "T0013", "an override file changes what is not declared",
"A file called `override.tf.json`, or one whose name ends in `_override.tf.json`, changes what other files declare. What it
changes must be there, so that a slip in a name does not go unnoticed; only the default configuration of a provider, the
backend and the required providers may be new.

```text
main.tf.json        {\"variable\": {\"region\": {\"default\": \"westeurope\"}}}
a_override.tf.json  {\"variable\": {\"regoin\": {\"default\": \"northeurope\"}}}
```

Correct the name, or move the block into an ordinary file.";

    /// This cannot be overridden.
    NOT_OVERRIDABLE = "T0014", "an override file holds what cannot be overridden",
"`depends_on`, conditions (`precondition`, `postcondition`, `validation`), and `moved`, `import` and `check` blocks cannot be
changed by an override file.

```text
a_override.tf.json  {\"resource\": {\"azurerm_key_vault\": {\"main\": {\"depends_on\": [\"azurerm_subnet.apps\"]}}}}
```

Change the file that declares the block.";

    /// An override has no effect.
    IGNORED_OVERRIDE = "T0015", "an override file holds what Terraform ignores there",
"Terraform 1.11 reads `removed` and `ephemeral` blocks and `replace_triggered_by` in an override file and then ignores them,
without a word.

```text
a_override.tf.json  {\"removed\": [{\"from\": \"azurerm_key_vault.old\"}]}
```

Move them into an ordinary file.";

    /// No configuration.
    NOTHING_THERE = "T0016", "a directory holds no configuration",
"The directory has no file whose name ends in `.tf.json` or `.tf`. Hidden files and backups of editors (`.a.tf.json`,
`a.tf.json~`, `#a.tf.json#`) do not count. `terraform validate` finds nothing wrong with it; `terraform plan` does.

```console
validate synth-out        # one folder too high
validate synth-out/dev
```

Correct the path.";
}
