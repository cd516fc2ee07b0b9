//! Reads the JSON of a message into [`ReceivedContent`]. Nothing is required: a missing field is empty.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::super::{Post, ReceivedCard};
use super::ReceivedContent;

/// Reads the types that have a variant; `None` for the others.
pub(super) fn known_type(msg_type: &str, content: &Value) -> Option<ReceivedContent> {
    written_by_user(msg_type, content).or_else(|| written_by_app(msg_type, content))
}

fn written_by_user(msg_type: &str, content: &Value) -> Option<ReceivedContent> {
    let text = |key| string(&content[key]);
    let duration = || Duration::from_millis(integer(&content["duration"]).try_into().unwrap_or(0));
    Some(match msg_type {
        "text" => ReceivedContent::Text { text: text("text") },
        "post" => ReceivedContent::Post(Post::from_json(content)),
        "image" => ReceivedContent::Image { image_key: text("image_key") },
        "file" => {
            ReceivedContent::File { file_key: text("file_key"), file_name: text("file_name") }
        }
        "folder" => {
            ReceivedContent::Folder { file_key: text("file_key"), file_name: text("file_name") }
        }
        "audio" => ReceivedContent::Audio { file_key: text("file_key"), duration: duration() },
        "media" => ReceivedContent::Media {
            file_key: text("file_key"),
            image_key: text("image_key"),
            file_name: text("file_name"),
            duration: duration(),
        },
        "sticker" => ReceivedContent::Sticker { file_key: text("file_key") },
        "share_chat" => ReceivedContent::ShareChat { chat_id: text("chat_id") },
        "share_user" => ReceivedContent::ShareUser { user_id: text("user_id") },
        "location" => ReceivedContent::Location {
            name: text("name"),
            longitude: text("longitude"),
            latitude: text("latitude"),
        },
        _ => return None,
    })
}

fn written_by_app(msg_type: &str, content: &Value) -> Option<ReceivedContent> {
    let text = |key| string(&content[key]);
    let time = |key| integer(&content[key]);
    Some(match msg_type {
        "interactive" => ReceivedContent::Interactive(ReceivedCard::new(content)),
        "system" => ReceivedContent::System {
            template: text("template"),
            from_user: strings(&content["from_user"]),
            to_chatters: strings(&content["to_chatters"]),
            others: others(content),
            divider_text: string(&content["divider_text"]["text"]),
        },
        "hongbao" => ReceivedContent::Hongbao { text: text("text") },
        "share_calendar_event" | "calendar" | "general_calendar" => ReceivedContent::Calendar {
            summary: text("summary"),
            start_time_ms: time("start_time"),
            end_time_ms: time("end_time"),
        },
        "video_chat" => {
            ReceivedContent::VideoChat { topic: text("topic"), start_time_ms: time("start_time") }
        }
        "todo" => ReceivedContent::Todo {
            task_id: text("task_id"),
            summary: Post::from_json(&content["summary"]),
            due_time_ms: time("due_time"),
        },
        "vote" => {
            ReceivedContent::Vote { topic: text("topic"), options: strings(&content["options"]) }
        }
        _ => return None,
    })
}

/// Texts of a notice, apart from those that have fields of their own.
fn others(notice: &Value) -> BTreeMap<String, Vec<String>> {
    let known = ["template", "from_user", "to_chatters", "divider_text"];
    let members = notice.as_object().into_iter().flatten();
    let others = members.filter(|(name, _)| !known.contains(&name.as_str()));
    let texts = |value: &Value| match value {
        Value::Object(_) => vec![string(&value["text"])],
        Value::Array(_) => strings(value),
        value => vec![string(value)],
    };
    let others = others.map(|(name, value)| (name.clone(), texts(value)));
    others.filter(|(_, texts)| texts.iter().any(|it| !it.is_empty())).collect()
}

