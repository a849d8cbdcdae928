//! The check of azapi resources: against what the real provider says about bodies, and what a finding tells.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::GzDecoder;
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_ir::{
    Any, Block, BlockKind, Data, Diagnostic, IntoValue, Node, Origin, Root, Severity, Type,
};
use terrace_schema::azapi::{ARGUMENTS, CODES, check_resource};
use terrace_schema::eval::number::{Number, Parsed};
use terrace_schema::eval::{Scope, Val, from_any};

const COMPUTES: &str = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01";
const DATASTORES: &str = "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01";

/// A JSON value as one that is known.
fn known(json: &Json) -> Val {
    match json {
        Json::Null => Val::null(),
        Json::Bool(value) => Val::bool(*value),
        Json::Number(number) => match Number::parse(&number.to_string()) {
            Parsed::Exact(number) => Val::number(number),
            _ => Val::unknown(Type::Number),
        },
        Json::String(text) => Val::text(text.as_str()),
        Json::Array(items) => Val::tuple(items.iter().map(known).collect()),
        Json::Object(entries) => Val::object(
            entries
                .iter()
                .map(|(key, value)| (key.as_str(), known(value))),
        ),
    }
}

fn block(kind: BlockKind, type_name: &str, arguments: &Json) -> Block {
    let mut block = Block::new(kind, [type_name.to_owned().into(), "it".into()]);
    let body: Any = IntoValue::<Any>::into_value(arguments.clone()).into_any();
    block.body = body.as_object().cloned().unwrap();
    block
}

fn check_evaluated(type_name: &str, arguments: &Json, values: &Val) -> Vec<Diagnostic> {
    let mut report = Vec::new();
    let block = block(BlockKind::Resource, type_name, arguments);
    check_resource(&block, values, &mut report);
    report
}

fn check(type_name: &str, arguments: &Json) -> Vec<Diagnostic> {
    check_evaluated(type_name, arguments, &known(arguments))
}

/// The findings about an `azapi_resource`, as `SEVERITY CODE ARGUMENT: SUMMARY [HINT]`.
fn findings(arguments: Json) -> Vec<String> {
    told(&check("azapi_resource", &with_parent(arguments)))
}

fn with_parent(mut arguments: Json) -> Json {
    arguments["parent_id"] = "/subscriptions/x".into();
    arguments
}

fn told(report: &[Diagnostic]) -> Vec<String> {
    let one = |finding: &Diagnostic| {
        let argument = finding.argument.as_deref().unwrap_or_default();
        let hint = finding
            .hint
            .as_ref()
            .map_or(String::new(), |hint| format!(" [{hint}]"));
        let severity = finding.severity.as_str();
        format!(
            "{severity} {} {argument}: {}{hint}",
            finding.code.id, finding.summary
        )
    };
    report.iter().map(one).collect()
}

/// The body of a compute cluster with settings.
fn cluster(settings: Json) -> Json {
    let properties = json!({ "computeType": "AmlCompute", "properties": settings });
    json!({ "type": COMPUTES, "body": { "properties": properties } })
}

#[test]
fn what_azapi_was_seen_to_say_is_what_we_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/azapi-observed.jsonl.gz");
    let mut lines = String::new();
    GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut lines)
        .unwrap();
    let (mut stricter, mut wrong) = (0, Vec::new());
    for line in lines.lines() {
        let observed: Json = serde_json::from_str(line).unwrap();
        let name = observed["type"].as_str().unwrap();
        let report = check(
            "azapi_resource",
            &with_parent(json!({
                "type": format!("{name}@2025-12-01"),
                "name": "abcdef",
                "body": observed["body"],
            })),
        );
        let mut errors = report
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        let refused = errors.clone().next().is_some();
        let accepted = observed["accepted"].as_bool().unwrap();
        if accepted && refused && errors.all(|finding| finding.code.id == "T0409") {
            // azapi lets any text pass in the place of a literal.
            stricter += 1;
        } else if refused == accepted {
            wrong.push(format!("{line}\n  {}", told(&report).join("\n  ")));
        }
    }
    assert_eq!(lines.lines().count(), 3266);
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(stricter, 103, "texts outside the literals");
}

#[test]
fn bodies_that_the_service_takes_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/azapi-samples");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let sample: Json = serde_json::from_str(&text).unwrap();
        for version in ["2025-12-01", "2026-05-01"] {
            let ty = format!("{}@{version}", sample["type"].as_str().unwrap());
            let told = findings(json!({ "type": ty, "name": "sample", "body": sample["body"] }));
            assert_eq!(told, Vec::<String>::new(), "{ty}");
            seen += 1;
        }
    }
    assert_eq!(seen, 30);
}

