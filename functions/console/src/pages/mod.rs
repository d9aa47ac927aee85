//! Holds one page in each file: what it asks the api for, and how it looks.

pub mod customer;
pub mod decide;
pub mod decide_link;
pub mod error;
pub mod new;
pub mod new_body;
pub mod provider;
pub mod queue;
pub mod request;
pub mod request_actions;
pub mod requests;
pub mod sign_in;
pub mod together;
pub mod unread;
