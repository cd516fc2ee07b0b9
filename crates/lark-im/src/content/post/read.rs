//! Reads posts in every shape in which they arrive.

use serde_json::Value;

use super::{Post, PostAttachment, PostElement};
use crate::content::words;

/// Languages in the order in which one of several is chosen.
const LOCALES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];

impl Post {
    /// Reads a post: as received, without a language level, or as sent, with languages, also within
    /// `post`. Whatever the shape, a post is not empty if there are words in it.
    pub(in crate::content) fn from_json(value: &Value) -> Self {
        let mut post = Self::default();
        post.read_level(value);
        if !post.has_text() {
            let members = value.as_object().into_iter().flatten();
            let text = members.filter(|(name, _)| *name != "files");
            let words = text.flat_map(|(_, value)| words::of(value));
            post.lines = words.map(|text| vec![PostElement::text(text)]).collect();
        }
        post
    }

    /// Reads an object that is a post or holds one in some language.
    fn read_level(&mut self, value: &Value) {
        let files = value["files"].as_array().into_iter().flatten();
        self.attachments.extend(files.map(PostAttachment::from_json));
        if self.source_markdown.is_none() {
            self.source_markdown = markdown(&value["content_v2"]);
        }
        if let Some(title) = value["title"].as_str() {
            title.clone_into(&mut self.title);
        }
        self.lines = lines(&value["content"]);
        if self.lines.is_empty()
            && let Some(text) = &self.source_markdown
        {
            self.lines = vec![vec![PostElement::markdown(text)]];
        }
        if !self.has_text()
            && let Some(inner) = inner(value)
        {
            self.read_level(inner);
        }
    }

    /// Whether it has a title or an element, such as an image.
    fn has_text(&self) -> bool {
        !self.title.trim().is_empty() || self.lines.iter().any(|line| !line.is_empty())
    }
}

/// The post within an object without one.
fn inner(value: &Value) -> Option<&Value> {
    let members = value.as_object()?;
    let named = std::iter::once("post").chain(LOCALES).filter_map(|name| members.get(name));
    let others = members.iter().filter(|(name, _)| !["content", "files"].contains(&name.as_str()));
    named.chain(others.map(|(_, value)| value)).find(|value| value.is_object())
}

/// The lines of `content`: a list of lists of elements. In a list of elements each run of them is a
/// line.
fn lines(content: &Value) -> Vec<Vec<PostElement>> {
    let items = match content {
        Value::Array(items) => items,
        Value::String(text) if !text.is_empty() => return vec![vec![PostElement::text(text)]],
        Value::Object(_) if content["tag"].is_string() => {
            return vec![vec![PostElement::from_json(content)]];
        }
        _ => return Vec::new(),
    };
    let mut lines = Vec::new();
    let mut run: Vec<PostElement> = Vec::new();
    for item in items {
        match item {
            Value::Array(line) => {
                if !run.is_empty() {
                    lines.push(std::mem::take(&mut run));
                }
                lines.push(line.iter().map(element).collect());
            }
            item => run.push(element(item)),
        }
    }
    if !run.is_empty() {
        lines.push(run);
    }
    lines
}

fn element(value: &Value) -> PostElement {
    match value.as_str() {
        Some(text) => PostElement::text(text),
        None => PostElement::from_json(value),
    }
}

/// The Markdown of `content_v2`: a text, or lines of elements.
fn markdown(content: &Value) -> Option<String> {
    let lines = lines(content);
    let lines = lines.iter().map(|line| line.iter().map(PostElement::to_plain_text).collect());
    let text = lines.collect::<Vec<String>>().join("\n");
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_post_has_its_words_whatever_its_shape() {
        let element = json!({"tag": "text", "text": "word"});
        let received = json!({"title": "", "content": [[element]]});
        for content in [
            received.clone(),
            json!({"zh_cn": received}),
            json!({"en_us": received, "fr_fr": {"title": "", "content": []}}),
            json!({"ja_jp": received}),
            json!({"zh_hk": received}),
            json!({"post": {"zh_cn": received}}),
            json!({"post": received}),
            json!({"content": {"post": {"zh_cn": received}}}),
            json!({"content": [element]}),
            json!({"content": element}),
            json!({"content": "word"}),
            json!({"content": ["word"]}),
            json!({"content": [["word"]]}),
            json!({"content": [[[element]]]}),
            json!({"content": [[{"tag": "new", "parts": [{"text": "word"}]}]]}),
            json!({"content": [[]], "content_v2": "word"}),
            json!({"title": "", "content": [], "content_v2": [[{"tag": "md", "text": "word"}]]}),
            json!({"text": "word"}),
            json!({"paragraphs": [{"runs": [{"text": "word"}]}]}),
            json!({"title": "word"}),
            json!({"files": [{"file_key": "f", "file_name": "a"}], "zh_cn": received}),
            json!({"files": [{"file_key": "f", "file_name": "a"}], "rows": [{"text": "word"}]}),
        ] {
            let post = Post::from_json(&content);
            assert!(post.to_plain_text().contains("word"), "{content}: {post:?}");
        }
    }

    #[test]
    fn of_several_languages_one_is_read() {
        let in_language = |text: &str| json!({"title": text, "content": []});
        let both = json!({"en_us": in_language("en"), "zh_cn": in_language("zh")});
        assert_eq!(Post::from_json(&both).title(), "zh");
        let one = json!({"zh_cn": {}, "en_us": in_language("en")});
        assert_eq!(Post::from_json(&one).to_plain_text(), "en");
    }

    #[test]
    fn files_markdown_and_names_of_videos_are_kept() {
        let post = Post::from_json(&json!({
            "title": "T",
            "content": [[{"tag": "media", "file_key": "f", "image_key": "i", "file_name": "v.mp4"}]],
            "content_v2": [[{"tag": "md", "text": "**T**"}]],
            "files": [
                {"file_key": "file_v3_1", "file_name": "a.py", "is_folder": false},
                {"file_key": "file_v3_2", "file_name": "src", "is_folder": true},
            ],
        }));
        assert_eq!(post.source_markdown(), Some("**T**"));
        let files = post.attachments();
        assert_eq!((&*files[0].file_key, &*files[0].file_name), ("file_v3_1", "a.py"));
        assert!(files[1].is_folder && !files[0].is_folder);
        let video = &post.lines()[0][0];
        assert!(
            matches!(video, PostElement::Media { file_name, .. } if file_name == "v.mp4"),
            "{video:?}"
        );
        let sent = Post::from_json(&json!({
            "zh_cn": {"title": "", "content": [[{"tag": "text", "text": "a"}]]},
            "files": [{"key": "file_v3_1", "name": "a.pdf"}],
        }));
        assert_eq!(sent.attachments()[0].file_name, "a.pdf");
        assert_eq!(sent.to_plain_text(), "a");
    }
}
