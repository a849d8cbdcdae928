//! What a finding about an azapi resource is called.

terrace_ir::codes! {
    /// The codes of azapi resources and their bodies.
    pub const CODES;

    /// The `type` argument is malformed.
    MALFORMED_TYPE = "T0401", "the type of an azapi resource is malformed", "\
azapi takes a resource type of Azure and a version of its API, joined by `@`:

```json
{ \"type\": \"Microsoft.MachineLearningServices/workspaces/computes@2025-12-01\" }
```

The type of a nested resource has all its parts, and no names in between.";

    /// The resource type does not exist.
    UNKNOWN_TYPE = "T0402", "azapi knows no such resource type",
"The namespace has no resource type of that name at that API version. With `schema_validation_enabled = false` azapi sends the
request all the same.

```json
{\"type\": \"Microsoft.MachineLearningServices/workspaces/compute@2025-12-01\"}
```

Correct the type; here `workspaces/computes` was meant. `schema --search WORD` finds the types that there are.";

    /// Nothing is known about the body.
    BODY_NOT_CHECKED = "T0403", "the body of an azapi resource is not checked",
"The bodies of `Microsoft.MachineLearningServices` are known at the API versions that the note names. Any other body is
checked by azapi alone, at `terraform validate`.

```json
{\"type\": \"Microsoft.MachineLearningServices/workspaces@2023-04-01\", \"body\": {\"properties\": {}}}
```

Prefer a version of the API that is known, where it has what is needed; else nothing has to be done.";

    /// A property that the body does not have.
    UNKNOWN_PROPERTY = "T0404", "a body has no such property", "\
The service has no property of that name in that place, and azapi refuses it. Names are compared with their case. Most \
resources of Azure keep their settings in `properties`, and computes once more in the `properties` inside it:

```json
{ \"properties\": { \"computeType\": \"AmlCompute\", \"properties\": { \"vmSize\": \"Standard_DS3_v2\" } } }
```

`name`, `parent_id`, `location`, `tags` and `identity` are arguments of the resource and stand beside the body. \
`schema TYPE` shows a body.

In an `azapi_update_resource` it is a warning: azapi drops the property without a word.";

    /// A required property is missing.
    MISSING_PROPERTY = "T0405", "a body lacks a required property",
"The service demands the property, and azapi refuses a body without it. A property that is `null` passes azapi and is refused
by the service, which is why that is a warning. What stands in `sensitive_body` counts as given.

```json
{\"type\": \"Microsoft.MachineLearningServices/workspaces/computes@2025-12-01\", \"body\": {\"properties\": {}}}
```

Set it; here `\"computeType\": \"AmlCompute\"` is missing.";

    /// A property that only the service sets.
    READ_ONLY_PROPERTY = "T0406", "a body sets a property that only the service sets",
"The property is part of what the service answers, not of what it is asked.

```json
{\"body\": {\"properties\": {\"computeType\": \"AmlCompute\", \"provisioningState\": \"Succeeded\"}}}
```

Take it out; to read it, list it in `response_export_values`.";

    /// A value of a wrong type.
    WRONG_TYPE = "T0407", "a value in a body has the wrong type",
"A body is sent as it is written: unlike in other arguments, `\"5\"` is no number and `5` no text. azapi does not look at
booleans, so a wrong one is a warning: the service refuses it.

```json
{\"scaleSettings\": {\"maxNodeCount\": \"4\"}}
```

Write numbers, `true` and `false` without quotes, and text in quotes: `{\"maxNodeCount\": 4}`.";

    /// The property that chooses the form of an object has a value that there is not.
    UNKNOWN_VARIANT = "T0408", "a body chooses a variant that does not exist",
"Some objects have several forms, and one property says which: `computeType`, `datastoreType`, `authType`. Its value must be
one that the service knows, in its case, since it decides which other properties there are.

```json
{\"properties\": {\"computeType\": \"amlcompute\"}}
```

Write one of the values that the finding lists: `\"AmlCompute\"`.";

    /// A value that the service does not know.
    UNKNOWN_LITERAL = "T0409", "a value in a body is not one that the service knows",
"The property takes one of some texts, with their case. azapi lets any other text pass, and the service refuses it at apply,
after other resources were made.

```json
{\"properties\": {\"computeType\": \"AmlCompute\", \"properties\": {\"osType\": \"linux\"}}}
```

Write one of the values that the finding lists: `\"Linux\"`. If the service has learnt a value since, use an API version that
has it, or `schema_validation_enabled = false` on that resource.";

    /// A text or number outside its limits.
    VALUE_OUT_OF_LIMITS = "T0410", "a value in a body is outside its limits",
"The service limits the length of the text, its form, or the range of the number. azapi checks texts and lets numbers pass,
so a number is a warning. It holds the argument `name` against the limits too.

```json
{\"credentials\": {\"credentialsType\": \"ServicePrincipal\", \"tenantId\": \"contoso\"}}
```

Keep to the limit that the finding names; here a tenant's id has 36 characters.";

    /// An argument that the type does not have, or that the body gives too.
    ARGUMENT_AND_BODY = "T0411", "an argument and the body do not go together",
"`location`, `tags` and `identity` become part of the body. Not every type has them: a datastore, say, has no location of its
own. And what an argument gives, the body cannot give again.

```json
{\"location\": \"westeurope\", \"body\": {\"location\": \"westeurope\", \"properties\": {}}}
```

Keep the argument, and take the property out of the body; where the type has none, take the argument out.";

    /// Arguments that say together which resource is meant.
    WHICH_RESOURCE = "T0412", "the arguments do not say which resource is meant",
"An `azapi_resource` stands under a parent: `parent_id` is required, but for a resource group, whose parent is the
subscription. An `azapi_update_resource` takes either `resource_id`, or `name` and `parent_id`.

```json
{\"resource\": {\"azapi_update_resource\": {\"ml\": {\"type\": \"Microsoft.X/y@2025-01-01\", \"name\": \"ml\"}}}}
```

Add what is missing, or take out what says it twice: here `parent_id` is needed beside `name`.";
}
