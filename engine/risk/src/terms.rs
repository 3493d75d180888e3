//! An order's own terms against the rules of its symbol.

use crate::Refusal;
use crate::limits::DEFAULT_MAXIMUM_QUANTITY;
use openoutcry_book::Grid;
use openoutcry_canonical::canonical;
use openoutcry_wire::{
    Instructions, MONEY_PER_PRICE, Money, Nanoseconds, OrderType, Price, Quantity, Reason,
    SelfTrade, Side, TimeInForce, command::NewOrder,
};

const BASIS_POINTS: u64 = 10_000;
/// What money times basis points is divided by to give a price.
const UNIT: u64 = BASIS_POINTS * MONEY_PER_PRICE.unsigned_abs();

/// What a client asked for, each word understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub self_trade: SelfTrade,
    pub instructions: Instructions,
    pub quantity: Quantity,
    pub price: Price,
    pub stop_price: Price,
    /// The least that it trades at once, or nothing at all; 0: any.
    pub minimum: Quantity,
    /// When it ends by itself; 0: never.
    pub expires_at: Nanoseconds,
}

/// How far from the reference price an order may trade or be priced, in basis points; 0: no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collars {
    /// How far a market order sweeps.
    pub sweep: u32,
    /// How far through the reference a limit may be set (the fat-finger check).
    pub limit: u32,
}

canonical!(Collars { sweep, limit });

/// What the checks need to know of a symbol.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    pub grid: Grid,
    pub maximum_quantity: Quantity,
    pub collars: Collars,
    /// The last sale, before the first of the day the previous close; 0 when there is neither.
    pub reference: Money,
    pub halted: bool,
}

impl Terms {
    /// Reads the words of a command.
    ///
    /// # Errors
    /// `Malformed` for a word that does not exist, or a field that is not in use yet.
    #[inline]
    pub fn read(command: &NewOrder) -> Result<Self, Refusal> {
        if command.display_quantity | command.group != 0 || command.offset != 0 {
            return Err(Reason::Malformed.into());
        }
        let malformed = |()| Refusal::from(Reason::Malformed);
        let (self_trade, instructions) =
            Instructions::read(command.self_trade).map_err(malformed)?;
        Ok(Self {
            side: Side::try_from(command.side).map_err(malformed)?,
            order_type: OrderType::try_from(command.order_type).map_err(malformed)?,
            time_in_force: TimeInForce::try_from(command.time_in_force).map_err(malformed)?,
            self_trade,
            instructions,
            quantity: command.quantity,
            price: Price(command.price),
            stop_price: Price(command.stop_price),
            minimum: command.minimum_quantity,
            expires_at: command.expires_at,
        })
    }

    /// Whether what is left after matching rests in the book.
    #[inline]
    #[must_use]
    pub const fn rests(&self) -> bool {
        self.order_type.has_limit() && self.time_in_force.may_rest()
    }

    /// Whether it may stay open, in the book or waiting for a trigger.
    #[inline]
    #[must_use]
    pub const fn may_stay(&self) -> bool {
        self.rests() || self.order_type.waits_for_trigger()
    }

    /// Checks everything that does not depend on the account.
    ///
    /// # Errors
    /// `ShortSaleNotPermitted`, `InvalidQuantity`, `InvalidPrice`, `OffTick`,
    /// `InvalidTimeInForce`, `InvalidInstruction`, `InvalidExpiry`, `Halted`, `PriceCollar`.
    #[inline]
    pub fn check(&self, instrument: &Instrument, now: Nanoseconds) -> Result<(), Refusal> {
        if self.side == Side::SellShort {
            return Err(Reason::ShortSaleNotPermitted.into());
        }
        check_quantity(self.quantity, instrument)?;
        if self.instructions.has(Instructions::BETWEEN_TICKS) {
            return Err(Reason::OffTick.into());
        }
        check_price(self.price, self.order_type.has_limit(), instrument.grid)?;
        check_price(self.stop_price, self.order_type.waits_for_trigger(), instrument.grid)?;
        if self.order_type.waits_for_trigger() && !self.time_in_force.may_rest() {
            return Err(Reason::InvalidTimeInForce.into());
        }
        self.check_instructions()?;
        self.check_expiry(now)?;
        if instrument.halted {
            return Err(Reason::Halted.into());
        }
        if self.order_type.has_limit() {
            let stop = self.order_type.waits_for_trigger().then_some(self.stop_price);
            instrument.check_collar(self.side.is_buy(), self.price, stop)?;
        }
        Ok(())
    }
}

impl Terms {
    /// Only what rests at its own limit can be kept from taking; only what leaves nothing behind can
    /// insist on a minimum, for one that rests would be passed over by those who take less.
    fn check_instructions(&self) -> Result<(), Refusal> {
        let post_only = self.instructions.has(Instructions::POST_ONLY);
        let posts = self.order_type == OrderType::Limit && self.rests();
        let misplaced = (post_only && !posts)
            || (self.instructions.has(Instructions::REPRICE) && !post_only)
            || (self.minimum != 0 && self.may_stay());
        if misplaced {
            return Err(Reason::InvalidInstruction.into());
        }
        if self.minimum > self.quantity {
            return Err(Refusal::figures(
                Reason::InvalidQuantity,
                i64::from(self.minimum),
                i64::from(self.quantity),
            ));
        }
        Ok(())
    }

