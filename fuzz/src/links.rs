//! Links to a next page lead nowhere but to the list that was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};

use okta::Kind;
use okta::client::{Client, Credential, Meter, Request, Settings};
use okta::secret::Secret;
use tokio::runtime::{Builder, Runtime};

use crate::{Input, request, request_to};

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

pub fn a_link_in_a_body(input: &mut Input<'_>) {
    let first = request(input, "/api/v1/users");
    let target = match input.bool() {
        true => input.text(),
        false => input.mutated("https://acme.okta.com/api/v1/users?after=abc&limit=2"),
    };
    match first.next_query(&target) {
        Ok(next) => stays(&first, &next, &target),
        Err(error) => assert_eq!(error.kind, Kind::BadAnswer, "{target:?}"),
    }
}

pub fn a_link_header(input: &mut Input<'_>) {
    static OKTA: LazyLock<Okta> = LazyLock::new(Okta::new);
    let good = input.one_of(GOOD);
    let mut link = input.mutated_bytes(good.as_bytes());
    // What HTTP lets a header value hold.
    link.retain(|byte| *byte >= 0x20 && *byte != 0x7f);
    let shown = String::from_utf8_lossy(&link).into_owned();
    *OKTA.link.lock().unwrap() = link;
    match OKTA.runtime.block_on(OKTA.client.send(&OKTA.first, &Meter::default())) {
        Ok(answer) => {
            assert!(shown != good || good == GOOD[0] || answer.next.is_some(), "{shown:?}");
            if let Some(next) = answer.next {
                stays(&OKTA.first, &next, &shown);
            }
        }
        Err(error) => assert_eq!(error.kind, Kind::BadAnswer, "{shown:?}: {error:?}"),
    }
}

/// A server that answers with the header of the moment, and a client with a request for it.
struct Okta {
    link: Arc<Mutex<Vec<u8>>>,
    runtime: Runtime,
    client: Client,
    first: Request,
}

impl Okta {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let org_url = format!("http://{}/orgs/{{subdomain}}", listener.local_addr().unwrap());
        let link = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&link);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &told);
            }
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let credential = Credential::ApiToken(Secret::new("00token".to_owned()));
        let settings = Settings { max_retries: 0, ..Settings::default() };
        let client = {
            let _inside = runtime.enter();
            Client::new(settings, credential).unwrap()
        };
        Self { link, runtime, client, first: request_to(&org_url, "/api/v1/users") }
    }
}

/// Answers each request of a connection with the header of the moment.
fn serve(stream: TcpStream, link: &Mutex<Vec<u8>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
        if line == "\r\n" {
            let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nlink: ".to_vec();
            answer.extend_from_slice(&link.lock().unwrap());
            answer.extend_from_slice(b"\r\n\r\n[]");
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
        line.clear();
    }
}
