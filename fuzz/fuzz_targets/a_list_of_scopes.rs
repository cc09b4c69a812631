#![no_main]
use okta_fuzz::{Input, options::a_list_of_scopes};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a_list_of_scopes(&mut Input::new(bytes)));
