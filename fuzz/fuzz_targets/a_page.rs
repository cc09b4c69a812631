#![no_main]
use okta_fuzz::{Input, answers::a_page};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_page(&mut Input::new(bytes)));
