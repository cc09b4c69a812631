//! A client together with the meter that its calls count towards: what every question to Okta needs.

use std::sync::Arc;
use std::time::Duration;

use super::{Answer, Client, Meter, Request, Settings};
use crate::error::Error;

/// Sends requests and counts them.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Arc<Client>,
    meter: Arc<Meter>,
}

impl Caller {
    /// A caller whose calls count towards a meter.
    pub fn new(client: Arc<Client>, meter: Arc<Meter>) -> Self {
        Self { client, meter }
    }

    /// What the calls have cost.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Bounds and patience.
    pub fn settings(&self) -> &Settings {
        self.client.settings()
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub async fn send(&self, request: &Request) -> Result<Answer, Error> {
        self.client.send(request, &self.meter).await
    }

    /// Sends a request, but does not wait longer than `longest` for a rate limit or a retry.
    ///
    /// # Errors
    /// Those of [`Client::send`].
    pub(crate) async fn send_within(
        &self,
        longest: Duration,
        request: &Request,
    ) -> Result<Answer, Error> {
        self.client.send_within(longest, request, &self.meter).await
    }

    /// Sends requests at the same time; the answers come in the order of the requests.
    pub async fn send_all(&self, requests: &[Request]) -> Vec<Result<Answer, Error>> {
        futures_util::future::join_all(requests.iter().map(|request| self.send(request))).await
    }
}
