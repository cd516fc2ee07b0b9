//! The regular expressions of the specs: a dozen, of characters, classes, repetitions and anchors.
//!
//! Written here and not taken from a crate, because samples have to be made to fit them as well, and
//! because Rust's crates read `[^[\]]` differently from ECMAScript, which JSON Schema means.

use std::iter::Peekable;
use std::str::Chars;

/// A regular expression.
pub(super) struct Pattern {
    /// It has to match from the first character on, or up to the last one.
    at_start: bool,
    at_end: bool,
    atoms: Vec<Atom>,
}

struct Atom {
    set: Set,
    least: usize,
    most: usize,
}

/// Which characters fit: those of some ranges, or all others.
struct Set {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Pattern {
    /// Reads a regular expression; of what the specs do not use nothing is understood.
    pub(super) fn new(text: &str) -> Self {
        let (text, at_start) = text.strip_prefix('^').map_or((text, false), |rest| (rest, true));
        let (text, at_end) = text.strip_suffix('$').map_or((text, false), |rest| (rest, true));
        let mut chars = text.chars().peekable();
        let mut atoms = Vec::new();
        while let Some(c) = chars.next() {
            let set = match c {
                '[' => class(&mut chars),
                '.' => Set { ranges: Vec::new(), negated: true },
                '\\' => Set::of(chars.next().unwrap_or(c)),
                c => Set::of(c),
            };
            let (least, most) = repetition(&mut chars);
            atoms.push(Atom { set, least, most });
        }
        Self { at_start, at_end, atoms }
    }

    /// Whether some part of the text matches.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let starts = if self.at_start { 0..1 } else { 0..text.len() + 1 };
        starts.into_iter().any(|start| self.matches(&self.atoms, &text[start..]))
    }

    /// A text that matches: `wanted` if it does, or what is needed and as much of it as may be.
    pub(super) fn sample(&self, wanted: &str) -> String {
        if self.fits(wanted) {
            return wanted.to_owned();
        }
        let mut text = String::new();
        let mut wanted = wanted.chars().filter(char::is_ascii_alphanumeric).rev().peekable();
        let mut tail = Vec::new();
        for atom in &self.atoms {
            tail.clear();
            while tail.len() < atom.most.min(16)
                && let Some(c) = wanted.next_if(|c| atom.set.has(*c) && atom.set.is_class())
            {
                tail.push(c);
            }
            while tail.len() < atom.least {
                tail.push(atom.set.any());
            }
            text.extend(tail.iter().rev());
        }
        text
    }

    fn matches(&self, atoms: &[Atom], text: &[char]) -> bool {
        let Some((atom, rest)) = atoms.split_first() else {
            return !self.at_end || text.is_empty();
        };
        let longest = text.iter().take(atom.most).take_while(|c| atom.set.has(**c)).count();
        (atom.least..=longest).rev().any(|length| self.matches(rest, &text[length..]))
    }
}

impl Set {
    fn of(c: char) -> Self {
        Self { ranges: vec![(c, c)], negated: false }
    }

    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }

    /// There is a choice.
    fn is_class(&self) -> bool {
        self.negated || !matches!(self.ranges[..], [(first, last)] if first == last)
    }

    fn any(&self) -> char {
        let first = self.ranges.first().map_or('x', |(first, _)| *first);
        if self.has('x') || self.negated { 'x' } else { first }
    }
}

fn class(chars: &mut Peekable<Chars<'_>>) -> Set {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while let Some(c) = chars.next().filter(|c| *c != ']') {
        let first = if c == '\\' { chars.next().unwrap_or(c) } else { c };
        let mut ahead = chars.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|last| last != ']');
        // Only between characters it makes a range.
        if is_range && first.is_ascii_alphanumeric() {
            chars.next();
            ranges.push((first, chars.next().unwrap_or(first)));
        } else {
            ranges.push((first, first));
        }
    }
    Set { ranges, negated }
}

fn repetition(chars: &mut Peekable<Chars<'_>>) -> (usize, usize) {
    match chars.peek() {
        Some('?') => (chars.next(), (0, 1)).1,
        Some('*') => (chars.next(), (0, usize::MAX)).1,
        Some('+') => (chars.next(), (1, usize::MAX)).1,
        Some('{') => {
            chars.next();
            let bounds: String = chars.take_while(|c| *c != '}').collect();
            let (least, most) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
            (least.parse().unwrap_or(0), most.parse().unwrap_or(usize::MAX))
        }
        _ => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    /// A pattern of the specs, texts that match it, and texts that do not.
    const CASES: [(&str, &[&str], &[&str]); 7] = [
        ("session_[0-9a-hjkmnp-z]{1,24}", &["session_4f6"], &["session_", "session_i", "4f6"]),
        ("^[a-zA-Z0-9][a-zA-Z0-9_\\-@.]{0,63}$", &["a", "od-1@x"], &["", "-a", "a b"]),
        ("^[a-zA-Z][a-zA-Z0-9-_].*$", &["a_b c"], &["a", "1ab"]),
        ("^https?://.*$", &["http://a", "https://"], &["ftp://a", "a http://"]),
        ("^[^[\\]]+$", &["a(b)"], &["a[", "]", ""]),
        ("^[^\\[\\]:\\\\\\/\\?\\*]+$", &["ab"], &["a:b", "a/b", "a\\", "a?"]),
        ("[a-zA-Z0-9]{27}", &["doxcnabcdefghijklmnopqrstuv"], &["doxcn"]),
    ];

    #[test]
    fn fits_what_it_should_and_makes_what_fits() {
        for (pattern, fitting, others) in CASES {
            let read = Pattern::new(pattern);
            let wrong = fitting.iter().filter(|text| !read.fits(text));
            let wrong: Vec<_> = wrong.chain(others.iter().filter(|text| read.fits(text))).collect();
            assert!(wrong.is_empty(), "{pattern}: {wrong:?}");
            let [sample, other] = ["some id-7", "some id-8"].map(|wanted| read.sample(wanted));
            assert!(read.fits(&sample), "{pattern}: {sample}");
            assert_ne!(sample, other, "{pattern}");
        }
    }
}
