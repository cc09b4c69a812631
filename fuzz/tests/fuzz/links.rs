//! Links to a next page lead nowhere but to the list that was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use okta::Kind;
use okta::client::{Client, Credential, Meter, Request, Settings};
use okta::secret::Secret;
use okta_fuzz::{Rng, input, run};

use super::{request, request_to};

const GOOD: &[&str] = &[
    "<https://acme.okta.com/api/v1/users?limit=2>; rel=\"self\"",
    "<https://acme.okta.com/api/v1/users?after=abc&limit=2>; rel=\"next\"",
    "</api/v1/users?after=a,b>; title=\"a \\\" b\"; rel=\"prev next\", <x>; anchor=\"#y\"; rel=next",
    "</orgs/acme/api/v1/users?after=1>;rel=next;type=\"x\"",
];

/// What a next page is asked with must be the very list, whatever its link says.
fn stays(first: &Request, next: &str, link: &str) {
    let (here, there) = (first.url().unwrap(), first.following(next).url().unwrap());
    assert_eq!((here.origin(), here.path()), (there.origin(), there.path()), "{link:?}");
    assert!(there.fragment().is_none() && there.username().is_empty(), "{link:?}");
}

#[test]
fn a_link_in_a_body() {
    run(|rng| {
        let first = request(rng, "/api/v1/users");
        let target = match rng.bool() {
            true => input::text(rng),
            false => input::mutated(rng, "https://acme.okta.com/api/v1/users?after=abc&limit=2"),
        };
        match first.next_query(&target) {
            Ok(next) => stays(&first, &next, &target),
            Err(error) => assert_eq!(error.kind, Kind::BadAnswer, "{target:?}"),
        }
    });
}

#[test]
fn a_link_header() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let org_url = format!("http://{}/orgs/{{subdomain}}", listener.local_addr().unwrap());
    let header = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&header);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap(), &told);
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let credential = Credential::ApiToken(Secret::new("00token".to_owned()));
    let settings = Settings { max_retries: 0, ..Settings::default() };
    let client = {
        let _inside = runtime.enter();
        Client::new(settings, credential).unwrap()
    };
    let first = request_to(&org_url, "/api/v1/users");
    run(|rng| {
        let good = GOOD[rng.usize(..GOOD.len())];
        let link = if rng.u8(..8) == 0 { good.into() } else { header_value(rng, good) };
        header.lock().unwrap().clone_from(&link);
        let shown = String::from_utf8_lossy(&link).into_owned();
        match runtime.block_on(client.send(&first, &Meter::default())) {
            Ok(answer) => {
                assert!(shown != good || good == GOOD[0] || answer.next.is_some(), "{shown:?}");
                if let Some(next) = answer.next {
                    stays(&first, &next, &shown);
                }
            }
            Err(error) => assert_eq!(error.kind, Kind::BadAnswer, "{shown:?}: {error:?}"),
        }
    });
}

/// What HTTP lets a header value hold.
fn header_value(rng: &mut Rng, good: &str) -> Vec<u8> {
    let mut bytes = input::mutated_bytes(rng, good.as_bytes());
    bytes.retain(|byte| *byte >= 0x20 && *byte != 0x7f);
    bytes
}

/// Answers each request of a connection with the header of the moment.
fn serve(stream: TcpStream, header: &Mutex<Vec<u8>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line == "\r\n" {
            let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nlink: ".to_vec();
            answer.extend_from_slice(&header.lock().unwrap());
            answer.extend_from_slice(b"\r\n\r\n[]");
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
        line.clear();
    }
}
