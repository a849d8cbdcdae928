//! Numbers, exact.

use std::cmp::Ordering;
use std::fmt::Write;

/// A number: the ratio of two 64-bit integers, reduced.
///
/// Terraform keeps 512 binary digits and prints the shortest decimal. Ratios agree with it wherever people look:
/// `0.1 + 0.2` is `0.3`, `1 / 3 * 3` is `1`. What leaves the range (whole numbers beyond 9.2e18, decimals of more than
/// 18 digits) has no value here, and an expression that needs it is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    numerator: i64,
    /// At least 1.
    denominator: i64,
}

/// What a text says as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// This number.
    Exact(Number),
    /// A number that leaves the range.
    OutOfRange,
    /// No number.
    Not,
}

impl Number {
    /// `0`
    pub const ZERO: Self = Self::whole(0);

    /// A whole number.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        Self {
            numerator: value,
            denominator: 1,
        }
    }

    /// `numerator / denominator`; `None` outside the range, or when the denominator is 0.
    #[must_use]
    pub fn ratio(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()? * denominator.signum();
        Some(Self {
            numerator: i64::try_from(numerator / divisor).ok()?,
            denominator: i64::try_from(denominator / divisor).ok()?,
        })
    }

    /// Reads a decimal number as Terraform reads text: a sign, digits with a point, an exponent; no blanks.
    #[must_use]
    pub fn parse(text: &str) -> Parsed {
        if let Ok(whole) = text.parse() {
            return Parsed::Exact(Self::whole(whole));
        }
        match Self::parse_decimal(text) {
            Some(Some(number)) => Parsed::Exact(number),
            Some(None) => Parsed::OutOfRange,
            None => Parsed::Not,
        }
    }

    /// `None` for no number, `Some(None)` for one out of range.
    fn parse_decimal(text: &str) -> Option<Option<Self>> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
            return Some(None);
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], &unsigned[at + 1..]),
            None => (unsigned, "0"),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if digits().next().is_none()
            || !digits().all(|digit| digit.is_ascii_digit())
            || exponent_digits.is_empty()
            || !exponent_digits.bytes().all(|digit| digit.is_ascii_digit())
        {
            return None;
        }
        Some((|| {
            let mut value: i128 = 0;
            for digit in digits() {
                value = value
                    .checked_mul(10)?
                    .checked_add(i128::from(digit - b'0'))?;
            }
            if negative {
                value = -value;
            }
            let shift = exponent.parse::<i64>().ok()? - i64::try_from(fraction.len()).ok()?;
            let power = 10_i128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
            if shift < 0 {
                Self::ratio(value, power)
            } else {
                Self::ratio(value.checked_mul(power)?, 1)
            }
        })())
    }

    /// The whole number, when it is one.
    #[must_use]
    pub fn to_whole(self) -> Option<i64> {
        (self.denominator == 1).then_some(self.numerator)
    }

    /// The nearest floating-point number.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The decimal digits that Terraform prints; `None` for a fraction that has no end (`1 / 3`).
    #[must_use]
    pub fn to_text(self) -> Option<String> {
        if self.denominator == 1 {
            return Some(self.numerator.to_string());
        }
        let mut places = 0;
        let mut power: i128 = 1;
        while power % i128::from(self.denominator) != 0 {
            places += 1;
            power = power.checked_mul(10)?;
        }
        let digits =
            i128::from(self.numerator).checked_mul(power / i128::from(self.denominator))?;
        let mut text = String::new();
        if digits < 0 {
            text.push('-');
        }
        let digits = digits.unsigned_abs();
        let power = power.unsigned_abs();
        // Writing to a String cannot fail.
        let _ = write!(text, "{}.{:0places$}", digits / power, digits % power);
        Some(text)
    }

    /// `self + other`
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (a, b, common) = self.common(other);
        Self::ratio(a + b, common)
    }

    /// `self - other`
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (a, b, common) = self.common(other);
        Self::ratio(a - b, common)
    }

    /// `self * other`
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Self::ratio(
            i128::from(self.numerator) * i128::from(other.numerator),
            i128::from(self.denominator) * i128::from(other.denominator),
        )
    }

    /// `self / other`; `None` also when `other` is 0.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        Self::ratio(
            i128::from(self.numerator) * i128::from(other.denominator),
            i128::from(self.denominator) * i128::from(other.numerator),
        )
    }

    /// `self % other`: the rest has the sign of `self`, and the rest of a division by 0 is `self`.
    #[must_use]
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        if other == Self::ZERO {
            return Some(self);
        }
        let (a, b, common) = self.common(other);
        Self::ratio(a % b, common)
    }

    /// `-self`
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        Self::ZERO.checked_sub(self)
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(self) -> Self {
        Self::whole(self.numerator.div_euclid(self.denominator))
    }

    /// The least whole number that is not below it.
    #[must_use]
    pub fn ceil(self) -> Option<Self> {
        self.checked_neg()?.floor().checked_neg()
    }

    /// Both numerators over one denominator. The products of 64-bit numbers always fit, and so does a sum of two.
    fn common(self, other: Self) -> (i128, i128, i128) {
        let denominators = (i128::from(self.denominator), i128::from(other.denominator));
        (
            i128::from(self.numerator) * denominators.1,
            i128::from(other.numerator) * denominators.0,
            denominators.0 * denominators.1,
        )
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b, _) = self.common(*other);
        a.cmp(&b)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn number(text: &str) -> Number {
        match Number::parse(text) {
            Parsed::Exact(number) => number,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn decimals_are_exact_and_print_short() {
        assert_eq!(
            number("0.1").checked_add(number("0.2")),
            Some(number("0.3"))
        );
        assert_eq!(number("2.50").to_text().as_deref(), Some("2.5"));
        assert_eq!(number("-1e-3").to_text().as_deref(), Some("-0.001"));
        assert_eq!(number("1.5e2").to_text().as_deref(), Some("150"));
    }

    #[test]
    fn a_fraction_without_end_still_counts() {
        let third = Number::ratio(1, 3).unwrap();
        assert_eq!(third.to_text(), None);
        assert_eq!(third.checked_mul(Number::whole(3)), Some(Number::whole(1)));
        assert_eq!(Number::ratio(-10, 3).unwrap().floor(), Number::whole(-4));
    }

    #[test]
    fn what_leaves_the_range_has_no_value() {
        assert_eq!(Number::parse("9223372036854775808"), Parsed::OutOfRange);
        assert_eq!(Number::parse("1e100"), Parsed::OutOfRange);
        assert_eq!(Number::parse("1e-99999999999999999999"), Parsed::OutOfRange);
        assert_eq!(Number::whole(i64::MAX).checked_add(Number::whole(1)), None);
        assert_eq!(Number::whole(i64::MIN).checked_neg(), None);
        assert_eq!(Number::whole(1).checked_div(Number::ZERO), None);
    }

    #[test]
    fn what_is_no_decimal_is_no_number() {
        for text in [
            "", " 5", "5 ", "0x10", "1_000", "-", ".", "1e", "e5", "1.2.3", "five", "--1",
        ] {
            assert_eq!(Number::parse(text), Parsed::Not, "{text}");
        }
    }
}
