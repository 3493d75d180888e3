use crate::fix::kept::Kept;
use crate::rate::Rate;
use openoutcry_fix::Session;
use openoutcry_wire::AccountId;

/// What a session may do.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The accounts it trades for; the first where an order names none.
    pub accounts: Vec<AccountId>,
    /// It only listens: a copy of every report about its accounts.
    pub drop_copy: bool,
    /// Its open orders end with its connection.
    pub cancel_on_disconnect: bool,
    /// New orders a second.
    pub rate: u32,
}

/// A session's place at the desk.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) session: Session<Kept>,
    pub(crate) trader: Trader,
}

/// Who sits there.
#[derive(Debug)]
pub(crate) struct Trader {
    pub(crate) number: usize,
    pub(crate) terms: Terms,
    pub(crate) rate: Rate,
    /// The last report's number, for those that no event causes.
    pub(crate) answers: u64,
}
