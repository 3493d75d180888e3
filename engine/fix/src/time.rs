//! `UTCTimestamp`: `YYYYMMDD-HH:MM:SS[.sss]`.

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400;

/// Writes times; the part that changes once a second is kept.
#[derive(Clone, Debug, Default)]
pub struct TimeText {
    second: u64,
    text: [u8; 17],
}

impl TimeText {
    /// Writes nanoseconds since 1970 with milliseconds.
    pub fn push(&mut self, out: &mut Vec<u8>, time: u64) {
        let second = time / SECOND;
        if second != self.second || self.text[0] == 0 {
            self.second = second;
            self.text = text_of(second);
        }
        out.extend_from_slice(&self.text);
        out.push(b'.');
        let milliseconds = time % SECOND / 1_000_000;
        out.extend_from_slice(&[
            digit(milliseconds / 100),
            digit(milliseconds / 10 % 10),
            digit(milliseconds % 10),
        ]);
    }
}

fn digit(value: u64) -> u8 {
    b'0' + u8::try_from(value).expect("a digit")
}

fn text_of(second: u64) -> [u8; 17] {
    let (year, month, day) = civil(second / DAY);
    let clock = second % DAY;
    let mut text = *b"00000000-00:00:00";
    let mut put = |at: usize, width: usize, mut value: u64| {
        for place in (at..at + width).rev() {
            text[place] = digit(value % 10);
            value /= 10;
        }
    };
    put(0, 4, year);
    put(4, 2, month);
    put(6, 2, day);
    put(9, 2, clock / 3600);
    put(12, 2, clock / 60 % 60);
    put(15, 2, clock % 60);
    text
}

/// The date of a day counted from 1970-01-01, by the proleptic Gregorian calendar.
fn civil(day: u64) -> (u64, u64, u64) {
    let shifted = day + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// The day counted from 1970-01-01 of a date.
fn day_of(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn number(text: &[u8]) -> Option<u64> {
    crate::number::read_integer(text)
}

/// The length of a month.
fn days_in(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `YYYYMMDD`: the day counted from 1970-01-01.
#[must_use]
pub(crate) fn read_date(text: &[u8]) -> Option<u64> {
    if text.len() != 8 {
        return None;
    }
    let (year, month, day) = (number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?);
    let real = (1970..=2500).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day);
    real.then(|| day_of(year, month, day))
}

/// Reads `HH:MM:SS[.s…]`, up to nanoseconds: nanoseconds since midnight. A leap second is the
/// first of the next minute.
#[must_use]
pub(crate) fn read_time(text: &[u8]) -> Option<u64> {
    let colons = text.len() >= 8 && text[2] == b':' && text[5] == b':';
    if !colons {
        return None;
    }
    let (hour, minute, second) = (number(&text[..2])?, number(&text[3..5])?, number(&text[6..8])?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let whole = (hour * 3600 + minute * 60 + second) * SECOND;
    match &text[8..] {
        [] => Some(whole),
        [b'.', fraction @ ..] if (1..=9).contains(&fraction.len()) => {
            let places = u32::try_from(fraction.len()).expect("at most nine");
            Some(whole + number(fraction)? * 10u64.pow(9 - places))
        }
        _ => None,
    }
}

/// Reads a `UTCTimestamp`: nanoseconds since 1970.
#[must_use]
pub fn read_timestamp(text: &[u8]) -> Option<u64> {
    if text.get(8) != Some(&b'-') {
        return None;
    }
    Some(read_date(&text[..8])? * DAY * SECOND + read_time(&text[9..])?)
}
