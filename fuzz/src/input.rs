//! What the bytes of the fuzzer mean.

use lark_core::http::{HeaderMap, HeaderName, HeaderValue};

use crate::push;
use crate::routers::Keys;

/// How the rest of the input becomes a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Lines of headers, an empty line, and the body as it is.
    Raw,
    /// The body as it is, signed with the encrypt key.
    Signed,
    /// A plain text, encrypted and signed.
    Sealed,
    /// A plain text, encrypted and not signed, as URL checks are.
    Unsigned,
    /// The body as it is, signed as old card callbacks are.
    CardSigned,
    /// A ciphertext, in base64 and signed.
    Ciphertext,
    /// The body as it is, from a channel that needs no proof.
    Trusted,
}

const SHAPES: [Shape; 7] = [
    Shape::Raw,
    Shape::Signed,
    Shape::Sealed,
    Shape::Unsigned,
    Shape::CardSigned,
    Shape::Ciphertext,
    Shape::Trusted,
];

/// One push and the router it is for.
pub(crate) struct Case {
    pub(crate) shape: Shape,
    pub(crate) keys: Keys,
    pub(crate) is_strict: bool,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Case {
    /// The first byte chooses the router, the second the shape.
    pub(crate) fn read(data: &[u8]) -> Option<Self> {
        let [router, shape, rest @ ..] = data else { return None };
        let keys = Keys::ALL[usize::from(router & 0x7f) % Keys::ALL.len()];
        let shape = SHAPES[usize::from(*shape) % SHAPES.len()];
        let (headers, body) = match shape {
            Shape::Raw => raw(rest),
            Shape::Signed => push::signed(rest.to_vec()),
            Shape::Sealed => push::signed(push::sealed(rest)),
            Shape::Unsigned => (HeaderMap::new(), push::sealed(rest)),
            Shape::CardSigned => push::card_signed(rest.to_vec()),
            Shape::Ciphertext => push::signed(push::enveloped(rest)),
            Shape::Trusted => (HeaderMap::new(), rest.to_vec()),
        };
        Some(Self { shape, keys, is_strict: router & 0x80 != 0, headers, body })
    }

    /// The input that [`read`](Self::read) makes this of.
    pub(crate) fn write(keys: Keys, shape: Shape, rest: &[u8]) -> Vec<u8> {
        let place = |found: Option<usize>| u8::try_from(found.expect("listed")).expect("few");
        let router = place(Keys::ALL.iter().position(|it| *it == keys));
        let shape = place(SHAPES.iter().position(|it| *it == shape));
        [&[router, shape], rest].concat()
    }
}

fn raw(mut rest: &[u8]) -> (HeaderMap, Vec<u8>) {
    let mut headers = HeaderMap::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.is_empty() {
            break;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (headers, rest.to_vec())
}
