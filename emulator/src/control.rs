//! The control API under `/_emulator/`: tests set the stage with it and read what happened.
//!
//! It asks for no credential and is never logged.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::clock::wire;
use crate::pattern::Pattern;
use crate::rates::NewLimit;
use crate::seed::{OrgSeed, Settings};
use crate::world::{Latency, Shared, World};

/// The answer's status and JSON.
pub(crate) fn answer(shared: &Shared, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    let mut world = shared.lock();
    let segments: Vec<&str> = path.split('/').collect();
    let result = match (method, segments.as_slice()) {
        ("GET", ["requests"]) => Ok(json!(world.log.list())),
        ("DELETE", ["requests"]) => Ok(json!(world.log.clear())),
        ("POST", ["reset"]) => world.reset().map(|()| json!({})),
        ("POST", ["latency"]) => parsed(body).map(|order| latency(&mut world, order)),
        ("GET", ["clock"]) => Ok(now(&world)),
        ("POST", ["clock"]) => parsed(body).map(|order| advance(&mut world, &order)),
        ("GET", ["faults"]) => Ok(world.faults.json()),
        ("POST", ["faults"]) => parsed(body).and_then(|order| faults(&mut world, order)),
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            Ok(json!({}))
        }
        ("GET", ["rate_limits"]) => Ok(world.rates.json()),
        ("POST", ["rate_limits"]) => parsed(body).map(|order| limit(&mut world, &order)),
        ("GET", ["orgs"]) => Ok(json!(world.orgs.keys().collect::<Vec<_>>())),
        (_, ["orgs", org, rest @ ..]) => of_org(&mut world, method, org, rest, body),
        _ => {
            return (404, json!({ "error": format!("no {method} /_emulator/{path}") }));
        }
    };
    match result {
        Ok(value) => (200, value),
        Err(error) => (400, json!({ "error": error })),
    }
}

fn of_org(
    world: &mut World,
    method: &str,
    subdomain: &str,
    rest: &[&str],
    body: &[u8],
) -> Result<Value, String> {
    if (method, rest) == ("POST", &[]) {
        let seed: OrgSeed = parsed(body)?;
        return world.add_org(subdomain, &seed).map(|()| json!({ "org": subdomain }));
    }
    let Some(org) = world.orgs.get_mut(subdomain) else {
        return Err(format!("no org {subdomain}"));
    };
    match (method, rest) {
        ("GET", ["state"]) => {
            org.settle(world.clock.now(), &mut world.ids);
            Ok(org.state())
        }
        ("POST", ["settings"]) => {
            org.settings = merged(&org.settings, parsed(body)?)?;
            Ok(json!(org.settings))
        }
        ("POST", ["clients"]) => {
            org.clients.add(&parsed(body)?);
            Ok(json!({}))
        }
        ("POST", ["dpop_nonce"]) => {
            org.clients.renew_nonce();
            Ok(json!({ "nonce": org.clients.nonce() }))
        }
        ("DELETE", ["access_tokens"]) => Ok(json!({ "revoked": org.credentials.revoke() })),
        ("POST", ["users"]) => {
            let order: Count = parsed(body)?;
            org.users.generate(order.count, subdomain, &mut world.ids);
            Ok(json!({ "users": org.users.len() }))
        }
        _ => Err(format!("no {method} /_emulator/orgs/{subdomain}/{}", rest.join("/"))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    count: usize,
}

/// Parsed further one by one: an error then tells what is wrong.
#[derive(Deserialize)]
#[serde(untagged)]
enum FaultOrder {
    One(Map<String, Value>),
    Many(Vec<Map<String, Value>>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LatencyOrder {
    ms: u64,
    r#match: Option<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockOrder {
    advance_seconds: i64,
}

fn latency(world: &mut World, order: LatencyOrder) -> Value {
    let pause = Duration::from_millis(order.ms);
    world.set_latency(Latency { pattern: order.r#match, pause });
    json!({})
}

fn faults(world: &mut World, order: FaultOrder) -> Result<Value, String> {
    let list = match order {
        FaultOrder::One(fault) => vec![fault],
        FaultOrder::Many(list) => list,
    };
    for fault in list {
        let fault = serde_json::from_value(Value::Object(fault)).map_err(|e| e.to_string())?;
        world.faults.add(fault)?;
    }
    Ok(world.faults.json())
}

fn limit(world: &mut World, order: &NewLimit) -> Value {
    world.rates.set(order);
    json!({})
}

/// Settings that an order doesn't name stay as they are.
fn merged(settings: &Settings, order: Map<String, Value>) -> Result<Settings, String> {
    let mut all = json!(settings);
    if let Some(all) = all.as_object_mut() {
        all.extend(order);
    }
    serde_json::from_value(all).map_err(|e| e.to_string())
}

fn advance(world: &mut World, order: &ClockOrder) -> Value {
    world.clock.advance(order.advance_seconds);
    now(world)
}

fn now(world: &World) -> Value {
    json!({ "now": wire(world.clock.now()) })
}

/// No body at all is an empty order.
fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|e| e.to_string())
}
