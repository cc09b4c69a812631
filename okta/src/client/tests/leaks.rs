//! That a secret never leaves for elsewhere, as far as the environment has a say. The other proofs
//! stand beside what they are about: redirects and links in `tests.rs`, tokens in `oauth/tests`.

use std::process::Command;

use super::server::{Server, client, reply, request};
use crate::client::{Meter, Method};

/// Asks a server of its own; run by the test below with other variables.
#[tokio::test]
async fn asks_a_server() {
    let server = Server::start(vec![reply(200, "[]")]).await;
    let request = request(&server, Method::Get, "/api/v1/x");
    client().send(&request, &Meter::default()).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_environment_s_proxies_are_not_used() {
    let proxy = Server::start(vec![reply(200, "[]")]).await;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "client::tests::leaks::asks_a_server"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    {
        child.env(name, proxy.origin());
    }
    for name in ["no_proxy", "NO_PROXY", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let end = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&end.stdout).into_owned();
    assert!(end.status.success() && told.contains("1 passed"), "{told}");
    assert!(proxy.requests().is_empty());
}
