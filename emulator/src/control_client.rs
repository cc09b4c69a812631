//! A client of the control API, for the program's own subcommands and for tests in Rust.
//!
//! One request a connection, plain HTTP, whole answers: enough to speak to an emulator, no more.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer: status and body.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// Sends one request to the emulator at `url` (`http://127.0.0.1:1234`). `headers` are extra lines.
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
        return Err(invalid(format!("{method} {path}: {} {}", reply.status, reply.body)));
    }
    serde_json::from_str(&reply.body).map_err(|e| invalid(e.to_string()))
}

fn parse(answer: &[u8]) -> io::Result<Reply> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| invalid("no HTTP answer"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| invalid("no HTTP status"))?;
    Ok(Reply { status, body: body.to_owned() })
}

fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}
