//! The layouts of the harness's C header, field by field.

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
    pub kind: u8,
    reserved: [u8; 7],
    pub body: Body,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union Body {
    pub new_order: NewOrder,
    pub cancel: Cancel,
    pub modify: Modify,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    pub kind: u8,
    pub side: u8,
    pub reserved: [u8; 6],
    pub sequence: u64,
    pub order_id: u64,
    pub price: i64,
    pub quantity: u32,
    pub reserved_2: u32,
    pub maker: u64,
    pub taker: u64,
    pub reserved_3: u64,
}

#[repr(C)]
pub struct Transport {
    create: extern "C" fn(u32) -> *mut c_void,
    pub push: extern "C" fn(*mut c_void, *const Report) -> i32,
    drain: extern "C" fn(*mut c_void, *mut Report, u32) -> u32,
    flush: extern "C" fn(*mut c_void),
    destroy: extern "C" fn(*mut c_void),
}

const _: () = assert!(size_of::<Message>() == 40 && size_of::<Report>() == 64);
