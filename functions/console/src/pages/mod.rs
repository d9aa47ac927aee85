//! Holds one page in each file: what it asks the api for, and how it looks.

pub mod audit;
pub mod clients;
pub mod customer;
pub mod decide;
pub mod decide_link;
pub mod disputes;
pub mod documents;
pub mod error;
pub mod home;
pub mod new;
pub mod new_body;
pub mod office;
pub mod patterns;
pub mod payouts;
pub mod people;
pub mod policy;
pub mod provider;
pub mod queue;
pub mod request;
pub mod request_actions;
pub mod requests;
pub mod sign_in;
pub mod tasks;
pub mod together;
pub mod unread;
