//! The codes of the language's checks, with what `explain` prints.

terrace_ir::codes! {
    /// The codes of the language's checks: the structure of blocks (T01xx), references and the graph (T03xx).
    pub const CODES;

    /// A name that the language does not know in this place.
    UNKNOWN_NAME = "T0101", "a block of the language has an argument or block that it does not know",
"Terraform's language fixes what its own blocks hold: `variable`, `output`, `lifecycle`, `precondition` and the like take
a few arguments, and nothing else.

```json
{\"output\": {\"id\": {\"value\": \"${azurerm_key_vault.main.id}\", \"desciption\": \"the vault\"}}}
```

Mend the name; the nearest known one is in the hint. Some names (`lifecycle` in a `module`, `count` in a `provider`) are
reserved by Terraform and serve nothing yet: take them out.";

    /// Something that the language demands.
    MISSING = "T0102", "a block of the language lacks a required argument or block",
"Terraform cannot do without some arguments of its own blocks: `value` of an `output`, `source` of a `module`, `condition`
and `error_message` of a `precondition`, one `assert` at least in a `check`, `host` of a `connection`.

```json
{\"output\": {\"id\": {\"description\": \"no value\"}}}
```

Add what is missing, or take the block out.";

    /// A value of the wrong kind.
    WRONG_KIND = "T0103", "an argument of the language has a value of the wrong kind",
"Arguments of the language take one kind of value each: `prevent_destroy` a literal `true` or `false`, `depends_on` a list,
`lifecycle` an object, `when` one of two keywords. `null` is a value too: leave an argument out instead.

```json
{\"resource\": {\"azurerm_key_vault\": {\"main\": {\"depends_on\": \"azurerm_resource_group.main\"}}}}
```

Here a list was meant: `[\"azurerm_resource_group.main\"]`.";

    /// A name that is no identifier, or that is reserved.
    BAD_NAME = "T0104", "a name is not allowed",
"Names of resources, variables, outputs, locals, modules and checks begin with a letter or `_`, and go on with letters,
digits, `_` and `-`. Local names of providers are lower case letters, digits and single dashes. A variable cannot have the
name of an argument that `module` blocks have: `source`, `version`, `providers`, `count`, `for_each`, `depends_on`,
`lifecycle`, `locals`, `provider`.

```json
{\"variable\": {\"count\": {}}, \"resource\": {\"azurerm_key_vault\": {\"my.vault\": {}}}}
```

Choose another name. If the resource exists already, record the move, so that it is not destroyed and made again.";

    /// Something declared twice.
    DUPLICATE = "T0105", "something stands more often than it may",
"Of some things there is one: a resource has one `lifecycle` and one `connection`, a module one backend and one
`required_providers`, a check one data source. What a stack declares has an address of its own, and an argument is set once.
Several configurations of a provider need an `alias` each.

```json
{\"terraform\": {\"backend\": {\"local\": {}, \"azurerm\": {}}}}
```

Take one of the two out, or give it another name.";

    /// `count` and `for_each`.
    REPETITION = "T0106", "`count` or `for_each` is not right",
"`count` takes a whole number from 0 on, `for_each` an object or a set of text; not both, and neither can be `null`,
sensitive in `for_each`, or derived from an ephemeral value. A JSON list is no set.

```json
{\"for_each\": [\"a\", \"b\"]}
```

Write `\"${toset([\\\"a\\\", \\\"b\\\"])}\"`.";

    /// A version constraint that does not read.
    BAD_VERSION = "T0107", "a version constraint is malformed",
"A version constraint is a list of conditions, separated by commas: an operator (`=`, `!=`, `>`, `>=`, `<`, `<=`, `~>`, or
none for `=`) and a version of up to three numbers. It is plain text: an interpolation is never evaluated.

```json
{\"terraform\": {\"required_version\": \">= 1.11 < 2\"}}
```

Here a comma is missing: `>= 1.11, < 2`. `required_version` takes no pre-releases.";

    /// A `required_version` that our Terraform does not meet.
    WRONG_TERRAFORM = "T0108", "the module refuses the Terraform that is supported",
