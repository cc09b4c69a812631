#![no_main]
use okta_fuzz::{Input, requests::a_path_as_it_stands};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_path_as_it_stands(&mut Input::new(bytes)));
