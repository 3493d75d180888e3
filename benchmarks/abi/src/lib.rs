//! The matching core behind a C ABI that public harnesses drive: see docs/performance.md.
//!
//! The harness owns the threads and calls one function at a time, as its contract says; the
//! exported functions keep their state in one static behind that promise.

mod abi;
#[cfg(feature = "bare")]
mod bare;
#[cfg(not(feature = "bare"))]
mod framing;
#[cfg(not(feature = "bare"))]
mod ledgered;
#[cfg(not(feature = "bare"))]
mod messages;
mod reports;
mod ring;
mod ticks;

use abi::{Any, Cancel, Modify, NewOrder, Transport};
#[cfg(feature = "bare")]
use bare::Core;
#[cfg(not(feature = "bare"))]
use ledgered::Core;
use reports::Reports;
use std::cell::UnsafeCell;
use std::ffi::c_void;

/// The one engine of the process.
struct Only(UnsafeCell<Option<Core>>);

// SAFETY: the harness calls the engine from one thread at a time.
unsafe impl Sync for Only {}

static CORE: Only = Only(UnsafeCell::new(None));

#[inline]
fn core() -> &'static mut Core {
    // SAFETY: one call at a time, and no reference outlives its call.
    unsafe { (*CORE.0.get()).as_mut().expect("engine_init comes first") }
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_get_transport() -> *const Transport {
    &raw const ring::TRANSPORT
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_init(_seed: u64, transport: *const Transport, sink: *mut c_void) {
    // SAFETY: the harness hands over a transport and a sink that outlive the engine.
    unsafe { *CORE.0.get() = Some(Core::new(Reports::new(&*transport, sink))) }
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_shutdown() {
    // SAFETY: one call at a time.
    unsafe { *CORE.0.get() = None }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_prebuild(kind: u8, message: *const c_void) {
    // SAFETY: the harness passes a valid message of that kind.
    let message = unsafe {
        match kind {
            0 => Any::New(&*message.cast::<NewOrder>()),
            1 => Any::Cancel(&*message.cast::<Cancel>()),
            _ => Any::Modify(&*message.cast::<Modify>()),
        }
    };
    core().prepare(message);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_new_order(order: *const NewOrder) {
    // SAFETY: the harness passes valid messages.
    core().one(Any::New(unsafe { &*order }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_cancel(cancel: *const Cancel) {
    // SAFETY: the harness passes valid messages.
    core().one(Any::Cancel(unsafe { &*cancel }));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_modify(modify: *const Modify) {
    // SAFETY: the harness passes valid messages.
    core().one(Any::Modify(unsafe { &*modify }));
}

#[cfg(feature = "batch")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_batch(messages: *const abi::Message, count: u32) {
    // SAFETY: the harness passes that many valid messages.
    let messages = unsafe { std::slice::from_raw_parts(messages, count as usize) };
    core().batch(messages);
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_flush() {
    core().flush();
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_bid() -> i64 {
    core().best(true).unwrap_or(i64::MIN)
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_ask() -> i64 {
    core().best(false).unwrap_or(i64::MAX)
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_query_depth_at(price: i64, side: u8) -> u64 {
    core().depth_at(price, side == 0)
}
