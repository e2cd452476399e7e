//! The way to the service: whose certificates are trusted, which TLS, through which proxy.

use std::{
    fs,
    io::{Read as _, Write as _},
    sync::mpsc,
};

use crate::{
    job::{Job, lawful},
    simulator::{Simulator, ms},
    targets::orders,
    tls::{front, once_a_connection, proxy, serve},
};

fn job(simulator: &Simulator, endpoint: &str) -> Job {
    Job::new(simulator).on_github().input("object-id", "7001").input("endpoint", endpoint)
}

#[test]
fn a_change_is_not_lost_on_a_connection_that_the_server_closes() {
    let simulator = Simulator::start(orders());
    let endpoint = format!("http://{}", once_a_connection(simulator.address()));
    let ran = job(&simulator, &endpoint).run().expect(0, "success");
    lawful(&simulator);
    ran.logged(&["GetPipelineRun: connection closed", "retrying"]);
    for change in ["CreatePipelineRun:", "ExecPipelineRunStage:"] {
        assert!(!ran.log.contains(change), "each is sent on a connection of its own: {}", ran.log);
    }
}

#[test]
fn a_private_authority_is_trusted_by_ca_file_or_by_ssl_cert_file_and_not_otherwise() {
    let simulator = Simulator::start(orders());
    let front = front(simulator.address(), "127.0.0.1");
    let endpoint = format!("https://{}", front.address);
    let ran = job(&simulator, &endpoint).run().expect(5, "unavailable");
    ran.logged(&["the certificate is not trusted", "nothing was changed"]);
    assert!(simulator.requests().is_empty());
    let trusting = |by: &dyn Fn(Job, String) -> Job| {
        let job = job(&simulator, &endpoint);
        let file = job.file("authority.pem");
        // A byte-order mark, as some editors put it there, before the certificate itself.
        fs::write(&file, format!("\u{feff}{}", front.authority)).expect("a file of certificates");
        by(job, file.display().to_string()).run().expect(0, "success");
    };
    trusting(&|job, file| job.input("ca-file", file));
    trusting(&|job, file| job.variable("SSL_CERT_FILE", file));
    lawful(&simulator);
}

#[test]
fn a_ca_file_that_is_none_is_a_wrong_input_and_an_ssl_cert_file_is_only_warned_of() {
    for (text, wanted) in [
        (None, "cannot be read"),
        (Some("no certificate"), "holds no certificate"),
        (Some("-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n"), "is not PEM"),
    ] {
        let simulator = Simulator::start(orders());
        let with_file = || {
            let job = job(&simulator, &simulator.url());
            let file = job.file("authority.pem");
            text.iter().for_each(|text| fs::write(&file, text).expect("a file"));
            (job, file.display().to_string())
        };
        let (job, file) = with_file();
        let ran = job.input("ca-file", file).input("timeout", "soon").run().expect(2, "invalid");
        ran.logged(&["ca-file: ", wanted, "timeout: "]);
        assert!(simulator.requests().is_empty());
        let (job, file) = with_file();
        let ran = job.variable("SSL_CERT_FILE", file).run().expect(0, "success");
        ran.logged(&["SSL_CERT_FILE: ", wanted, "is ignored"]);
    }
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let simulator = Simulator::start(orders());
    let front = front(simulator.address(), "dataworks.example");
    let job = job(&simulator, &format!("https://{}", front.address));
    let file = job.file("authority.pem");
    fs::write(&file, &front.authority).expect("a file of certificates");
    let ran = job.input("ca-file", file.display()).run().expect(5, "unavailable");
    ran.logged(&["the certificate is not trusted"]);
    assert!(simulator.requests().is_empty());
}

/// The versions stand in the first message of a client, whatever the server says.
#[test]
fn tls_1_2_at_least_is_offered() {
    let (tell, told) = mpsc::channel();
    let address = serve(move |mut stream| {
        let mut hello = vec![0; 4096];
        let length = stream.read(&mut hello).unwrap_or(0);
        hello.truncate(length);
        // A second connection has nobody to tell.
        let _told = tell.send(hello);
    });
    let simulator = Simulator::start(orders());
    job(&simulator, &format!("https://{address}")).input("timeout", "500ms").run();
    let hello = told.recv_timeout(ms(5000)).expect("a hello");
    let supported_versions = [0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03];
    assert!(hello.windows(9).any(|nine| nine == supported_versions), "1.3 and 1.2, and none else: {hello:02x?}");
}

#[test]
fn a_proxy_is_gone_through_and_its_password_never_shown() {
    let simulator = Simulator::start(orders());
    let front = front(simulator.address(), "127.0.0.1");
    let through = |password: &str| {
        // Basic, for `ci:pr0xyPassw0rd`.
        let (proxy, heads) = proxy("Y2k6cHIweHlQYXNzdzByZA==");
        let job = job(&simulator, &format!("https://{}", front.address)).input("log-level", "debug");
        let file = job.file("authority.pem");
        fs::write(&file, &front.authority).expect("a file of certificates");
        let job = job.input("ca-file", file.display()).input("timeout", "3s");
        let ran = job.variable("HTTPS_PROXY", format!("http://ci:{password}@{proxy}")).run();
        let everything = [ran.log.as_str(), &ran.files.concat()].concat();
        assert!(!everything.contains(password), "{everything}");
        let heads = heads.lock().expect("the proxy did not panic").clone();
        assert!(!heads.is_empty() && heads.iter().all(|head| head.starts_with("CONNECT 127.0.0.1:")), "{heads:?}");
        ran
    };
    through("pr0xyPassw0rd").expect(0, "success");
    lawful(&simulator);
    let ran = through("wr0ngPassw0rd").expect(5, "unavailable");
    ran.logged(&["through the proxy 127.0.0.1:", "the proxy refuses our user and password (407)"]);
}

#[test]
fn a_proxy_that_is_not_one_is_a_wrong_input_or_a_service_that_cannot_be_reached() {
    let simulator = Simulator::start(orders());
    let through = |proxy: &str| job(&simulator, "https://gw.example").variable("HTTPS_PROXY", proxy).run();
    for text in ["\"http://ci:hunter2@p:1", "http://ci:hunter2#3@p:1", "http://ci:hunter2 @p:1"] {
        let ran = through(text).expect(2, "invalid");
        ran.logged(&["HTTPS_PROXY: not the URL of a proxy"]);
        assert!(!ran.log.contains("hunter2"), "{}", ran.log);
    }
    for name in ["HTTPS_PROXY", "ALL_PROXY"] {
        let job = job(&simulator, "https://gw.example").variable(name, "socks5h://ci:hunter2@p.example:1080");
        let ran = job.run().expect(5, "unavailable");
        ran.logged(&["the proxy p.example:1080 is of an unknown kind, socks5h"]);
        assert!(!ran.log.contains("hunter2"), "{}", ran.log);
    }
}

#[test]
fn who_answers_tls_with_an_alert_is_tried_three_times() {
    let (tell, told) = mpsc::channel();
    let address = serve(move |mut stream| {
        let mut hello = vec![0; 4096];
        let _length = stream.read(&mut hello).unwrap_or(0);
        // Fatal, handshake_failure.
        let _sent = stream.write_all(&[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);
        let _told = tell.send(());
    });
    let simulator = Simulator::start(orders());
    let ran = job(&simulator, &format!("https://{address}")).run().expect(5, "unavailable");
    ran.logged(&[&format!("{address}: TLS is refused"), "nothing was changed"]);
    assert_eq!(told.try_iter().count(), 3);
}
