//! Sockets, bound before anything else begins: a busy port stops a start with one line.

use socket2::{Domain, Socket, Type};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket};

const CANNOT_LISTEN: &str = "cannot listen on";

fn named(what: &str, address: &str, error: &io::Error) -> io::Error {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    io::Error::new(error.kind(), format!("{what} {address}: {text}"))
}

/// A listener that does not block.
///
/// # Errors
/// In one line that names the address.
pub fn listen(address: &str) -> io::Result<TcpListener> {
    let bound = TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    bound.map_err(|error| named(CANNOT_LISTEN, address, &error))
}

/// A socket for datagrams that does not block.
///
/// # Errors
/// In one line that names the address.
pub fn datagrams(address: &str) -> io::Result<UdpSocket> {
    let bound =
        UdpSocket::bind(address).and_then(|socket| socket.set_nonblocking(true).map(|()| socket));
    bound.map_err(|error| named(CANNOT_LISTEN, address, &error))
}

/// Where packets go that many may hear.
#[derive(Debug)]
pub struct Multicast {
    socket: UdpSocket,
    pub(crate) group: SocketAddr,
}

impl Multicast {
    /// A socket that sends to `group` by the interface that has the address `interface`.
    ///
    /// # Errors
    /// In one line that names the group.
    pub fn open(group: &str, interface: Ipv4Addr) -> io::Result<Self> {
        Self::open_plainly(group, interface).map_err(|error| named("cannot send to", group, &error))
    }

    /// Sends one packet.
    ///
    /// # Errors
    /// When the system does not take it.
    pub fn send(&self, packet: &[u8]) -> io::Result<()> {
        self.socket.send_to(packet, self.group).map(|_| ())
    }

    fn open_plainly(group: &str, interface: Ipv4Addr) -> io::Result<Self> {
        let group = group.to_socket_addrs()?.find(SocketAddr::is_ipv4);
        let group = group.ok_or_else(|| io::Error::other("no IPv4 address"))?;
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
        if group.ip().is_multicast() {
            socket.set_multicast_if_v4(&interface)?;
            socket.set_multicast_loop_v4(true)?;
            socket.set_multicast_ttl_v4(1)?;
        }
        // A burst of the feed fits.
        socket.set_send_buffer_size(1 << 22)?;
        Ok(Self { socket: socket.into(), group })
    }
}
