//! A reference that would become text, and be lost.

use terrace_azurerm::StorageAccount;

fn platform(data: &StorageAccount) {
    println!("{}", format!("{}/blobServices/default", data.id()));
    println!("{}", data.primary_blob_endpoint());
}

fn main() {}
