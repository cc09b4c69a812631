//! What may strike a call.

use serde_json::{Value, json};

use super::scene::Act;
use super::steps::Step;

#[derive(Debug)]
pub(super) struct Fault {
    pub(super) title: &'static str,
    /// What the emulator is told.
    order: &'static str,
    /// Only the first attempt is struck.
    once: bool,
    pub(super) act: Option<Act>,
    /// `request_timeout` in seconds: short only where it shall be reached, since machines stutter.
    pub(super) timeout: u8,
}

const fn fault(title: &'static str, order: &'static str) -> Fault {
    Fault { title, order, once: false, act: None, timeout: 20 }
}

/// Long enough to break in meanwhile.
const UNDONE: &str = r#"{"fault": "reset_before", "ms": 3000}"#;
const DONE: &str = r#"{"fault": "delay_ms", "ms": 3000}"#;

const fn interrupted(title: &'static str, order: &'static str, act: Act) -> Fault {
    Fault { once: true, act: Some(act), ..fault(title, order) }
}

pub(super) const ALL: &[Fault] = &[
    Fault {
        once: true,
        ..fault("429 that resets within `max_wait`", r#"{"fault": "rate_limit", "seconds": 0}"#)
    },
    fault("429 that resets later", r#"{"fault": "rate_limit", "seconds": 600}"#),
    fault("500", r#"{"fault": "status", "code": 500}"#),
    fault("reset, not done", r#"{"fault": "reset_before"}"#),
    fault("reset, done", r#"{"fault": "reset_after"}"#),
    Fault {
        timeout: 1,
        ..fault("no answer within `request_timeout`, done", r#"{"fault": "delay_ms", "ms": 20000}"#)
    },
    interrupted("cancelled statement, not done", UNDONE, Act::Cancel),
    interrupted("cancelled statement, done", DONE, Act::Cancel),
    interrupted("terminated backend, not done", UNDONE, Act::Terminate),
    interrupted("terminated backend, done", DONE, Act::Terminate),
];

impl Fault {
    /// What the emulator is told so that it strikes a step.
    pub(super) fn order(&self, step: &Step) -> Result<Value, serde_json::Error> {
        let mut order: Value = serde_json::from_str(self.order)?;
        if let Some(order) = order.as_object_mut() {
            order.insert("match".to_owned(), json!(step.strikes));
            if let Some(nth) = step.nth.or_else(|| self.once.then_some(1)) {
                order.insert("nth".to_owned(), json!(nth));
            }
        }
        Ok(order)
    }
}
