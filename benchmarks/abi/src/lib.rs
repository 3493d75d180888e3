//! The matching core behind a C ABI that public harnesses drive: see docs/performance.md.
//!
//! The harness owns the threads and calls one function at a time, as its contract says; the
//! exported functions keep their state in one static behind that promise.

mod abi;
mod ledgered;
mod reports;

#[cfg(feature = "batch")]
use abi::Message;
use abi::{Cancel, Modify, NewOrder, Transport};
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
pub unsafe extern "C" fn engine_init(_seed: u64, transport: *const Transport, sink: *mut c_void) {
    // SAFETY: the harness hands over a transport that outlives the engine.
    unsafe { *CORE.0.get() = Some(Core::new(Reports::new(&*transport, sink))) }
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_shutdown() {
    // SAFETY: one call at a time.
    unsafe { *CORE.0.get() = None }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_new_order(order: *const NewOrder) {
    // SAFETY: the harness passes valid messages.
    core().new_order(unsafe { &*order });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_cancel(cancel: *const Cancel) {
    // SAFETY: the harness passes valid messages.
    core().cancel(unsafe { &*cancel });
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_modify(modify: *const Modify) {
    // SAFETY: the harness passes valid messages.
    core().modify(unsafe { &*modify });
}

#[cfg(feature = "batch")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_batch(messages: *const Message, count: u32) {
    // SAFETY: the harness passes that many valid messages.
    let messages = unsafe { std::slice::from_raw_parts(messages, count as usize) };
    core().batch(messages);
}

#[unsafe(no_mangle)]
pub extern "C" fn engine_flush() {}

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
