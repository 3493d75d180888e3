//! The thread that publishes: events become messages of one session, from which multicast,
//! re-requests, `SoupBinTCP` and snapshots are all served. No reader is waited for.

use super::mold;
use super::reader::{End, Kind, Reader, Session};
use super::translator::Translator;
use crate::inbox::{Inbox, Waiting};
use crate::notices::Notices;
use crate::ports::Multicast;
use crate::soup::connection::{Connection, HEARTBEAT};
use crate::store::{Cursor, Store};
use mio::net::{TcpListener, UdpSocket};
use mio::{Events, Interest, Poll, Token, Waker};
use openoutcry_sequencer::Sequencer;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Readers at once, of both kinds.
const READERS: usize = 1_000;
/// Of which so many may be given a snapshot, each of which is as large as the books.
const SNAPSHOTS: usize = 32;
/// Requests answered before the feed has its turn again.
const REQUESTS: usize = 256;
const TICK: Duration = Duration::from_millis(250);
/// How long the last messages may take to leave at the end.
const FAREWELL: Duration = Duration::from_millis(500);

const WAKE: Token = Token(0);
const ITCH: Token = Token(1);
const GLIMPSE: Token = Token(2);
const REREQUEST: Token = Token(3);
const FIRST_READER: usize = 4;

/// Where the feed can be had; each may be left out.
#[derive(Debug, Default)]
pub struct Ports {
    pub itch: Option<std::net::TcpListener>,
    pub glimpse: Option<std::net::TcpListener>,
    pub rerequest: Option<std::net::UdpSocket>,
    pub multicast: Option<Multicast>,
}

/// A running feed.
#[derive(Debug)]
pub struct Feed {
    inbox: Arc<Inbox>,
    thread: Option<JoinHandle<()>>,
}

impl Feed {
    /// Begins a session with the market as it stands, and follows it from there. `session` is ten
    /// letters and digits that no earlier session had.
    ///
    /// # Errors
    /// When there can be no file, thread or poll, or the state cannot be trusted.
    pub fn begin(
        sequencer: &Sequencer,
        ports: Ports,
        session: [u8; 10],
        directory: &Path,
        notices: Arc<Notices>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let inbox = Arc::new(Inbox::new(Waker::new(poll.registry(), WAKE)?));
        let mut store = Store::create(directory)?;
        let mut messages = Vec::new();
        let translator = sequencer
            .join(inbox.clone(), |state| Translator::begin(&state.machine, &mut messages))
            .map_err(io::Error::other)?;
        store.append(&messages)?;
        let mut publisher = Publisher {
            name: session.iter().map(|byte| char::from(*byte)).collect(),
            session,
            translator,
            store,
            mold: ports.multicast.map(Mold::new),
            itch: ports.itch.map(TcpListener::from_std),
            glimpse: ports.glimpse.map(TcpListener::from_std),
            rerequest: ports.rerequest.map(UdpSocket::from_std),
            readers: BTreeMap::new(),
            last_token: FIRST_READER,
            poll,
            notices,
            scratch: Vec::new(),
            failed: false,
        };
        publisher.register()?;
        let thread = std::thread::Builder::new().name("itch".to_owned()).spawn({
            let inbox = Arc::clone(&inbox);
            move || publisher.run(&inbox)
        })?;
        Ok(Self { inbox, thread: Some(thread) })
    }

    /// Ends the session: what happened so far is published, then its end.
    pub fn close(&mut self) {
        self.inbox.close();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.close();
    }
}

/// The way of the packets that many hear.
#[derive(Debug)]
struct Mold {
    to: Multicast,
    sent: Cursor,
    spoke: Instant,
    lost: bool,
}

impl Mold {
    fn new(to: Multicast) -> Self {
        Self { to, sent: Cursor::default(), spoke: Instant::now(), lost: false }
    }
}

struct Publisher {
    name: String,
    session: [u8; 10],
    translator: Translator,
    store: Store,
    mold: Option<Mold>,
    itch: Option<TcpListener>,
    glimpse: Option<TcpListener>,
    rerequest: Option<UdpSocket>,
    readers: BTreeMap<Token, Reader>,
    last_token: usize,
    poll: Poll,
    notices: Arc<Notices>,
    scratch: Vec<u8>,
    failed: bool,
}

