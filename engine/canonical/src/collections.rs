//! Collections: their length, then their items; hash maps in the order of their keys.

use crate::{Canonical, Corrupt, Layout, Reader, Writer};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};

/// Items read without a pause.
const TOGETHER: usize = 4096;

/// A length that the bytes left can hold: every item takes one at least.
fn length(from: &mut Reader<'_>) -> Result<usize, Corrupt> {
    let length = usize::read(from)?;
    if length <= from.left() { Ok(length) } else { Err(Corrupt) }
}

fn items<'a, T: Canonical + 'a>(items: impl ExactSizeIterator<Item = &'a T>, to: &mut Writer<'_>) {
    items.len().write(to);
    for item in items {
        item.write(to);
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn write(&self, to: &mut Writer<'_>) {
        items(self.iter(), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let length = length(from)?;
        let mut items = Self::with_capacity(length);
        for index in 0..length {
            if index % TOGETHER == 0 {
                from.pause();
            }
            items.push(T::read(from)?);
        }
        Ok(items)
    }

    fn layout(layout: &mut Layout) {
        layout.begin("list");
        T::layout(layout);
        layout.end();
    }
}

impl<T: Canonical> Canonical for VecDeque<T> {
    fn write(&self, to: &mut Writer<'_>) {
        items(self.iter(), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Vec::read(from)?.into())
    }

    fn layout(layout: &mut Layout) {
        Vec::<T>::layout(layout);
    }
}

impl<T: Canonical + Ord> Canonical for BTreeSet<T> {
    fn write(&self, to: &mut Writer<'_>) {
        items(self.iter(), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let items = Vec::<T>::read(from)?;
        if items.is_sorted_by(|one, next| one < next) {
            Ok(items.into_iter().collect())
        } else {
            Err(Corrupt)
        }
    }

    fn layout(layout: &mut Layout) {
        layout.begin("set");
        T::layout(layout);
        layout.end();
    }
}

impl<K: Canonical + Ord, V: Canonical> Canonical for BTreeMap<K, V> {
    fn write(&self, to: &mut Writer<'_>) {
        self.len().write(to);
        for (key, value) in self {
            key.write(to);
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let pairs = Vec::<(K, V)>::read(from)?;
        if pairs.is_sorted_by(|one, next| one.0 < next.0) {
            Ok(pairs.into_iter().collect())
        } else {
            Err(Corrupt)
        }
    }

    fn layout(layout: &mut Layout) {
        layout.begin("map");
        K::layout(layout);
        V::layout(layout);
        layout.end();
    }
}

impl<K, V, S> Canonical for HashMap<K, V, S>
where
    K: Canonical + Ord + Hash,
    V: Canonical,
    S: BuildHasher + Default,
{
    fn write(&self, to: &mut Writer<'_>) {
        let mut pairs: Vec<(&K, &V)> = self.iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| *key);
        pairs.len().write(to);
        for (key, value) in pairs {
            key.write(to);
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let length = length(from)?;
        let mut map = Self::with_capacity_and_hasher(length, S::default());
        for _ in 0..length {
            if map.insert(K::read(from)?, V::read(from)?).is_some() {
                return Err(Corrupt);
            }
        }
        Ok(map)
    }

    fn layout(layout: &mut Layout) {
        BTreeMap::<K, V>::layout(layout);
    }
}

impl<T: Canonical> Canonical for Option<T> {
    #[inline]
    fn write(&self, to: &mut Writer<'_>) {
        self.is_some().write(to);
        if let Some(inner) = self {
            inner.write(to);
        }
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if bool::read(from)? { T::read(from).map(Some) } else { Ok(None) }
    }

    fn layout(layout: &mut Layout) {
        layout.begin("maybe");
        T::layout(layout);
        layout.end();
    }
}

impl<T: Canonical> Canonical for Box<T> {
    fn write(&self, to: &mut Writer<'_>) {
        T::write(self, to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        T::read(from).map(Self::new)
    }

    fn layout(layout: &mut Layout) {
        T::layout(layout);
    }
}

/// Text.
impl Canonical for Box<[u8]> {
    fn write(&self, to: &mut Writer<'_>) {
        self.len().write(to);
        to.bytes(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let length = length(from)?;
        from.bytes(length).map(Self::from)
    }

    fn layout(layout: &mut Layout) {
        layout.word("bytes");
    }
}

impl<T: Canonical, const N: usize> Canonical for [T; N] {
    #[inline]
    fn write(&self, to: &mut Writer<'_>) {
        for item in self {
            item.write(to);
        }
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let mut failed = None;
        let items = std::array::from_fn(|_| T::read(from).map_err(|why| failed = Some(why)).ok());
        match failed {
            None => Ok(items.map(|item| item.expect("every item was read"))),
            Some(why) => Err(why),
        }
    }

    fn layout(layout: &mut Layout) {
        layout.begin("array");
        layout.word(&N.to_string());
        T::layout(layout);
        layout.end();
    }
}

macro_rules! tuples {
    ($($($type:ident $field:tt),+;)+) => {
        $(impl<$($type: Canonical),+> Canonical for ($($type,)+) {
            #[inline]
            fn write(&self, to: &mut Writer<'_>) {
                $(self.$field.write(to);)+
            }

            #[inline]
            fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Ok(($($type::read(from)?,)+))
            }

            fn layout(layout: &mut Layout) {
                layout.begin("tuple");
                $($type::layout(layout);)+
                layout.end();
            }
        })+
    };
}

tuples! {
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
}
