//! A client of the control API, for the program's own subcommands and for tests in Rust.
//!
//! One request a connection, plain HTTP, whole answers: enough to speak to an emulator, no more.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer, its body as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// All values of a header, in order.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body's JSON, or null.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Sends one request to the emulator at `url` (`http://127.0.0.1:1234`, with or without an org's
/// base path). `headers` are extra lines.
///
/// # Errors
///
/// When the emulator can't be reached or doesn't answer in HTTP.
pub fn send(
    url: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Reply> {
    let authority = url.trim_end_matches('/').strip_prefix("http://");
    let authority = authority.ok_or_else(|| invalid(format!("{url:?} is no http:// URL")))?;
    let (authority, base) = authority.split_at(authority.find('/').unwrap_or(authority.len()));
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let mut request = format!(
        "{method} {base}{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\
         Content-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&answer)
}

/// Calls the control API and expects success: `admin(url, "POST", "/_emulator/reset", None)`.
///
/// # Errors
///
/// As `send`, and when the emulator refuses.
pub fn admin(url: &str, method: &str, path: &str, body: Option<&Value>) -> io::Result<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let reply = send(url, method, path, &[], &body)?;
    if reply.status >= 300 {
        return Err(invalid(format!("{method} {path}: {} {}", reply.status, reply.text())));
    }
    serde_json::from_slice(&reply.body).map_err(|e| invalid(e.to_string()))
}

fn parse(answer: &[u8]) -> io::Result<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or_else(|| invalid("no HTTP answer"))?);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| invalid("no HTTP status"))?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = body.get(4..).unwrap_or_default().to_vec();
    let reply = Reply { status, headers, body };
    let promised = reply.header("content-length").first().and_then(|n| n.parse::<usize>().ok());
    if promised.is_some_and(|promised| promised != reply.body.len()) {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer was cut off"));
    }
    Ok(reply)
}

fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}
