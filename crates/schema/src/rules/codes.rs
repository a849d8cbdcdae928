//! The codes of what the provider's own code refuses.

terrace_ir::codes! {
    /// The codes of what the provider's own code refuses.
    pub const CODES;

    /// A plan that the provider refuses.
    PLAN_REFUSED = "T0221", "a plan that the provider refuses", "\
The provider's code holds rules that its schema does not show. `terraform validate` passes such a configuration, and \
`terraform plan` fails, which needs credentials and takes minutes.

```json
{\"resource\": {\"azurerm_container_registry\": {\"images\": {\"sku\": \"Basic\", \"data_endpoint_enabled\": true}}}}
```

Here the data endpoint needs the SKU Premium. A rule is reported only where it is certain to be broken: what is known only \
at apply, and what the provider fills in itself, breaks none.";

    /// An apply that the provider refuses.
    APPLY_REFUSED = "T0222", "an apply that the provider refuses", "\
Some rules in the provider's code come into play only when the resource is made or changed, after the plan was accepted and \
perhaps reviewed. What was applied until then stays.

```json
{\"resource\": {\"azurerm_search_service\": {\"search\": {\"sku\": \"free\", \"replica_count\": 2}}}}
```

Here the SKU allows one replica. A rule is reported only where it is certain to be broken.";

    /// A change that every plan has again.
    CHANGES_AGAIN = "T0223", "a change that every plan has again", "\
Some arguments are not read back as they were written. Nothing fails, but no plan is ever empty, and among changes that are \
always there nobody sees a real one.

```json
{\"resource\": {\"azurerm_firewall\": {\"hub\": {\"dns_servers\": [\"10.0.0.4\"], \"dns_proxy_enabled\": false}}}}
```

Here the servers turn the proxy on. Write what is read back, or leave the argument out.";
}
