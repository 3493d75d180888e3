//! The thread of the sessions: whole received buffers become commands, events become packets.
//! Python is asked who may log in, and for nothing else.

use super::desk::Desk;
use super::request;
use crate::inbox::{Inbox, Waiting};
use crate::notices::Notices;
use crate::soup::connection::Connection;
use crate::soup::packet::{self, Packet};
use crate::store::{Cursor, split};
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};
use openoutcry_sequencer::Sequencer;
use openoutcry_wire::{AccountId, Nanoseconds};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 1_000;
const TICK: Duration = Duration::from_millis(250);
const WAKE: Token = Token(0);
const LISTENER: Token = Token(1);
/// Bytes of reports that are turned into packets at once.
const PIECE: usize = 1 << 15;

/// Someone who wants to log in.
#[derive(Clone, PartialEq, Eq)]
pub struct Knock {
    pub connection: usize,
    pub username: String,
    pub password: String,
    pub address: String,
}

impl std::fmt::Debug for Knock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Knock").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Between the thread and whoever knows the users.
#[derive(Debug, Default)]
struct Lobby {
    knocks: Mutex<Vec<Knock>>,
    answers: Mutex<Vec<(usize, Option<AccountId>)>>,
}

/// How the sessions are run.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Ten letters and digits that no earlier start had.
    pub session: [u8; 10],
    /// Orders a second that one session may send.
    pub rate: u32,
    pub cancel_on_disconnect: bool,
}

/// The running gateway.
#[derive(Debug)]
pub struct Door {
    inbox: Arc<Inbox>,
    lobby: Arc<Lobby>,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Begins to let clients in.
    ///
    /// # Errors
    /// When there can be no thread or poll, or the state cannot be trusted.
    pub fn open(
        sequencer: Arc<Sequencer>,
        listener: std::net::TcpListener,
        directory: &Path,
        terms: Terms,
        clock: fn() -> Nanoseconds,
        notices: Arc<Notices>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let inbox = Arc::new(Inbox::new(Waker::new(poll.registry(), WAKE)?));
        let desk = sequencer
            .join(inbox.clone(), |state| Desk::new(&state.machine, directory, terms.rate))
            .map_err(io::Error::other)?;
        let mut listener = TcpListener::from_std(listener);
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let lobby = Arc::new(Lobby::default());
        let mut hall = Hall {
            name: terms.session.iter().map(|byte| char::from(*byte)).collect(),
            terms,
            clock,
            sequencer,
            listener,
            poll,
            desk,
            clients: BTreeMap::new(),
            last_token: 1,
            lobby: Arc::clone(&lobby),
            notices,
            scratch: Vec::new(),
        };
        let thread = std::thread::Builder::new().name("ouch".to_owned()).spawn({
            let inbox = Arc::clone(&inbox);
            move || hall.run(&inbox)
        })?;
        Ok(Self { inbox, lobby, thread: Some(thread) })
    }

    /// Takes those who want to log in.
    pub fn knocks(&self) -> Vec<Knock> {
        std::mem::take(&mut *self.lobby.knocks.lock())
    }

    /// Lets one in to trade for an account, or not.
    pub fn answer(&self, connection: usize, account: Option<AccountId>) {
        self.lobby.answers.lock().push((connection, account));
        self.inbox.wake();
    }

