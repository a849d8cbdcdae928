//! The codes of the findings about the tree.

terrace_ir::codes! {
    /// Every code of this crate.
    pub const CODES;

    /// A construct path used twice.
    PATH_TWICE = "T0601", "a construct path is used twice", "\
Two constructs or resources were made with one name in one scope. Their resources would have one \
address, and one would overwrite the other. Names that differ in upper and lower case alone are one name \
to Azure.

```rust
Storage::new(&group, \"data\", &env.data);
Storage::new(&group, \"data\", &env.archive); // also `data`
```

Give one of them another name. If it exists already, record the move in `stacks/terrace.toml`, so \
that it is not destroyed.";

    /// Two paths that meet in one address.
    ADDRESS_TWICE = "T0602", "two construct paths meet in one address",
"A resource's name is its construct path joined by `_`, so `a/b_c` and `a_b/c` both give `a_b_c`.

```rust
let data = Storage::new(&group, \"data_lake\", &env.lake);       // platform_data_lake
let lake = Scope::new(&Scope::new(&group, \"data\"), \"lake\");    // platform_data_lake
```

Rename one of the two.";

    /// A name that no address can hold.
    INVALID_NAME = "T0603", "a construct's name is not a name",
"The name of a construct or resource becomes part of its address. It begins with a letter or `_`, and goes on with letters,
digits, `_` and `-`.

```rust
Storage::new(&group, \"my data\", &env.data);
```

Choose such a name: `\"my_data\"`.";

    /// A reference to another stack's resource.
    OTHER_STACK = "T0604", "a reference to a resource of another stack",
"Each stack is a root module of its own with its own state: Terraform cannot refer from one to the other.

```rust
KeyVaultSecret::new(&dev, \"key\", KeyVaultSecretArgs { key_vault_id: hub_vault.id(), /* … */ });     // a vault of `hub`
```

Let the other stack declare an output and read it with `remote_state`, or pass the value (a name, an id) in the environment
file.";

    /// A change after the freeze.
    FROZEN = "T0605", "a change after the stacks were built",
"All stacks are built first, and then turned into modules. What is changed later is in no output.

```rust
let frozen = app.freeze();
storage.set_min_tls_version(\"TLS1_2\");
```

Make the change while the stack is built, or in an aspect.";

    /// An override that finds nothing to change.
    OVERRIDE_MISSES = "T0606", "an override finds nothing at its path",
"An override that merges or removes needs something at its path, and one that replaces needs something to hold it. A misspelt
path would otherwise do nothing, silently.

```rust
account.override_(\"network_rule[0].bypass\", Override::Remove);     // the block is `network_rules`
```

Correct the path: the synthesized output shows what there is.";

    /// A path that cannot be read.
    OVERRIDE_PATH = "T0607", "the path of an override cannot be read",
"A path is names and indexes, as Terraform writes them.

```rust
account.override_(\"network_rules.0.bypass\", Override::Remove);
```

Write indexes in brackets, and names that are no identifiers in quotes: `network_rules[0].bypass`, `tags[\"cost center\"]`.";

    /// A customization without a resource.
    CUSTOMIZES_NOTHING = "T0608", "a construct has nothing of the type to customize",
"`customize` changes the resources of one type that a construct has declared. One that finds none would do nothing, silently.

```rust
storage.customize(|vault: &mut KeyVault| { vault.set_sku_name(SkuName::Premium); });
```

Customize the construct that declares the resource, after it is made. Which construct that is, the output's manifest says.";
}
