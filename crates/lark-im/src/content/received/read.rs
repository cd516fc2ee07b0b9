//! From the JSON of a message to [`Received`]. Nothing is required: a missing field is empty.

use std::time::Duration;

use serde_json::Value;

use super::super::Post;
use super::Received;

/// Reads the kinds with a variant of their own; `None` for the others.
pub(super) fn known_kind(msg_type: &str, content: &Value) -> Option<Received> {
    what_people_write(msg_type, content).or_else(|| what_apps_write(msg_type, content))
}

fn what_people_write(msg_type: &str, content: &Value) -> Option<Received> {
    let text = |key| string(&content[key]);
    let duration = || Duration::from_millis(integer(&content["duration"]).try_into().unwrap_or(0));
    Some(match msg_type {
        "text" => Received::Text { text: text("text") },
        "post" => Received::Post(Post::from_json(content)),
        "image" => Received::Image { image_key: text("image_key") },
        "file" => Received::File { file_key: text("file_key"), file_name: text("file_name") },
        "folder" => Received::Folder { file_key: text("file_key"), file_name: text("file_name") },
        "audio" => Received::Audio { file_key: text("file_key"), duration: duration() },
        "media" => Received::Media {
            file_key: text("file_key"),
            image_key: text("image_key"),
            file_name: text("file_name"),
            duration: duration(),
        },
        "sticker" => Received::Sticker { file_key: text("file_key") },
        "share_chat" => Received::ShareChat { chat_id: text("chat_id") },
        "share_user" => Received::ShareUser { user_id: text("user_id") },
        "location" => Received::Location {
            name: text("name"),
            longitude: text("longitude"),
            latitude: text("latitude"),
        },
        _ => return None,
    })
}

fn what_apps_write(msg_type: &str, content: &Value) -> Option<Received> {
    let text = |key| string(&content[key]);
    let time = |key| integer(&content[key]);
    Some(match msg_type {
        "interactive" => Received::Interactive(content.clone()),
        "system" => Received::System {
            template: text("template"),
            from_user: strings(&content["from_user"]),
            to_chatters: strings(&content["to_chatters"]),
            divider_text: string(&content["divider_text"]["text"]),
        },
        "hongbao" => Received::Hongbao { text: text("text") },
        "share_calendar_event" | "calendar" | "general_calendar" => Received::Calendar {
            summary: text("summary"),
            start_time_ms: time("start_time"),
            end_time_ms: time("end_time"),
        },
        "video_chat" => {
            Received::VideoChat { topic: text("topic"), start_time_ms: time("start_time") }
        }
        "todo" => Received::Todo {
            task_id: text("task_id"),
            summary: Post::from_json(&content["summary"]),
            due_time_ms: time("due_time"),
        },
        "vote" => Received::Vote { topic: text("topic"), options: strings(&content["options"]) },
        _ => return None,
    })
}

/// Numbers are taken as well: places are sent both ways.
fn string(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Times are sent as text, durations as numbers.
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

    fn parse(msg_type: &str, content: &str) -> Received {
        Received::parse(msg_type, content).unwrap()
    }

    #[test]
    fn a_post_is_read_without_a_language_level_and_keeps_what_it_does_not_know() {
        let content = r#"{"title":"T","content":[[
            {"tag":"text","text":"a ","style":["bold"]},
            {"tag":"at","user_id":"@_user_1","user_name":"Tom","style":[]},
            {"tag":"new","text":"!"}],[{"tag":"a","href":"https://x.example","text":"b"}]]}"#;
        let received = parse("post", content);
        assert_eq!(received.to_plain_text().unwrap(), "T\na @_user_1!\nb");
        let Received::Post(post) = received else { panic!("{received:?}") };
        assert_eq!(post.title(), "T");
        assert_eq!(post.lines()[0][0], PostElement::text("a ").bold());
        assert!(matches!(post.lines()[0][2], PostElement::Other(_)));
    }

    #[test]
    fn durations_and_times_are_read_from_numbers_and_text() {
        let Received::Audio { duration, .. } =
            parse("audio", r#"{"file_key":"f","duration":2500}"#)
        else {
            panic!("not audio")
        };
        assert_eq!(duration, Duration::from_millis(2500));
        let got = parse("calendar", r#"{"summary":"s","start_time":"1608265395000"}"#);
        let want = Received::Calendar {
            summary: "s".to_owned(),
            start_time_ms: 1_608_265_395_000,
            end_time_ms: 0,
        };
        assert_eq!(got, want);
    }

    #[test]
    fn missing_fields_are_no_error() {
        assert_eq!(parse("text", "{}"), Received::Text { text: String::new() });
        let todo = parse("todo", r#"{"task_id":"t"}"#);
        assert!(matches!(todo, Received::Todo { task_id, .. } if task_id == "t"));
    }

    #[test]
    fn a_kind_that_is_not_known_is_no_error_whatever_it_holds() {
        assert_eq!(parse("merge_forward", "Merged and Forwarded"), Received::MergeForward);
        let other = |content: Value| Received::Other { msg_type: "poke".to_owned(), content };
        assert_eq!(parse("poke", "just words"), other("just words".into()));
        assert_eq!(parse("poke", "[1]"), other(serde_json::json!([1])));
        assert_eq!(parse("poke", "{}"), other(serde_json::json!({})));
    }

    #[test]
    fn a_known_kind_that_is_not_json_names_the_position() {
        let error = Received::parse("text", "This message was recalled").unwrap_err();
        assert!(matches!(error, ContentError::InvalidJson { line: 1, .. }), "{error:?}");
        assert!(error.to_string().starts_with("text: content is not valid json at line 1"));
    }
}
