//! Whom the client trusts, and what a proxy sees: a TLS server and a proxy on the loopback.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::server::{Server, client_with, reply, request, request_to};
use crate::client::{Meter, Method, Settings};
use crate::error::{Error, Kind};
use crate::secret::Secret;

type Seen = Arc<Mutex<Vec<String>>>;

/// A private root, and a server with a certificate of it.
struct TlsServer {
    port: u16,
    root: String,
    /// What came through the handshake.
    seen: Seen,
}

impl TlsServer {
    async fn start(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = || KeyPair::generate().unwrap();
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(root, key()).unwrap();
        let (mut leaf, leaf_key) = (CertificateParams::new(["localhost".into()]).unwrap(), key());
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(&mut leaf);
        let leaf = leaf.signed_by(&leaf_key, &root).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, seen) = (listener.local_addr().unwrap().port(), Seen::default());
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).await.unwrap_or(0);
                kept.lock().unwrap().push(String::from_utf8_lossy(&buffer[..count]).into_owned());
                let answer = b"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]";
                let _ = stream.write_all(answer).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, root: root.pem(), seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Asks it under a name, with these settings.
    async fn ask(&self, host: &str, change: impl FnOnce(&mut Settings)) -> Result<(), Error> {
        let request =
            request_to(&format!("https://{host}:{}", self.port), Method::Get, "/api/v1/x");
        let meter = Meter::default();
        let end = client_with(change).send(&request, &meter).await.map(drop);
        if end.is_err() {
            // Nothing was sent, and what cannot help is not tried again.
            assert_eq!((meter.calls.load(Relaxed), meter.retries.load(Relaxed)), (0, 0));
            assert!(self.seen().is_empty());
        }
        end
    }

    fn trust(&self) -> impl FnOnce(&mut Settings) + use<> {
        let root = self.root.clone().into_bytes();
        move |settings| settings.ca_certificates = Some(root)
    }
}

#[tokio::test]
async fn a_private_root_is_trusted_when_told_so() {
    let server = TlsServer::start(|_| {}).await;
    server.ask("localhost", server.trust()).await.unwrap();
    let [seen] = server.seen().try_into().unwrap();
    assert!(seen.starts_with("GET /org/api/v1/x HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("authorization: SSWS t0ken\r\n"), "{seen}");
}

#[tokio::test]
async fn an_unknown_root_is_refused() {
    let (server, other) = (TlsServer::start(|_| {}).await, TlsServer::start(|_| {}).await);
    for end in [server.ask("localhost", |_| {}).await, server.ask("localhost", other.trust()).await]
    {
        let error = end.unwrap_err();
        assert_eq!(error.kind, Kind::Connect);
        assert!(error.message.contains("certificate"), "{}", error.message);
        assert!(error.hint.unwrap().contains("ca_file"));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = TlsServer::start(|_| {}).await;
    let error = server.ask("127.0.0.1", server.trust()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Connect);
    assert!(error.message.contains("not valid for name"), "{}", error.message);
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let expired = |leaf: &mut CertificateParams| {
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2021, 1, 1);
    };
    let server = TlsServer::start(expired).await;
    let error = server.ask("localhost", server.trust()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Connect);
    assert!(error.message.contains("expired"), "{}", error.message);
}

/// A proxy that opens tunnels, or not, and keeps what it was asked.
async fn proxy(opens: bool) -> (url::Url, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4096];
            let count = client.read(&mut buffer).await.unwrap();
            let asked = String::from_utf8_lossy(&buffer[..count]).into_owned();
            let target = asked.split(' ').nth(1).unwrap().to_owned();
            kept.lock().unwrap().push(asked);
            if !opens {
                let _ = client.write_all(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n").await;
                continue;
            }
            let mut server = TcpStream::connect(target).await.unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
    });
    (url, seen)
}

#[tokio::test]
async fn a_proxy_sees_where_and_not_what() {
    let (server, (url, seen)) = (TlsServer::start(|_| {}).await, proxy(true).await);
    let trust = server.trust();
    let through = |settings: &mut Settings| {
        trust(settings);
        settings.proxy = Some(url);
    };
    server.ask("localhost", through).await.unwrap();
    let [asked] = seen.lock().unwrap().clone().try_into().unwrap();
    assert!(asked.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", server.port)));
    assert!(!asked.contains("t0ken") && !asked.contains("api/v1"), "{asked}");
    assert!(server.seen()[0].contains("authorization: SSWS t0ken\r\n"));
}

#[tokio::test]
async fn a_proxy_is_told_who_asks_and_the_org_is_not() {
    let (server, (url, seen)) = (TlsServer::start(|_| {}).await, proxy(true).await);
    let trust = server.trust();
    let through = |settings: &mut Settings| {
        trust(settings);
        settings.proxy = Some(url);
        settings.proxy_login = Some(("hr".to_owned(), Secret::new("hunter2".to_owned())));
    };
    server.ask("localhost", through).await.unwrap();
    let [asked] = seen.lock().unwrap().clone().try_into().unwrap();
    // hr:hunter2 in base64.
    assert!(
        asked.to_lowercase().contains("proxy-authorization: basic ahi6ahvudgvymg=="),
        "{asked}"
    );
    assert!(!server.seen()[0].to_lowercase().contains("proxy-authorization"));
}

#[tokio::test]
async fn a_proxy_cannot_stand_in_for_the_org() {
    let (server, (url, _)) = (TlsServer::start(|_| {}).await, proxy(true).await);
    let error = server.ask("localhost", |settings| settings.proxy = Some(url)).await.unwrap_err();
    assert!(error.kind == Kind::Connect && error.message.contains("certificate"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told() {
    let (url, _) = proxy(false).await;
    let request = request_to("https://localhost:1", Method::Get, "/api/v1/x");
    let client = client_with(|settings| {
        settings.proxy = Some(url);
        settings.max_retries = 0;
    });
    let error = client.send(&request, &Meter::default()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Connect, "{error:?}");
    assert!(error.hint.unwrap().contains("proxy"));
}

#[tokio::test]
async fn what_is_not_encrypted_passes_no_proxy() {
    let (server, (url, seen)) = (Server::start(vec![reply(200, "[]")]).await, proxy(true).await);
    let request = request(&server, Method::Get, "/api/v1/x");
    let client = client_with(|settings| settings.proxy = Some(url));
    client.send(&request, &Meter::default()).await.unwrap();
    assert!(server.requests().len() == 1 && seen.lock().unwrap().is_empty());
}
