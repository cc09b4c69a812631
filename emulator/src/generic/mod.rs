//! The rest of Okta's API, as its specification describes it: what no room written by hand answers.
//!
//! It reads `emulator/spec`, and nothing that a client of the emulator reads: a path that is wrong there is
//! refused here.

mod body;
mod embed;
mod merge;
mod parents;
mod query;
mod read;
mod write;

use crate::answer::Answer;
use crate::api::Call;
use crate::refusal::Refusal;
use crate::spec::Operation;

/// The answer to a call of an operation.
pub(crate) fn answer(
    call: &mut Call<'_>,
    operation: &'static Operation,
) -> Result<Answer, Refusal> {
    query::check(operation, call.request)?;
    match operation.method {
        "GET" => read::answer(call, operation),
        _ => write::answer(call, operation),
    }
}