    /// Ends all sessions.
    pub fn close(&mut self) {
        self.inbox.close();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

/// How far a client is.
#[derive(Debug)]
enum Progress {
    Stranger,
    /// Somebody looks who it is; what it asked to hear.
    Asking {
        session: String,
        sequence: u64,
    },
    In {
        session: usize,
        cursor: Cursor,
    },
}

#[derive(Debug)]
struct Client {
    connection: Connection,
    progress: Progress,
    /// There may be more to read than was read.
    unread: bool,
}

struct Hall {
    name: String,
    terms: Terms,
    clock: fn() -> Nanoseconds,
    sequencer: Arc<Sequencer>,
    listener: TcpListener,
    poll: Poll,
    desk: Desk,
    clients: BTreeMap<Token, Client>,
    last_token: usize,
    lobby: Arc<Lobby>,
    notices: Arc<Notices>,
    scratch: Vec<u8>,
}

type End = Option<String>;

impl Hall {
    fn run(&mut self, inbox: &Inbox) {
        let mut events = Events::with_capacity(1_024);
        let mut waiting = Waiting::default();
        let mut ticked = Instant::now();
        let mut unread = false;
        loop {
            let patience = if unread { Duration::ZERO } else { TICK };
            // Interrupted or not, the round is the same.
            let _ = self.poll.poll(&mut events, Some(patience));
            let now = Instant::now();
            waiting = inbox.take(waiting);
            self.desk.follow(&waiting);
            self.answer_logins();
            for event in &events {
                match event.token() {
                    WAKE => {}
                    LISTENER => self.accept(now),
                    token => {
                        if let Some(client) = self.clients.get_mut(&token) {
                            client.unread = true;
                        }
                    }
                }
            }
            unread = self.hear_all(now);
            let time = (self.clock)();
            let sequencer = &self.sequencer;
            self.desk.hand_in(|commands| sequencer.submit(commands).ok(), time);
            self.speak_all(now);
            if now.duration_since(ticked) >= TICK {
                ticked = now;
                self.tick(now);
            }
            if inbox.is_closed() {
                return self.end();
            }
        }
    }

    fn accept(&mut self, now: Instant) {
        while let Ok((mut stream, peer)) = self.listener.accept() {
            if self.clients.len() >= CONNECTIONS {
                let mut clients = self.clients.iter();
                let stranger =
                    clients.find(|(_, client)| matches!(client.progress, Progress::Stranger));
                let Some(token) = stranger.map(|(token, _)| *token) else { continue };
                self.drop_client(token, None);
            }
            self.last_token += 1;
            let token = Token(self.last_token);
            let interest = Interest::READABLE | Interest::WRITABLE;
            if self.poll.registry().register(&mut stream, token, interest).is_ok() {
                let connection = Connection::new(stream, peer, now);
                let progress = Progress::Stranger;
                self.clients.insert(token, Client { connection, progress, unread: true });
            }
        }
    }

    /// Reads what came, each client a piece; whether there is more.
    fn hear_all(&mut self, now: Instant) -> bool {
        let tokens: Vec<_> = self
            .clients
            .iter()
            .filter(|(_, client)| client.unread)
            .map(|(token, _)| *token)
            .collect();
        let mut more = false;
        for token in tokens {
            match self.hear(token, now) {
                Ok(unread) => more |= unread,
                Err(end) => self.drop_client(token, end),
            }
        }
        more
    }

    fn hear(&mut self, token: Token, now: Instant) -> Result<bool, End> {
        let client = self.clients.get_mut(&token).expect("the client is here");
        if let Progress::In { session, .. } = client.progress
            && !self.desk.has_room(session)
        {
            return Ok(false);
        }
        client.unread = client.connection.receive(now).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe => None,
            _ => Some(error.to_string()),
        })?;
        let input = std::mem::take(client.connection.input_mut());
        let mut used = 0;
        let time = (self.clock)();
        while let Some((packet, length)) =
            packet::next(&input[used..]).map_err(|error| Some(error.to_string()))?
        {
            used += length;
            match (packet, &client.progress) {
                (Packet::Debug | Packet::Heartbeat, _) => {}
                (Packet::Logout, _) => return Err(None),
                (Packet::Unsequenced(message), Progress::In { session, .. }) => {
                    let request =
                        request::read(message).map_err(|error| Some(error.to_string()))?;
                    self.desk.ask(*session, request, time);
                }
                (Packet::Login(login), Progress::Stranger) => {
                    self.lobby.knocks.lock().push(Knock {
                        connection: token.0,
                        username: login.username.to_owned(),
                        password: login.password.to_owned(),
                        address: client.connection.peer.ip().to_string(),
                    });
                    client.progress = Progress::Asking {
                        session: login.session.to_owned(),
                        sequence: login.sequence,
                    };
                    self.notices.ring();
                }
                (Packet::Unsequenced(_), _) => {
                    return Err(Some("an order without a log-in".to_owned()));
                }
                (Packet::Login(_), _) => return Err(Some("logged in twice".to_owned())),
            }
        }
        *client.connection.input_mut() = input;
        client.connection.consume(used);
        Ok(client.unread)
    }