impl Publisher {
    fn register(&mut self) -> io::Result<()> {
        let registry = self.poll.registry();
        for (listener, token) in [(&mut self.itch, ITCH), (&mut self.glimpse, GLIMPSE)] {
            if let Some(listener) = listener {
                registry.register(listener, token, Interest::READABLE)?;
            }
        }
        if let Some(socket) = &mut self.rerequest {
            registry.register(socket, REREQUEST, Interest::READABLE)?;
        }
        Ok(())
    }

    fn run(&mut self, inbox: &Inbox) {
        let mut events = Events::with_capacity(1_024);
        let mut waiting = Waiting::default();
        let mut ticked = Instant::now();
        // Requests that were not reached are looked at again without being told of.
        let mut asked = false;
        loop {
            let patience = if asked { Duration::ZERO } else { TICK };
            // Interrupted or not, the round is the same.
            let _ = self.poll.poll(&mut events, Some(patience));
            let now = Instant::now();
            waiting = inbox.take(waiting);
            self.publish(&waiting);
            self.send(now);
            for event in &events {
                match event.token() {
                    WAKE => {}
                    ITCH => self.accept(Kind::Itch, now),
                    GLIMPSE => self.accept(Kind::Glimpse, now),
                    REREQUEST => asked = true,
                    token => self.hear(token, now),
                }
            }
            if asked {
                asked = self.answer_requests();
            }
            self.feed_all(now);
            if now.duration_since(ticked) >= TICK {
                ticked = now;
                self.tick(now);
            }
            if inbox.is_closed() {
                waiting = inbox.take(waiting);
                self.publish(&waiting);
                return self.end(now);
            }
        }
    }

    fn publish(&mut self, waiting: &Waiting) {
        let mut rest = &waiting.events[..];
        for mark in &waiting.turns {
            let (turn, after) = rest.split_at(mark.units);
            rest = after;
            self.scratch.clear();
            self.translator.follow(mark.time, turn, &mut self.scratch);
            self.keep();
        }
    }

    fn keep(&mut self) {
        if let Err(error) = self.store.append(&self.scratch)
            && !std::mem::replace(&mut self.failed, true)
        {
            self.notices.say(format!("the feed's file cannot be written: {error}"));
        }
    }

    /// Sends to everyone what they have not had.
    fn send(&mut self, now: Instant) {
        let Some(mold) = &mut self.mold else { return };
        while mold.sent.next < self.store.next() {
            let packet =
                mold::packet(&self.session, &self.store, mold.sent, u16::MAX, &mut self.scratch);
            let sent = packet.and_then(|after| mold.to.send(&self.scratch).map(|()| after));
            match sent {
                Ok(after) => (mold.sent, mold.spoke) = (after, now),
                Err(error) => {
                    if !std::mem::replace(&mut mold.lost, true) {
                        let group = mold.to.group;
                        self.notices.say(format!("packets to {group} are lost: {error}"));
                    }
                    // As on any network: whoever misses them asks again.
                    mold.sent =
                        self.store.find(self.store.next()).ok().flatten().unwrap_or(mold.sent);
                    return;
                }
            }
        }
    }

    fn accept(&mut self, kind: Kind, now: Instant) {
        loop {
            let listener = if kind == Kind::Itch { &self.itch } else { &self.glimpse };
            let accepted = listener.as_ref().map(TcpListener::accept);
            let Some(Ok((mut stream, peer))) = accepted else { return };
            if !self.makes_room(kind) {
                continue;
            }
            self.last_token += 1;
            let token = Token(self.last_token);
            let interest = Interest::READABLE | Interest::WRITABLE;
            if self.poll.registry().register(&mut stream, token, interest).is_ok() {
                let connection = Connection::new(stream, peer, now);
                self.readers.insert(token, Reader::new(connection, kind));
            }
        }
    }

