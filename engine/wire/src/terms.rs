//! The one-byte words of an order: side, type, time in force and the like.

/// Declares a one-byte enumeration that reads itself from a byte, refusing unknown ones.
macro_rules! terms {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $value:literal $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant = $value),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as the contract spells it.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        openoutcry_canonical::canonical!($name as u8);

        impl TryFrom<u8> for $name {
            type Error = ();
            #[inline]
            fn try_from(byte: u8) -> Result<Self, ()> {
                match byte { $($value => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}

terms! {
    /// Which way an order trades.
    Side { Buy = 1 "BUY", Sell = 2 "SELL", SellShort = 3 "SELL_SHORT" }
}

terms! {
    /// How an order's price is found.
    OrderType {
        Market = 1 "MARKET",
        Limit = 2 "LIMIT",
        Stop = 3 "STOP",
        StopLimit = 4 "STOP_LIMIT",
    }
}

terms! {
    /// How long an order lives.
    TimeInForce {
        Day = 1 "DAY",
        Gtc = 2 "GTC",
        Ioc = 3 "IOC",
        Fok = 4 "FOK",
        /// Until a moment that the order names.
        Gtd = 5 "GTD",
    }
}

terms! {
    /// What happens when an order meets another of the same account (self-trade prevention).
    SelfTrade {
        Allow = 0 "NONE",
        CancelNewest = 1 "CANCEL_NEWEST",
        CancelOldest = 2 "CANCEL_OLDEST",
        CancelBoth = 3 "CANCEL_BOTH",
        Decrement = 4 "DECREMENT_AND_CANCEL",
    }
}

terms! {
    /// What an account may do: a cash account never owes anything.
    AccountKind { Cash = 1 "CASH", Margin = 2 "MARGIN" }
}

terms! {
    /// Whether an account may send orders.
    AccountStatus { Active = 1 "ACTIVE", Suspended = 2 "SUSPENDED" }
}

/// What else an order asks for: the bits above the self-trade mode in the byte they share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instructions(u8);

impl Instructions {
    const SELF_TRADE: u8 = 0b111;
    /// The order must not take: it is refused if it would.
    pub const POST_ONLY: Self = Self(1 << 3);
    /// Beside post-only: instead of being refused, it is priced one tick short of the other side.
    pub const REPRICE: Self = Self(1 << 4);
    /// A price of the order is finer than the wire can say, and stands there rounded down: the order
    /// is off any tick, and refused as such.
    pub const BETWEEN_TICKS: Self = Self(1 << 7);
    const KNOWN: u8 =
        Self::SELF_TRADE | Self::POST_ONLY.0 | Self::REPRICE.0 | Self::BETWEEN_TICKS.0;

    /// Each with its word.
    pub const ALL: [(&'static str, Self); 3] = [
        ("POST_ONLY", Self::POST_ONLY),
        ("REPRICE", Self::REPRICE),
        ("BETWEEN_TICKS", Self::BETWEEN_TICKS),
    ];

    /// Splits the byte into the self-trade mode and the instructions.
    ///
    /// # Errors
    /// For a mode or a bit that means nothing.
    #[expect(clippy::result_unit_err, reason = "as reading any other word of the wire")]
    pub fn read(byte: u8) -> Result<(SelfTrade, Self), ()> {
        let mode = SelfTrade::try_from(byte & Self::SELF_TRADE)?;
        if byte & !Self::KNOWN != 0 {
            return Err(());
        }
        Ok((mode, Self(byte & !Self::SELF_TRADE)))
    }

    /// All of them, as they stand beside a self-trade mode.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    #[must_use]
    pub const fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }
}

impl Side {
    /// Whether the order takes shares in.
    #[inline]
    #[must_use]
    pub const fn is_buy(self) -> bool {
        matches!(self, Self::Buy)
    }
}

impl OrderType {
    /// Whether the order waits for a last sale before it enters the book.
    #[inline]
    #[must_use]
    pub const fn waits_for_trigger(self) -> bool {
        matches!(self, Self::Stop | Self::StopLimit)
    }

    /// Whether the order names a limit price.
    #[inline]
    #[must_use]
    pub const fn has_limit(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit)
    }
}

impl TimeInForce {
    /// Whether what is left after matching may rest in the book.
    #[inline]
    #[must_use]
    pub const fn may_rest(self) -> bool {
        matches!(self, Self::Day | Self::Gtc | Self::Gtd)
    }
}
