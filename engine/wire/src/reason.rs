//! Why something was refused or ended: the one table from which every gateway takes its codes.

/// Declares the reasons with their number, stable code and plain sentence.
macro_rules! reasons {
    ($($variant:ident = $value:literal $code:literal $text:literal),+ $(,)?) => {
        /// Why a command was refused or an order ended. Numbers are part of the log: never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Reason { $($variant = $value),+ }

        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code that clients see.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// One sentence for a person.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl TryFrom<u16> for Reason {
            type Error = ();
            fn try_from(number: u16) -> Result<Self, ()> {
                match number { $($value => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}

reasons! {
    None = 0 "NONE" "Nothing is wrong.",
    Malformed = 1 "MALFORMED" "The command's bytes make no sense.",
    UnknownSymbol = 2 "UNKNOWN_SYMBOL" "No such symbol is listed here.",
    UnknownAccount = 3 "UNKNOWN_ACCOUNT" "No such account exists.",
    UnknownOrder = 4 "UNKNOWN_ORDER" "No such order of this account exists.",
    InvalidQuantity = 5 "INVALID_QUANTITY" "The quantity is zero or larger than the symbol allows.",
    InvalidPrice = 6 "INVALID_PRICE" "The price is missing, zero, or out of range for this order type.",
    OffTick = 7 "OFF_TICK" "The price is not a multiple of the tick size.",
    InvalidTimeInForce = 8 "INVALID_TIME_IN_FORCE" "This order type does not take that time in force.",
    InsufficientFunds = 9 "INSUFFICIENT_FUNDS" "The account's available cash does not cover this.",
    InsufficientShares = 10 "INSUFFICIENT_SHARES" "The account's available shares do not cover this.",
    ShortSaleNotPermitted = 11 "SHORT_SALE_NOT_PERMITTED" "This account may not sell short: no locate is on record.",
    Halted = 12 "HALTED" "Trading in this symbol is halted.",
    PriceCollar = 13 "PRICE_COLLAR" "The price is too far from the reference price.",
    OrderTooLarge = 14 "ORDER_TOO_LARGE" "The order's value is above the limit for one order.",
    TooManyOrders = 15 "TOO_MANY_ORDERS" "The account has as many open orders as it may have.",
    DuplicateClientOrderId = 16 "DUPLICATE_CLIENT_ORDER_ID" "This client order id was used for a different order.",
    AccountSuspended = 17 "ACCOUNT_SUSPENDED" "The account is suspended from trading.",
    VersionMismatch = 18 "VERSION_MISMATCH" "The order has changed since it was read.",
    AlreadyDone = 19 "ORDER_ALREADY_DONE" "The order is filled, cancelled or expired already.",
    NotReplaceable = 20 "NOT_REPLACEABLE" "The new quantity or price is not possible for this order.",
    DuplicateReference = 21 "DUPLICATE_REFERENCE" "This reference was used for a different transfer.",
    InvalidAmount = 22 "INVALID_AMOUNT" "The amount is zero, negative, or too large.",
    AlreadyListed = 23 "ALREADY_LISTED" "A symbol of this name is listed already.",
    StaleSession = 24 "STALE_SESSION_SEQUENCE" "The session's sequence number skips ahead or is too old to answer again.",
    VenueFull = 25 "VENUE_FULL" "The venue holds as many orders, accounts or symbols as it was built for.",
    UnknownVersion = 26 "UNKNOWN_VERSION" "This engine does not know that version of the rules.",
    PostOnlyWouldTake = 27 "POST_ONLY_WOULD_TAKE" "The order would trade at once, which it must not.",
    InvalidInstruction = 28 "INVALID_INSTRUCTION" "These instructions do not go together, or not with this type of order.",
    InvalidExpiry = 29 "INVALID_EXPIRY" "The time until which the order is good is missing, past, or not wanted.",
    // Why an order that was accepted ended.
    CancelledByUser = 64 "CANCELLED_BY_USER" "Cancelled on request.",
    CancelledUnfilled = 65 "CANCELLED_UNFILLED" "What could not trade at once was cancelled.",
    CancelledNoLiquidity = 66 "CANCELLED_NO_LIQUIDITY" "The order could not be filled whole at once, so nothing of it was.",
    CancelledAtCollar = 67 "CANCELLED_AT_COLLAR" "The rest would have traded beyond the price collar.",
    CancelledSelfTrade = 68 "CANCELLED_SELF_TRADE" "The order would have traded with one of the same account.",
    CancelledByOperator = 69 "CANCELLED_BY_OPERATOR" "Cancelled by the venue's operator.",
    ExpiredAtClose = 70 "EXPIRED_AT_CLOSE" "The trading day of a day order ended.",
    ExpiredAtTime = 71 "EXPIRED_AT_TIME" "The time until which the order was good has come.",
}
