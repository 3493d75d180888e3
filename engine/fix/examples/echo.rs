//! The session layer without a venue: sends orders and security definitions back as they came.
//!
//! `cargo run -p openoutcry-fix --example echo -- PORT SENDER TARGET` accepts the session of
//! TARGET, whose numbers begin with 1 at each logon.

use openoutcry_fix::{
    Application, Handled, Knock, Link, Memory, Message, Peer, Profile, Session, Store,
};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a connection looks at the clock.
const TICK: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Echo {
    seen: HashSet<Vec<u8>>,
}

impl<S: Store> Application<S> for Echo {
    fn received(&mut self, message: &Message<'_>, link: &mut Link<S>, now: u64) -> Handled {
        if !matches!(message.kind(), b"D" | b"d") {
            return Handled::Business(3, "Unsupported Message Type");
        }
        let again = message.flag(97);
        let id = message.get(11).unwrap_or_default().to_vec();
        if again && self.seen.contains(&id) {
            return Handled::Done;
        }
        self.seen.insert(id);
        let further: &[u8] = if again { b"97=Y\x01" } else { b"" };
        link.send_routed(message.kind(), now, further, &body_of(message));
        Handled::Done
    }
}

/// The body's fields in the order of their tags; those of one tag keep theirs.
fn body_of(message: &Message<'_>) -> Vec<u8> {
    const HEADER: [u32; 12] = [8, 9, 35, 34, 43, 49, 52, 56, 97, 122, 10, 115];
    let mut fields: Vec<_> =
        message.fields.iter().filter(|field| !HEADER.contains(&field.tag)).collect();
    fields.sort_by_key(|field| field.tag);
    let mut body = Vec::new();
    for field in fields {
        body.extend_from_slice(field.tag.to_string().as_bytes());
        body.push(b'=');
        body.extend_from_slice(message.value(*field));
        body.push(1);
    }
    body
}

struct Served {
    session: Session<Memory>,
    echo: Echo,
    taken: bool,
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, sender, target] = &arguments[..] else {
        eprintln!("usage: echo PORT SENDER TARGET");
        std::process::exit(2);
    };
    let profile = Profile {
        sender: sender.clone().into_bytes(),
        target: target.clone().into_bytes(),
        reset_on_logon: true,
    };
    let session = Session::new(profile.clone(), Memory::default());
    let served = Arc::new(Mutex::new(Served { session, echo: Echo::default(), taken: false }));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    for stream in listener.incoming() {
        let (stream, served, profile) = (stream?, Arc::clone(&served), profile.clone());
        // A connection that breaks ends alone.
        std::thread::spawn(move || drop(serve(stream, &served, &profile)));
    }
    Ok(())
}

/// Serves one connection to its end.
fn serve(mut stream: TcpStream, served: &Mutex<Served>, profile: &Profile) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TICK))?;
    let mut first = Vec::new();
    let peer = loop {
        match Peer::read(&first) {
            Knock::Partial if read(&mut stream, &mut first)? => {}
            Knock::Logon(peer) => break peer,
            _ => return Ok(()),
        }
    };
    if peer.sender != profile.target || peer.target != profile.sender {
        return Ok(());
    }
    {
        let mut served = served.lock().expect("no thread panics");
        if served.taken {
            return Ok(());
        }
        served.taken = true;
        served.echo.seen.clear();
        served.session.connect(now());
    }
    let ended = talk(&mut stream, served, first);
    let mut served = served.lock().expect("no thread panics");
    served.taken = false;
    served.session.disconnect();
    ended
}

fn talk(stream: &mut TcpStream, served: &Mutex<Served>, first: Vec<u8>) -> std::io::Result<()> {
    let mut received = first;
    loop {
        let (output, over) = {
            let mut served = served.lock().expect("no thread panics");
            let Served { session, echo, .. } = &mut *served;
            session.receive(&received, now(), echo);
            session.tick(now());
            session.link().store().flush()?;
            (session.output(), session.is_over())
        };
        stream.write_all(&output)?;
        received.clear();
        if over || !read(stream, &mut received)? {
            return Ok(());
        }
    }
}

/// Reads what is there; false at the end of the stream.
fn read(stream: &mut TcpStream, into: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut buffer = vec![0; 65_536];
    match stream.read(&mut buffer) {
        Ok(0) => Ok(false),
        Ok(count) => {
            into.extend_from_slice(&buffer[..count]);
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error),
    }
}
