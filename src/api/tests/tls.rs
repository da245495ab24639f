//! Certificates: which are trusted, what is said of those that are not, and that nothing is sent to them.
//!
//! The certificates beside this file were made for these tests by an authority whose key was thrown away.

use super::*;
use crate::odata::{Distrust, Failure, FailureKind};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/tests/certificates").join(name)
}

/// A server with this certificate that gives everybody a token and a greeting. Counts the requests it could read.
fn serve(certificate: &str) -> (String, Arc<AtomicUsize>) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let chain = vec![CertificateDer::from_pem_file(file(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("key.pem")).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let base = format!("https://{}", listener.local_addr().unwrap());
    let read = Arc::new(AtomicUsize::new(0));
    let count = read.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (config, count) = (config.clone(), count.clone());
            std::thread::spawn(move || {
                let session = rustls::ServerConnection::new(config).unwrap();
                let mut tls = rustls::StreamOwned::new(session, stream);
                let mut buffer = [0; 4096];
                while let Ok(1..) = tls.read(&mut buffer) {
                    count.fetch_add(1, Ordering::SeqCst);
                    let body = r#"{"access_token":"t","Id":0}"#;
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
                    write!(tls, "{head} {}\r\n\r\n{body}", body.len()).ok();
                }
            });
        }
    });
    (base, read)
}

async fn hello(certificate: &str, trusted: bool, insecure: bool) -> (Result<(), Failure>, usize) {
    let (base, read) = serve(certificate);
    let ca_file = trusted.then(|| file("authority.pem"));
    let connection = crate::api::Connection { ca_file, insecure, ..connection(&base) };
    let result = Client::new(connection, Catalog::shipped()).hello().await;
    (result.map(drop), read.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_certificate_is_trusted_by_its_issuer_name_and_date() {
    for (certificate, trusted, distrust) in [
        ("here.pem", false, Distrust::UnknownIssuer),
        ("elsewhere.pem", true, Distrust::OtherName),
        ("expired.pem", true, Distrust::Expired),
    ] {
        let (result, read) = hello(certificate, trusted, false).await;
        let failure = result.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Tls(distrust), "{certificate}: {failure:?}");
        assert_eq!(read, 0, "nothing is said to a PBX that is not trusted");
        if distrust == Distrust::OtherName {
            assert_eq!(failure.text, "it is for pbx.other.example");
        }
    }
    assert_eq!(hello("here.pem", true, false).await.0, Ok(()));
}

#[tokio::test]
async fn checks_can_be_switched_off_for_one_connection() {
    for certificate in ["here.pem", "elsewhere.pem", "expired.pem"] {
        assert_eq!(hello(certificate, false, true).await.0, Ok(()), "{certificate}");
    }
    assert!(hello("here.pem", false, false).await.0.is_err(), "and for no other");
}