#[test]
fn an_unknown_property_finds_its_neighbour() {
    assert_eq!(
        findings(cluster(json!({ "vmSzie": "Standard_DS3_v2" }))),
        [
            "error T0404 body.properties.properties.vmSzie: `properties.properties` has no property `vmSzie` \
             [did you mean `vmSize`?]"
        ]
    );
}

#[test]
fn a_property_one_step_too_far_out_is_sent_in() {
    let body =
        json!({ "properties": { "computeType": "AmlCompute", "vmSize": "Standard_DS3_v2" } });
    assert_eq!(
        findings(json!({ "type": COMPUTES, "body": body })),
        [
            "error T0404 body.properties.vmSize: `properties` of `computeType` \"AmlCompute\" has no property `vmSize` \
             [put it into `properties.properties`]"
        ]
    );
}

#[test]
fn an_argument_in_the_body_is_sent_out() {
    assert_eq!(
        findings(json!({ "type": COMPUTES, "body": { "parent_id": "x" } })),
        [
            "error T0404 body.parent_id: the body has no property `parent_id` \
             [set `parent_id` as an argument of the resource, beside the body]"
        ]
    );
}

#[test]
fn a_text_that_the_service_does_not_know_is_an_error_with_the_nearest() {
    let report = check(
        "azapi_resource",
        &with_parent(cluster(json!({ "osType": "linux" }))),
    );
    assert_eq!(
        told(&report),
        [
            "error T0409 body.properties.properties.osType: `properties.properties.osType` is \"linux\", \
             which is not allowed [did you mean \"Linux\"?]"
        ]
    );
    assert_eq!(report[0].detail, "must be one of \"Linux\", \"Windows\"");
    assert_eq!(report[0].value.as_deref(), Some("linux"));
}

