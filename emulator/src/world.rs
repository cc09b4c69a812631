//! Everything the emulator knows: the orgs, their clock, the request log, and what tests have set.
//!
//! It is one value behind one lock. Whatever takes time (latency, slow bodies) happens outside.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::answer::Answer;
use crate::api::Call;
use crate::clock::Clock;
use crate::faults::{Fault, Faults};
use crate::generic;
use crate::ids::Ids;
use crate::org::Org;
use crate::pattern::Pattern;
use crate::rates::{Rates, Standing};
use crate::refusal::Refusal;
use crate::request::OrgRequest;
use crate::request_log::{LogEntry, Outcome, RequestLog};
use crate::routes::{self, Route};
use crate::seed::{OrgSeed, Seed};
use crate::spec::{self, Operation};

#[derive(Debug)]
pub(crate) struct World {
    seed: Seed,
    wall_clock: bool,
    pub(crate) orgs: BTreeMap<String, Org>,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) log: RequestLog,
    pub(crate) rates: Rates,
    pub(crate) faults: Faults,
    latencies: Vec<Latency>,
    in_flight: BTreeMap<String, usize>,
    requests: u64,
    resets: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Latency {
    pub(crate) pattern: Option<Pattern>,
    pub(crate) pause: Duration,
}

/// What a request under way is known by. Numbers begin anew when the world is reset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) n: u64,
    resets: u64,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) answer: Result<Answer, Refusal>,
    pub(crate) standing: Standing,
}

/// The world, shared by all connections.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<World>);

impl Shared {
    pub(crate) fn new(world: World) -> Shared {
        Shared(Mutex::new(world))
    }

    /// A handler that panicked has left the world as it was: the next one may go on.
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    pub(crate) fn new(seed: &Seed, wall_clock: bool) -> Result<World, String> {
        let clock = if wall_clock { Clock::wall() } else { Clock::logical() };
        let mut world = World {
            seed: seed.clone(),
            wall_clock,
            orgs: BTreeMap::new(),
            clock,
            ids: Ids::default(),
            log: RequestLog::default(),
            rates: Rates::default(),
            faults: Faults::default(),
            latencies: Vec::new(),
            in_flight: BTreeMap::new(),
            requests: 0,
            resets: 0,
        };
        for (subdomain, org) in &seed.orgs {
            world.add_org(subdomain, org)?;
        }
        Ok(world)
    }

    /// Back to the seed. Requests under way keep their place in the count of those in flight.
    pub(crate) fn reset(&mut self) -> Result<(), String> {
        let mut fresh = World::new(&self.seed, self.wall_clock)?;
        fresh.in_flight = std::mem::take(&mut self.in_flight);
        fresh.resets = self.resets + 1;
        *self = fresh;
        Ok(())
    }

    /// Adds an org, or puts another in its place.
    pub(crate) fn add_org(&mut self, subdomain: &str, seed: &OrgSeed) -> Result<(), String> {
        let org = Org::from_seed(subdomain, seed, &mut self.ids, self.clock.now())?;
        self.orgs.insert(subdomain.to_owned(), org);
        Ok(())
    }

    /// Notes that a request has arrived.
    pub(crate) fn arrive(&mut self, org: &str, request: &OrgRequest) -> Ticket {
        self.requests += 1;
        let in_flight = self.in_flight.entry(org.to_owned()).or_default();
        *in_flight += 1;
        self.log.begin(LogEntry::new(self.requests, org, request, *in_flight));
        Ticket { n: self.requests, resets: self.resets }
    }

    /// Notes how a request has ended.
    pub(crate) fn leave(
        &mut self,
        ticket: Ticket,
        org: &str,
        outcome: Outcome,
        status: Option<u16>,
    ) {
        if let Some(in_flight) = self.in_flight.get_mut(org) {
            *in_flight = in_flight.saturating_sub(1);
        }
        if ticket.resets == self.resets {
            self.log.end(ticket.n, outcome, status);
        }
    }

    /// The rule that was set last wins.
    pub(crate) fn latency(&self, request: &OrgRequest, query: &str) -> Duration {
        let applies = |latency: &&Latency| {
            let pattern = latency.pattern.as_ref();
            pattern.is_none_or(|p| p.matches(&request.method, &request.path, query))
        };
        self.latencies.iter().rev().find(applies).map_or(Duration::ZERO, |l| l.pause)
    }

    pub(crate) fn set_latency(&mut self, latency: Latency) {
        self.latencies.retain(|other| other.pattern != latency.pattern);
        self.latencies.push(latency);
    }

