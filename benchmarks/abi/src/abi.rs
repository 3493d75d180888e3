//! The layouts of the harness's C header, field by field.

use crate::reports::Kind;
use std::ffi::c_void;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NewOrder {
    pub order_id: u64,
    pub sequence: u64,
    pub price: i64,
    pub quantity: u32,
    pub side: u8,
    pub ioc: u8,
    reserved: [u8; 2],
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Cancel {
    pub order_id: u64,
    pub sequence: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Modify {
    pub order_id: u64,
    pub sequence: u64,
    pub price: i64,
    pub quantity: u32,
    pub side: u8,
    reserved: [u8; 3],
}

/// One message of a batch; `kind` tells which of the three it is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Message {
    kind: u8,
    reserved: [u8; 7],
    body: Body,
}

#[repr(C)]
#[derive(Clone, Copy)]
union Body {
    new_order: NewOrder,
    cancel: Cancel,
    modify: Modify,
}

/// A message of any of the three kinds.
#[derive(Clone, Copy, Debug)]
pub enum Any<'a> {
    New(&'a NewOrder),
    Cancel(&'a Cancel),
    Modify(&'a Modify),
}

#[cfg(feature = "batch")]
impl Message {
    #[inline]
    pub fn any(&self) -> Any<'_> {
        // SAFETY: the harness sets the kind that its body has.
        unsafe {
            match self.kind {
                0 => Any::New(&self.body.new_order),
                1 => Any::Cancel(&self.body.cancel),
                _ => Any::Modify(&self.body.modify),
            }
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Report {
    kind: u8,
    side: u8,
    reserved: [u8; 6],
    sequence: u64,
    order_id: u64,
    price: i64,
    quantity: u32,
    reserved_2: u32,
    maker: u64,
    taker: u64,
    reserved_3: u64,
}

impl Report {
    pub const fn blank() -> Self {
        Self::about(Kind::OrderAck, 0, 0)
    }

    /// A report that names a message and an order, and nothing else.
    #[inline]
    pub const fn about(kind: Kind, sequence: u64, order_id: u64) -> Self {
        Self {
            kind: kind as u8,
            side: 0,
            reserved: [0; 6],
            sequence,
            order_id,
            price: 0,
            quantity: 0,
            reserved_2: 0,
            maker: 0,
            taker: 0,
            reserved_3: 0,
        }
    }

    /// The same with an order's side, price and quantity.
    #[inline]
    pub const fn of_order(self, side: u8, price: i64, quantity: u32) -> Self {
        Self { side, price, quantity, ..self }
    }

    #[inline]
    pub const fn trade(sequence: u64, price: i64, quantity: u32, maker: u64, taker: u64) -> Self {
        let about = Self::about(Kind::Trade, sequence, 0);
        Self { price, quantity, maker, taker, ..about }
    }
}

#[repr(C)]
pub struct Transport {
    pub create: extern "C" fn(u32) -> *mut c_void,
    pub push: extern "C" fn(*mut c_void, *const Report) -> i32,
    pub drain: extern "C" fn(*mut c_void, *mut Report, u32) -> u32,
    pub flush: extern "C" fn(*mut c_void),
    pub destroy: extern "C" fn(*mut c_void),
}

const _: () = assert!(size_of::<Message>() == 40 && size_of::<Report>() == 64);
