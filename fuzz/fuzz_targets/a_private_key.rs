#![no_main]
use okta_fuzz::{Input, options::a_private_key};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_private_key(&mut Input::new(bytes)));
