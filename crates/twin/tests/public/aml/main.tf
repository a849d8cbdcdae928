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

module "core" {
  source = "./core"
  name   = "demo"
  group  = azurerm_resource_group.this
}
resource "azurerm_machine_learning_workspace" "this" {
  name                    = "mlw-demo"
  location                = azurerm_resource_group.this.location
  resource_group_name     = azurerm_resource_group.this.name
  application_insights_id = module.core.insights_id
  key_vault_id            = module.core.vault_id
  storage_account_id      = module.core.storage_id
  identity {
    type = "SystemAssigned"
  }
  managed_network {
    isolation_mode = "AllowInternetOutbound"
  }
}
resource "azurerm_machine_learning_compute_cluster" "this" {
  for_each                      = { cpu = "STANDARD_DS2_V2", gpu = "STANDARD_NC6S_V3" }
  name                          = each.key
  location                      = azurerm_resource_group.this.location
  machine_learning_workspace_id = azurerm_machine_learning_workspace.this.id
  vm_priority                   = "Dedicated"
  vm_size                       = each.value
  identity {
    type = "SystemAssigned"
  }
  scale_settings {
    min_node_count                       = 0
    max_node_count                       = 2
    scale_down_nodes_after_idle_duration = "PT15M"
  }
}
resource "azurerm_role_assignment" "cluster" {
  for_each             = azurerm_machine_learning_compute_cluster.this
  scope                = module.core.storage_id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = each.value.identity[0].principal_id
}
resource "azapi_resource" "endpoint" {
  type      = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2025-12-01"
  name      = "endpoint-demo"
  parent_id = azurerm_machine_learning_workspace.this.id
  location  = azurerm_resource_group.this.location
  identity {
    type = "SystemAssigned"
  }
  body = {
    properties = {
      authMode            = "AADToken"
      publicNetworkAccess = "Enabled"
    }
  }
  response_export_values = ["properties.scoringUri"]
}
resource "azapi_update_resource" "ws" {
  type        = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  resource_id = azurerm_machine_learning_workspace.this.id
  body        = { properties = { systemDatastoresAuthMode = "Identity" } }
}
resource "azapi_resource_action" "diagnose" {
  type                   = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
  resource_id            = azurerm_machine_learning_workspace.this.id
  action                 = "diagnose"
  body                   = { value = {} }
  response_export_values = ["*"]
}
resource "time_sleep" "wait" {
  create_duration = "30s"
  triggers        = { id = azapi_resource.endpoint.id }
}
output "uri" {
  value = azapi_resource.endpoint.output.properties.scoringUri
}
output "endpoint_principal" {
  value = azapi_resource.endpoint.identity[0].principal_id
}
