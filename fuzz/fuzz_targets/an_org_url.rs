#![no_main]
use okta_fuzz::{Input, options::an_org_url};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| an_org_url(&mut Input::new(bytes)));
