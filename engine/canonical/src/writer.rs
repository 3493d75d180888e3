/// Bytes given on at once.
const CHUNK: usize = 1 << 18;

/// Collects bytes and gives them on in chunks.
pub struct Writer<'a> {
    buffer: Vec<u8>,
    sink: &'a mut dyn FnMut(&[u8]),
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("waiting", &self.buffer.len()).finish_non_exhaustive()
    }
}

impl<'a> Writer<'a> {
    /// Gives everything to `sink`, the last of it when the writer goes.
    pub fn new(sink: &'a mut dyn FnMut(&[u8])) -> Self {
        Self { buffer: Vec::with_capacity(CHUNK + 1024), sink }
    }

    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush();
        }
    }

    #[cold]
    fn flush(&mut self) {
        (self.sink)(&self.buffer);
        self.buffer.clear();
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
