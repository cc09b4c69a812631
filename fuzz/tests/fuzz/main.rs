//! Each target with its fixed cases, and what is tested with one case alone.

use std::collections::BTreeSet;
use std::panic::{catch_unwind, resume_unwind};
use std::path::Path;

use okta::decode::{Form, Page, Wanted};
use okta_fuzz::{Input, Rng, input};

/// All targets, by the module that they stand in: a test of each.
macro_rules! targets {
    ($($module:ident: $($name:ident)+;)+) => {
        $(mod $module {
            $(#[test]
            fn $name() {
                let name = concat!(stringify!($module), "::", stringify!($name));
                super::run(name, okta_fuzz::$module::$name);
            })+
        })+
        const TARGETS: &[(&str, &str)] = &[$($((stringify!($module), stringify!($name))),+),+];
    };
}

targets! {
    answers: a_page an_error_body;
    links: a_link_header a_link_in_a_body;
    options: a_list_of_scopes a_private_key a_proxy a_subdomain an_org_url;
    requests: a_filter a_path a_path_as_it_stands;
}

/// How many cases a test runs: the same ones each time, so that its outcome is the code's alone.
const CASES: u64 = 2000;

/// Runs the fixed cases of a target, or one alone: `FUZZ_CASE` is the number of a fixed one, or the path of
/// an input that libFuzzer wrote down.
#[allow(clippy::unwrap_used, reason = "clippy exempts only functions marked as tests")]
fn run(name: &str, case: fn(&mut Input<'_>)) {
    let fixed = |number| input::drawn(&mut Rng::with_seed(number));
    if let Ok(chosen) = std::env::var("FUZZ_CASE") {
        let bytes = match chosen.parse() {
            Ok(number) => fixed(number),
            Err(_) => std::fs::read(&chosen).unwrap(),
        };
        return case(&mut Input::new(&bytes));
    }
    for number in 0..CASES {
        let bytes = fixed(number);
        if let Err(panic) = catch_unwind(|| case(&mut Input::new(&bytes))) {
            eprintln!(
                "To repeat it: FUZZ_CASE={number} cargo test -p okta-fuzz --test fuzz -- --exact {name}"
            );
            resume_unwind(panic);
        }
    }
}

/// Each target is libFuzzer's, too.
#[test]
fn every_target_has_a_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets");
    for (module, name) in TARGETS {
        let program = std::fs::read_to_string(folder.join(name).with_extension("rs")).unwrap();
        assert!(program.contains(&format!("{module}::{name}}}")), "{name}: {program}");
    }
    let programs = folder.read_dir().unwrap().count();
    let names: BTreeSet<_> = TARGETS.iter().map(|(_, name)| name).collect();
    assert_eq!((names.len(), programs), (TARGETS.len(), TARGETS.len()));
}

/// Nesting costs no stack, in properties that are wanted and in those that are not.
#[test]
fn a_deep_page() {
    let mut wanted = Wanted::default();
    wanted.add("a", Form::Json);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for property in ["a", "b"] {
            let depth = 200_000;
            let value = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            let text = format!("[{{\"{property}\":{value}}}]");
            if let Ok(page) = Page::list(text.as_bytes(), &wanted) {
                assert_eq!(page.cell(0, 0), (property == "a").then_some(value.as_str()));
            }
        }
    }
}
