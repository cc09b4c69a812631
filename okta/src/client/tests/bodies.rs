//! Bodies that are compressed, cut, too large or no bodies at all.

use std::io::Write as _;
use std::sync::atomic::Ordering::Relaxed;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::{Server, Step, answer, client_with, head, reply, request};
use crate::client::{Answer, Meter, Method};
use crate::error::{Error, Kind};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Sends a request whose answer may have up to 1,000 bytes.
async fn send(step: Step) -> (Result<Answer, Error>, Meter) {
    let server = Server::start(vec![step]).await;
    let client = client_with(|settings| {
        settings.max_body = 1000;
        settings.max_retries = 0;
    });
    let meter = Meter::default();
    let request = request(&server, Method::Get, "/api/v1/x");
    let end = client.send(&request, &meter).await;
    (end, meter)
}

const GZIP: &[&str] = &["content-encoding: gzip"];

#[tokio::test]
async fn compressed_bodies_come_plain() {
    let text = "x".repeat(1000);
    let (end, meter) = send(answer(200, GZIP, gzip(text.as_bytes()))).await;
    assert_eq!(end.unwrap().body, text);
    assert_eq!(meter.bytes.load(Relaxed), 1000);
}

#[tokio::test]
async fn a_body_has_a_bound_after_decompression() {
    let (end, _) = send(reply(200, &"x".repeat(1000))).await;
    assert_eq!(end.unwrap().body.len(), 1000);
    let bomb = gzip(&vec![0; 50_000_000]);
    for step in [reply(200, &"x".repeat(1001)), answer(200, GZIP, bomb)] {
        let (end, meter) = send(step).await;
        let error = end.unwrap_err();
        assert_eq!(error.kind, Kind::BadAnswer);
        assert!(error.message.contains("larger than 1000 bytes"), "{}", error.message);
        assert_eq!(error.status, Some(200));
        assert!(meter.bytes.load(Relaxed) < 100_000);
    }
}

#[tokio::test]
async fn an_errors_body_may_be_anything() {
    for (step, status) in [
        (reply(400, &"x".repeat(1_000_000)), 400),
        (answer(403, GZIP, gzip(&vec![b'x'; 10_000_000])), 403),
        (answer(401, GZIP, "no gzip"), 401),
        (Step::Cut(head(409, &[], 10)), 409),
    ] {
        let (end, _) = send(step).await;
        let error = end.unwrap_err();
        assert_eq!(error.status, Some(status));
        assert!(error.detail.unwrap().len() < 1000);
    }
}

#[tokio::test]
async fn a_cut_body_is_not_an_answer() {
    let whole = gzip(b"[{}, {}, {}, {}, {}, {}]");
    let mut half = head(200, GZIP, whole.len());
    half.extend_from_slice(&whole[..whole.len() / 2]);
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n".to_vec();
    for bytes in [Vec::new(), head(200, &[], 2), half, chunked] {
        let (end, _) = send(Step::Cut(bytes)).await;
        let error = end.unwrap_err();
        assert_eq!(error.kind, Kind::Lost, "{error:?}");
    }
}

#[tokio::test]
async fn broken_compression_is_a_bad_answer() {
    let mut broken = gzip(b"[{}, {}, {}, {}, {}, {}]");
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    for body in [broken, b"[]".to_vec(), b"plain text, no gzip".to_vec()] {
        let (end, _) = send(answer(200, GZIP, body)).await;
        let error = end.unwrap_err();
        assert_eq!(error.kind, Kind::BadAnswer, "{error:?}");
    }
}

#[tokio::test]
async fn headers_have_a_bound() {
    let large = format!("x-large: {}", "x".repeat(2_000_000));
    let (end, meter) = send(answer(200, &[&large], "[]")).await;
    let error = end.unwrap_err();
    assert_eq!(error.kind, Kind::BadAnswer, "{error:?}");
    assert!(error.may_have_been_done());
    assert_eq!(meter.calls.load(Relaxed), 1);
}

#[tokio::test]
async fn no_http_is_no_answer() {
    let (end, _) = send(Step::Cut(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
    assert_eq!(end.unwrap_err().kind, Kind::Lost);
}