"`required_version` says which versions of Terraform may run the module. What is checked and written here is the language
of Terraform 1.11 and up: a constraint that admits no such version is an error, one that admits later ones only is a
warning, since what came after 1.11.4 is not checked.

```json
{\"terraform\": {\"required_version\": \"~> 1.5.0\"}}
```

Widen the constraint: `>= 1.11`.";

    /// An entry of `required_providers`.
    BAD_PROVIDER_REQUIREMENT = "T0109", "an entry of `required_providers` is malformed",
"An entry names where a provider comes from (`source`: `[host/][namespace/]name`), which versions serve (`version`), and,
in a module that is called by others, which configurations it expects (`configuration_aliases`). Nothing else, and no
comments inside an entry.

```json
{\"required_providers\": {\"azurerm\": {\"source\": \"hashicorp/terraform-provider-azurerm\"}}}
```

The prefix `terraform-provider-` is that of the repository; the source is `hashicorp/azurerm`.";

    /// An interpolation where nothing is evaluated.
    INTERPOLATION = "T0110", "an interpolation stands where nothing is evaluated",
"Everything in the `terraform` block, `source` and `version` of a module, and `alias` and `version` of a provider is read
before there are values: text stays as it is there. Terraform itself accepts `${…}` in a backend and then uses these very
characters as the path or key.

```json
{\"terraform\": {\"backend\": {\"azurerm\": {\"key\": \"${var.environment}.tfstate\"}}}}
```

Write the value out (each environment has a file of its own), or pass it to `terraform init -backend-config`.";

    /// A type expression that does not read.
    BAD_TYPE = "T0111", "the type of a variable is malformed",
"The types are `string`, `number`, `bool`, `any`, `list(T)`, `set(T)`, `map(T)`, `tuple([T, …])` and
`object({name = T, other = optional(T, default)})`. There is no `int` and no `float`.

```json
{\"variable\": {\"nodes\": {\"type\": \"int\"}}}
```

Write `number`.";

    /// A default that does not fit.
    BAD_DEFAULT = "T0112", "the default of a variable does not fit its type",
"The default is converted to the variable's type as Terraform converts everywhere: `\"5\"` to a number, `true` to text, but
no text to a list and no list to a map. With `nullable = false` it cannot be `null`.

```json
{\"variable\": {\"zones\": {\"type\": \"list(string)\", \"default\": \"1\"}}}
```

Write `[\"1\"]`, or change the type.";

    /// A condition that checks nothing.
    BAD_CONDITION = "T0113", "a condition checks nothing",
"The condition of a `precondition`, `postcondition`, `assert` or `validation` must refer to something, or its result would
always be the same; that of a `validation` must refer to the variable that it validates.

```json
{\"validation\": {\"condition\": \"${local.enabled}\", \"error_message\": \"must be on\"}}
```

Refer to the variable (`var.NAME`), or take the condition out.";

    /// Something known that does not belong in this place.
    MISPLACED = "T0120", "an argument or block stands where it is not allowed",
"Some arguments exist elsewhere, but not here: only managed resources have provisioners, `prevent_destroy`,
`create_before_destroy`, `ignore_changes` and `replace_triggered_by`; an output has preconditions only; a data source inside
a `check` takes neither `count` nor `for_each` nor `lifecycle`.

```json
{\"data\": {\"azurerm_key_vault\": {\"main\": {\"lifecycle\": {\"prevent_destroy\": true}}}}}
```

Take it out.";

    /// A lifecycle that cannot be.
    BAD_LIFECYCLE = "T0114", "an argument of `lifecycle` is not right",
"`ignore_changes` is a list of arguments of the resource (`[\"tags\", \"identity[0].type\"]`), or the one word `\"all\"`, which is
no list. `replace_triggered_by` is a list of references to managed resources or their attributes, with `count.index` or
`each.key` at most in an index.

```json
{\"lifecycle\": {\"replace_triggered_by\": [\"var.generation\"]}}
```