    /// Whether one more may come; whoever has not said yet who he is goes for it, the oldest first.
    fn makes_room(&mut self, kind: Kind) -> bool {
        let snapshots =
            self.readers.values().filter(|reader| reader.kind() == Kind::Glimpse).count();
        let too_many = kind == Kind::Glimpse && snapshots >= SNAPSHOTS;
        if self.readers.len() < READERS && !too_many {
            return true;
        }
        let mut strangers = self.readers.iter().filter(|(_, reader)| !reader.is_logged_in());
        let stranger = strangers.find(|(_, reader)| !too_many || reader.kind() == kind);
        let stranger = stranger.map(|(token, _)| *token);
        if let Some(token) = stranger {
            self.drop_reader(token, None);
        }
        stranger.is_some()
    }

    fn hear(&mut self, token: Token, now: Instant) {
        let Some(reader) = self.readers.get_mut(&token) else { return };
        let (translator, store) = (&self.translator, &self.store);
        let snapshot = || {
            let mut messages = Vec::new();
            translator.snapshot(store.next(), &mut messages);
            messages
        };
        let session = Session { name: &self.name, store, snapshot: &snapshot };
        if let Err(end) = reader.hear(&session, now) {
            self.drop_reader(token, end);
        }
    }

    fn feed_all(&mut self, now: Instant) {
        let mut ended = Vec::new();
        for (token, reader) in &mut self.readers {
            if let Err(end) = reader.feed(&self.store, &mut self.scratch, now) {
                ended.push((*token, end));
            }
        }
        for (token, end) in ended {
            self.drop_reader(token, end);
        }
    }

    fn drop_reader(&mut self, token: Token, end: End) {
        let Some(mut reader) = self.readers.remove(&token) else { return };
        let _ = self.poll.registry().deregister(&mut reader.connection.stream);
        if let Some(why) = end {
            self.notices.say(format!("reader {}: {why}", reader.connection.peer));
        }
    }

    /// Answers those who missed packets; whether more may be waiting.
    fn answer_requests(&mut self) -> bool {
        let Some(socket) = &self.rerequest else { return false };
        let mut datagram = [0; 64];
        for _ in 0..REQUESTS {
            let Ok((length, asker)) = socket.recv_from(&mut datagram) else { return false };
            let Some(request) = mold::request(&self.session, &datagram[..length]) else { continue };
            let found = self.store.find(request.sequence).ok().flatten();
            let Some(cursor) = found.filter(|cursor| cursor.next < self.store.next()) else {
                continue;
            };
            let (store, out) = (&self.store, &mut self.scratch);
            if mold::packet(&self.session, store, cursor, request.count, out).is_ok() {
                // Lost like any packet if it does not go.
                let _ = socket.send_to(out, asker);
            }
        }
        true
    }

    fn tick(&mut self, now: Instant) {
        if let Some(mold) = self.mold.as_mut().filter(|mold| now - mold.spoke >= HEARTBEAT) {
            mold::heartbeat(&self.session, self.store.next(), &mut self.scratch);
            let _ = mold.to.send(&self.scratch);
            mold.spoke = now;
        }
        let mut silent = Vec::new();
        for (token, reader) in &mut self.readers {
            let logged_in = reader.is_logged_in();
            if !reader.connection.keep_alive(logged_in, now) {
                silent.push(*token);
            }
        }
        for token in silent {
            self.drop_reader(token, None);
        }
        self.feed_all(now);
    }

    /// Publishes the end, and lets the readers have it if they take it soon.
    fn end(&mut self, now: Instant) {
        self.scratch.clear();
        self.translator.end(&mut self.scratch);
        self.keep();
        self.send(now);
        if let Some(mold) = &self.mold {
            mold::end(&self.session, self.store.next(), &mut self.scratch);
            let _ = mold.to.send(&self.scratch);
        }
        let until = now + FAREWELL;
        let mut told = false;
        while !self.readers.is_empty() && Instant::now() < until {
            self.feed_all(Instant::now());
            if !std::mem::replace(&mut told, true) {
                self.readers.values_mut().for_each(Reader::end_session);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
