terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm" }
  }
}
variable "name" {
  type = string
  validation {
    condition     = can(regex("^[a-z]{2,10}$", var.name))
    error_message = "a short name"
  }
}
variable "group" {
  type = object({ name = string, location = string })
}
data "azurerm_client_config" "me" {}
resource "azurerm_storage_account" "this" {
  name                            = "st${var.name}core001"
  location                        = var.group.location
  resource_group_name             = var.group.name
  account_tier                    = "Standard"
  account_replication_type        = "GRS"
  allow_nested_items_to_be_public = false
  blob_properties {
    versioning_enabled = true
    delete_retention_policy {}
  }
}
resource "azurerm_key_vault" "this" {
  name                       = "kv-${var.name}-core-001"
  location                   = var.group.location
  resource_group_name        = var.group.name
  tenant_id                  = data.azurerm_client_config.me.tenant_id
  sku_name                   = "premium"
  rbac_authorization_enabled = true
  purge_protection_enabled   = false
}
resource "azurerm_application_insights" "this" {
  name                = "appi-${var.name}"
  location            = var.group.location
  resource_group_name = var.group.name
  application_type    = "web"
}
output "storage_id" { value = azurerm_storage_account.this.id }
output "vault_id" { value = azurerm_key_vault.this.id }
output "insights_id" { value = azurerm_application_insights.this.id }
