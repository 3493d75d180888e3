//! A queue of reports from the matching thread to the one that publishes them.
//!
//! Each side keeps its own place and a copy of the other's, and tells the other of many steps at
//! once: the two cores exchange a cache line a few times in a hundred reports, not with each.

use crate::abi::{Report, Transport};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reports written before the other side is told.
const PUBLISH: usize = 64;

/// A place on a cache line of its own, and of the line the processor fetches with it.
#[repr(align(128))]
struct Line<T>(T);

/// One producer, one consumer. Places only grow; a report's slot is its place modulo the size.
pub struct Ring {
    slots: Box<[UnsafeCell<Report>]>,
    /// Reports the consumer may read, and those it has read.
    published: Line<AtomicUsize>,
    taken: Line<AtomicUsize>,
    producer: Line<UnsafeCell<Producer>>,
}

struct Producer {
    written: usize,
    /// Up to where there is room, as far as the producer knows.
    room: usize,
}

// SAFETY: the producer's cell is the producer's alone, and a slot belongs to the producer until it
// is published and to the consumer until it is taken.
unsafe impl Sync for Ring {}

impl Ring {
    fn new(capacity: usize) -> Self {
        let size = capacity.max(2 * PUBLISH).next_power_of_two();
        Self {
            // Written once here: the pages are there when the first report comes.
            slots: (0..size).map(|_| UnsafeCell::new(Report::blank())).collect(),
            published: Line(AtomicUsize::new(0)),
            taken: Line(AtomicUsize::new(0)),
            producer: Line(UnsafeCell::new(Producer { written: 0, room: size })),
        }
    }

    /// Writes a report; waits while the queue is full.
    ///
    /// # Safety
    /// Called by the producer alone.
    #[inline]
    pub unsafe fn push(&self, report: Report) {
        // SAFETY: nobody else has the producer's cell.
        let producer = unsafe { &mut *self.producer.0.get() };
        if producer.written == producer.room {
            self.make_room(producer);
        }
        let slot = &self.slots[producer.written & (self.slots.len() - 1)];
        // SAFETY: there is room, so the consumer has done with this slot.
        unsafe { *slot.get() = report };
        producer.written += 1;
        if producer.written.is_multiple_of(PUBLISH) {
            self.published.0.store(producer.written, Ordering::Release);
        }
    }

    #[cold]
    fn make_room(&self, producer: &mut Producer) {
        self.published.0.store(producer.written, Ordering::Release);
        while producer.written == producer.room {
            producer.room = self.taken.0.load(Ordering::Acquire) + self.slots.len();
            std::hint::spin_loop();
        }
    }

    /// Tells the consumer of all that was written.
    ///
    /// # Safety
    /// Called by the producer alone.
    pub unsafe fn publish(&self) {
        // SAFETY: nobody else has the producer's cell.
        let written = unsafe { (*self.producer.0.get()).written };
        self.published.0.store(written, Ordering::Release);
    }

    /// Copies what was published, at most `most` reports, to `into`.
    ///
    /// # Safety
    /// Called by the consumer alone, with room for `most` reports.
    unsafe fn take(&self, into: *mut Report, most: usize) -> usize {
        let taken = self.taken.0.load(Ordering::Relaxed);
        let count = (self.published.0.load(Ordering::Acquire) - taken).min(most);
        for offset in 0..count {
            let slot = &self.slots[(taken + offset) & (self.slots.len() - 1)];
            // SAFETY: it was published, and the producer waits until it is taken.
            unsafe { into.add(offset).write(*slot.get()) };
        }
        if count > 0 {
            self.taken.0.store(taken + count, Ordering::Release);
        }
        count
    }
}

/// The queue as a harness knows it.
pub static TRANSPORT: Transport = Transport { create, push, drain, flush, destroy };

extern "C" fn create(capacity: u32) -> *mut c_void {
    Box::into_raw(Box::new(Ring::new(capacity as usize))).cast()
}

extern "C" fn push(ring: *mut c_void, report: *const Report) -> i32 {
    // SAFETY: the harness passes what `create` gave, and a report.
    unsafe { (*ring.cast::<Ring>()).push(*report) };
    1
}

extern "C" fn drain(ring: *mut c_void, into: *mut Report, most: u32) -> u32 {
    // SAFETY: the harness passes what `create` gave, and room for that many.
    let count = unsafe { (*ring.cast::<Ring>()).take(into, most as usize) };
    u32::try_from(count).expect("no more than asked for")
}

extern "C" fn flush(ring: *mut c_void) {
    // SAFETY: the harness passes what `create` gave.
    unsafe { (*ring.cast::<Ring>()).publish() };
}

extern "C" fn destroy(ring: *mut c_void) {
    // SAFETY: the harness passes what `create` gave, once.
    drop(unsafe { Box::from_raw(ring.cast::<Ring>()) });
}
