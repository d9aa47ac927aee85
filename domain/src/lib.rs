//! What contraflow knows about credits, refunds and adjustments: pure functions over plain values. No I/O, no clock, no
//! randomness: instants and ids come in as arguments.

#![deny(clippy::float_arithmetic)]

pub mod account;
pub mod allocation;
pub mod approval;
pub mod balance;
pub mod chain;
pub mod credit;
pub mod decimal;
pub mod delegation;
pub mod disputes;
pub mod doctor;
pub mod doubts;
pub mod drafts;
pub mod eligibility;
pub mod evidence;
mod given_back;
pub mod handoff;
pub mod history;
pub mod invoice;
pub mod lifecycle;
pub mod limits;
pub mod losses;
pub mod money;
pub mod outside;
pub mod policy;
pub mod progress;
pub mod refusal;
pub mod request;
pub mod reroute;
pub mod reversal;
pub mod schedule;
pub mod tender;
pub mod time;
pub mod voiding;
pub mod warnings;
