//! Yes, no, or not known yet.

use std::ops::{BitAnd, BitOr, Not};

/// What a rule says of arguments of which some may be known only at apply.
///
/// `&`, `|` and `!` are those of three-valued logic: something unknown decides nothing, and what is decided without it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds, whatever the unknown turns out to be.
    Yes,
    /// It does not hold, whatever the unknown turns out to be.
    No,
    /// It depends on what is not known.
    Perhaps,
}

impl Truth {
    /// Whether it certainly holds.
    #[must_use]
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it may hold.
    #[must_use]
    pub fn may_be(self) -> bool {
        self != Self::No
    }

    /// `&` that asks for the second only when the first leaves it open.
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            open => open & other(),
        }
    }

    /// The answer of a test of something that is `None` when it is not known.
    pub(super) fn of<T>(known: Option<T>, holds: impl FnOnce(T) -> bool) -> Self {
        known.map_or(Self::Perhaps, |known| holds(known).into())
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl BitAnd for Truth {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Perhaps,
        }
    }
}

impl BitOr for Truth {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        !(!self & !other)
    }
}

impl Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Truth::{No, Perhaps, Yes};

    #[test]
    fn something_unknown_decides_only_what_nothing_else_does() {
        assert_eq!([No & Perhaps, Yes & Perhaps], [No, Perhaps]);
        assert_eq!([Yes | Perhaps, No | Perhaps], [Yes, Perhaps]);
        assert_eq!(!Perhaps, Perhaps);
    }
}
