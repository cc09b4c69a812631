#![no_main]
use okta_fuzz::{Input, options::a_proxy};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_proxy(&mut Input::new(bytes)));
