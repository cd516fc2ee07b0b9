//! Cards as Markdown: reduced, as they were sent, or in the platform's own form.

use serde_json::Value;

use super::blocks::{Blocks, note};
use super::escape::{Paragraph, code, label, link, text};
use super::inline::{element, image, markdown};
use super::table::table;
use crate::content::mentions::Mentions;
use crate::content::received_card::{ReceivedCard, VISIBLE, is_inline};
use crate::content::{PostElement, words};

/// A card: what a reader sees of it, from top to bottom.
pub(super) fn card(card: &ReceivedCard, mentions: &Mentions) -> String {
    let shown = card.shown();
    let mut reader = Reader { blocks: Blocks::default(), mentions };
    if let Some(title) = shown["title"].as_str() {
        reader.blocks.title(title);
    }
    reader.header(&shown["header"]);
    reader.read(&shown["body"]);
    reader.read(&shown["elements"]);
    if shown["body"].is_null() && shown["elements"].is_null() {
        let languages = shown["i18n_elements"].as_object();
        let first = languages.and_then(|it| it.get("zh_cn").or_else(|| it.values().next()));
        reader.read(first.unwrap_or(&Value::Null));
    }
    if reader.blocks.is_empty() {
        reader.stored(&shown["data"]);
    }
    if reader.blocks.is_empty() {
        words::of(shown).into_iter().for_each(|it| reader.blocks.push(text(it)));
    }
    reader.blocks.finish()
}

struct Reader<'a> {
    blocks: Blocks,
    mentions: &'a Mentions,
}

impl Reader<'_> {
    fn header(&mut self, header: &Value) {
        let header = members(header);
        self.blocks.title(&caption(&header["title"]));
        self.blocks.push(label(&caption(&header["subtitle"])));
        let tags = header["text_tag_list"].as_array().into_iter().flatten();
        let tags = tags.map(|tag| label(&caption(&members(tag)["text"])));
        self.blocks.push(tags.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", "));
    }

    /// A template or an entity: the card is with the platform.
    fn stored(&mut self, data: &Value) {
        let id = ["template_id", "card_id"].iter().find_map(|name| data[name].as_str());
        if let Some(id) = id {
            self.blocks.push(note(&format!("card {id}")));
            for it in words::of(&data["template_variable"]) {
                self.blocks.push(text(it));
            }
        }
    }

    fn read(&mut self, value: &Value) {
        match value {
            Value::String(it) => self.text(it),
            Value::Array(line) if line.iter().any(is_inline) => self.line(line),
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            Value::Object(_) => self.element(value),
            _ => {}
        }
    }

    fn text(&mut self, it: &str) {
        let mut paragraph = Paragraph::default();
        super::inline::text(&mut paragraph, it, self.mentions);
        self.blocks.push(paragraph.finish());
    }

    /// A line of the reduced form: texts beside each other, and other elements.
    fn line(&mut self, line: &[Value]) {
        let elements: Vec<_> = line.iter().map(|it| is_inline(it).then(|| read(it))).collect();
        let mut paragraph = Paragraph::default();
        for (at, it) in elements.iter().enumerate() {
            match it {
                Some(it) => {
                    let next = elements.get(at + 1).and_then(Option::as_ref);
                    element(&mut paragraph, it, next, self.mentions);
                }
                None => {
                    self.blocks.push(std::mem::take(&mut paragraph).finish());
                    self.read(&line[at]);
                }
            }
        }
        self.blocks.push(paragraph.finish());
    }

    fn element(&mut self, value: &Value) {
        let it = members(value);
        match value["tag"].as_str().unwrap_or_default() {
            "markdown" | "lark_md" => match it["content"].as_str() {
                Some(content) => self.blocks.push(markdown(content, self.mentions)),
                None => self.inside(it),
            },
            "plain_text" => self.text(&caption(value)),
            "hr" => self.blocks.push("---"),
            "br" => {}
            "img" => self.image(it),
            "a" | "at" | "text" | "emotion" => self.line(std::slice::from_ref(value)),
            "code_block" if it["text"].is_string() => {
                let language = it["language"].as_str().unwrap_or_default();
                self.blocks.push(code(language, it["text"].as_str().unwrap_or_default()));
            }
            "button" => self.button(it),
            "table" => self.blocks.push(table(it, self.mentions)),
            "chart" => self.chart(it),
            "collapsible_panel" => {
                self.blocks.title(&caption(&members(&it["header"])["title"]));
                self.read(&it["elements"]);
            }
            "checker" => self.blocks.push(checker(it)),
            tag if is_input(tag) => self.input(it),
            _ => self.inside(it),
        }
    }

    /// What readers see of an element of any kind.
    fn inside(&mut self, it: &Value) {
        if let Some(text) = it.as_object().and_then(|it| it.get("content")?.as_str()) {
            return self.text(text);
        }
        VISIBLE.iter().for_each(|name| self.read(&it[*name]));
    }

    fn image(&mut self, it: &Value) {
        let key = ["img_key", "image_key"].iter().find_map(|name| it[name].as_str());
        let alt = [&it["alt"], &it["title"]].map(caption);
        let alt = alt.iter().find(|it| !it.is_empty()).map_or("", String::as_str);
        self.blocks.push(image(alt, key.unwrap_or_default()));
    }

    fn button(&mut self, it: &Value) {
        let name = caption(&it["text"]);
        let url = |it: &Value| {
            let names = ["default_url", "url", "pc_url", "android_url", "ios_url"];
            let found = names.iter().find_map(|name| it[name].as_str().filter(|it| !it.is_empty()));
            found.map(str::to_owned)
        };
        let mut behaviors = it["behaviors"].as_array().into_iter().flatten();
        let own = url(it).or_else(|| url(&it["multi_url"]));
        self.blocks.push(match own.or_else(|| behaviors.find_map(url)) {
            Some(url) => link(&name, &url),
            None if name.is_empty() => String::new(),
            None => format!("\\[{}\\]", label(&name)),
        });
    }

    /// An input, with its label, what stands in it, and its options.
    fn input(&mut self, it: &Value) {
        let options = it["options"].as_array().into_iter().flatten();
        let options = options.map(|it| caption(&members(it)["text"]));
        let options: Vec<_> = options.filter(|it| !it.is_empty()).collect();
        let value = [&it["default_value"], &it["placeholder"]].map(caption);
        let value = value.into_iter().find(|it| !it.is_empty());
        let options = (!options.is_empty()).then(|| options.join(" / "));
        let inside: Vec<_> = value.into_iter().chain(options).collect();
        let label_of = label(&caption(&it["label"]));
        let inside = label(&inside.join(": "));
        self.blocks.push(match (label_of.is_empty(), inside.is_empty()) {
            (_, true) => label_of,
            (true, false) => format!("\\[{inside}\\]"),
            (false, false) => format!("{label_of} \\[{inside}\\]"),
        });
    }

    fn chart(&mut self, it: &Value) {
        let title = &it["chart_spec"]["title"];
        let title = title["text"].as_str().or_else(|| title.as_str()).unwrap_or_default();
        self.blocks.push(note(format!("chart {title}").trim()));
    }
}

