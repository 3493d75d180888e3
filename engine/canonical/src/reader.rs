/// The bytes are not what was to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "its bytes make no sense")
    }
}

impl std::error::Error for Corrupt {}

/// Bytes to read from.
#[derive(Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    pause: Option<&'a dyn Fn()>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("left", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pause: None }
    }

    /// Calls `pause` now and then, so that whoever reads much at once can let others work.
    #[must_use]
    pub const fn pausing(self, pause: &'a dyn Fn()) -> Self {
        Self { pause: Some(pause), ..self }
    }

    /// A good moment to pause.
    #[inline]
    pub fn pause(&self) {
        if let Some(pause) = self.pause {
            pause();
        }
    }

    /// Bytes that are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], Corrupt> {
        let (bytes, rest) = self.bytes.split_at_checked(length).ok_or(Corrupt)?;
        self.bytes = rest;
        Ok(bytes)
    }

    /// The next bytes, as many as fit.
    ///
    /// # Errors
    /// When fewer are left.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Corrupt> {
        let (bytes, rest) = self.bytes.split_first_chunk().ok_or(Corrupt)?;
        self.bytes = rest;
        Ok(*bytes)
    }

    /// That nothing is left.
    ///
    /// # Errors
    /// When something is.
    pub fn finish(self) -> Result<(), Corrupt> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Corrupt) }
    }
}
