//! What a finding about a body is called.

terrace_ir::codes! {
    /// The codes of the check against the providers' schemas.
    pub const CODES;

    /// An argument or block that the type does not have.
    UNKNOWN_ARGUMENT = "T0202", "an argument or block that the type does not have", "\
Terraform refuses an argument that the provider does not know. Mostly it is a misspelt name, an argument of another
version of the provider, or one that belongs into a nested block. `schema TYPE` lists what there is.";

    /// A required argument or block is missing.
    MISSING_ARGUMENT = "T0203", "a required argument or block is missing", "\
The provider needs the argument and has no default for it. An argument that is set to `null` counts as missing.";

    /// A value of a wrong type.
    WRONG_TYPE = "T0204", "a value has the wrong type", "\
Terraform converts between text, numbers and booleans where it can: `5` and `\"5\"` are alike, and so are `true` and
`\"true\"`. It makes no list out of a single value and no object out of a list. Some numbers must be whole. A list of
objects that is an attribute, not a block, needs every member in every object: set those to `null` that are not used.";

    /// A value that the provider's validator refuses.
    VALUE_NOT_ALLOWED = "T0205", "a value is not allowed", "\
The provider checks values before it talks to Azure: against a set of names, a range, a length, a format. The finding
says what is allowed. A value that is known only at apply is not judged.";

    /// An attribute that only the provider sets.
    READ_ONLY = "T0206", "an attribute that only the provider sets", "\
The attribute is exported by the resource for others to use and cannot be set.";

    /// Too few or too many blocks or elements.
    WRONG_COUNT = "T0207", "too few or too many blocks or elements", "\
A block that may stand once only is written once; a list with a limit is cut.";

    /// Arguments that exclude each other.
    EXCLUSIVE_ARGUMENTS = "T0208", "arguments that exclude each other", "\
Of arguments that say the same in different ways, the provider takes one.";

    /// An argument that another one calls for.
    INCOMPLETE_ARGUMENTS = "T0209", "an argument is needed beside others", "\
Some arguments make sense only together, and of some groups at least one has to be given.";

    /// A deprecated argument.
    DEPRECATED = "T0210", "a deprecated argument", "\
The provider will drop the argument in a later version. Nothing else is wrong with it.";

    /// A member of an object that Terraform drops.
    DROPPED_MEMBER = "T0211", "a member of an object is dropped", "\
Inside an attribute made of objects Terraform drops members that the type does not have, without a word. Mostly it is a
misspelt name.";
}