    /// An order good till a moment names one that is still to come; no other names any.
    fn check_expiry(&self, now: Nanoseconds) -> Result<(), Refusal> {
        let named = self.expires_at != 0;
        let wanted = self.time_in_force == TimeInForce::Gtd;
        if named != wanted || (wanted && self.expires_at <= now) {
            let figure = |time: Nanoseconds| i64::try_from(time).unwrap_or(i64::MAX);
            return Err(Refusal::figures(
                Reason::InvalidExpiry,
                figure(self.expires_at),
                figure(now),
            ));
        }
        Ok(())
    }
}

impl Instrument {
    /// The reference price as an order price, rounded down.
    #[must_use]
    pub fn reference_price(&self) -> Price {
        Price(u32::try_from(self.reference.0 / MONEY_PER_PRICE).unwrap_or(u32::MAX))
    }

    /// Whether a limit is not too far through the reference price: bought above, or sold below it.
    /// For an order that waits for a trigger that is its stop price: the market will be there, or
    /// further, when the limit comes to matter.
    ///
    /// # Errors
    /// `PriceCollar`, with the price and the furthest one allowed, in 1/10000 dollar.
    #[inline]
    pub fn check_collar(
        &self,
        buy: bool,
        price: Price,
        stop: Option<Price>,
    ) -> Result<(), Refusal> {
        let reference = stop.map_or(self.reference, Price::money);
        let Some(furthest) = self.furthest(buy, reference, self.collars.limit) else {
            return Ok(());
        };
        let beyond = if buy { price > furthest } else { price < furthest };
        if beyond {
            return Err(Refusal::figures(
                Reason::PriceCollar,
                i64::from(price.0),
                i64::from(furthest.0),
            ));
        }
        Ok(())
    }

    /// The lowest limit to sell and the highest to buy that the fat-finger check lets pass now.
    #[must_use]
    pub fn limit_range(&self) -> (Price, Price) {
        let lowest = self.furthest(false, self.reference, self.collars.limit);
        let highest = self.furthest(true, self.reference, self.collars.limit);
        (lowest.unwrap_or(Price(0)), highest.unwrap_or(Price(u32::MAX)))
    }

    /// The worst price a market order may trade at now.
    #[inline]
    #[must_use]
    pub fn sweep_limit(&self, buy: bool) -> Price {
        let unbounded = if buy { self.grid.floor(Price(u32::MAX)) } else { Price(0) };
        self.furthest(buy, self.reference, self.collars.sweep).unwrap_or(unbounded)
    }

    /// The most a triggered stop order to buy may pay, which is what it holds cash for: the sweep
    /// collar (10 % where the symbol has none) above its stop price.
    #[must_use]
    pub fn stop_limit(&self, stop: Price) -> Price {
        let collar = if self.collars.sweep == 0 { 1_000 } else { self.collars.sweep };
        self.furthest(true, stop.money(), collar).unwrap_or(stop)
    }

    /// The last allowed price within `collar` of `from`, exactly: never a tick beyond.
    fn furthest(&self, buy: bool, from: Money, collar: u32) -> Option<Price> {
        let from = u64::try_from(from.0).ok().filter(|&from| from != 0)?;
        if collar == 0 {
            return None;
        }
        // What would not fit is far beyond the highest price there is.
        let scaled = |factor: u64| from.saturating_mul(factor);
        let price = |price: u64| Price(u32::try_from(price).unwrap_or(u32::MAX));
        let collar = u64::from(collar);
        if buy {
            Some(self.grid.floor(price(scaled(BASIS_POINTS + collar) / UNIT)))
        } else {
            let factor = BASIS_POINTS.saturating_sub(collar);
            Some(self.grid.ceiling(price(scaled(factor).div_ceil(UNIT))))
        }
    }
}

/// # Errors
/// `InvalidQuantity`, with the quantity and the largest allowed.
#[inline]
pub fn check_quantity(quantity: Quantity, instrument: &Instrument) -> Result<(), Refusal> {
    let most = match instrument.maximum_quantity {
        0 => DEFAULT_MAXIMUM_QUANTITY,
        limit => limit,
    };
    if quantity == 0 || quantity > most {
        return Err(Refusal::figures(
            Reason::InvalidQuantity,
            i64::from(quantity),
            i64::from(most),
        ));
    }
    Ok(())
}

/// A price that must be there is positive and on the grid; one that must not is 0.
///
/// # Errors
/// `InvalidPrice`; `OffTick` with the price and the nearest allowed one below.
#[inline]
pub fn check_price(price: Price, wanted: bool, grid: Grid) -> Result<(), Refusal> {
    if wanted != (price.0 != 0) {
        return Err(Refusal::figures(Reason::InvalidPrice, i64::from(price.0), 0));
    }
    if !grid.allows(price) {
        let nearest = grid.floor(price);
        return Err(Refusal::figures(Reason::OffTick, i64::from(price.0), i64::from(nearest.0)));
    }
    Ok(())
}
