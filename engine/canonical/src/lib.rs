//! State as bytes, in an order that depends on nothing but the state. One walk serves the state
//! hash, which is the digest of these bytes, and the snapshots, which are these bytes.
//!
//! How to add state: give the new field's name to the `canonical!` list beside its struct. Until
//! then the crate does not compile, because the walk takes the struct apart without `..`. A type of
//! your own gets a list of its own, `canonical!(Name { field, … })`, or `canonical!(Name as u8)` for
//! a one-byte enumeration with `TryFrom<u8>`. What can be worked out from the other fields goes
//! behind `derived`, each with the expression that makes it, in which the fields before are known:
//! `canonical!(Name { field, … } derived { other = make(field) })`. Nothing else is to be done: the
//! layout's digest changes by itself, and snapshots of the layout before are passed over at the
//! next start in favour of the journal.

mod collections;
mod layout;
mod numbers;
mod reader;
mod writer;

pub use layout::Layout;
pub use reader::{Corrupt, Reader};
pub use writer::Writer;

/// State that can be written as bytes and read back.
pub trait Canonical: Sized {
    /// Writes everything that decides what this will do next.
    fn write(&self, to: &mut Writer<'_>);

    /// Reads what `write` wrote.
    ///
    /// # Errors
    /// When the bytes are not such.
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt>;

    /// Says which fields are written, in words.
    fn layout(layout: &mut Layout);
}

/// Reads a field; `get` only says of which type it is.
///
/// # Errors
/// When the bytes are not such.
#[inline]
pub fn read_as<S, T: Canonical>(
    from: &mut Reader<'_>,
    get: impl Fn(&S) -> &T,
) -> Result<T, Corrupt> {
    let _ = get;
    T::read(from)
}

/// Lists what of a type is state; see the top of this crate.
#[macro_export]
macro_rules! canonical {
    ($name:ident { $($field:ident),* $(,)? } $(derived { $($derived:ident = $value:expr),* $(,)? })?) => {
        impl $crate::Canonical for $name {
            fn write(&self, to: &mut $crate::Writer<'_>) {
                let Self { $($field,)* $($($derived: _,)*)? } = self;
                $($crate::Canonical::write($field, to);)*
            }

            fn read(from: &mut $crate::Reader<'_>) -> Result<Self, $crate::Corrupt> {
                $(let $field = $crate::read_as(from, |of: &Self| &of.$field)?;)*
                $($(let $derived = $value;)*)?
                Ok(Self { $($field,)* $($($derived,)*)? })
            }

            fn layout(layout: &mut $crate::Layout) {
                layout.begin(stringify!($name));
                $(layout.field(stringify!($field), |of: &Self| &of.$field);)*
                layout.end();
            }
        }
    };
    ($name:ident . 0) => {
        impl $crate::Canonical for $name {
            #[inline]
            fn write(&self, to: &mut $crate::Writer<'_>) {
                let Self(inner) = self;
                $crate::Canonical::write(inner, to);
            }

            #[inline]
            fn read(from: &mut $crate::Reader<'_>) -> Result<Self, $crate::Corrupt> {
                Ok(Self($crate::Canonical::read(from)?))
            }

            fn layout(layout: &mut $crate::Layout) {
                layout.begin(stringify!($name));
                layout.field("0", |of: &Self| &of.0);
                layout.end();
            }
        }
    };
    ($name:ident as u8) => {
        impl $crate::Canonical for $name {
            #[inline]
            fn write(&self, to: &mut $crate::Writer<'_>) {
                to.bytes(&[*self as u8]);
            }

            #[inline]
            fn read(from: &mut $crate::Reader<'_>) -> Result<Self, $crate::Corrupt> {
                let byte: u8 = $crate::Canonical::read(from)?;
                Self::try_from(byte).map_err(|_| $crate::Corrupt)
            }

            fn layout(layout: &mut $crate::Layout) {
                layout.word(concat!(stringify!($name), " as u8"));
            }
        }
    };
}
