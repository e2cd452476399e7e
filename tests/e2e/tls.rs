//! A real TLS server with an authority of its own, in front of the simulator; and a real proxy in front of that.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

/// A TLS server.
pub struct Front {
    /// Where it listens.
    pub address: SocketAddr,
    /// The certificate of its authority, as PEM.
    pub authority: String,
}

/// Serves what stands at that address by TLS, with a certificate for that name.
pub fn front(behind: SocketAddr, name: &str) -> Front {
    let authority_key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).expect("an authority").pem();
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let chain = vec![certificate.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in DER");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    let config = Arc::new(config);
    let address = serve(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        relay(StreamOwned::new(connection, stream), behind);
    });
    Front { address, authority }
}

/// Passes requests and answers to and fro, one after the other.
fn relay(mut front: impl Read + Write, behind: SocketAddr) {
    let Ok(mut behind) = TcpStream::connect(behind) else { return };
    while let Some(request) = message(&mut front) {
        let answer = behind.write_all(&request).ok().and_then(|()| message(&mut behind));
        let Some(answer) = answer else { return };
        if front.write_all(&answer).and_then(|()| front.flush()).is_err() {
            return;
        }
    }
}

/// Passes on one request of each connection. It closes the connection when another comes: as a server does that was about
/// to close it and had not said so.
pub fn once_a_connection(behind: SocketAddr) -> SocketAddr {
    serve(move |mut front| {
        let Ok(mut behind) = TcpStream::connect(behind) else { return };
        let Some(request) = message(&mut front) else { return };
        let answer = behind.write_all(&request).ok().and_then(|()| message(&mut behind));
        let is_written = answer.is_some_and(|answer| front.write_all(&answer).is_ok());
        let _dropped = is_written.then(|| message(&mut front));
    })
}

/// One HTTP message, by its Content-Length.
fn message(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    bytes.extend(body);
    Some(bytes)
}

/// Serves each connection on a thread of its own, for as long as the test runs.
pub fn serve(conversation: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    serve_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), conversation)
}

/// Passes on what comes to that address, from now on.
pub fn passed_on(address: SocketAddr, behind: SocketAddr) {
    serve_at(address, move |stream| relay(stream, behind));
}

fn serve_at(address: SocketAddr, conversation: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(address).expect("a free port");
    let address = listener.local_addr().expect("its address");
    let conversation = Arc::new(conversation);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let conversation = Arc::clone(&conversation);
            thread::spawn(move || conversation(stream));
        }
    });
    address
}

/// A proxy that lets in who bears these credentials; the heads of the requests that came to it.
pub fn proxy(credentials: &'static str) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&heads);
    let address = serve(move |mut client| {
        let Some(head) = message(&mut client) else { return };
        let head = String::from_utf8_lossy(&head).into_owned();
        noted.lock().expect("no test has panicked here").push(head.clone());
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        if !head.contains(credentials) {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
            client.write_all(refusal.as_bytes()).expect("the refusal is written");
            return;
        }
        let server = TcpStream::connect(target).expect("the target is there");
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("the tunnel opens");
        let (from, to) = (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
        thread::spawn(move || copy(from, to));
        copy(server, client);
    });
    (address, heads)
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    // Either side may end the conversation; the other is told, unless it is gone already.
    let _ended = std::io::copy(&mut from, &mut to);
    let _told = to.shutdown(Shutdown::Both);
}
