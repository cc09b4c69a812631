#![no_main]
use okta_fuzz::{Input, options::a_subdomain};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_subdomain(&mut Input::new(bytes)));
