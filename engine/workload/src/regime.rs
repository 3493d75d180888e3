//! How the price moves during a run.

/// The path of the mid price: a random walk on top of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// It stands still; the book piles up.
    Static,
    /// A calm day: it wanders by a percent or two.
    Normal,
    /// It falls and rises by a quarter.
    Swing25,
    /// It falls and rises by two fifths.
    Swing40,
    /// It loses 60 % within a tenth of the run, and comes back.
    FlashCrash,
}

impl Regime {
    pub const ALL: [Self; 5] =
        [Self::Static, Self::Normal, Self::Swing25, Self::Swing40, Self::FlashCrash];

    /// The name in tables and on command lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Normal => "normal",
            Self::Swing25 => "swing-25",
            Self::Swing40 => "swing-40",
            Self::FlashCrash => "flash-crash",
        }
    }

    /// Where the course stands at `step` of `steps`, in 1/1000 of the start.
    #[must_use]
    pub fn course(self, step: u64, steps: u64) -> u64 {
        let at = step * 1_000 / steps.max(1);
        match self {
            Self::Static | Self::Normal => 1_000,
            Self::Swing25 => 1_000 - triangle(at, 500) / 4,
            Self::Swing40 => 1_000 - triangle(at, 500) * 2 / 5,
            Self::FlashCrash => 1_000 - triangle(at.saturating_sub(450).min(100), 100) * 3 / 5,
        }
    }

    /// The standard deviation of a step of the walk around it, in 1/64 tick.
    pub(crate) const fn roughness(self) -> i64 {
        match self {
            Self::Static => 0,
            Self::Normal => 16,
            Self::Swing25 | Self::Swing40 | Self::FlashCrash => 48,
        }
    }

    /// How many messages the median order lives.
    pub(crate) const fn lifetime(self) -> u64 {
        match self {
            Self::Static => 8_000,
            Self::Normal => 2_000,
            Self::Swing25 | Self::Swing40 => 1_000,
            Self::FlashCrash => 500,
        }
    }
}

/// 0 at the start and the end of a period of 1000/`period` of the run, 1000 in its middle.
fn triangle(at: u64, period: u64) -> u64 {
    let within = at % period * 2_000 / period;
    if within <= 1_000 { within } else { 2_000 - within }
}