    fn answer_logins(&mut self) {
        let answers = std::mem::take(&mut *self.lobby.answers.lock());
        for (connection, account) in answers {
            self.answer_login(Token(connection), account);
        }
    }

    fn answer_login(&mut self, token: Token, account: Option<AccountId>) {
        let Some(client) = self.clients.get_mut(&token) else { return };
        let Progress::Asking { session, sequence } = &client.progress else { return };
        let known = session.is_empty() || *session == self.name;
        let opened = account.and_then(|account| self.desk.session(account, (self.clock)()).ok());
        let found = opened.filter(|_| known).and_then(|session| {
            let store = &self.desk.sessions[session].store;
            let from = if *sequence == 0 { store.next() } else { *sequence };
            Some((session, store.find(from).ok().flatten()?))
        });
        let Some((session, cursor)) = found else {
            let why: &[u8] = if account.is_none() { b"A" } else { b"S" };
            packet::write(b'J', why, client.connection.output());
            client.connection.ending = true;
            return;
        };
        packet::accept(&self.name, cursor.next, client.connection.output());
        client.progress = Progress::In { session, cursor };
        // One connection a session: the newest.
        let older = self.clients.iter().find(|(other, client)| {
            **other != token
                && matches!(client.progress, Progress::In { session: of, .. } if of == session)
        });
        if let Some(older) = older.map(|(token, _)| *token) {
            self.close_client(older);
        }
    }

    fn speak_all(&mut self, now: Instant) {
        let mut ended = Vec::new();
        for (token, client) in &mut self.clients {
            if let Err(end) = client.speak(&self.desk, &mut self.scratch, now) {
                ended.push((*token, end));
            }
        }
        for (token, end) in ended {
            self.drop_client(token, end);
        }
    }

    /// Ends a connection whose session goes on elsewhere.
    fn close_client(&mut self, token: Token) -> Option<Client> {
        let mut client = self.clients.remove(&token)?;
        let _ = self.poll.registry().deregister(&mut client.connection.stream);
        Some(client)
    }

    fn drop_client(&mut self, token: Token, end: End) {
        let Some(client) = self.close_client(token) else { return };
        if let Some(why) = end {
            self.notices.say(format!("OUCH client {}: {why}", client.connection.peer));
        }
        if let Progress::In { session, .. } = client.progress
            && self.terms.cancel_on_disconnect
        {
            self.desk.leave(session, (self.clock)());
        }
    }

    fn tick(&mut self, now: Instant) {
        let mut silent = Vec::new();
        for (token, client) in &mut self.clients {
            let logged_in = matches!(client.progress, Progress::In { .. });
            if !client.connection.keep_alive(logged_in, now) {
                silent.push(*token);
            }
        }
        for token in silent {
            self.drop_client(token, None);
        }
        self.speak_all(now);
    }

    /// Says goodbye to whoever listens.
    fn end(&mut self) {
        for client in self.clients.values_mut() {
            if matches!(client.progress, Progress::In { .. }) {
                packet::write(b'Z', &[], client.connection.output());
            }
            let _ = client.connection.flush(Instant::now());
        }
    }
}

impl Client {
    fn speak(&mut self, desk: &Desk, scratch: &mut Vec<u8>, now: Instant) -> Result<(), End> {
        loop {
            let mut made = false;
            if let Progress::In { session, cursor } = &mut self.progress
                && self.connection.has_room()
                && cursor.next < desk.sessions[*session].store.next()
            {
                scratch.clear();
                let store = &desk.sessions[*session].store;
                *cursor = store
                    .read(*cursor, u64::MAX, PIECE, scratch)
                    .map_err(|error| Some(error.to_string()))?;
                let mut rest = &scratch[..];
                while let Some((message, after)) = split(rest) {
                    packet::write(b'S', message, self.connection.output());
                    rest = after;
                }
                made = true;
            }
            self.connection.flush(now).map_err(|_| None::<String>)?;
            if self.connection.ending && self.connection.is_flushed() {
                return Err(None);
            }
            if !made || !self.connection.is_flushed() {
                return Ok(());
            }
        }
    }
}
