//! The file name in a Content-Disposition header.

use percent_encoding::percent_decode;

use super::partial::split_ending;

/// Longest name before its extension, and longest extension, in bytes. File systems allow 255, and
/// a number may have to be inserted.
const MOST: usize = 200;
const MOST_ENDING: usize = 40;

/// The name by RFC 6266: `filename*` if it can be read, else `filename`.
pub(super) fn file_name(header: &[u8]) -> Option<String> {
    let parameters = parameters(header);
    let find = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    };
    find("filename*").and_then(extended).or_else(|| find("filename").map(plain))
}

/// The parameters without quotes; the type is one without a value.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parameters = Vec::new();
    let mut bytes = header.iter().copied().peekable();
    while bytes.peek().is_some() {
        let mut name = Vec::new();
        while let Some(byte) = bytes.next_if(|byte| !matches!(byte, b'=' | b';')) {
            name.push(byte);
        }
        let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        let mut value = Vec::new();
        if bytes.next_if_eq(&b'=').is_some() {
            while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
            if bytes.next_if_eq(&b'"').is_some() {
                value = quoted(&mut bytes);
                while bytes.next_if(|byte| *byte != b';').is_some() {}
            } else {
                while let Some(byte) = bytes.next_if(|byte| *byte != b';') {
                    value.push(byte);
                }
                value = value.trim_ascii().to_vec();
            }
        }
        parameters.push((name, value));
        bytes.next_if_eq(&b';');
    }
    parameters
}

/// A quoted string up to its end. Only quotes and backslashes count as escaped, as in browsers,
/// because some servers send a Windows path as it is.
fn quoted(bytes: &mut std::iter::Peekable<impl Iterator<Item = u8>>) -> Vec<u8> {
    let mut value = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => {
                let escaped = bytes.next_if(|next| matches!(next, b'"' | b'\\'));
                value.push(escaped.unwrap_or(byte));
            }
            byte => value.push(byte),
        }
    }
    value
}

/// RFC 8187: `UTF-8'en'%e2%82%ac`.
fn extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    let (charset, _, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Vec<u8> = percent_decode(text).collect();
    match charset.to_ascii_lowercase().as_slice() {
        b"utf-8" => String::from_utf8(bytes).ok(),
        b"iso-8859-1" => Some(latin1(&bytes)),
        _ => None,
    }
}

/// A name as servers send it: UTF-8, percent-encoded UTF-8, Latin-1, or UTF-8 that was mistaken for
/// Latin-1.
fn plain(value: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(value) else { return latin1(value) };
    if let Some(bytes) = to_latin1(text).filter(|bytes| !bytes.is_ascii())
        && let Ok(meant) = String::from_utf8(bytes)
    {
        return meant;
    }
    match String::from_utf8(percent_decode(value).collect()) {
        Ok(decoded) => decoded,
        Err(_) => text.to_owned(),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn to_latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// A valid file name, whatever the server sends.
pub(super) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
    // Windows reserves some more characters.
    let is_bad = |c: char| c.is_control() || (cfg!(windows) && r#"<>:"|?*"#.contains(c));
    let name: String = last.trim().chars().map(|c| if is_bad(c) { '_' } else { c }).collect();
    if name.is_empty() || name.chars().all(|c| c == '.') {
        return "download".to_owned();
    }
    let (stem, ending) = match split_ending(&name) {
        (_, ending) if ending.len() > MOST_ENDING => (&*name, ""),
        parts => parts,
    };
    let ends = stem.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| *end <= MOST).last().unwrap_or_default();
    [&stem[..end], ending].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_servers_send_them() {
        let name = "合同 v2 \"final\".pdf";
        let headers: [&[u8]; 10] = [
            "attachment; filename=\"合同 v2 \\\"final\\\".pdf\"".as_bytes(),
            b"attachment; filename*=UTF-8''%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf",
            b"attachment; filename=\"x.pdf\"; filename*=utf-8'zh'%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf",
            b"attachment; filename*=UTF-8''%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf; filename=x",
            b"attachment;filename=%E5%90%88%E5%90%8C%20v2%20%22final%22.pdf",
            b"attachment; FileName=\"%E5%90%88%E5%90%8C v2 %22final%22.pdf\" ; size=5",
            b"attachment; name=\"a; filename=b\"; filename=\"\xe5\x90\x88\xe5\x90\x8c v2 %22final%22.pdf\"",
            "attachment; filename=\"å\u{90}\u{88}å\u{90}\u{8c} v2 \\\"final\\\".pdf\"".as_bytes(),
            "filename=\"合同 v2 %22final%22.pdf\"".as_bytes(),
            "attachment; filename = 合同 v2 %22final%22.pdf ".as_bytes(),
        ];
        for header in headers {
            let text = String::from_utf8_lossy(header);
            assert_eq!(file_name(header).as_deref(), Some(name), "{text}");
        }
        for (header, expected) in [
            (&b"attachment"[..], None),
            (b"attachment; filename=\"caf\xe9.txt\"", Some("café.txt")),
            (b"attachment; filename*=iso-8859-1''caf%e9.txt", Some("café.txt")),
            (b"attachment; filename*=UTF-8''%ff; filename=b.txt", Some("b.txt")),
            (b"attachment; filename*=koi8-r''%ff; filename=b.txt", Some("b.txt")),
            (b"attachment; filename=100%.txt", Some("100%.txt")),
            (b"attachment; filename=\"C:\\a\\b.txt\"", Some("C:\\a\\b.txt")),
            (b"attachment; filename=\"open", Some("open")),
            (b"attachment; filename=", Some("")),
            (b";;=;", None),
        ] {
            let text = String::from_utf8_lossy(header);
            assert_eq!(file_name(header).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_are_made_safe() {
        for (name, safe) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\a\\b.txt", "b.txt"),
            ("a/", "a"),
            ("..", "download"),
            ("/", "download"),
            ("", "download"),
            (" . ", "download"),
            ("a\n\0b.txt", "a__b.txt"),
            (".env", ".env"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
        let long = format!("{}.pdf", "合".repeat(100));
        assert_eq!(safe_name(&long), format!("{}.pdf", "合".repeat(66)));
        assert_eq!(safe_name(&"x".repeat(300)).len(), 200);
        #[cfg(unix)]
        assert_eq!(safe_name("合同 v2 \"final\".pdf"), "合同 v2 \"final\".pdf");
    }
}
