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

data "azurerm_subscription" "current" {}
data "azurerm_resource_group" "shared" {
  name = "rg-shared"
}
data "azurerm_virtual_network" "hub" {
  name                = "vnet-hub"
  resource_group_name = data.azurerm_resource_group.shared.name
}
data "azurerm_subnet" "endpoints" {
  name                 = "endpoints"
  virtual_network_name = data.azurerm_virtual_network.hub.name
  resource_group_name  = data.azurerm_resource_group.shared.name
}
data "azurerm_role_definition" "contributor" {
  name = "Contributor"
}
data "azurerm_key_vault" "shared" {
  name                = "kv-shared"
  resource_group_name = data.azurerm_resource_group.shared.name
}
data "azurerm_key_vault_secret" "token" {
  name         = "token"
  key_vault_id = data.azurerm_key_vault.shared.id
}
data "azapi_resource" "hub" {
  type                   = "Microsoft.Network/virtualNetworks@2024-05-01"
  resource_id            = data.azurerm_virtual_network.hub.id
  response_export_values = ["properties.addressSpace"]
}
resource "azurerm_user_assigned_identity" "this" {
  name                = "id"
  location            = data.azurerm_resource_group.shared.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = { subscription = data.azurerm_subscription.current.display_name }
}
resource "azurerm_role_assignment" "this" {
  scope              = data.azurerm_subscription.current.id
  role_definition_id = data.azurerm_role_definition.contributor.id
  principal_id       = azurerm_user_assigned_identity.this.principal_id
}
resource "azurerm_storage_account" "this" {
  name                     = "stdatademo001"
  location                 = azurerm_resource_group.this.location
  resource_group_name      = azurerm_resource_group.this.name
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "azurerm_private_endpoint" "this" {
  name                = "pep"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  subnet_id           = data.azurerm_subnet.endpoints.id
  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.this.id
    is_manual_connection           = false
    subresource_names              = ["blob"]
  }
}
data "azurerm_storage_account" "read" {
  name                = azurerm_storage_account.this.name
  resource_group_name = azurerm_storage_account.this.resource_group_name
}
output "endpoint" {
  value = data.azurerm_storage_account.read.primary_blob_endpoint
}
output "unique" {
  value = provider::azapi::unique_string(["a", "b"])
}
