//! Reports on their way out, through our queue or the one that the harness supplies.

use crate::abi::{Report, Transport};
use crate::ring::{Ring, TRANSPORT};
use std::ffi::c_void;

/// What a report says, numbered as in the harness's header.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Kind {
    OrderAck = 0,
    Trade = 1,
    CancelAck = 2,
    ModifyAck = 3,
    CancelReject = 4,
    ModifyReject = 5,
}

/// Where reports go.
pub enum Reports {
    Own(*const Ring),
    Theirs(extern "C" fn(*mut c_void, *const Report) -> i32, *mut c_void),
}

impl Reports {
    pub fn new(transport: &Transport, sink: *mut c_void) -> Self {
        if std::ptr::fn_addr_eq(transport.push, TRANSPORT.push) {
            Self::Own(sink.cast())
        } else {
            Self::Theirs(transport.push, sink)
        }
    }

    #[inline]
    pub fn push(&self, report: Report) {
        match *self {
            // SAFETY: the sink is the ring that `create` gave, and this is its only producer.
            Self::Own(ring) => unsafe { (*ring).push(report) },
            Self::Theirs(push, sink) => {
                while push(sink, &raw const report) == 0 {
                    std::hint::spin_loop();
                }
            }
        }
    }
}
