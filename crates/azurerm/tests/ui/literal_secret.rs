//! A password that is written down.

use terrace_azurerm::MachineLearningDatastoreBlobstorage;

fn platform(store: &MachineLearningDatastoreBlobstorage) {
    store.set_account_key("correct horse battery staple");
}

fn main() {}
