//! Integers and decimals as text: exact, no floats.

/// Reads FIX's int without a sign; `None` when it is anything else or does not fit.
#[must_use]
pub fn read_integer(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    let mut number = 0u64;
    for digit in text {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(number)
}

/// Why a decimal cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no decimal.
    Format,
    /// It has more places than the unit, or is too large.
    Range,
}

/// Reads a decimal that is not negative in units of `10^-places`: with 4 places `150.5` is
/// 1,505,000.
///
/// # Errors
/// When it is no such decimal, or needs more places; zeros behind them do not count.
pub fn read_decimal(text: &[u8], places: u32) -> Result<u64, Unreadable> {
    let mut number = 0u64;
    let mut digits = 0usize;
    let mut fraction: Option<u32> = None;
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                let digit = u64::from(byte - b'0');
                if fraction.is_some_and(|seen| seen >= places) {
                    if digit != 0 {
                        return Err(Unreadable::Range);
                    }
                    continue;
                }
                let next = number.checked_mul(10).and_then(|number| number.checked_add(digit));
                number = next.ok_or(Unreadable::Range)?;
                fraction = fraction.map(|seen| seen + 1);
            }
            b'.' if fraction.is_none() => fraction = Some(0),
            _ => return Err(Unreadable::Format),
        }
    }
    if digits == 0 {
        return Err(Unreadable::Format);
    }
    let missing = places - fraction.unwrap_or(0).min(places);
    number.checked_mul(10u64.pow(missing)).ok_or(Unreadable::Range)
}

/// Writes an integer.
#[inline]
pub fn push_integer(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number of units of `10^-places`, without zeros at the end of the fraction.
pub fn push_decimal(out: &mut Vec<u8>, number: u64, places: u32) {
    let unit = 10u64.pow(places);
    push_integer(out, number / unit);
    let mut fraction = number % unit;
    if fraction == 0 {
        return;
    }
    out.push(b'.');
    let mut unit = unit / 10;
    while fraction > 0 {
        out.push(b'0' + u8::try_from(fraction / unit).expect("a digit"));
        fraction %= unit;
        unit /= 10;
    }
}
