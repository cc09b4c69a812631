#![no_main]
use okta_fuzz::{Input, links::a_link_header};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_link_header(&mut Input::new(bytes)));
