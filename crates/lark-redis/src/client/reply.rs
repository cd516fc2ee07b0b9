//! Replies, and what is made of them.

use std::collections::HashMap;

use super::Failure;

/// A reply of a server.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Nothing,
    Integer(i64),
    /// A text, of a status or not.
    Bytes(Vec<u8>),
    List(Vec<Reply>),
    Error(Failure),
}

impl Reply {
    fn unlike(self, wanted: &str) -> Failure {
        let found = match self {
            Self::Error(failure) => return failure,
            Self::Nothing => "nothing".to_owned(),
            Self::Integer(_) => "an integer".to_owned(),
            Self::Bytes(bytes) => format!("a text of {} bytes", bytes.len()),
            Self::List(items) => format!("a list of {}", items.len()),
        };
        Failure::own(format!("the reply should be {wanted}, and is {found}"))
    }
}

/// What a reply can become.
pub(crate) trait FromReply: Sized {
    /// # Errors
    /// The reply is an error, or of another kind.
    fn from_reply(reply: Reply) -> Result<Self, Failure>;
}

impl FromReply for Reply {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Self::Error(failure) => Err(failure),
            reply => Ok(reply),
        }
    }
}

/// Any reply but an error.
impl FromReply for () {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        Reply::from_reply(reply).map(|_| ())
    }
}

/// Nothing is false, as scripts write it.
impl FromReply for bool {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Reply::Nothing => Ok(false),
            Reply::Integer(number) => Ok(number != 0),
            other => Err(other.unlike("true or false")),
        }
    }
}

impl FromReply for String {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Reply::Bytes(bytes) => {
                Self::from_utf8(bytes).map_err(|_| Failure::own("a text is not UTF-8"))
            }
            Reply::Integer(number) => Ok(number.to_string()),
            other => Err(other.unlike("a text")),
        }
    }
}

#[cfg(feature = "inbox")]
impl FromReply for bytes::Bytes {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Reply::Bytes(bytes) => Ok(bytes.into()),
            other => Err(other.unlike("a text")),
        }
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl FromReply for $number {
            fn from_reply(reply: Reply) -> Result<Self, Failure> {
                let found = match &reply {
                    Reply::Integer(number) => <$number>::try_from(*number).ok(),
                    Reply::Bytes(digits) => str::from_utf8(digits).ok().and_then(|it| it.parse().ok()),
                    _ => None,
                };
                found.ok_or_else(|| reply.unlike(concat!("a number that a ", stringify!($number), " can hold")))
            }
        })*
    };
}

numbers!(u8, u16, u32, u64);

impl<T: FromReply> FromReply for Option<T> {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Reply::Nothing => Ok(None),
            reply => T::from_reply(reply).map(Some),
        }
    }
}

impl<T: FromReply> FromReply for Vec<T> {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        match reply {
            Reply::List(items) => items.into_iter().map(T::from_reply).collect(),
            other => Err(other.unlike("a list")),
        }
    }
}

/// Names and values, in turns.
impl<T: FromReply> FromReply for HashMap<String, T> {
    fn from_reply(reply: Reply) -> Result<Self, Failure> {
        let mut items = Vec::<Reply>::from_reply(reply)?.into_iter();
        let mut fields = Self::new();
        while let Some(name) = items.next() {
            let value = items.next().ok_or_else(|| Failure::own("a field has no value"))?;
            fields.insert(String::from_reply(name)?, T::from_reply(value)?);
        }
        Ok(fields)
    }
}

macro_rules! tuples {
    ($($length:literal: $($item:ident)*;)*) => {
        $(impl<$($item: FromReply),*> FromReply for ($($item,)*) {
            fn from_reply(reply: Reply) -> Result<Self, Failure> {
                let items = match reply {
                    Reply::List(items) if items.len() == $length => items,
                    other => return Err(other.unlike(concat!("a list of ", $length))),
                };
                let mut items = items.into_iter();
                Ok(($($item::from_reply(items.next().unwrap_or(Reply::Nothing))?,)*))
            }
        })*
    };
}

tuples! {
    2: A B;
    3: A B C;
    5: A B C D E;
    9: A B C D E F G H I;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Reply {
        Reply::Bytes(text.into())
    }

    #[test]
    fn replies_become_values() {
        let row = Reply::List(vec![text("1-0"), Reply::Integer(2), Reply::Nothing]);
        let read = <(String, u32, Option<String>)>::from_reply(row).expect("a row");
        assert_eq!(read, ("1-0".to_owned(), 2, None));
        let fields = Reply::List(vec![text("p"), text("7"), text("q"), Reply::Integer(8)]);
        let fields = HashMap::<String, u32>::from_reply(fields).expect("fields");
        assert_eq!((fields["p"], fields["q"], fields.len()), (7, 8, 2));
        assert!(!bool::from_reply(Reply::Nothing).expect("false"));
        assert!(bool::from_reply(Reply::Integer(1)).expect("true"));
    }

    #[test]
    fn a_reply_of_another_kind_says_so() {
        let failures = [
            u8::from_reply(Reply::Integer(256)).map(|_| ()),
            u32::from_reply(text("-1")).map(|_| ()),
            String::from_reply(Reply::Nothing).map(|_| ()),
            <(String, u32)>::from_reply(Reply::List(vec![text("a")])).map(|_| ()),
            Vec::<u32>::from_reply(text("12")).map(|_| ()),
            HashMap::<String, u32>::from_reply(Reply::List(vec![text("a")])).map(|_| ()),
        ];
        let texts = failures.map(|failure| failure.expect_err("another kind").to_string());
        assert_eq!(
            texts,
            [
                "the reply should be a number that a u8 can hold, and is an integer",
                "the reply should be a number that a u32 can hold, and is a text of 2 bytes",
                "the reply should be a text, and is nothing",
                "the reply should be a list of 2, and is a list of 1",
                "the reply should be a list, and is a text of 2 bytes",
                "a field has no value",
            ]
        );
    }

    #[test]
    fn an_error_inside_of_a_list_is_the_error() {
        let list = Reply::List(vec![Reply::Error(Failure::from_server("OOM no memory"))]);
        let failure = Vec::<u32>::from_reply(list).expect_err("an error");
        assert_eq!(failure.code(), "OOM");
    }
}