/// The members of an element, which the platform's own form has one level deeper.
fn members(value: &Value) -> &Value {
    let inner = &value["property"];
    if inner.is_object() { inner } else { value }
}

/// Elements with something to choose or to enter.
fn is_input(tag: &str) -> bool {
    let others = ["input", "overflow", "date_picker", "picker_time", "picker_datetime"];
    others.contains(&tag) || tag.starts_with("select_") || tag.starts_with("multi_select_")
}

fn checker(it: &Value) -> String {
    let mark = if it["checked"] == true { 'x' } else { ' ' };
    format!("- [{mark}] {}", label(&caption(&it["text"])))
}

/// A text, whatever holds it.
fn caption(value: &Value) -> String {
    let it = members(value);
    let of = |name: &str| it[name].as_str().filter(|it| !it.is_empty());
    let own = value.as_str().or_else(|| of("content")).or_else(|| of("text"));
    let languages = ["i18n_content", "i18n"].iter().filter_map(|name| it[name].as_object());
    let mut texts = languages.flat_map(serde_json::Map::values).filter_map(Value::as_str);
    own.or_else(|| texts.next()).unwrap_or_default().to_owned()
}

/// An element of a line; in the platform's own form its members are one level deeper.
fn read(value: &Value) -> PostElement {
    let mut it = members(value).clone();
    it["tag"] = value["tag"].clone();
    if !it["text"].is_string() {
        let text = caption(if it["text"].is_object() { &it["text"] } else { value });
        it["text"] = text.into();
    }
    PostElement::from_json(&it)
}
