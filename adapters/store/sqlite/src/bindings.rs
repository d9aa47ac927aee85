//! What wit-bindgen makes of the contract.
#![allow(unsafe_code, missing_docs, reason = "generated code")]

wit_bindgen::generate!({
    path: ["../../../wit/store", "wit"],
    world: "contraflow:store-sqlite-component/store-sqlite",
    generate_all,
    pub_export_macro: true,
});
