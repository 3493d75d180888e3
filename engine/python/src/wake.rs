//! Waking an event loop without its interpreter's lock.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};

/// A descriptor that becomes readable when woken, until it is cleared.
#[derive(Debug)]
pub(crate) struct Wake {
    sender: UnixStream,
    receiver: UnixStream,
    woken: AtomicBool,
}

impl Wake {
    pub(crate) fn new() -> io::Result<Self> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.set_nonblocking(true)?;
        receiver.set_nonblocking(true)?;
        Ok(Self { sender, receiver, woken: AtomicBool::new(false) })
    }

    pub(crate) fn fileno(&self) -> RawFd {
        self.receiver.as_raw_fd()
    }

    pub(crate) fn wake(&self) {
        if !self.woken.swap(true, Ordering::SeqCst) {
            // A full socket is readable, which is all that is asked.
            let _ = (&self.sender).write(&[1]);
        }
    }

    /// Must come before what woke is looked at, so that nothing falls between.
    pub(crate) fn clear(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.receiver).read(&mut bytes), Ok(count) if count == bytes.len()) {}
        self.woken.store(false, Ordering::SeqCst);
    }
}
