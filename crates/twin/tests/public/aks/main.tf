terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "5.2.0" }
    azapi   = { source = "azure/azapi", version = "2.12.0" }
    time    = { source = "hashicorp/time", version = "0.14.0" }
  }
}
provider "azurerm" {
  features {}
  resource_provider_registrations = "none"
}
provider "azapi" {}
data "azurerm_client_config" "current" {}
resource "azurerm_resource_group" "this" {
  name     = "rg-demo"
  location = "West Europe"
}

locals {
  pools = { user = { size = "Standard_D4s_v5", min = 1, max = 3 }, gpu = { size = "Standard_NC4as_T4_v3", min = 0, max = 1 } }
}
resource "azurerm_virtual_network" "this" {
  name                = "vnet-aks"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = ["10.20.0.0/16"]
}
resource "azurerm_subnet" "nodes" {
  for_each             = { system = 0, user = 1, gpu = 2 }
  name                 = "snet-${each.key}"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = [cidrsubnet("10.20.0.0/16", 6, each.value)]
}
resource "azurerm_log_analytics_workspace" "this" {
  name                = "log-aks"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}
resource "azurerm_container_registry" "this" {
  name                = "crdemoaks001"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  sku                 = "Standard"
}
resource "azurerm_kubernetes_cluster" "this" {
  name                      = "aks-demo"
  location                  = azurerm_resource_group.this.location
  resource_group_name       = azurerm_resource_group.this.name
  dns_prefix                = "demo"
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  default_node_pool {
    name           = "system"
    vm_size        = "Standard_D2s_v5"
    node_count     = 2
    vnet_subnet_id = azurerm_subnet.nodes["system"].id
    upgrade_settings {
      max_surge = "10%"
    }
  }
  identity {
    type = "SystemAssigned"
  }
  node_provisioning_profile {
    mode = "Manual"
  }
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    pod_cidr            = "10.244.0.0/16"
  }
  oms_agent {
    log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  }
  lifecycle {
    ignore_changes = [default_node_pool[0].node_count]
  }
}
resource "azurerm_kubernetes_cluster_node_pool" "this" {
  for_each              = local.pools
  name                  = each.key
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  vm_size               = each.value.size
  auto_scaling_enabled  = true
  min_count             = each.value.min
  max_count             = each.value.max
  vnet_subnet_id        = azurerm_subnet.nodes[each.key].id
  node_labels           = { "pool" = each.key }
}
resource "azurerm_role_assignment" "pull" {
  scope                            = azurerm_container_registry.this.id
  role_definition_name             = "AcrPull"
  principal_id                     = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
  skip_service_principal_aad_check = true
}
resource "azurerm_user_assigned_identity" "app" {
  name                = "id-app"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}
resource "azurerm_federated_identity_credential" "app" {
  name                      = "app"
  user_assigned_identity_id = azurerm_user_assigned_identity.app.id
  audience                  = ["api://AzureADTokenExchange"]
  issuer                    = azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject                   = "system:serviceaccount:default:app"
}
output "kube" {
  value     = azurerm_kubernetes_cluster.this.kube_config_raw
  sensitive = true
}
output "host" {
  value     = azurerm_kubernetes_cluster.this.kube_config[0].host
  sensitive = true
}
