//! The codes of the check against the providers' schemas, with what `explain` prints.

terrace_ir::codes! {
    /// The codes of the check against the providers' schemas.
    pub const CODES;

    /// A type that the provider does not have.
    UNKNOWN_TYPE = "T0201", "a resource type that the provider does not have", "\
The provider has no resource, data source or ephemeral resource of this name in the version that is described here. Mostly \
the name is misspelt, belongs to another version of the provider, or is that of a data source.

```json
{\"resource\": {\"azurerm_storage_acount\": {\"data\": {}}}}
```

The nearest name is in the hint; `schema --search storage` lists what there is.";

    /// An argument or block that the type does not have.
    UNKNOWN_ARGUMENT = "T0202", "an argument or block that the type does not have", "\
Terraform refuses an argument that the provider does not know. Mostly it is a misspelt name, an argument of another \
version of the provider, or one that belongs into a nested block.

```json
{\"resource\": {\"azurerm_resource_group\": {\"main\": {\"name\": \"rg\", \"location\": \"westeurope\", \"tag\": {}}}}}
```

`schema TYPE` lists what there is.";

    /// A required argument or block is missing.
    MISSING_ARGUMENT = "T0203", "a required argument or block is missing", "\
The provider needs the argument and has no default for it. An argument that is set to `null` counts as missing, and so does \
a block that is `[]`.

```json
{\"provider\": {\"azurerm\": {\"subscription_id\": \"00000000-0000-0000-0000-000000000000\"}}}
```

Here the block `features` is missing: `\"features\": {}`.";

    /// A value of a wrong type.
    WRONG_TYPE = "T0204", "an argument has a value of the wrong type", "\
Terraform converts between text, numbers and booleans where it can: `5` and `\"5\"` are alike, and so are `true` and \
`\"true\"`. It makes no list out of a single value and no object out of a list. Some numbers must be whole. A list of \
objects that is an attribute, not a block, needs every member in every object: set those to `null` that are not used.

```json
{\"zones\": \"1\", \"tags\": [\"team\"]}
```

Here `[\"1\"]` and `{\"team\": \"…\"}` were meant. What a reference leads to has a type too, and is held against it.";

    /// A value that the provider's validator refuses.
    VALUE_NOT_ALLOWED = "T0205", "an argument has a value that the provider refuses", "\
The provider checks values before it talks to Azure: against a set of names, a range, a length, a format. The finding says \
what is allowed. Values of locals and of functions count as they come out; a value that is known only at apply is not \
judged.

```json
{\"resource\": {\"azurerm_key_vault\": {\"main\": {\"sku_name\": \"Standard\"}}}}
```

Here `\"standard\"` was meant: upper and lower case count.";

    /// An attribute that only the provider sets.
    READ_ONLY = "T0206", "an attribute that only the provider sets", "\
The attribute is exported by the resource for others to use. It cannot be set, and its changes cannot be ignored, since it \
is not compared with anything.

```json
{\"resource\": {\"azurerm_key_vault\": {\"main\": {\"vault_uri\": \"https://example.vault.azure.net/\"}}}}
```

Take it out; refer to it where it is needed: `azurerm_key_vault.main.vault_uri`.";

    /// Too few or too many blocks or elements.
    WRONG_COUNT = "T0207", "too few or too many blocks or elements", "\
A block that may stand once is written once, and a list with a limit keeps to it. Equal elements of a set count once.

```json
{\"identity\": [{\"type\": \"SystemAssigned\"}, {\"type\": \"UserAssigned\"}]}
```

Here one block with `\"type\": \"SystemAssigned, UserAssigned\"` was meant.";

    /// Arguments that exclude each other.
    EXCLUSIVE_ARGUMENTS = "T0208", "arguments that exclude each other", "\
Of arguments that say the same in different ways, the provider takes one. One that is `null` does not count.

```json
{\"resource\": {\"azurerm_key_vault_secret\": {\"s\": {\"value\": \"a\", \"value_wo\": \"b\", \"value_wo_version\": 1}}}}
```

Take all but one of them out.";

    /// An argument that another one calls for.
    INCOMPLETE_ARGUMENTS = "T0209", "an argument is needed beside others", "\
Some arguments make sense only together, and of some groups at least one has to be given.

```json
{\"resource\": {\"time_sleep\": {\"wait\": {}}}}
```

Here `create_duration` or `destroy_duration` is needed.";

    /// A deprecated argument.
    DEPRECATED = "T0210", "a deprecated argument",
"The provider will drop the argument or block in a later version. Nothing else is wrong with it.

```json
{\"resource\": {\"azurerm_storage_container\": {\"data\": {\"name\": \"data\", \"storage_account_name\": \"stdata\"}}}}
```

Look for its successor with `schema TYPE`; mostly it is there already: here `storage_account_id`.";

    /// A member of an object that Terraform drops.
    DROPPED_MEMBER = "T0211", "a member of an object is dropped", "\
Inside an attribute made of objects Terraform drops members that the type does not have, without a word. Mostly it is a \
misspelt name.

```json
{\"access_policy\": [{\"object_id\": \"…\", \"secret_permission\": [\"Get\"]}]}
```

Here `secret_permissions` was meant.";

    /// Something that is not checked.
    NOT_CHECKED = "T0212", "something is not checked",
"Only what is described here is checked: azurerm, azapi and time, each at one version. Resources of other providers, of
another major version of one of these, of the few Azure services that are not described, and modules that are called
are passed over, and so are native files (`*.tf`). The language around them is checked all the same: names, references, the
form of blocks.

```json
{\"resource\": {\"random_string\": {\"suffix\": {\"length\": 6}}}}
```

Nothing has to be done. `terraform validate` checks the rest, once the providers are installed.";

    /// The id of a resource of another kind than is wanted.
    WRONG_ID = "T0213", "an id of the wrong kind", "\
The argument takes ids of one kind, and the reference leads to a resource of another. Terraform does not see this before \
apply, since an id is known only when its resource exists, and then the provider or Azure refuses it. The same holds for the \
id of something that is imported as a resource of another kind.

```json
{\"key_vault_id\": \"${azurerm_storage_account.data.id}\"}
```

Refer to a resource of the kind that the hint names.";

    /// A provider that needs a configuration has none.
    NOT_CONFIGURED = "T0214", "a provider that needs a configuration has none",
"Without a `provider` block Terraform configures the provider with nothing at all. `terraform validate` lets that pass, but
azurerm demands its `features` block, so that `plan` fails. A module that others call is given its configuration by them and
needs no block.

```json
{\"resource\": {\"azurerm_resource_group\": {\"main\": {\"name\": \"rg\", \"location\": \"westeurope\"}}}}
```

Add the block, even if it is empty:

```json
{\"provider\": {\"azurerm\": {\"features\": {}}}}
```";

    /// A provider without a source, which Terraform looks for in the wrong place.
    NO_SOURCE = "T0215", "a provider is looked for in the wrong place",
"Without a `source` Terraform takes a provider for one of HashiCorp's. azapi is not: `terraform init` does not find it.

```json
{\"terraform\": {\"required_providers\": {\"azapi\": {\"version\": \"2.12.0\"}}}}
```

Name the source:

```json
{\"terraform\": {\"required_providers\": {\"azapi\": {\"source\": \"azure/azapi\", \"version\": \"2.12.0\"}}}}
```";

    /// Two resources with a name that there can be only once.
    NAME_TAKEN = "T0216", "two resources have a name that there can be only once",
"Names of storage accounts, key vaults, container registries and search services are part of a host name: there is one of
each in all of Azure, whatever the subscription. Of two resources with one name the second fails at apply, in the same
environment or in another.

```toml
# dev.toml, and prod.toml too
[storage]
name = \"stplatform\"
```

Give them different names (`stplatformdev`, `stplatformprod`), or leave `name` out: the suffix that names get by themselves
differs between environments.";

    /// An output that another module does not have.
    NO_SUCH_OUTPUT = "T0230", "a module reads an output that another does not have", "\
The state of another root module is read, and the output that is taken from it is none that the other declares. Terraform \
would say so only at plan, and only when the other has been applied.

```json
{\"value\": \"${data.terraform_remote_state.shared.outputs.registri_id}\"}
```

Correct the name, or declare the output in the other module. A struct made by `outputs!` that both sides use keeps them in \
step.";

    /// Two root modules that keep their state in one place.
    STATE_TAKEN = "T0217", "two root modules keep their state in one place", "\
Each root module needs a state of its own. Where two share one, the second apply takes what the first has made for things \
that nobody wants any more, and destroys it.

```json
{\"backend\": {\"azurerm\": {\"storage_account_name\": \"ststate\", \"container_name\": \"tfstate\", \"key\": \"dev.tfstate\"}}}
```

Give each its own `key`. In an environment file `[state]` needs none: the state is called after the environment.";
}
