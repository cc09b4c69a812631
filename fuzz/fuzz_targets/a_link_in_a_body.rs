#![no_main]
use okta_fuzz::{Input, links::a_link_in_a_body};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_link_in_a_body(&mut Input::new(bytes)));