    /// The fault that strikes this request, which the log notes.
    pub(crate) fn strike(
        &mut self,
        n: u64,
        org: &str,
        request: &OrgRequest,
        query: &str,
    ) -> Option<Fault> {
        let fault = self.faults.strike(org, &request.method, &request.path, query)?;
        self.log.note_fault(n, fault.kind());
        Some(fault)
    }

    /// What the org answers, or a fault in its place, and how the request's rate limit stands.
    pub(crate) fn answer(
        &mut self,
        org: &str,
        request: &OrgRequest,
        instead: Option<Refusal>,
    ) -> Reply {
        let segments = request.segments();
        // A path like /groups/rules is none of /groups/{id}.
        let own = routes::literals(&segments);
        if own.is_none_or(|own| spec::names_more(own, &segments)) {
            return self.described_or_unknown(org, request, instead);
        }
        match routes::find(&request.method, &segments) {
            Ok((route, parameters)) => {
                let standing = self.standing(org, &route.bucket(&parameters));
                let answer = match instead {
                    Some(refusal) => Err(refusal),
                    None => self.routed(org, request, route, &parameters, standing),
                };
                Reply { answer, standing }
            }
            Err(refusal) => self.refused(org, instead.unwrap_or(refusal)),
        }
    }

    /// What the specification's part answers, if it knows the path.
    fn described_or_unknown(
        &mut self,
        org: &str,
        request: &OrgRequest,
        instead: Option<Refusal>,
    ) -> Reply {
        match spec::find(&request.method, &request.segments()) {
            Ok(operation) => self.described(org, request, operation, instead),
            Err(refusal) => self.refused(org, instead.unwrap_or(refusal)),
        }
    }

    fn refused(&mut self, org: &str, refusal: Refusal) -> Reply {
        let standing = self.standing(org, "/api/v1");
        let known = self.orgs.contains_key(org);
        let refusal = if known { refusal } else { unknown_org(org) };
        Reply { answer: Err(refusal), standing }
    }

    /// What the specification's part answers.
    fn described(
        &mut self,
        org: &str,
        request: &OrgRequest,
        operation: &'static Operation,
        instead: Option<Refusal>,
    ) -> Reply {
        let standing = self.standing(org, operation.path);
        let now = self.clock.now();
        let org = self.orgs.get_mut(org).ok_or_else(|| unknown_org(org));
        let answer = match (instead, org) {
            (Some(refusal), _) | (None, Err(refusal)) => Err(refusal),
            (None, Ok(org)) => require_length(request)
                .and_then(|()| org.credentials.check_operation(request, operation))
                .and_then(|()| if standing.allowed { Ok(()) } else { Err(Refusal::rate_limit()) })
                .and_then(|()| {
                    let ids = &mut self.ids;
                    let mut call = Call { org, ids, now, request, parameters: &[] };
                    generic::answer(&mut call, operation)
                }),
        };
        if request.method != "GET" && answer.is_ok() {
            self.clock.tick();
        }
        Reply { answer, standing }
    }

    fn routed(
        &mut self,
        org: &str,
        request: &OrgRequest,
        route: &Route,
        parameters: &[String],
        standing: Standing,
    ) -> Result<Answer, Refusal> {
        let now = self.clock.now();
        let org = self.orgs.get_mut(org).ok_or_else(|| unknown_org(org))?;
        require_length(request)?;
        if let Some(scope) = route.scope {
            org.credentials.check(request, scope)?;
        }
        if !standing.allowed {
            return Err(Refusal::rate_limit());
        }
        org.settle(now, &mut self.ids);
        let mut call = Call { org, ids: &mut self.ids, now, request, parameters };
        let answer = (route.handler)(&mut call)?;
        // Tokens are no writes: how many a client fetches must not move the clock.
        if route.method != "GET" && route.scope.is_some() {
            self.clock.tick();
        }
        Ok(answer)
    }

    /// More requests under way than the org allows are refused with a limit and a rest of zero.
    fn standing(&mut self, org: &str, bucket: &str) -> Standing {
        let now = Timestamp::now();
        let limit = self.orgs.get(org).map_or(usize::MAX, |org| org.settings.concurrency_limit);
        if self.in_flight.get(org).is_some_and(|in_flight| *in_flight > limit) {
            return Standing { limit: 0, remaining: 0, reset: now.as_second() + 1, allowed: false };
        }
        self.rates.take(org, bucket, now)
    }
}

fn unknown_org(subdomain: &str) -> Refusal {
    Refusal::not_found(subdomain, "Org")
}

/// Okta takes no POST or PUT that doesn't say how long its body is, though it be empty.
fn require_length(request: &OrgRequest) -> Result<(), Refusal> {
    let writes = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    let known = ["content-length", "transfer-encoding"].iter().any(|h| request.header(h).is_some());
    if writes && !known { Err(Refusal::length_required()) } else { Ok(()) }
}
