//! Holds the interfaces that this host implements, generated from their WIT.
#![allow(missing_docs, clippy::indexing_slicing, clippy::unwrap_used)]

wasmtime::component::bindgen!({
    path: ["../wit/store", "wit"],
    world: "contraflow:host/imports",
    imports: { default: async | trappable },
    with: {
        "spin:sqlite/sqlite.connection": crate::capabilities::opened::Connection,
        "spin:key-value/key-value.store": crate::capabilities::opened::Store,
    },
});
