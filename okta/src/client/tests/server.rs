//! A server that answers each connection by the next step of a script, and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::client::{Client, Credential, Method, Request, Settings};
use crate::org::OrgTemplate;
use crate::secret::Secret;

pub(super) enum Step {
    /// Reads the request, sends this and closes.
    Cut(Vec<u8>),
    /// Reads the request, sends this and then nothing more.
    Stall(Vec<u8>),
    /// The same after a pause.
    Late(Duration, Vec<u8>),
}

pub(super) struct Server {
    origin: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(script: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut open = Vec::new();
            for step in script {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                let (bytes, keep) = match step {
                    Step::Cut(bytes) => (bytes, false),
                    Step::Stall(bytes) => (bytes, true),
                    Step::Late(pause, bytes) => {
                        tokio::time::sleep(pause).await;
                        (bytes, false)
                    }
                };
                // The client may be gone already, or have read as much as it wants.
                let _ = stream.write_all(&bytes).await;
                if keep {
                    open.push(stream);
                } else {
                    let _ = stream.shutdown().await;
                }
            }
            std::future::pending::<()>().await;
        });
        Self { origin, requests, task }
    }

    pub(super) fn origin(&self) -> String {
        self.origin.clone()
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Head and body of a request; what is no HTTP is taken as it comes.
pub(super) async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let length = |head: &str| {
            let (_, rest) = head.split_once("content-length: ")?;
            rest.split("\r\n").next()?.parse::<usize>().ok()
        };
        let whole = text
            .split_once("\r\n\r\n")
            .is_some_and(|(head, body)| body.len() >= length(head).unwrap_or(0));
        if whole || count == 0 || bytes.first() == Some(&0x16) {
            return text.into_owned();
        }
    }
}

/// A whole answer with these header lines.
pub(super) fn answer(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Step {
    let body = body.as_ref();
    let mut bytes = head(status, headers, body.len());
    bytes.extend_from_slice(body);
    Step::Cut(bytes)
}

pub(super) fn head(status: u16, headers: &[&str], length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    head += &format!("x-okta-request-id: req1\r\ncontent-length: {length}\r\n");
    for line in headers {
        head += &format!("{line}\r\n");
    }
    (head + "\r\n").into_bytes()
}

pub(super) fn reply(status: u16, body: &str) -> Step {
    answer(status, &[], body)
}

pub(super) fn request(server: &Server, method: Method, path: &str) -> Request {
    request_to(&server.origin, method, path)
}

pub(super) fn request_to(origin: &str, method: Method, path: &str) -> Request {
    let template: OrgTemplate = format!("{origin}/org").parse().unwrap();
    let org = template.pinned(None).unwrap();
    Request::new(org, method, path)
}

pub(super) fn client() -> Client {
    client_with(|_| {})
}

pub(super) fn client_with(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = Settings::default();
    change(&mut settings);
    Client::new(settings, Credential::ApiToken(Secret::new("t0ken".to_owned()))).unwrap()
}
