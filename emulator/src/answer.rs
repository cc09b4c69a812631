//! An answer before it is put on the wire: status, JSON, links.
//!
//! Headers that every answer carries (request id, rate limits, length) are the gate's business.

use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) links: Vec<Link>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// One `Link` header line. Okta sends a line for each relation, never a joined list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) rel: &'static str,
    pub(crate) url: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Answer {
        Answer { status, body: Some(body), links: Vec::new(), headers: Vec::new() }
    }

    pub(crate) fn ok(body: Value) -> Answer {
        Answer::json(200, body)
    }

    pub(crate) fn empty(status: u16) -> Answer {
        Answer { status, body: None, links: Vec::new(), headers: Vec::new() }
    }

    pub(crate) fn with_links(mut self, links: Vec<Link>) -> Answer {
        self.links = links;
        self
    }
}

impl Link {
    pub(crate) fn header(&self) -> String {
        format!("<{}>; rel=\"{}\"", self.url, self.rel)
    }
}
