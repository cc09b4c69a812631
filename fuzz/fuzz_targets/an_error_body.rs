#![no_main]
use okta_fuzz::{Input, answers::an_error_body};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| an_error_body(&mut Input::new(bytes)));