To replace on a plain value, refer to a `terraform_data` resource that holds it.";

    /// A provisioner that cannot be.
    BAD_PROVISIONER = "T0115", "a provisioner is not right",
"Terraform has three provisioners: `local-exec` (`command`), `remote-exec` (one of `inline`, `script`, `scripts`) and `file`
(`destination`, and `source` or `content`). One with `when = destroy` can refer to nothing but `self`, `each.key`,
`count.index`, `path` and `terraform`: all else may be gone. In `removed` only such ones are allowed.

```json
{\"provisioner\": {\"local-exec\": {\"when\": \"destroy\", \"command\": \"echo ${var.name}\"}}}
```

Keep what is needed at destruction in the resource itself, for example in `triggers_replace`, and use `self`.";

    /// An address of `moved`, `removed` or `import` that is none.
    BAD_ADDRESS = "T0116", "an address in `moved`, `removed` or `import` is malformed",
"`moved` takes two addresses of one kind, resources or modules; `removed` one without index keys, of a managed resource or
a module; `import` one of a managed resource instance, with an index exactly when the resource has `count` or `for_each`.
They are bare: no `${}`.

```json
{\"moved\": [{\"from\": \"azurerm_key_vault.old.id\", \"to\": \"azurerm_key_vault.new\"}]}
```

Name the resource, not its attribute.";

    /// A version in a provider block.
    DEPRECATED_VERSION = "T0117", "a `provider` block has a version",
"A version constraint inside a `provider` block was the way of Terraform 0.12; it still works, with a warning.

```json
{\"provider\": {\"azurerm\": {\"version\": \"~> 4.0\", \"features\": {}}}}
```

Move it to `required_providers` in the `terraform` block.";

    /// A module source that nothing can install.
    BAD_MODULE_SOURCE = "T0118", "the source of a module is not right",
"A module comes from a folder (`./x` or `../x`), from a registry (`namespace/name/provider`), or from an address that says
how to get it (`git::https://…`, `github.com/…`). Only one from a registry has a `version`.

```json
{\"module\": {\"network\": {\"source\": \"modules/network\"}}}
```

A folder beside the module begins with `./`.";

    /// `experiments` and `language`.
    EXPERIMENT = "T0119", "the `terraform` block asks for another edition of the language",
"`experiments` works only in alpha releases of Terraform, and `language` knows only `TF2021`, which is the default.

```json
{\"terraform\": {\"experiments\": [\"ephemeral_values\"]}}
```

Take the argument out.";

    /// A reference to something that is not there.
    UNDECLARED = "T0301", "a reference to something that the module does not declare",
"Every `var.x`, `local.x`, `module.x`, `azurerm_y.x` and `data.azurerm_y.x` must be declared in the same module. A data
source inside a `check` can be used in that check only.

```json
{\"output\": {\"id\": {\"value\": \"${azurerm_key_vault.mian.id}\"}}}
```

Mend the name; the nearest declared one is in the hint.";

    /// A reference that cannot be one.
    BAD_REFERENCE = "T0302", "a reference is malformed",
"A reference says what it refers to: `var.NAME`, `TYPE.NAME`, `data.TYPE.NAME`. `path` has `module`, `root` and `cwd`,
`terraform` has `workspace`, `each` has `key` and `value`, `count` has `index`. A bare word is nothing, except the variable
of a `for` inside it, and the iterator of a `dynamic` block inside its `content`.

```json
{\"name\": \"${environment}\"}
```

Plain text needs no `${}`; a variable is `var.environment`.";

    /// `each`, `count` or `self` where there is none.
    OUT_OF_PLACE = "T0303", "`each`, `count` or `self` stands where there is none",
"`each` exists only inside a block with `for_each`, `count` only inside one with `count`, and not in these two arguments
themselves. `self` exists in provisioners, their connections, and postconditions.

```json
{\"resource\": {\"azurerm_subnet\": {\"apps\": {\"name\": \"${each.key}\"}}}}
```

