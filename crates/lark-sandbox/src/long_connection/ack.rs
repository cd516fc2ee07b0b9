//! What an app says to an event or a callback.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Frame;

/// An acknowledgement.
#[derive(Debug)]
pub(crate) struct Ack {
    /// 200 if the app has handled the push.
    pub(crate) code: u16,
    /// The headers of the frame, then those within the acknowledgement.
    pub(crate) headers: Vec<(String, String)>,
    /// The reply to a callback: JSON, or empty.
    pub(crate) data: Vec<u8>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The app has no connection.
    NotConnected,
    /// None came in time.
    Late,
    /// The connection ended, or what came is no acknowledgement.
    Broken,
}

impl Ack {
    /// Reads the frame that came back; None if its payload is no acknowledgement.
    pub(super) fn read(frame: Frame) -> Option<Self> {
        let payload: Value = serde_json::from_slice(frame.payload.as_deref()?).ok()?;
        let code = u16::try_from(payload["code"].as_u64()?).ok()?;
        let data = match &payload["data"] {
            Value::Null => Vec::new(),
            data => STANDARD.decode(data.as_str()?).ok()?,
        };
        let mut headers = frame.headers;
        for (name, value) in payload["headers"].as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            headers.push((name.clone(), text));
        }
        Some(Self { code, headers, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> Option<Ack> {
        let headers = vec![("biz_rt".to_owned(), "3".to_owned())];
        let payload = Some(payload.as_bytes().to_vec());
        Ack::read(Frame { headers, payload, ..Frame::default() })
    }

    #[test]
    fn acknowledgements_of_every_sdk_are_read() {
        let plain = read(r#"{"code": 200, "headers": null, "data": null}"#).expect("Go's");
        assert_eq!((plain.code, plain.data.len()), (200, 0));
        let reply = read(r#"{"code":200,"headers":{"a":"b"},"data":"e30="}"#).expect("Node's");
        assert_eq!(reply.data, b"{}");
        let header = |index: usize| (&*reply.headers[index].0, &*reply.headers[index].1);
        assert_eq!((header(0), header(1)), (("biz_rt", "3"), ("a", "b")));
    }

    #[test]
    fn what_is_no_acknowledgement_is_none() {
        for payload in ["", "200", "{}", r#"{"code":"200"}"#, r#"{"code":200,"data":"?"}"#] {
            assert!(read(payload).is_none(), "{payload}");
        }
    }
}
