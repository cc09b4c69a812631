//! The unsafe room: PostgreSQL's pointers, nodes and memory contexts behind safe types.
//!
//! It knows nothing of Okta. Each `unsafe` block says which of PostgreSQL's guarantees it stands on.

pub(crate) mod analyze;
pub(crate) mod asynchronous;
pub(crate) mod backtrace;
pub(crate) mod callbacks;
pub(crate) mod clause;
pub(crate) mod compat;
pub(crate) mod condition;
pub(crate) mod encoding;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod foreign;
pub(crate) mod implied;
pub(crate) mod import_schema;
pub(crate) mod join;
pub(crate) mod latch;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod modify;
pub(crate) mod modify_plan;
pub(crate) mod partition;
pub(crate) mod planner;
mod portal;
pub(crate) mod relation;
pub(crate) mod report;
pub(crate) mod role;
mod settings;
pub(crate) mod slot;
pub(crate) mod spi;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod value;
