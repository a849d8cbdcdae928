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

provider "azurerm" {
  alias           = "spoke"
  subscription_id = "00000000-0000-0000-0000-0000000000ff"
  features {}
}
locals {
  networks = {
    hub   = { space = "10.0.0.0/16", subnets = { AzureFirewallSubnet = "10.0.0.0/26", AzureBastionSubnet = "10.0.0.64/26", GatewaySubnet = "10.0.1.0/27" } }
    spoke = { space = "10.1.0.0/16", subnets = { apps = "10.1.0.0/24", endpoints = "10.1.1.0/24" } }
  }
  subnets = merge([for network, it in local.networks : { for name, prefix in it.subnets : "${network}/${name}" => { network = network, name = name, prefix = prefix } }]...)
}
resource "azurerm_virtual_network" "this" {
  for_each            = local.networks
  name                = "vnet-${each.key}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = [each.value.space]
}
resource "azurerm_subnet" "this" {
  for_each             = local.subnets
  name                 = each.value.name
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this[each.value.network].name
  address_prefixes     = [each.value.prefix]
}
resource "azurerm_virtual_network_peering" "this" {
  for_each                  = { hub = "spoke", spoke = "hub" }
  name                      = "${each.key}-to-${each.value}"
  resource_group_name       = azurerm_resource_group.this.name
  virtual_network_name      = azurerm_virtual_network.this[each.key].name
  remote_virtual_network_id = azurerm_virtual_network.this[each.value].id
  allow_forwarded_traffic   = true
}
resource "azurerm_public_ip" "this" {
  for_each            = toset(["firewall", "bastion"])
  name                = "pip-${each.key}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = ["1", "2", "3"]
}
resource "azurerm_firewall_policy" "this" {
  name                = "afwp"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
}
resource "azurerm_firewall_policy_rule_collection_group" "this" {
  name               = "rules"
  firewall_policy_id = azurerm_firewall_policy.this.id
  priority           = 100
  application_rule_collection {
    name     = "web"
    priority = 200
    action   = "Allow"
    rule {
      name              = "python"
      source_addresses  = ["10.1.0.0/16"]
      destination_fqdns = ["pypi.example.org"]
      protocols {
        type = "Https"
        port = 443
      }
    }
  }
}
resource "azurerm_firewall" "this" {
  name                = "afw"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  sku_name            = "AZFW_VNet"
  sku_tier            = "Standard"
  firewall_policy_id  = azurerm_firewall_policy.this.id
  ip_configuration {
    name                 = "ipconf"
    subnet_id            = azurerm_subnet.this["hub/AzureFirewallSubnet"].id
    public_ip_address_id = azurerm_public_ip.this["firewall"].id
  }
}
resource "azurerm_bastion_host" "this" {
  name                = "bas"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  sku                 = "Standard"
  ip_configuration {
    name                 = "ipconf"
    subnet_id            = azurerm_subnet.this["hub/AzureBastionSubnet"].id
    public_ip_address_id = azurerm_public_ip.this["bastion"].id
  }
}
resource "azurerm_route_table" "this" {
  name                = "rt"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  route {
    name                   = "out"
    address_prefix         = "0.0.0.0/0"
    next_hop_type          = "VirtualAppliance"
    next_hop_in_ip_address = azurerm_firewall.this.ip_configuration[0].private_ip_address
  }
}
resource "azurerm_subnet_route_table_association" "this" {
  subnet_id      = azurerm_subnet.this["spoke/apps"].id
  route_table_id = azurerm_route_table.this.id
}
resource "azurerm_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = azurerm_resource_group.this.name
}
resource "azurerm_private_dns_zone_virtual_network_link" "blob" {
  for_each            = azurerm_virtual_network.this
  name                = "link-${each.key}"
  private_dns_zone_id = azurerm_private_dns_zone.blob.id
  virtual_network_id  = each.value.id
}
resource "azurerm_storage_account" "this" {
  provider                 = azurerm.spoke
  name                     = "sthubdemo001"
  location                 = azurerm_resource_group.this.location
  resource_group_name      = azurerm_resource_group.this.name
  account_tier             = "Standard"
  account_replication_type = "ZRS"
  network_rules {
    default_action             = "Deny"
    virtual_network_subnet_ids = [azurerm_subnet.this["spoke/apps"].id]
  }
}
resource "azurerm_private_endpoint" "this" {
  name                = "pep-blob"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  subnet_id           = azurerm_subnet.this["spoke/endpoints"].id
  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.this.id
    is_manual_connection           = false
    subresource_names              = ["blob"]
  }
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azurerm_private_dns_zone.blob.id]
  }
}
output "ip" {
  value = azurerm_private_endpoint.this.private_service_connection[0].private_ip_address
}
