//! FileStore on their way out: whole, or the range that is asked for (RFC 9110).

use crate::http::Response;
use crate::platform::Call;
use crate::services::ids::hash;

use super::store::Stored;

/// A file, or the part of it that the call wants.
pub(super) fn download(call: &Call, key: &str, stored: &Stored) -> Response {
    let size = stored.content.size();
    let tag = format!("\"{:016x}\"", hash(&format!("{key} {}", stored.version)));
    let asked = call.header("range").and_then(|range| parse(range, size));
    // A range of what the client does not have is of no use to it: then it gets everything.
    let current = call.header("if-range").is_none_or(|known| known == tag);
    let mut response = match asked.filter(|_| current) {
        None => Response::file(&stored.name, stored.content.whole()),
        Some(Asked::Outside) => return Response::unsatisfiable(size),
        Some(Asked::Part { first, last }) => {
            let part = stored.content.slice(first, last - first + 1);
            let mut response = Response::file(&stored.name, part);
            response.status = 206;
            response.set_header("Content-Range", &format!("bytes {first}-{last}/{size}"));
            response
        }
    };
    response.set_header("Accept-Ranges", "bytes");
    response.set_header("ETag", &tag);
    response
}

#[derive(Debug, PartialEq)]
enum Asked {
    Part { first: u64, last: u64 },
    Outside,
}

/// None for what is no single range of bytes, which servers may ignore.
fn parse(range: &str, size: u64) -> Option<Asked> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
    let end = size.checked_sub(1);
    let (first, last) = match (first.is_empty(), last.is_empty()) {
        (true, _) => {
            let length: u64 = last.parse().ok()?;
            if length == 0 {
                return Some(Asked::Outside);
            }
            (size.saturating_sub(length), end)
        }
        (false, true) => (first.parse().ok()?, end),
        (false, false) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            (first, end.map(|end| end.min(last)))
        }
    };
    Some(match last {
        Some(last) if first <= last => Asked::Part { first, last },
        _ => Asked::Outside,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file_and_odd_ones_are_ignored() {
        let part = |first, last| Some(Asked::Part { first, last });
        assert_eq!(parse("bytes=0-0", 10), part(0, 0));
        assert_eq!(parse("bytes=4-", 10), part(4, 9));
        assert_eq!(parse("bytes=4-99", 10), part(4, 9));
        assert_eq!(parse("bytes=-3", 10), part(7, 9));
        assert_eq!(parse("bytes=-99", 10), part(0, 9));
        for outside in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(parse(outside, 10), Some(Asked::Outside), "{outside}");
        }
        for odd in ["bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b", "bytes"] {
            assert_eq!(parse(odd, 10), None, "{odd}");
        }
    }
}
