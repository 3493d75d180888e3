//! Which stock a locate stands for, and the symbol it became.

use openoutcry_wire::SymbolId;
use openoutcry_wire::itch::Stock;
use std::collections::BTreeMap;

/// Stocks by locate, and the symbols listed so far.
#[derive(Debug)]
pub(crate) struct Listings {
    /// Only this stock is wanted.
    wanted: Option<Stock>,
    stocks: BTreeMap<u16, Stock>,
    symbols: BTreeMap<u16, SymbolId>,
    /// The stocks listed, by symbol.
    listed: Vec<Stock>,
}

impl Listings {
    pub(crate) fn new(wanted: Option<Stock>) -> Self {
        let (stocks, symbols, listed) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { wanted, stocks, symbols, listed }
    }

    /// A locate's stock became known.
    pub(crate) fn name(&mut self, locate: u16, stock: Stock) {
        self.stocks.entry(locate).or_insert(stock);
    }

    /// Whether messages about a locate are wanted.
    pub(crate) fn wants(&self, locate: u16) -> bool {
        self.wanted.is_none_or(|wanted| self.stocks.get(&locate) == Some(&wanted))
    }

    pub(crate) fn symbol(&self, locate: u16) -> Option<SymbolId> {
        self.symbols.get(&locate).copied()
    }

    /// Records the symbol that a locate became.
    pub(crate) fn list(&mut self, locate: u16, symbol: SymbolId, stock: Stock) {
        assert_eq!(symbol as usize, self.listed.len(), "symbols are numbered in order of listing");
        self.symbols.insert(locate, symbol);
        self.listed.push(stock);
    }

    /// The stocks listed, by symbol.
    pub(crate) fn listed(&self) -> &[Stock] {
        &self.listed
    }

    /// What the machine can call a stock: its own name, or a dash and its locate where that has
    /// characters that no ticker has, such as the warrants' `+`, or another stock has it already.
    pub(crate) fn ticker(&self, locate: u16, stock: Stock) -> Stock {
        let text = stock.trim_ascii_end();
        let allowed = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let inside = |byte: &u8| allowed(byte) || b".-".contains(byte);
        let listable = text.first().is_some_and(allowed) && text.iter().all(inside);
        if listable && !self.listed.contains(&stock) {
            return stock;
        }
        let mut ticker = [b' '; 8];
        let name = format!("-{locate}");
        ticker[..name.len()].copy_from_slice(name.as_bytes());
        ticker
    }
}
