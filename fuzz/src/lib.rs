//! Randomized tests: how long they run, how a failure is repeated, and what odd input is made of.
//!
//! It is no fuzzing with coverage guidance: nothing learns which input reached new code. Inputs are made
//! of what is known to be odd, and of good input with faults in it.

pub mod input;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

pub use fastrand::Rng;

/// How many cases run without `FUZZ_SECONDS`: the same ones each time, so that a test's outcome is the
/// code's alone.
const FIXED: u64 = 2000;

/// Runs cases, each with a seed of its own: the same `FIXED` ones, or others for as many seconds as
/// `FUZZ_SECONDS` says. The seed of one that panics is told; `FUZZ_SEED` runs that one alone.
pub fn run(mut case: impl FnMut(&mut Rng)) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    if let Some(seed) = number("FUZZ_SEED") {
        return case(&mut Rng::with_seed(seed));
    }
    let end = number("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut cases = 0_u64;
    while end.map_or(cases < FIXED, |end| Instant::now() < end) {
        let seed = if end.is_some() { fastrand::u64(..) } else { cases };
        let outcome = catch_unwind(AssertUnwindSafe(|| case(&mut Rng::with_seed(seed))));
        if let Err(panic) = outcome {
            eprintln!("case {cases} fails: FUZZ_SEED={seed} repeats it");
            resume_unwind(panic);
        }
        cases += 1;
    }
    println!("{cases} cases");
}
