use crate::Canonical;

/// What a type writes, in words: two engines that say the same understand each other's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout(String);

impl Layout {
    /// The words for a type.
    #[must_use]
    pub fn of<T: Canonical>() -> Self {
        let mut layout = Self::default();
        T::layout(&mut layout);
        layout
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// A type without parts, or anything else that must be alike.
    pub fn word(&mut self, word: &str) {
        self.0.push_str(word);
        self.0.push(' ');
    }

    /// A type with fields, up to [`Layout::end`].
    pub fn begin(&mut self, name: &str) {
        self.word(name);
        self.word("{");
    }

    /// The next field; `get` only says of which type it is.
    pub fn field<S, T: Canonical>(&mut self, name: &str, get: impl Fn(&S) -> &T) {
        let _ = get;
        self.word(name);
        T::layout(self);
    }

    pub fn end(&mut self) {
        self.word("}");
    }
}
