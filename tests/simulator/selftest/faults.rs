//! Everything that can go wrong on purpose, and that the simulator always ends.

use std::io::{ErrorKind, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use super::super::{Fault, File, Simulator, World, ms};
use super::{Asking, exchange, get, post};

fn ask() -> Asking {
    get("2024-05-18", "GetProject", &[("Id", "10000")])
}

fn deploy() -> Asking {
    post("2020-05-18", "DeployFile", &[("FileId", "1"), ("ProjectId", "10000")])
}

fn world() -> World {
    World::new().file(File::new(1, "a.sql"))
}

#[test]
fn a_fault_strikes_its_request() {
    let slow_down = Fault::throttled().header("Retry-After", "1").header("x-acs-retry-after", "1500");
    let world = World::new()
        .fault("GetProject", 2, Fault::Status(503))
        .fault_in("GetProject", 3..=3, slow_down)
        .fault("*", 5, Fault::error(403, "Forbidden.Access", "no"))
        .fault_from("GetProject", 7, Fault::BadGateway);
    let sim = Simulator::start(world);
    let statuses: Vec<_> = (0..8).map(|_| ask().send(&sim).status).collect();
    assert_eq!(statuses, [200, 503, 429, 200, 403, 200, 502, 502]);
    let seen: Vec<_> = sim.requests().iter().filter_map(|seen| seen.status).collect();
    assert_eq!(seen, statuses);
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn answers_can_be_anything() {
    let of = |fault| Simulator::start(World::new().fault_each("GetProject", fault));
    let unavailable = ask().send(&of(Fault::Status(503)));
    assert_eq!(unavailable.refused(), (503, "ServiceUnavailable"));
    assert!(unavailable.head.contains("\r\nDate: "), "{}", unavailable.head);
    let throttled = ask().send(&of(Fault::Status(429).header("Retry-After", "1")));
    assert!(throttled.head.contains("Retry-After: 1\r\n"), "{}", throttled.head);
    let text = |fault| ask().send(&of(fault)).body.as_str().unwrap_or_default().to_owned();
    assert!(text(Fault::NotJson).starts_with("<html>"));
    assert!(text(Fault::Xml).starts_with("<?xml"));
    assert_eq!(text(Fault::Empty), "");
    let unhappy = ask().send(&of(Fault::Json(serde_json::json!({ "Success": false })))).ok();
    assert_eq!(unhappy, serde_json::json!({ "Success": false }));
    let huge = ask().send(&of(Fault::Huge(3_000_000)));
    assert!(huge.head.contains("Content-Length: 3000000\r\n"), "{}", huge.head);
    let away = ask().send(&of(Fault::Redirect("/elsewhere?x=1".to_owned())));
    assert!(away.status == 302 && away.head.contains("Location: /elsewhere?x=1\r\n"));
    let followed = of(Fault::Redirect("/elsewhere".to_owned()));
    let elsewhere = Asking { path: "/elsewhere".to_owned(), ..ask() };
    elsewhere.send(&followed);
    assert_eq!(followed.violations().len(), 1);
    let cut = ask().try_send(&of(Fault::Truncated)).expect_err("half an answer");
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
    let closed = ask().try_send(&of(Fault::Close)).expect_err("no answer");
    assert_eq!(closed.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_reset_is_a_reset() {
    for asking in [ask(), deploy()] {
        let sim = Simulator::start(world().fault_each("*", Fault::Reset));
        let broken = asking.try_send(&sim).expect_err("no answer");
        assert_eq!(broken.kind(), ErrorKind::ConnectionReset);
        assert_eq!((sim.requests()[0].status, sim.packages().len()), (None, 0));
    }
}

#[test]
fn an_answer_can_be_lost_after_the_effect() {
    for fault in [Fault::Reset, Fault::Close, Fault::Truncated] {
        let sim = Simulator::start(world().fault("DeployFile", 1, fault.after_effect()));
        deploy().try_send(&sim).expect_err("no answer");
        assert_eq!(sim.packages().len(), 1);
    }
    let fault = Fault::Status(500).after_effect();
    let sim = Simulator::start(world().fault("DeployFile", 1, fault));
    assert_eq!((deploy().send(&sim).status, sim.packages().len()), (500, 1));
    let sim = Simulator::start(world().fault("DeployFile", 1, Fault::Status(500)));
    assert_eq!((deploy().send(&sim).status, sim.packages().len()), (500, 0));
}

#[test]
fn delays_delay() {
    for fault in [Fault::Delay(ms(40)), Fault::Delay(ms(40)).after_effect()] {
        let sim = Simulator::start(world().fault("DeployFile", 1, fault));
        let start = Instant::now();
        assert_eq!(deploy().send(&sim).ok()["Success"], true);
        assert!(start.elapsed() >= ms(40));
        assert_eq!(sim.packages().len(), 1);
    }
}

#[test]
fn the_end_does_not_wait_for_hangs() {
    let world = world().fault("DeployFile", 1, Fault::Hang).fault("DeployFile", 2, Fault::Hang.after_effect()).fault(
        "DeployFile",
        3,
        Fault::Delay(ms(60_000)),
    );
    let sim = Simulator::start(world);
    let mut streams: Vec<_> = (0..4).map(|_| TcpStream::connect(sim.address()).expect("a connection")).collect();
    for stream in &mut streams[..3] {
        stream.write_all(&deploy().signed()).expect("a request");
    }
    super::until("effect", || sim.count("DeployFile") == 3 && sim.packages().len() == 1);
    let start = Instant::now();
    drop(sim);
    assert!(start.elapsed() < ms(1000), "{:?}", start.elapsed());
}

#[test]
fn a_second_has_a_limit() {
    let sim = Simulator::start(World::new().limit(3));
    let statuses: Vec<_> = (0..5).map(|_| ask().send(&sim).status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    assert_eq!((sim.throttled(), sim.violations()), (2, Vec::new()));
}

#[test]
fn a_connection_is_kept() {
    let sim = Simulator::start(World::new().fault("GetProject", 2, Fault::Status(503)));
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    for status in [200, 503, 200] {
        assert_eq!(exchange(&mut stream, &ask().signed()).expect("an answer").status, status);
    }
    let closing = ask().header("connection", "close").signed();
    exchange(&mut stream, &closing).expect("an answer");
    exchange(&mut stream, &ask().signed()).expect_err("a closed connection");
}

#[test]
fn a_request_may_come_in_pieces() {
    let sim = Simulator::start(world());
    let mut stream = TcpStream::connect(sim.address()).expect("a connection");
    let bytes = deploy().signed();
    let (last, most) = bytes.split_last().expect("some bytes");
    for piece in most.chunks(100) {
        stream.write_all(piece).expect("a piece");
        std::thread::sleep(ms(1));
    }
    assert_eq!(exchange(&mut stream, &[*last]).expect("an answer").ok()["Success"], true);
}
