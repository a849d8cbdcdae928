//! The codes of findings about settings: what Azure will not do, said before Terraform runs.

terrace_ir::codes! {
    /// Every code of this crate.
    pub const CODES;

    /// A region that Azure does not have.
    UNKNOWN_REGION = "T0801", "a region that Azure does not have",
"Terraform accepts any text as a location; Azure refuses it at apply.

```toml
location = \"west-europe\"
```

Write the region's name, `\"westeurope\"`, or its display name, `\"West Europe\"`.

A region of Azure Government (`usgov…`, `usdod…`) or of Azure in China (`china…`) decides the cloud: its host names, and to whom
the providers talk.";

    /// A region in which Azure Machine Learning may not be offered.
    REGION_WITHOUT_ML = "T0802", "a region that may not offer Azure Machine Learning",
"The region is not on the list of regions that are known to offer Azure Machine Learning. The list is a lower bound from 2023:
newer regions may offer it by now. Regions of Azure Government and of Azure in China are not on it.

```toml
location = \"belgiumcentral\"
```

Check Azure's list of products by region; if the region has it, nothing has to be done.";

    /// A replication that the region does not have.
    REPLICATION = "T0803", "a replication that the region does not have",
"`ZRS`, `GZRS` and `RAGZRS` need a region with availability zones; `GRS`, `RAGRS`, `GZRS` and `RAGZRS` need one with a paired
region.

```toml
location = \"northcentralus\"     # without zones

[storage]
replication = \"ZRS\"
```

Use one of the replications that the finding lists, here `\"GRS\"`, or another region.";

    /// A size of virtual machine that cannot be used.
    VM_SIZE = "T0804", "a size of virtual machine that Azure Machine Learning does not have",
"Terraform accepts any text as a size; Azure refuses it when the compute is made. The provider compares it letter by letter, so
another spelling would replace the compute on every plan.

```toml
[clusters.cpu]
vm_size = \"Standard_DS3v2\"
```

Write the size's name as Azure writes it: `\"Standard_DS3_v2\"`.";

    /// Settings that contradict each other.
    CONTRADICTION = "T0805", "two settings contradict each other",
"Each setting is allowed by itself, but Azure refuses them together, or one makes the other useless. The finding names both.

```toml
[registry]
sku = \"basic\"
zone_redundancy = true     # needs \"premium\"
```

Change one of the two.";

    /// A name that Azure does not take.
    NAME = "T0806", "a name that Azure does not take",
"The provider may accept a name that Azure then refuses at apply. The finding says what Azure allows.

```toml
[storage]
name = \"my-storage\"     # lower case letters and digits only
```

Choose such a name, or leave `name` out: names are then made by Azure's rules.";

    /// State on one's own disk.
    LOCAL_STATE = "T0807", "the state is on your own disk",
"Without `[state]` Terraform keeps the state beside the output, on the machine of whoever runs it: nobody else can apply, and
a lost disk means resources that Terraform no longer knows. That is fine to try things.

```toml
stage = \"prod\"     # and no [state]
```

For staging and production name a backend, such as a blob of an Azure storage account:

```toml
[state]
backend = \"azurerm\"
resource_group = \"rg-terraform\"
storage_account = \"stterraformstate\"
container = \"tfstate\"
```

The stack `bootstrap` makes such an account. Where the disk is meant, for example because it is shared, `backend = \"local\"` says
so.";

    /// A naming template that cannot be read.
    TEMPLATE = "T0808", "a naming template that cannot be read",
"A template is text with parts in braces. The finding lists the parts that there are, or the types that can have a template.

```toml
[naming.templates]
azurerm_resource_group = \"{team}-{path}\"
```

Use parts that there are: `\"{type}-{workload}-{environment}-{path}\"`.";

    /// The organization was never changed.
    SAMPLE_ORGANIZATION = "T0809", "the organization is the sample's",
"Globally unique names get a suffix that is derived from `organization` in `stacks/terrace.toml`. As long as it is the one that
this repository came with, the names of two users collide in Azure.

```toml
organization = \"contoso\"
```

Set it to a short name of your own before the first apply: changing it later renames, and so replaces, every resource with
such a name.";

    /// An address that Azure's network rules do not take.
    ADDRESS = "T0810", "an address that network rules do not take",
"The network rules of storage accounts, key vaults and container registries take public IPv4 addresses (`203.0.113.7`) and ranges
of them (`203.0.113.0/24`, at the largest `/8`, at the smallest `/30`), or `0.0.0.0/0`, which is everybody. The provider looks at the form alone, so that `300.1.1.1` fails at apply.

```toml
[network]
allowed_addresses = [\"10.0.0.0/8\", \"203.0.113.7/24\"]     # a private range; not the first address of its range
```

Write the public address that you come from, or a range from its first address on: `\"203.0.113.0/24\"`.";

    /// A subscription that is none.
    SUBSCRIPTION = "T0811", "a subscription id that is none",
"A subscription is named by its id, five groups of hexadecimal digits. Its display name does not serve.

```toml
subscription_id = \"ML production\"
```

Write the id, `\"00000000-0000-0000-0000-000000000000\"`; `az account show --query id` prints that of your login.";

    /// Tags that Azure refuses.
    TAG = "T0812", "a tag that Azure refuses",
"A resource takes 50 tags at the most. A name has up to 512 characters (128 on a storage account) and none of
`< > % & \\ ? /`; a value has up to 256.

```toml
[tags]
\"cost/center\" = \"ml\"
```

Shorten or rename the tag: `cost-center = \"ml\"`.";

    /// Settings that do not name one existing thing.
    EXISTING = "T0815", "`existing` does not name one thing",
"A thing that is there already is named by its id, or by its name and its resource group. Not by both, and not by half.

```toml
[registry]
existing = { name = \"crshared\" }     # in which resource group?
```

Write `existing = { id = \"/subscriptions/…\" }`, which may be in another subscription, or
`existing = { name = \"crshared\", resource_group = \"rg-shared\" }`.";

    /// A sandbox without the object id of its owner.
    NO_OWNERS_RIGHTS = "T0850", "a sandbox whose owner gets no rights",
"Rights in Azure are given to object ids of Entra, not to e-mail addresses. A sandbox whose `[sandbox]` names none is made all the
same, but its owner can work in it only with rights that come from elsewhere.

```toml
[sandbox]
owner = \"vision-team@example.org\"
expires = \"2027-01-31\"
```

Add the object id of the person or group; `az ad group show --group NAME --query id` or `az ad user show --id ADDRESS --query id`
prints it:

```toml
owner_object_id = \"00000000-0000-0000-0000-000000000000\"
```";

    /// A range that a virtual network does not take.
    RANGE = "T0820", "a range that a virtual network does not take",
"A network and its subnets have IPv4 ranges, written from their first address on: `10.20.0.0/20`. Every subnet lies inside the
network's `address_space`; Azure keeps five addresses of each, so that the smallest is a `/29`. The network must not overlap
172.17.0.0/16, the network inside of compute, which would be cut off.

```toml
[network.vnet]
address_space = \"10.20.0.5/20\"     # not the first address of its range
```

Write the range that the finding names, or choose a larger one.";

    /// Ranges that overlap.
    OVERLAP = "T0821", "two ranges overlap",
"An address belongs to one subnet, and networks that are connected cannot share one.

```toml
[network.vnet.subnets]
training = \"10.20.0.0/22\"
endpoints = \"10.20.2.0/26\"     # inside of it
```

Move one of the two. Subnets of which nothing is said never overlap.";

    /// An instance that nothing stops for certain.
    NOTHING_STOPS = "T0830", "no schedule stops a compute instance",
"A compute instance costs money while it runs. It stops after `idle_minutes` without work, but an open notebook may count as
work, so that it is never idle.

```toml
[instances.alice]
user = \"00000000-0000-0000-0000-000000000000\"
```

Let a schedule stop all instances of the environment at night:

```toml
[instance_defaults.schedules.nightly]
trigger = \"cron\"
action = \"stop\"
expression = \"0 19 * * *\"
time_zone = \"Europe/Berlin\"
```

For one that is to run day and night, say why: `always_on = \"serves the demo\"`.";

    /// A schedule that Azure does not take.
    SCHEDULE = "T0831", "a schedule that Azure does not take",
"Neither Terraform nor azapi looks at what a schedule says; Azure refuses it at apply. An expression has five fields: minutes,
hours, days of the month, months and days of the week, 0 for Sunday. A time zone has a name of Windows or is a place. An instance
has four schedules at the most, those of `[instance_defaults]` among them.

```toml
[instances.alice.schedules.nightly]
trigger = \"cron\"
action = \"stop\"
expression = \"19:00\"
time_zone = \"CET\"
```

Write `expression = \"0 19 * * *\"` and `time_zone = \"Europe/Berlin\"`.";

    /// An instance in production.
    INSTANCE_IN_PRODUCTION = "T0832", "a person's machine in production",
"A compute instance is one person's machine, with that person's rights and whatever is installed on it. In production nobody
works by hand: jobs run on clusters, and what is tried out is tried out in development.

```toml
stage = \"prod\"

[instances.alice]
user = \"00000000-0000-0000-0000-000000000000\"
```

Take it out, or say why it is there: `in_production = \"the only way into the network\"`.";

    /// An instance that is started and never stopped.
    START_WITHOUT_STOP = "T0833", "an instance that a schedule starts and none stops",
"The instance starts whether somebody works on it or not, and then stops only when it is idle.

```toml
[instances.alice.schedules.morning]
trigger = \"recurrence\"
action = \"start\"
days = [\"monday\"]
hours = [8]
time_zone = \"Europe/Berlin\"
```

Add a schedule with `action = \"stop\"`.";

    /// Machines that Azure may take away, where that hurts.
    INTERRUPTIBLE = "T0834", "machines that Azure may take away, where that hurts",
"Machines of low priority cost less, and Azure takes them back whenever it needs them. A job that is interrupted begins again, or
fails. That is fine for experiments, not in production, and a risk where a cluster builds the images of a workspace.

```toml
stage = \"prod\"

[clusters.cpu]
vm_size = \"Standard_DS3_v2\"
max_nodes = 4
priority = \"low\"
```

Write `priority = \"dedicated\"`, or leave it out.";

    /// An id that is none of a cluster of Kubernetes.
    CLUSTER_ID = "T0835", "an id that is none of a cluster of Kubernetes",
"A workspace attaches a cluster of Azure Kubernetes Service, or one that Azure Arc connects. It is named by its id, not by its
name, and azapi does not look at the id.

```toml
[kubernetes.edge]
cluster_id = \"aks-edge\"
```

Write the whole id: `\"/subscriptions/…/providers/Microsoft.ContainerService/managedClusters/aks-edge\"`.";

    /// Compute that storage does not let in.
    SHUT_OUT = "T0836", "compute that storage does not let in",
"With `isolation = \"public\"` the machines of a cluster have public addresses that nobody knows before, and that change. Storage,
vault and registry let in `allowed_addresses` and Azure's own services, to which compute does not belong: a job starts, and
reads no data.

```toml
[network]
isolation = \"public\"
allowed_addresses = [\"203.0.113.7\"]

[clusters.cpu]
vm_size = \"Standard_DS3_v2\"
max_nodes = 4
```

Let compute run in a network that Azure manages, which costs nothing with `outbound = \"internet\"`:

```toml
[network]
isolation = \"managed\"
outbound = \"internet\"
public_access = true
```

Or let everybody in, `allowed_addresses = [\"0.0.0.0/0\"]`: then identities with roles are the only guard.";

    /// Services that let everybody in, where it matters.
    EVERYBODY = "T0837", "services that let everybody in",
"With `0.0.0.0/0` storage accounts, key vaults and container registries have no firewall: a right that is granted by mistake, or stolen,
serves from anywhere. In staging and production that is a warning.

```toml
stage = \"prod\"

[network]
isolation = \"public\"
allowed_addresses = [\"0.0.0.0/0\"]
```

Let compute run in a network that Azure manages, `isolation = \"managed\"`; name the addresses that people and pipelines come from.";

    /// One right, granted twice.
    GRANTED_TWICE = "T0840", "a right that is granted twice",
"Azure takes a role once for one principal and one scope. The second assignment is refused at apply (`RoleAssignmentExists`),
also where Azure made the first one by itself, as it does for the identity of a workspace with `identity = \"system\"`.

```rust
storage.grant(&job.principal(), StorageRole::BlobDataReader);
Grant::new(&group, storage.id(), StorageRole::BlobDataReader, &job.principal());
```

Take one of the two out; the finding names both.";

    /// People or pipelines that are the sample's.
    SAMPLE_ACCESS = "T0841", "people or pipelines are the sample's",
"The groups in `[people]` and the repositories in `[ci]` that this repository comes with are nobody's. Azure does not find such
groups, and the apply waits for them until its time is over.

```toml
[people.data_scientists]
ml-research = { object_id = \"00000000-0000-0000-0000-000000000001\" }

[ci.models]
host = \"github\"
repository = \"your--organization/models\"
```

Write the object ids of your own groups, which `az ad group show --group NAME --query id` prints, and your own repositories, or
take the tables out. One of them is named at a time.";

    /// Rights of one person.
    PERSON = "T0842", "a role for one person",
"Rights that are given to one person outlive the person's task, and nobody else can step in. In development and in sandboxes
that is how one works; in staging and production it is a warning.

```rust
let alice = Principal::user(\"alice\", \"00000000-0000-0000-0000-000000000000\");
storage.grant(&alice, StorageRole::BlobDataReader);
```

Make a group in Entra, grant the role to it, and let the person be a member: `Principal::group`.";

    /// Nobody is told of something.
    NOBODY_TOLD = "T0851", "nobody is told",
"A budget needs somebody whom Azure tells, or Azure refuses it. Alerts without anybody to tell are not made; in staging and
production that is a warning.

```toml
[budget]
amount = 5000     # and no `emails`, here or in [alerts]
```

Say who is told: a list or a channel, which outlives a person.

```toml
[alerts]
emails = [\"ml-platform@example.org\"]
```";

    /// A tag that costs and questions are sorted by is missing.
    TAG_MISSING = "T0852", "a tag is missing that says whose something is",
"Costs are told apart by the tag `cost-center`, and questions go to who stands in `owner`. Without them nobody knows later
whose a resource is.

```toml
[tags]
owner = \"ml-platform@example.org\"     # and no `cost-center`
```

Add the tag.";

    /// A policy that cannot be assigned as it is said.
    POLICY = "T0853", "a policy that cannot be assigned like that",
"Azure refuses an assignment of a policy that it does not have, with an effect or a parameter that the policy does not have,
or without one that it needs.

```toml
[policies.allowed-locations]
effect = \"deny\"     # it has but one effect, and needs `listOfAllowedLocations`
```

The finding says what the policy has. A policy that is not known here is named by its definition:

```toml
[policies.no-public-addresses]
definition = \"00000000-0000-0000-0000-000000000000\"
```";

    /// Nobody has said what the platform may cost.
    NO_BUDGET = "T0854", "an environment without a budget",
"Nobody is told when the environment costs more than was meant. A budget stops nothing, it warns. It is never inherited, since
an amount fits one environment.

```toml
stage = \"prod\"     # and no [budget]
```

Say the amount, and who is told:

```toml
[budget]
amount = 5000
actual = [50, 80, 100]
forecast = [100, 120]
emails = [\"ml-platform@example.org\"]
```";

    /// A datastore with the name of one that every workspace has.
    DATASTORE_NAME = "T0860", "a datastore whose name is taken",
"Every workspace has four datastores of its own: `workspaceartifactstore`, `workspaceblobstore`, `workspacefilestore` and
`workspaceworkingdirectory`. A container with such a name cannot be a datastore under it.

```toml
[storage.containers.workspaceblobstore]
datastore = \"user\"
```

Call the container otherwise, or leave `datastore` out.";

    /// A secret from nowhere, or from two places.
    SECRET_SOURCE = "T0861", "a secret without one source",
"A secret is named, never written down: it comes from a variable of Terraform or from the platform's key vault.

```toml
[connections.code]
type = \"git\"
target = \"https://example.org/models.git\"
token = {}     # from where?
```

Write `token = { variable = \"git_token\" }` and give the value as `TF_VAR_git_token` when Terraform runs, or put the secret into the
vault and write `token = { vault_secret = \"git-token\" }`.";

    /// States that nobody may read.
    STATE_WITHOUT_READERS = "T0870", "nobody is given the right to the states",
"The storage account for states has no keys: only a login that has the role *Storage Blob Data Contributor* reads and writes
there. To own the subscription is not enough.

```toml
stack = \"bootstrap\"

[account]
retention_days = 90     # and no group
```

Name the group of Entra whose members, people and pipelines, run Terraform, by its object id:

```toml
[account]
group = \"00000000-0000-0000-0000-000000000000\"
```

`az ad group show --group NAME --query id` prints it.";

    /// A stack to read from that is none.
    NO_SUCH_STACK = "T0871", "an environment reads from one that there is not",
"`stack` names another environment of the same folder, which makes a thing that this one uses. The thing's id is read from the
state of that environment, whose own file says where the state is.

```toml
[registry]
existing = { stack = \"shard\" }
```

Correct the name: `list` shows the environments. One whose file has errors cannot be read either.";

    /// A subnet without room for what lives in it.
    TOO_SMALL = "T0822", "a subnet is too small for what lives in it",
"Every machine of a cluster, every compute instance and every private endpoint takes an address of its subnet, of which Azure
keeps five for itself. A cluster that does not find one does not grow.

```toml
[network.vnet]
address_space = \"10.20.0.0/24\"     # half of it, 123 addresses, is for compute

[clusters.cpu]
vm_size = \"Standard_DS3_v2\"
max_nodes = 200
```

Take a larger range, or lower `max_nodes`.";

    /// An outbound rule that Azure refuses.
    RULE = "T0823", "an outbound rule that Azure refuses",
"Rules about hosts and service tags are for networks with `outbound = \"approved\"`: where compute may connect to anywhere, Azure
refuses them. A host is a name without scheme and path, and `*` may stand for all below it; storage accounts are reached by private
endpoints and not by their hosts.

```toml
[network.rules.models]
type = \"fqdn\"
host = \"https://models.example.org/\"     # a URL
```

Write the host alone, `\"models.example.org\"`, or a rule of another type.";

    /// A role that nobody has defined.
    UNKNOWN_ROLE = "T0843", "a role that does not exist",
"`roles` names roles of `[roles]`, or roles that Azure has, spelt as Azure spells them.

```toml
[people.data_scientists]
vision = { object_id = \"00000000-0000-0000-0000-000000000000\", roles = [\"Cognitive Service User\"] }
```

Correct the name, here `\"Cognitive Services User\"`, or define the role in `[roles]`.";

    /// An operation that is none.
    OPERATION = "T0844", "a role with an operation that is none",
"A role lists operations as Azure writes them: the provider, what it is on, and `read`, `write`, `delete`, `action` or `*`, joined
by `/`. Azure refuses others when the role is made.

```toml
[roles.submitter]
actions = [\"workspaces/jobs/write\"]     # of which provider?
```

Write the whole operation: `\"Microsoft.MachineLearningServices/workspaces/jobs/write\"`;
`az provider operation show --namespace Microsoft.MachineLearningServices` lists them.";

    /// A pipeline that Entra never recognizes.
    SUBJECT = "T0845", "a pipeline that nothing can act as",
"Entra compares what a pipeline says of itself with what is said here letter by letter. It knows no patterns, and without a
branch, tag, environment or pull request there is nothing to compare.

```toml
[ci.models]
host = \"github\"
repository = \"example/models\"
branches = [\"release/*\"]
```

Name each branch, or use a deployment environment whose rules admit the branches: `environments = [\"prod\"]`.";

    /// Deployments that nobody reviewed.
    UNREVIEWED = "T0846", "pull requests that can deploy",
"A workflow of a pull request runs with what the pull request contains. If it can act as an identity that deploys, whoever opens
one in the repository can deploy, whatever the rules for merging say.

```toml
[ci.models]
host = \"github\"
repository = \"example/models\"
pull_requests = true
deploys = \"models\"
```

Give pull requests an identity of their own, with `deploys = \"nothing\"`, and deploy from an environment or a branch.";

    /// Traffic that cannot be.
    TRAFFIC = "T0872", "traffic that does not add up, or goes nowhere",
"The shares of an online endpoint's traffic are percentages of its deployments: together 100, or 0 while nobody is to be answered.
A copy (`mirror_traffic`) goes to one more deployment, and is 50 percent at the most. The default of a batch endpoint is one of
its deployments too. Azure refuses all else at apply.

```toml
[endpoints.fraud]
traffic = { blue = 90, green = 20 }
```

Correct the shares: `{ blue = 90, green = 10 }`.";

    /// An asset that is no version of one.
    ASSET = "T0873", "a model, environment or code that names no version",
"A deployment takes exactly one version, so that the same file always deploys the same. The newest one, whatever it is, cannot be
asked for.

```toml
[endpoints.fraud.deployments.blue]
model = \"azureml:fraud@latest\"
instance_type = \"Standard_DS3_v2\"
```

Write `\"azureml:fraud:3\"` for a model of the workspace, or `\"azureml://registries/models/models/fraud/versions/3\"` for one of a
registry.";

    /// Too few machines in production.
    FEW_INSTANCES = "T0874", "a deployment in production with few machines",
"Azure upgrades the machines of a deployment one after the other, and replaces one that fails. With fewer than three, that is felt.

```toml
stage = \"prod\"

[endpoints.fraud.deployments.blue]
model = \"azureml:fraud:3\"
instance_type = \"Standard_DS3_v2\"
instances = 1
```

Set `instances = 3`, or with autoscale `min_instances = 3`.";

    /// An endpoint in production that is opened by a key.
    ENDPOINT_KEY = "T0875", "an endpoint in production that is opened by a key",
"Whoever has the key may call the endpoint, from whatever it leaked to, until somebody changes it.

```toml
stage = \"prod\"

[endpoints.fraud]
auth = \"key\"
```

Leave `auth` out, and give those who call the endpoint a role: it is then opened by a login of Entra.";

    /// A model that the catalog does not have.
    CATALOG_MODEL = "T0876", "a serverless endpoint with a model that is none of the catalog",
"A serverless endpoint answers with a model of Azure's catalog, always with the newest version: its id has a registry and a name, and
no version.

```toml
[serverless_endpoints.phi]
model = \"azureml://registries/azureml/models/Phi-4/versions/7\"
```

Leave out the version: `\"azureml://registries/azureml/models/Phi-4\"`. A model of your own is served by `[endpoints]`.";

    /// Content that nobody looks at.
    UNSAFE_CONTENT = "T0877", "a model in production whose content nobody looks at",
"Content safety keeps hateful, violent and sexual content, and what harms oneself, out of what a model of the catalog is asked and
answers. Without it, that is left to the application.

```toml
stage = \"prod\"

[serverless_endpoints.phi]
model = \"azureml://registries/azureml/models/Phi-4\"
content_safety = false
```

Take the line out, unless the application looks at the content itself.";

    /// Hours that cannot be.
    HOURS = "T0878", "hours that end before they begin, or meet others",
"In the hours of an autoscale, other limits hold than at all other times. They begin and end on the same day, and only those of one
name hold at a time.

```toml
[endpoints.fraud.deployments.blue.autoscale.hours.night]
from = \"22:00\"
to = \"06:00\"
time_zone = \"Europe/Berlin\"
min_instances = 1
max_instances = 2
```

Hours over midnight are two, one from `\"22:00\"` to `\"24:00\"` and one from `\"00:00\"` to `\"06:00\"`; or say what holds at night in
`autoscale` itself, and give the day its hours.";

    /// Something that is to be imported as nothing.
    IMPORT = "T0892", "an import of what the stack does not have",
"`[imports]` names resources by type and name, as the output has them, each with the id of what is there in Azure and is to be that
resource. Terraform refuses an import of what is not declared.

```toml
[imports]
azurerm_machine_learning_workspace.platform_mi = \"/subscriptions/…/workspaces/mlw-vision\"
```

Correct the name, here `platform_ml`, or declare what is to be imported first: `synth`, then look it up in `main.tf.json`.";

    /// An id that is none of an online store.
    ONLINE_STORE = "T0893", "an id that is none of an online store",
"A feature store reads features within milliseconds from an Azure Cache for Redis, and from nothing else. It is named by its id.

```toml
[feature_store]
online_store_id = \"redis-features\"
```

Write the whole id: `\"/subscriptions/…/providers/Microsoft.Cache/redis/redis-features\"`.";

    /// A role of one's own with the name of one of Azure's.
    ROLE_OF_AZURE = "T0894", "a role that is called as one of Azure's",
"Where `roles` names a role, one of `[roles]` comes before one of Azure's. Of the same name, it would give other rights than everybody
expects who reads the name.

```toml
[roles.Contributor]                     # Azure's own role may nearly everything
actions = [\"Microsoft.MachineLearningServices/workspaces/jobs/*\"]
```

Call it after what it is for, here `[roles.submitter]`.";
}