#[test]
fn flags_in_one_text_may_have_blanks() {
    let identity = json!({ "type": "SystemAssigned, UserAssigned" });
    let told = findings(json!({ "type": COMPUTES, "body": { "identity": identity } }));
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_wrong_or_missing_variant_says_which_there_are() {
    let credentials = json!({ "credentialsType": "Key" });
    let body =
        json!({ "properties": { "datastoreType": "AzureBlob", "credentials": credentials } });
    assert_eq!(
        findings(json!({ "type": DATASTORES, "body": body })),
        ["error T0408 body.properties.credentials.credentialsType: \
             `properties.credentials.credentialsType` is \"Key\", which is not allowed"]
    );
    let report = check(
        "azapi_resource",
        &with_parent(json!({ "type": COMPUTES, "body": { "properties": {} } })),
    );
    assert_eq!(
        told(&report),
        ["error T0405 body.properties.computeType: `properties.computeType` is required"]
    );
    assert!(
        report[0]
            .detail
            .starts_with("must be one of \"AKS\", \"AmlCompute\""),
        "{}",
        report[0].detail
    );
}

#[test]
fn required_and_read_only_properties_are_told_apart() {
    assert_eq!(
        findings(json!({ "type": DATASTORES, "body": { "id": null } })),
        [
            "error T0406 body.id: `id` is read-only: only the service sets it [take it out]",
            "error T0405 body.properties: `properties` is required"
        ]
    );
}

#[test]
fn what_is_outside_its_limits_says_what_they_are() {
    let datastore = |credentials: Json| {
        let properties = json!({
            "datastoreType": "AzureBlob", "accountName": "a", "containerName": "c", "credentials": credentials,
        });
        findings(json!({ "type": DATASTORES, "body": { "properties": properties } }))
    };
    let told = datastore(json!({
        "credentialsType": "ServicePrincipal",
        "clientId": "00000000-0000-0000-0000-000000000000",
        "tenantId": "contoso",
        "secrets": { "secretsType": "ServicePrincipal" },
    }));
    assert_eq!(
        told,
        [
            "error T0410 body.properties.credentials.tenantId: `properties.credentials.tenantId` is \"contoso\", \
             but must have at least 36 characters"
        ]
    );
}

#[test]
fn a_name_is_held_against_what_the_service_demands_of_it() {
    let properties = json!({ "authType": "None" });
    let named = |name: &str| {
        let ty = "Microsoft.MachineLearningServices/workspaces/connections@2025-12-01";
        findings(json!({ "type": ty, "name": name, "body": { "properties": properties } }))
    };
    assert_eq!(named("feed"), [""; 0]);
    assert_eq!(
        named("my feed"),
        [
            "error T0410 name: `name` is \"my feed\", but must match `^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$`"
        ]
    );
}

#[test]
fn a_secret_in_a_body_is_not_shown() {
    let properties = json!({
        "datastoreType": "AzureBlob", "accountName": "a", "containerName": "c", "credentials": {
            "credentialsType": "AccountKey", "secrets": { "secretsType": "AccountKey", "key": 12345 },
        },
    });
    assert_eq!(
        findings(json!({ "type": DATASTORES, "body": { "properties": properties } })),
        ["error T0407 body.properties.credentials.secrets.key: \
             `properties.credentials.secrets.key` must be text, not a number"]
    );
}

#[test]
fn numbers_and_texts_are_not_converted() {
    let settings = json!({ "vmSize": 5, "scaleSettings": { "maxNodeCount": "4" } });
    assert_eq!(
        findings(cluster(settings)),
        [
            "error T0407 body.properties.properties.scaleSettings.maxNodeCount: \
             `properties.properties.scaleSettings.maxNodeCount` must be a number, not the text \"4\" \
             [write it without quotes]",
            "error T0407 body.properties.properties.vmSize: \
             `properties.properties.vmSize` must be text, not the number 5 [write it in quotes]"
        ]
    );
}

#[test]
fn what_only_the_service_refuses_is_a_warning() {
    assert_eq!(
        findings(cluster(json!({ "enableNodePublicIp": "false" }))),
        [
            "warning T0407 body.properties.properties.enableNodePublicIp: \
             `properties.properties.enableNodePublicIp` must be `true` or `false`, not the text \"false\" \
             [write it without quotes]"
        ]
    );
    assert_eq!(
        findings(json!({ "type": DATASTORES, "body": { "properties": null } })),
        ["warning T0405 body.properties: `properties` is `null`, and the service requires it"]
    );
    assert_eq!(
        findings(json!({ "type": DATASTORES })),
        ["warning T0405 body.properties: `properties` is required [give a `body`]"]
    );
}

#[test]
fn azapi_demands_no_location() {
    let body = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    let ty = "Microsoft.MachineLearningServices/registries@2026-05-01";
    assert_eq!(
        findings(json!({ "type": ty, "body": body })),
        Vec::<String>::new()
    );
}

#[test]
fn arguments_that_become_properties_must_exist_and_stand_once() {
    let credentials = json!({ "credentialsType": "None" });
    let properties = json!({ "datastoreType": "AzureBlob", "credentials": credentials });
    assert_eq!(
        findings(json!({
            "type": DATASTORES,
            "location": "westeurope",
            "body": { "properties": properties },
        })),
        [
            "error T0411 location: `Microsoft.MachineLearningServices/workspaces/datastores` takes no `location` \
             [take it out]"
        ]
    );
    assert_eq!(
        findings(
            json!({ "type": COMPUTES, "tags": { "a": "b" }, "body": { "tags": { "a": "b" } } })
        ),
        ["error T0411 tags: `tags` is given as an argument and in the body [take one of them out]"]
    );
}

#[test]
fn without_schema_validation_a_body_is_left_alone() {
    let arguments =
        json!({ "type": COMPUTES, "body": { "x": 1 }, "schema_validation_enabled": false });
    assert_eq!(findings(arguments), Vec::<String>::new());
}

#[test]
fn the_type_must_be_one() {
    let hint = "write `NAMESPACE/TYPE@API-VERSION`, as in \"Microsoft.MachineLearningServices/workspaces@2025-12-01\"";
    assert_eq!(
        findings(json!({ "type": "Microsoft.X/y" })),
        [format!(
            "error T0401 type: `type` is \"Microsoft.X/y\", not a resource type with an API version [{hint}]"
        )]
    );
    assert_eq!(
        findings(
            json!({ "type": "Microsoft.MachineLearningServices/workspaces/compute@2025-12-01" })
        ),
        [
            "error T0402 type: there is no resource type `Microsoft.MachineLearningServices/workspaces/compute` \
             at API version `2025-12-01` [did you mean `Microsoft.MachineLearningServices/workspaces/computes`?]"
        ]
    );
}

#[test]
fn a_body_that_is_not_described_gets_a_note() {
    for ty in [
        "Microsoft.KeyVault/vaults@2023-07-01",
        "Microsoft.MachineLearningServices/workspaces@2024-04-01",
    ] {
        let (name, version) = ty.split_once('@').unwrap();
        assert_eq!(
            findings(json!({ "type": ty, "body": { "x": 1 } })),
            [format!(
                "note T0403 type: the body of `{name}` at API version `{version}` is not checked"
            )]
        );
        assert_eq!(findings(json!({ "type": ty })), Vec::<String>::new());
    }
}

#[test]
fn a_body_is_no_text() {
    assert_eq!(
        findings(json!({ "type": COMPUTES, "body": "{}" })),
        [
            "error T0407 body: `body` must be an object, not text [give the object itself, without `jsonencode`]"
        ]
    );
}

#[test]
fn what_is_unknown_is_judged_by_its_type_alone() {
    let unknown = |ty| Val::object([("vmSize", Val::unknown(ty))]);
    let errors = |settings: Val| {
        let properties = Val::object([
            ("computeType", Val::text("AmlCompute")),
            ("properties", settings),
        ]);
        let values = Val::object([
            ("type", Val::text(COMPUTES)),
            ("parent_id", Val::unknown(Type::String)),
            ("body", Val::object([("properties", properties)])),
        ]);
        told(&check_evaluated("azapi_resource", &json!({}), &values))
    };
    assert_eq!(errors(unknown(Type::String)), Vec::<String>::new());
    assert_eq!(errors(unknown(Type::Dynamic)), Vec::<String>::new());
    assert_eq!(
        errors(unknown(Type::Number)),
        ["error T0407 body.properties.properties.vmSize: \
             `properties.properties.vmSize` must be text, not a number"]
    );
    assert_eq!(errors(Val::dynamic()), Vec::<String>::new());
}

#[test]
fn a_property_of_no_variant_is_wrong_whichever_it_will_be() {
    let properties = Val::object([
        ("computeType", Val::unknown(Type::String)),
        ("properties", Val::dynamic()),
        ("vmSize", Val::text("x")),
    ]);
    let values = Val::object([
        ("type", Val::text(COMPUTES)),
        ("parent_id", Val::unknown(Type::String)),
        ("body", Val::object([("properties", properties)])),
    ]);
    assert_eq!(
        told(&check_evaluated("azapi_resource", &json!({}), &values)),
        ["error T0404 body.properties.vmSize: `properties` has no property `vmSize`"]
    );
}

#[test]
fn a_sensitive_body_is_joined_and_its_values_are_not_shown() {
    let properties = json!({
        "datastoreType": "AzureFile",
        "accountName": "st",
        "fileShareName": "sh",
        "credentials": { "credentialsType": "AccountKey" },
    });
    let secrets = |secret: Json| json!({ "properties": { "credentials": { "secrets": secret } } });
    let with = |secret| {
        with_parent(json!({
            "type": DATASTORES,
            "body": { "properties": properties.clone() },
            "sensitive_body": secrets(secret),
        }))
    };
    let good = check(
        "azapi_resource",
        &with(json!({ "secretsType": "AccountKey", "key": "k" })),
    );
    assert_eq!(told(&good), Vec::<String>::new());
    let bad = check(
        "azapi_resource",
        &with(json!({ "secretsType": "Accountkey" })),
    );
    assert_eq!(
        told(&bad),
        [
            "error T0409 sensitive_body.properties.credentials.secrets.secretsType: \
             `properties.credentials.secrets.secretsType` is a sensitive value, which is not allowed"
        ]
    );
    assert_eq!(bad[0].value, None);
}

#[test]
fn an_update_is_only_warned_and_need_not_be_whole() {
    let update = |body: Json| {
        let arguments = json!({ "type": COMPUTES, "resource_id": "x", "body": body });
        told(&check("azapi_update_resource", &arguments))
    };
    assert_eq!(
        update(json!({ "properties": { "properties": { "vmSize": "x" } } })),
        Vec::<String>::new()
    );
    assert_eq!(
        update(json!({ "properties": { "computLocation": "x" } })),
        [
            "warning T0404 body.properties.computLocation: `properties` has no property `computLocation` \
             [did you mean `computeLocation`?]"
        ]
    );
    assert_eq!(
        update(
            json!({ "properties": { "computeType": "AmlCompute", "properties": { "osType": "Mac" } } })
        ),
        ["error T0409 body.properties.properties.osType: \
             `properties.properties.osType` is \"Mac\", which is not allowed"]
    );
}

#[test]
fn the_arguments_say_which_resource_is_meant() {
    let update = |mut arguments: Json| {
        arguments["type"] = COMPUTES.into();
        told(&check("azapi_update_resource", &arguments))
    };
    assert_eq!(
        update(json!({ "name": "a", "parent_id": "b" })),
        Vec::<String>::new()
    );
    assert_eq!(
        update(json!({ "name": "a" })),
        ["error T0412 parent_id: `name` needs `parent_id` beside it"]
    );
    assert_eq!(
        update(json!({ "name": "a", "parent_id": "b", "resource_id": "c" })),
        [
            "error T0412 name: `name` and `resource_id` exclude each other [take `name` out: `resource_id` alone says which resource is meant]"
        ]
    );
    assert_eq!(
        update(json!({})),
        ["error T0412 resource_id: `resource_id`, or `name` and `parent_id`, is required"]
    );
    let resource = json!({ "type": COMPUTES, "name": "a" });
    assert_eq!(
        told(&check("azapi_resource", &resource)),
        ["error T0412 parent_id: the argument `parent_id` is required"]
    );
}

#[test]
fn data_sources_have_a_type_and_no_body() {
    let arguments = json!({ "type": "x" });
    let mut report = Vec::new();
    check_resource(
        &block(BlockKind::Data, "azapi_resource", &arguments),
        &known(&arguments),
        &mut report,
    );
    assert_eq!(
        report
            .iter()
            .map(|finding| finding.code.id)
            .collect::<Vec<_>>(),
        ["T0401"]
    );
}

#[test]
fn a_finding_stands_where_the_value_or_the_key_was_said() {
    let at = |start| Origin::File {
        start,
        end: start + 1,
    };
    let place = |finding: &Diagnostic| match finding.origin {
        Origin::File { start, .. } => start,
        _ => 0,
    };
    let arguments = with_parent(cluster(json!({ "osType": "Mac", "vmSzie": "x" })));
    let mut block = block(BlockKind::Resource, "azapi_resource", &arguments);
    block.origin = at(1);
    let mut object = &mut block.body;
    for (depth, name) in ["body", "properties", "properties"].into_iter().enumerate() {
        let value = object.get_mut(name).unwrap();
        value.origin = at(10 * (depth as u32 + 1));
        let Data::Object(inner) = &mut value.data else {
            panic!("{name} is an object")
        };
        object = inner;
    }
    for (entry, start) in object.iter_mut().zip([50, 60]) {
        entry.key_origin = at(start);
        entry.value.origin = at(start + 5);
    }
    let mut report = Vec::new();
    check_resource(&block, &known(&arguments), &mut report);
    let places: BTreeMap<_, _> = report
        .iter()
        .map(|finding| (finding.code.id, place(finding)))
        .collect();
    assert_eq!(places, BTreeMap::from([("T0404", 60), ("T0409", 55)]));
    assert_eq!(report[0].address.as_deref(), Some("azapi_resource.it"));
}

#[test]
fn a_body_that_is_a_local_is_looked_into() {
    struct Locals(Val);
    impl Scope for Locals {
        fn root(&self, _: &Root) -> Val {
            self.0.clone()
        }
    }
    let node = Arc::new(Node::Root(Root::Local("cluster".into())));
    let mut block = block(
        BlockKind::Resource,
        "azapi_resource",
        &with_parent(json!({ "type": COMPUTES })),
    );
    let at = Origin::File { start: 7, end: 8 };
    block.body.set("body", Any::new(Data::Expr(node), at));
    let properties = json!({ "computeType": "AmlCompute", "properties": { "osType": "Mac" } });
    let scope = Locals(known(&json!({ "properties": properties })));
    let arguments = ARGUMENTS
        .iter()
        .filter_map(|name| Some((*name, from_any(block.body.get(name)?, &scope).0)));
    let mut report = Vec::new();
    check_resource(&block, &Val::object(arguments), &mut report);
    assert_eq!(report.len(), 1);
    assert_eq!(
        report[0].argument.as_deref(),
        Some("body.properties.properties.osType")
    );
    assert!(matches!(report[0].origin, Origin::File { start: 7, .. }));
}

#[test]
fn every_code_is_explained() {
    let ids: Vec<_> = CODES.iter().map(|code| code.id).collect();
    assert!(ids.is_sorted());
    assert!(CODES.iter().all(|code| code.explanation.len() > 100));
}
