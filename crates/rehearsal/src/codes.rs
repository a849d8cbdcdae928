//! The codes of findings about rehearsals.

terrace_ir::codes! {
    /// Every code of this crate.
    pub const CODES;

    /// There is no Terraform to rehearse with.
    NO_TERRAFORM = "T0901", "there is no Terraform to rehearse with",
"A rehearsal runs Terraform's own plan and apply, so it needs the program: `terraform` on the path, or whatever
`TERRACE_TERRAFORM` names.

```console
TERRACE_TERRAFORM=/opt/terraform-1.11.4/terraform cargo run -- rehearse --env prod
TERRACE_TERRAFORM=tofu cargo run -- rehearse --env prod
```

Install Terraform 1.11 or later, or say where it is. No other command needs it.";

    /// Terraform is older than what is written for it.
    TERRAFORM_TOO_OLD = "T0902", "the program `terraform` is too old",
"The output uses what Terraform has since 1.11, write-only arguments for instance; OpenTofu has it since 1.11 too. An older
program would refuse the output, in the rehearsal as in earnest.

```console
terraform version
```

Install a later one, or name one with `TERRACE_TERRAFORM`.";

    /// The stand-in provider was not found, or could not be built.
    NO_TWIN = "T0903", "the stand-in provider is not there",
"A rehearsal puts `terrace-twin`, a program of its own, in the place of the real providers. It is looked for beside the running
program, then on the path; under cargo it is built.

```console
cargo build --release            # builds both, side by side
cp target/release/terrace-twin ~/bin/
```

Put `terrace-twin` of the same version beside the program or on the path.";

    /// Something that only the network could give.
    NOT_OFFLINE = "T0904", "something cannot be rehearsed offline",
"A rehearsal uses no network. Modules from a registry or a repository, and providers other than those that the stand-in plays,
would have to be downloaded.

```json
\"module\": {\"hub\": {\"source\": \"Azure/network/azurerm\"}}
```

Copy the module beside the output and name it by a path (`./modules/hub`), or keep what needs it in a root module of its own.";

    /// Terraform ended with an error.
    STEP_FAILED = "T0905", "a step of a rehearsal failed",
"Terraform refused something, by itself or because the stand-in provider answered as the real one, or Azure, would. The same is
to be expected in earnest. The words are Terraform's.

```text
error[T0905]: `terraform plan`: Instance cannot be destroyed
   = Resource azurerm_key_vault.platform_vault has lifecycle.prevent_destroy set, …
```

Mend what is named. Where Azure keeps the name of what was deleted, give the successor another name, or purge what was deleted
before the apply.";

    /// A second plan would change something.
    NOT_SETTLED = "T0906", "what has just been applied would be changed again",
"After an apply a second plan must be empty. One that is not would change the same things in every run: mostly a value that the
provider returns otherwise than it was written, or two resources that each set the same thing.

```text
~ azurerm_key_vault.platform_vault
```

Write the value as the provider gives it back, leave the argument to one of the two, or list it under `ignore_changes`.";

    /// `--from` names nothing that could be applied.
    NOTHING_STANDS = "T0907", "there is nothing to begin from",
"`--from` names a git reference whose commit holds the environment's output, or a directory with Terraform JSON. What is found
there is applied first, and the present configuration is planned on it.

```console
cargo run -- rehearse --env prod --from main
cargo run -- rehearse --env prod --from ../released/synth-out/prod
```

Name a reference in which the output was committed, or leave `--from` out to begin from nothing.";

    /// The folder of a rehearsal cannot be used.
    NO_FOLDER = "T0908", "the folder of a rehearsal cannot be used",
"A rehearsal happens in a folder of its own: a temporary one, or the one that `--keep` names, which must be empty so that nothing
of yours is mixed up with it.

```console
cargo run -- rehearse --env prod --keep /tmp/prod
```

Name an empty folder, or one that is not there yet; for the temporary one, set `TMPDIR` to a folder that can be written.";

    /// Something looks different from what is written.
    WARNED = "T0909", "a rehearsal has a warning of Terraform",
"Terraform, or the stand-in provider as the real one would, warns about the configuration. The words are theirs.

```text
warning[T0909]: `terraform plan`: Argument is deprecated
```

Read it as you would in earnest: nothing is refused yet.";
}
