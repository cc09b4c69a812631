//! Settings that change how values are read and written as text, held at fixed values for a while.

use pgrx::pg_sys;

/// The settings, as Okta's texts want them whatever the session has.
const FIXED: &[(&std::ffi::CStr, &std::ffi::CStr)] = &[
    (c"DateStyle", c"ISO, MDY"),
    (c"IntervalStyle", c"postgres"),
    (c"TimeZone", c"UTC"),
    (c"extra_float_digits", c"1"),
    (c"bytea_output", c"hex"),
    (c"lc_monetary", c"C"),
    (c"xmloption", c"content"),
    (c"search_path", c"pg_catalog"),
];

/// Runs a conversion under fixed settings. After an ERROR PostgreSQL takes them back itself.
pub(super) fn fixed<T>(convert: impl FnOnce() -> T) -> T {
    // SAFETY: names and values are C strings, and the values are legal for every role; the level is the one
    // that was opened here.
    unsafe {
        let level = pg_sys::NewGUCNestLevel();
        for (name, value) in FIXED {
            pg_sys::set_config_option(
                name.as_ptr(),
                value.as_ptr(),
                pg_sys::GucContext::PGC_USERSET,
                pg_sys::GucSource::PGC_S_SESSION,
                pg_sys::GucAction::GUC_ACTION_SAVE,
                true,
                0,
                false,
            );
        }
        let converted = convert();
        pg_sys::AtEOXact_GUC(true, level);
        converted
    }
}
