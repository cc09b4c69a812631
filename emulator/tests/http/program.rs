//! The program, as shell scripts use it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

const PROGRAM: &str = env!("CARGO_BIN_EXE_okta-emulator");

struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Served {
        let mut command = Command::new(PROGRAM);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").unwrap().to_owned();
        Served { child, url }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(PROGRAM);
        let output = command.args(arguments).env("OKTA_EMULATOR", &self.url).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn get(&self, path: &str) {
        let url = format!("{}/orgs/acme", self.url);
        control_client::send(&url, "GET", path, &[("Authorization", TOKEN)], "").unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn terminate(child: &Child) {
    let kill = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[test]
fn requests_are_printed_and_forgotten() {
    let served = Served::start(&["--listen", "127.0.0.1:0"]);
    served.get("/api/v1/users?search=status%20eq%20%22ACTIVE%22");
    served.get("/api/v1/apps/nope");
    let lines =
        "GET /api/v1/users?search=status eq \"ACTIVE\" -> 200\nGET /api/v1/apps/nope -> 404\n";
    assert_eq!(served.run(&["requests", "--keep"]), lines);
    assert_eq!(served.run(&["requests", "--keep", "--count"]), "2\n");
    assert_eq!(served.run(&["requests", "--keep", "--in-flight"]), "1\n");
    let sorted = served.run(&["requests", "--sort", "--orgs"]);
    assert!(sorted.starts_with("[acme] GET /api/v1/apps/nope -> 404\n"), "{sorted}");
    assert_eq!(served.run(&["requests"]), "");
}

#[test]
fn admin_calls_the_control_api() {
    let served = Served::start(&["serve", "--listen", "127.0.0.1:0"]);
    let answer = served.run(&["admin", "post", "/_emulator/clock", r#"{"advance_seconds": 90}"#]);
    assert_eq!(answer, "{\"now\":\"2026-01-05T09:01:30.000Z\"}\n");
    let mut command = Command::new(PROGRAM);
    let refused = command.args(["admin", "POST", "/_emulator/nope", "--url", &served.url]);
    assert!(!refused.output().unwrap().status.success());
}

/// Runs the program with its output and errors to pipes that nobody reads.
fn unread(served: &Served, arguments: &[&str], also_errors: bool) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("OKTA_EMULATOR", &served.url);
    if also_errors {
        command.stderr(writer.try_clone().unwrap());
    } else {
        command.stderr(Stdio::piped());
    }
    let output = command.stdout(writer).spawn().unwrap().wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let served = Served::start(&[]);
    served.get("/api/v1/users");
    let silent = (Some(0), String::new());
    let requests = ["requests", "--keep"];
    for arguments in [
        &["requests", "--keep"][..],
        &[&requests[..], &["--count"]].concat(),
        &[&requests[..], &["--in-flight"]].concat(),
        &[&requests[..], &["--sort", "--orgs", "--bodies"]].concat(),
        &["admin", "GET", "/_emulator/requests"],
        &["--help"],
        &["--version"],
    ] {
        assert_eq!(unread(&served, arguments, false), silent, "{arguments:?}");
    }
    let refused = unread(&served, &["admin", "GET", "/_emulator/nope"], true);
    assert_eq!(refused.0, Some(1), "an error that can't be printed is no panic");
    assert_eq!(served.run(&["requests", "--count"]), "1\n", "it is still there");
}

#[test]
fn an_emulator_whose_address_nobody_reads_serves() {
    let folder = std::env::temp_dir().join(format!("okta-emulator-unread-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let port_file = folder.join("port");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(PROGRAM);
    command.arg("--port-file").arg(&port_file).stdout(writer).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let port = loop {
        assert_eq!(child.try_wait().unwrap(), None, "it ended");
        match std::fs::read_to_string(&port_file) {
            Ok(port) => break port,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(5)),
        }
    };
    let url = format!("http://127.0.0.1:{}", port.trim_end());
    let orgs = control_client::admin(&url, "GET", "/_emulator/orgs", None).unwrap();
    assert_eq!(orgs, json!(["acme", "globex"]));
    assert_eq!(child.try_wait().unwrap(), None, "it ended");
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_port_file_and_a_signal() {
    let folder = std::env::temp_dir().join(format!("okta-emulator-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (port, seed) = (folder.join("port"), folder.join("seed.json"));
    std::fs::write(&seed, r#"{ "orgs": { "initech": {} } }"#).unwrap();
    let (port_text, seed_text) = (port.to_str().unwrap(), seed.to_str().unwrap());
    let mut served = Served::start(&["serve", "--port-file", port_text, "--seed", seed_text]);
    let written = std::fs::read_to_string(&port).unwrap();
    assert_eq!(format!("http://127.0.0.1:{}", written.trim_end()), served.url);
    assert_eq!(served.run(&["admin", "GET", "/_emulator/orgs"]), "[\"initech\"]\n");
    terminate(&served.child);
    assert!(served.child.wait().unwrap().success());
    std::fs::remove_dir_all(folder).unwrap();
}