Add `for_each`, or use something else.";

    /// An index that must or cannot be there.
    INSTANCE_KEY = "T0304", "an index is missing, or there is nothing to index",
"A resource with `count` or `for_each` is a list or a map of instances, whose attributes are reached through one of them:
`azurerm_subnet.apps[0].id`, `azurerm_subnet.apps[each.key].id`, or all of them: `azurerm_subnet.apps[*].id`. A resource
without has no index.

```json
{\"subnet_id\": \"${azurerm_subnet.apps.id}\"}
```

Add the index, or take it out.";

    /// An element of `depends_on`.
    BAD_DEPENDENCY = "T0305", "`depends_on` refers to something that cannot be waited for",
"The elements of `depends_on` name whole things (`azurerm_key_vault.main`, `module.network`, `data.azurerm_subnet.apps`),
not their attributes, and not expressions.

```json
{\"depends_on\": [\"azurerm_key_vault.main.id\"]}
```

Name the resource alone.";

    /// A provider configuration that is not there.
    UNDECLARED_PROVIDER = "T0306", "a provider configuration is not declared",
"`provider` of a resource, and the values of a module's `providers`, name a provider configuration: the provider's local
name, and behind a dot the `alias`. For an alias there must be a `provider` block, or an entry of `configuration_aliases`.

```json
{\"resource\": {\"azurerm_key_vault\": {\"main\": {\"provider\": \"azurerm.hub\"}}}}
```

Declare `{\"provider\": {\"azurerm\": [{\"features\": {}}, {\"alias\": \"hub\", \"features\": {}}]}}`.";

    /// A circle of references.
    CYCLE = "T0307", "things wait for each other in a circle",
"Terraform creates things in the order of their references. Where these form a circle there is no first one.

```json
{\"locals\": {\"a\": \"${local.b}\", \"b\": \"${local.a}\"}}
```

Break the circle at one of the references that the finding shows; often a value can be computed once in a local and be
used by both sides, or a separate resource (an association, a role assignment, a policy) can carry the link.";

    /// A resource that refers to itself.
    SELF_REFERENCE = "T0308", "a resource refers to itself",
"A resource's own arguments cannot use its own attributes: they are not known before it exists. `terraform validate` does
not see this; `plan` refuses it.

```json
{\"resource\": {\"azurerm_key_vault\": {\"main\": {\"name\": \"${azurerm_key_vault.main.location}-kv\"}}}}
```

Use what the attribute is made of. In a provisioner or a postcondition, `self` is the resource.";

    /// An ephemeral value that would be kept.
    EPHEMERAL = "T0309", "an ephemeral value stands where it would be kept",
"Ephemeral values live only while Terraform runs and are never written down. They cannot be `count`, `for_each`, an output
of a root module, or an argument of a data source. A root module has no ephemeral outputs.

```json
{\"variable\": {\"token\": {\"ephemeral\": true}}, \"output\": {\"token\": {\"value\": \"${var.token}\"}}}
```

Use the value in a provider, a provisioner or a write-only argument only, or make the variable `sensitive` instead.";

    /// `moved`, `removed` or `import` against what is declared.
    CONTRADICTION = "T0310", "`moved`, `removed` or `import` contradicts the module",
"What was moved away or removed must not be declared any more; two things cannot move to one address, nor one to two; moves
cannot form a circle; what is imported into a module's resource needs that module. `terraform validate` does not see most
of this; `plan` refuses it.

```json
{\"moved\": [{\"from\": \"azurerm_key_vault.a\", \"to\": \"azurerm_key_vault.b\"}],
 \"resource\": {\"azurerm_key_vault\": {\"a\": {}, \"b\": {}}}}
```

Take the block out, or the resource that should be gone.";

    /// A sensitive value in an output that does not say so.
    SENSITIVE_OUTPUT = "T0311", "an output shows a sensitive value",
"An output of a root module that holds a sensitive value must say so, so that nobody prints a secret unaware.

```json
{\"output\": {\"key\": {\"value\": \"${var.key}\"}}}
```

Add `\"sensitive\": true`, or leave the output out.";
}