/// Accepts numbers too: coordinates are sent both ways.
fn string(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Times are sent as strings, durations as numbers.
fn integer(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0)
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|list| list.iter().map(string).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::super::{ContentError, PostElement};
    use super::*;

    fn parse(msg_type: &str, content: &str) -> ReceivedContent {
        ReceivedContent::parse(msg_type, content).unwrap()
    }

    #[test]
    fn a_post_is_read_without_a_language_level_and_keeps_unknown_elements() {
        let content = r#"{"title":"T","content":[[
            {"tag":"text","text":"a ","style":["bold"]},
            {"tag":"at","user_id":"@_user_1","user_name":"Tom","style":[]},
            {"tag":"new","text":"!"}],[{"tag":"a","href":"https://x.example","text":"b"}]]}"#;
        let received = parse("post", content);
        assert_eq!(received.to_plain_text().unwrap(), "T\na @_user_1!\nb");
        let ReceivedContent::Post(post) = received else { panic!("{received:?}") };
        assert_eq!(post.title(), "T");
        assert_eq!(post.lines()[0][0], PostElement::text("a ").bold());
        assert!(matches!(post.lines()[0][2], PostElement::Other(_)));
    }

    #[test]
    fn durations_and_times_are_read_from_numbers_and_text() {
        let ReceivedContent::Audio { duration, .. } =
            parse("audio", r#"{"file_key":"f","duration":2500}"#)
        else {
            panic!("not audio")
        };
        assert_eq!(duration, Duration::from_millis(2500));
        let got = parse("calendar", r#"{"summary":"s","start_time":"1608265395000"}"#);
        let want = ReceivedContent::Calendar {
            summary: "s".to_owned(),
            start_time_ms: 1_608_265_395_000,
            end_time_ms: 0,
        };
        assert_eq!(got, want);
    }

    #[test]
    fn missing_fields_are_no_error() {
        assert_eq!(parse("text", "{}"), ReceivedContent::Text { text: String::new() });
        let todo = parse("todo", r#"{"task_id":"t"}"#);
        assert!(matches!(todo, ReceivedContent::Todo { task_id, .. } if task_id == "t"));
    }

    #[test]
    fn a_notice_has_names_in_its_placeholders() {
        for (content, text) in [
            (
                r#"{"template":"{from_user} invited {to_chatters}.","from_user":["Tom"],"to_chatters":["Ann","Bo"]}"#,
                "Tom invited Ann, Bo.",
            ),
            (
                r#"{"template":"{from_user} named it {group_name} {x","from_user":["Tom"],"group_name":["Ops"]}"#,
                "Tom named it Ops {x",
            ),
            (r#"{"template":"","divider_text":{"text":"New session"}}"#, "New session"),
            (r#"{"template":"{a} {b}","a":{"text":"1"},"b":2}"#, "1 2"),
        ] {
            assert_eq!(parse("system", content).to_plain_text().as_deref(), Some(text));
        }
    }

    #[test]
    fn an_unknown_type_is_no_error_whatever_its_content() {
        assert_eq!(parse("merge_forward", "Merged and Forwarded"), ReceivedContent::MergeForward);
        let other =
            |content: Value| ReceivedContent::Other { msg_type: "poke".to_owned(), content };
        assert_eq!(parse("poke", "just words"), other("just words".into()));
        assert_eq!(parse("poke", "[1]"), other(serde_json::json!([1])));
        assert_eq!(parse("poke", "{}"), other(serde_json::json!({})));
    }

    #[test]
    fn one_odd_value_does_not_spoil_a_message() {
        for (content, text) in [
            ("{\"text\":\"a\\ud83db\"}", "a\u{fffd}b"),
            ("\u{feff}{\"text\":\"a\"}", "a"),
            ("{\"text\":\"a\nb\"}", "a\nb"),
            (r#"{"text":"a","size":1e400}"#, "a"),
        ] {
            let found = parse("text", content);
            assert_eq!(found, ReceivedContent::Text { text: text.to_owned() }, "{content}");
        }
        let card = r#"{"user_dsl":"{\"header\":{\"title\":{\"content\":\"a\\ud83d\"}}}"}"#;
        assert_eq!(parse("interactive", card).to_plain_text().as_deref(), Some("a\u{fffd}"));
        let other = parse("poke", r#"{"size":1e400}"#);
        let expected = serde_json::json!({ "size": "1e400" });
        assert_eq!(other, ReceivedContent::Other { msg_type: "poke".into(), content: expected });
    }

    #[test]
    fn a_known_type_that_is_not_json_is_an_error_with_the_position() {
        let error = ReceivedContent::parse("text", "This message was recalled").unwrap_err();
        assert!(matches!(error, ContentError::InvalidJson { line: 1, .. }), "{error:?}");
        assert!(error.to_string().starts_with("text: content is not valid json at line 1"));
    }
}
