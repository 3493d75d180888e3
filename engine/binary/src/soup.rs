//! `SoupBinTCP` 4.00, the server's side. Source: Nasdaq, "SoupBinTCP 4.00".

pub(crate) mod connection;
pub mod packet;
