//! The descriptions that new adapters begin with (`cargo xtask new adapter`), so that they are compiled. They join no
//! suite.

#![allow(dead_code)]

#[path = "../../../../xtask/templates/courier/suite.rs"]
mod courier;
#[path = "../../../../xtask/templates/erp/suite.rs"]
mod erp;
#[path = "../../../../xtask/templates/gateway/suite.rs"]
mod gateway;
#[path = "../../../../xtask/templates/helpdesk/suite.rs"]
mod helpdesk;
#[path = "../../../../xtask/templates/source/suite.rs"]
mod source;
#[path = "../../../../xtask/templates/store/suite.rs"]
mod store;
