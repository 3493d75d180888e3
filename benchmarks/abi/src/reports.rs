//! Reports on their way out, through the queue that the harness supplies.

use crate::abi::{Report, Transport};
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

pub struct Reports {
    push: extern "C" fn(*mut c_void, *const Report) -> i32,
    sink: *mut c_void,
}

impl Reports {
    pub fn new(transport: &Transport, sink: *mut c_void) -> Self {
        Self { push: transport.push, sink }
    }

    #[inline]
    pub fn push(&self, kind: Kind, report: Report) {
        let report = Report { kind: kind as u8, ..report };
        while (self.push)(self.sink, &raw const report) == 0 {
            std::hint::spin_loop();
        }
    }
}
