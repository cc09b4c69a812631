#![no_main]
use okta_fuzz::{Input, requests::a_path};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_path(&mut Input::new(bytes)));
