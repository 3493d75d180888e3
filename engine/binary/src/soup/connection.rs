//! One client's connection: what came and was not read yet, what goes and was not taken yet.

use super::packet;
use mio::net::TcpStream;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Silence after which the server says that it lives.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(1);
/// Silence after which a client counts as gone; a connection without login may be silent as long.
pub(crate) const SILENCE: Duration = Duration::from_secs(15);
/// Bytes that may wait for a client before nothing more is made for it.
const WAITING: usize = 1 << 16;
const READ: usize = 1 << 16;

/// A socket with its buffers.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    input: Vec<u8>,
    output: Vec<u8>,
    written: usize,
    heard: Instant,
    spoke: Instant,
    /// Nothing more is read; it ends when all is written.
    pub(crate) ending: bool,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, peer: SocketAddr, now: Instant) -> Self {
        // Answers are small and wait for nothing.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            peer,
            input: Vec::new(),
            output: Vec::new(),
            written: 0,
            heard: now,
            spoke: now,
            ending: false,
        }
    }

    /// Reads what came, up to a bound, so that nobody is kept waiting; whether there may be more.
    ///
    /// # Errors
    /// When the connection is over.
    pub(crate) fn receive(&mut self, now: Instant) -> io::Result<bool> {
        let held = self.input.len();
        self.input.resize(held + READ, 0);
        let read = loop {
            match self.stream.read(&mut self.input[held..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = *read.as_ref().unwrap_or(&0);
        self.input.truncate(held + count);
        match read {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {
                self.heard = now;
                Ok(count == READ)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What was received and not consumed.
    pub(crate) const fn input_mut(&mut self) -> &mut Vec<u8> {
        &mut self.input
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.input.drain(..count);
    }

    /// Where packets are written that are to go.
    pub(crate) fn output(&mut self) -> &mut Vec<u8> {
        &mut self.output
    }

    /// Whether more may be made for the client.
    pub(crate) fn has_room(&self) -> bool {
        self.output.len() - self.written < WAITING
    }

    /// Whether all is written.
    pub(crate) fn is_flushed(&self) -> bool {
        self.written == self.output.len()
    }

    /// Writes what the client takes now.
    ///
    /// # Errors
    /// When the connection is over.
    pub(crate) fn flush(&mut self, now: Instant) -> io::Result<()> {
        while self.written < self.output.len() {
            match self.stream.write(&self.output[self.written..]) {
                Ok(count) => {
                    self.written += count;
                    self.spoke = now;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.is_flushed() {
            self.output.clear();
            self.written = 0;
        }
        Ok(())
    }

    /// Says that the server lives, when it was silent; false when the client is gone.
    pub(crate) fn keep_alive(&mut self, logged_in: bool, now: Instant) -> bool {
        if logged_in && self.is_flushed() && now.duration_since(self.spoke) >= HEARTBEAT {
            packet::write(b'H', &[], &mut self.output);
        }
        now.duration_since(self.heard) < SILENCE
    }
}
