use crate::{Canonical, Corrupt, Layout, Reader, Writer};

macro_rules! numbers {
    ($($number:ident),+) => {
        $(impl Canonical for $number {
            #[inline]
            fn write(&self, to: &mut Writer<'_>) {
                to.bytes(&self.to_le_bytes());
            }

            #[inline]
            fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Ok(Self::from_le_bytes(from.array()?))
            }

            fn layout(layout: &mut Layout) {
                layout.word(stringify!($number));
            }
        })+
    };
}

numbers!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128);

impl Canonical for bool {
    #[inline]
    fn write(&self, to: &mut Writer<'_>) {
        to.bytes(&[u8::from(*self)]);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match from.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Corrupt),
        }
    }

    fn layout(layout: &mut Layout) {
        layout.word("bool");
    }
}

/// Lengths and places.
impl Canonical for usize {
    #[inline]
    fn write(&self, to: &mut Writer<'_>) {
        (*self as u64).write(to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Self::try_from(u64::read(from)?).map_err(|_| Corrupt)
    }

    fn layout(layout: &mut Layout) {
        layout.word("usize");
    }
}
