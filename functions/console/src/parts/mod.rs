//! Holds the parts from which pages are put together.

pub mod approvals;
pub mod chips;
pub mod chronicle;
pub mod fields;
pub mod filters;
pub mod findings;
pub mod flow;
pub mod foreign;
pub mod frame;
pub mod layout;
pub mod message;
pub mod money;
pub mod months;
pub mod navigation;
pub mod notice;
pub mod packet;
pub mod pager;
pub mod place;
pub mod refused;
pub mod rows;
pub mod steps;
pub mod task;
pub mod time;
pub mod timeline;
pub mod totals;
pub mod words;
