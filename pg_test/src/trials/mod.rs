//! Tests in Rust, for what psql can't show: time, several connections at once, a server that must
//! stay up. To add one, write a function in a file of its theme and name it in `ALL`.
//!
//! What one session of psql can show belongs in `pg_test/sql`.

mod calls;
mod cancel;
mod check;
mod credentials;
mod document;
mod grid;
mod import;
mod limits;
mod log;
mod questions;
mod relations;
mod reliability;
mod round_trips;
mod statements;
mod writes;

use libtest_mimic::Failed;

use crate::ctx::Ctx;

pub(crate) type Outcome = Result<(), Failed>;

type Body = fn(&Ctx) -> Outcome;

pub(crate) const ALL: &[(&str, Body)] = &[
    ("calls::least", calls::least),
    ("cancel::statement_timeout", cancel::statement_timeout),
    ("cancel::by_another_session", cancel::by_another_session),
    ("cancel::of_a_write", cancel::of_a_write),
    ("cancel::terminate", cancel::terminate),
    ("cancel::terminate_forty", cancel::terminate_forty),
    ("questions::answered", questions::answered),
    ("relations::round_trip", relations::round_trip),
    ("reliability::bounds", reliability::bounds::time_outs),
    ("reliability::faults", reliability::faults::table),
    ("reliability::lost_cancel", reliability::lost_answers::of_a_cancel),
    ("reliability::lost_opening", reliability::lost_answers::of_an_opening),
    ("reliability::killed", reliability::killed::two_hundred),
    ("reliability::memory", reliability::memory::of_a_scan),
    ("reliability::pacing", reliability::pacing::forty_gets),
    ("reliability::soak", reliability::soak::statements),
    ("credentials::secrets_never_shown", credentials::secrets::never_shown),
    ("credentials::odd_options", credentials::odd_options::refused_or_taken),
    ("credentials::one_token", credentials::tokens::one_for_a_thousand_calls),
    ("credentials::proofs", credentials::tokens::with_proofs),
    ("credentials::refused_token", credentials::tokens::renewed_when_refused),
    ("credentials::short_tokens", credentials::tokens::renewed_before_its_end),
    ("import::another_wrapper", import::others::wrapper),
    ("import::cool_down_of_another", import::cool_down::another_client),
    ("import::cool_down_lost_answer", import::cool_down::lost_answer),
    ("import::crash", import::crash::server),
    ("import::endings", import::endings::table),
    ("import::example", import::worked::example),
    ("import::failures", import::failures::table),
    ("import::memory", import::size::memory),
    ("import::next_batch", import::size::next_batch),
    ("import::one_more", import::size::one_more),
    ("import::ten_thousand", import::size::ten_thousand),
    ("import::wide_rows", import::size::wide_rows),
    ("import::answered_too_late", import::start::answered_too_late),
    ("import::cancelled_opening", import::start::cancelled_opening),
    ("import::cancelled_too_late", import::start::cancelled_too_late),
    ("import::dry_half_way", import::start::dry_half_way),
    ("import::no_call_left", import::start::no_call_left),
    ("import::nothing_to_import", import::start::nothing_to_import),
    ("import::taken_late", import::start::taken_late),
    ("import::limited", import::start::limited),
    ("import::roles", import::roles::of_each_row),
    ("import::two_roles", import::sharing::two_roles),
    ("import::two_transactions", import::sharing::two_transactions),
    ("limits::no_descriptor", limits::no_descriptor),
    ("limits::no_thread", limits::no_thread),
    ("log::closed_cursor", log::of_a_closed_cursor),
    ("log::cancelled_statement", log::of_a_cancelled_statement),
    ("round_trips::keys", round_trips::keys),
    ("round_trips::fan_out", round_trips::fan_out),
    ("round_trips::next_page", round_trips::next_page),
    ("round_trips::several_orgs", round_trips::several_orgs),
    ("statements::after_any_error", statements::after_any_error),
    ("statements::cursor_closed_half_way", statements::cursor_closed_half_way),
    ("statements::generic_plan_eight_times", statements::generic_plan_eight_times),
    ("statements::progress_is_told", statements::progress_is_told),
    ("writes::import_under_way", writes::import_under_way),
    ("writes::warning_after_an_error", writes::warning_after_an_error),
];
