//! An Okta org in one process: the HTTP API of identity sources, users, groups and apps, with
//! Okta's rules, error bodies, paging and rate limits, for tests and demos.
//!
//! It keeps everything in memory and forgets it on exit. It is no model of Okta's security: its
//! tokens are written in its seed, and whoever reaches its port controls it.

mod answer;
mod api;
mod clock;
mod control;
pub mod control_client;
mod expression;
mod faults;
mod gate;
mod generic;
mod ids;
mod oauth;
mod objects;
mod org;
mod outgoing;
mod page;
mod pattern;
mod payload;
mod rates;
mod refusal;
mod request;
mod request_log;
mod routes;
mod seed;
mod server;
mod source;
mod spec;
mod wire;
mod world;

pub use seed::{
    AccessTokenSeed, AppSeed, ClientSeed, GroupSeed, Jwks, Objects, OrgSeed, Seed, Settings,
    UserSeed,
};
pub use server::{Config, Emulator};
