use serde_json::json;

use super::*;
use crate::clock::Clock;

struct World {
    source: Source,
    ids: Ids,
    clock: Clock,
    settings: Settings,
}

impl World {
    fn new() -> World {
        World {
            source: Source::new("0oahr000000000000001"),
            ids: Ids::default(),
            clock: Clock::logical(),
            settings: Settings::default(),
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.clock.advance(seconds);
        self.source.settle(self.clock.now(), &self.settings, &mut self.ids);
    }

    fn create(&mut self) -> Result<String, Refusal> {
        let json = self.source.create_session(&mut self.ids, self.clock.now(), &self.settings)?;
        Ok(json["id"].as_str().unwrap().to_owned())
    }

    fn upsert(&mut self, id: &str, key: &str) -> Result<(), Refusal> {
        let profiles = json!([{ "externalId": key, "profile": { "userName": key } }]);
        self.load(id, Kind::Upsert, json!({ "entityType": "USERS", "profiles": profiles }))
    }

    fn delete(&mut self, id: &str, key: &str) -> Result<(), Refusal> {
        let profiles = json!([{ "externalId": key }]);
        self.load(id, Kind::Delete, json!({ "entityType": "USERS", "profiles": profiles }))
    }

    #[expect(clippy::needless_pass_by_value, reason = "a call with json!() reads better")]
    fn load(&mut self, id: &str, kind: Kind, body: Value) -> Result<(), Refusal> {
        let load = Load::parse(kind, &body, body.to_string().len())?;
        self.source.load(id, load, self.clock.now())
    }

    fn trigger(&mut self, id: &str) -> Result<Value, Refusal> {
        self.source.trigger(id, self.clock.now())
    }

    fn status(&self, id: &str) -> &'static str {
        self.source.sessions.iter().find(|s| s.id == id).unwrap().status.as_str()
    }
}

#[test]
fn one_open_session_and_five_minutes_after_a_trigger() {
    let mut world = World::new();
    let first = world.create().unwrap();
    assert_eq!(world.create().unwrap_err().code, "E0000001");
    world.upsert(&first, "a").unwrap();
    assert!(world.create().is_err());
    world.trigger(&first).unwrap();
    world.pass(299);
    assert!(world.create().is_err());
    world.pass(1);
    world.create().unwrap();
}

#[test]
fn cancelling_frees_the_source_at_once() {
    let mut world = World::new();
    let first = world.create().unwrap();
    let now = world.clock.now();
    world.source.session(&first, now).unwrap().cancel(now).unwrap();
    assert_eq!(world.status(&first), "CLOSED");
    assert!(world.source.session(&first, now).unwrap().cancel(now).is_err());
    assert!(world.source.list().is_empty());
    world.create().unwrap();
}

#[test]
fn an_import_shows_its_data_when_it_is_done() {
    let mut world = World::new();
    let id = world.create().unwrap();
    assert!(world.trigger(&id).is_err(), "nothing loaded");
    world.upsert(&id, "a").unwrap();
    world.upsert(&id, "b").unwrap();
    world.delete(&id, "b").unwrap();
    assert_eq!(world.status(&id), "IN_PROGRESS");
    world.trigger(&id).unwrap();
    assert!(world.trigger(&id).is_err());
    assert!(world.upsert(&id, "c").is_err());
    world.pass(59);
    assert_eq!(world.status(&id), "TRIGGERED");
    assert!(world.source.directory.users.is_empty());
    world.pass(1);
    assert_eq!(world.status(&id), "COMPLETED");
    assert_eq!(world.source.directory.users.keys().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn imports_run_one_after_the_other() {
    let mut world = World::new();
    world.settings.cooldown_seconds = 0;
    let first = world.create().unwrap();
    world.upsert(&first, "a").unwrap();
    world.trigger(&first).unwrap();
    world.pass(10);
    let second = world.create().unwrap();
    world.upsert(&second, "b").unwrap();
    world.trigger(&second).unwrap();
    world.pass(70);
    assert_eq!((world.status(&first), world.status(&second)), ("COMPLETED", "TRIGGERED"));
    world.pass(40);
    assert_eq!(world.status(&second), "COMPLETED");
}

#[test]
fn a_failed_import_imports_nothing() {
    let mut world = World::new();
    world.settings.imports_fail = true;
    let id = world.create().unwrap();
    world.upsert(&id, "a").unwrap();
    world.trigger(&id).unwrap();
    world.pass(60);
    assert_eq!(world.status(&id), "ERROR");
    assert!(world.source.directory.users.is_empty());
}

#[test]
fn deleting_strangers_leaves_a_session_created() {
    let mut world = World::new();
    let id = world.create().unwrap();
    world.delete(&id, "stranger").unwrap();
    assert_eq!(world.status(&id), "CREATED");
    assert!(world.trigger(&id).is_err());
}

#[test]
fn idle_sessions_expire_after_a_day() {
    let mut world = World::new();
    let id = world.create().unwrap();
    world.pass(86_399);
    world.source.session(&id, world.clock.now()).unwrap();
    world.pass(86_399);
    assert_eq!(world.status(&id), "CREATED");
    world.pass(1);
    assert_eq!(world.status(&id), "EXPIRED");
    world.create().unwrap();
}

#[test]
fn fifty_requests_a_session() {
    let mut world = World::new();
    let id = world.create().unwrap();
    for n in 0..50 {
        world.upsert(&id, &n.to_string()).unwrap();
    }
    assert_eq!(world.upsert(&id, "50").unwrap_err().code, "E0000001");
}
