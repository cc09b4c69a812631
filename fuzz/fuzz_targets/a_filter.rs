#![no_main]
use okta_fuzz::{Input, requests::a_filter};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_filter(&mut Input::new(bytes)));
