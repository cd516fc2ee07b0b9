//! Links, images, and what travels in the shape of a link.

use lark_core::Json;
use percent_encoding::percent_decode_str;
use pulldown_cmark::LinkType;

use super::block::Builder;
use super::inline::{Capture, Into};
use crate::block::{Block, Kind, encode_url};
use crate::markdown::{SCHEME, comment::snake_case};
use crate::v1::{Caption, Image, MentionDoc, MentionUser, ObjType, TextElement};

impl Builder {
    pub(super) fn start_link(&mut self, link_type: LinkType, url: &str, title: &str) {
        if let Some(into) = captured(url, title) {
            self.inline.links.push(String::new());
            return self.inline.captures.push(Capture { into, text: String::new() });
        }
        if !title.is_empty() {
            self.lose(format!("the title of a link is dropped: {title:?}"));
        }
        if url.is_empty() {
            self.lose("a link without an address is text");
        }
        let url = match link_type {
            LinkType::Email => format!("mailto:{url}"),
            _ => url.to_owned(),
        };
        self.inline.links.push(url);
    }

    pub(super) fn end_link(&mut self) {
        let url = self.inline.links.pop().unwrap_or_default();
        // The links of captures have no address; an image or formula that is open in a link is
        // closed before it.
        let is_link = |it: &Capture| !matches!(it.into, Into::Image { .. } | Into::Formula);
        if url.is_empty() && self.inline.captures.last().is_some_and(is_link) {
            return self.end_capture();
        }
        if !url.is_empty() && self.inline.captures.is_empty() && !self.has_text_at(&url) {
            self.lose(format!("a link without text is dropped: {url}"));
        }
    }

    pub(super) fn start_image(&mut self, url: &str, title: &str) {
        if !title.is_empty() {
            self.lose(format!("the title of an image is dropped: {title:?}"));
        }
        if self.inline.links.last().is_some_and(|it| !it.is_empty()) {
            self.lose("the link of an image is dropped");
        }
        let into = Into::Image { url: url.to_owned() };
        self.inline.captures.push(Capture { into, text: String::new() });
    }

    pub(super) fn end_image(&mut self) {
        self.end_capture();
    }

    /// Makes what was captured, unless it is a part of a larger capture, which takes its text.
    pub(super) fn end_capture(&mut self) {
        let Some(Capture { into, text }) = self.inline.captures.pop() else { return };
        if let Some(outer) = self.inline.captures.last_mut() {
            match outer.text.is_empty() {
                true => outer.text = text,
                false => outer.text.push_str(&text),
            }
            return;
        }
        match into {
            Into::Image { url } => self.image(image(&url, &text)),
            Into::User { id } => {
                let mention = MentionUser::new().user_id(id);
                self.element(TextElement::new().mention_user(mention));
            }
            Into::Document { token, kind, url } => {
                let mention = MentionDoc { title: Some(text), ..MentionDoc::new() };
                let mention = mention.token(token).obj_type(obj_type(&kind)).url(encode_url(&url));
                self.element(TextElement::new().mention_doc(mention));
            }
            Into::Element(element) => self.element(*element),
            Into::Formula => self.math(&text),
        }
    }
}

/// What a link of ours stands for.
fn captured(url: &str, title: &str) -> Option<Into> {
    if let Some((kind, token)) = title.strip_prefix(SCHEME).and_then(|it| it.split_once('/')) {
        let (kind, token) = (kind.to_owned(), token.to_owned());
        return Some(Into::Document { token, kind, url: url.to_owned() });
    }
    match url.strip_prefix(SCHEME)?.split_once('/')? {
        ("user", id) => Some(Into::User { id: id.to_owned() }),
        ("element", json) => {
            let json = percent_decode_str(json).decode_utf8().ok()?;
            TextElement::from_json(&json).ok().map(|it| Into::Element(Box::new(it)))
        }
        _ => None,
    }
}

/// The type of a document by its name; numbers stand for those without one.
fn obj_type(name: &str) -> ObjType {
    let known = (1..=64).map(ObjType::from).find(|it| snake_case(it) == name);
    known.unwrap_or_else(|| {
        let number = name.strip_prefix("other(").and_then(|it| it.strip_suffix(')'));
        ObjType::from(number.and_then(|it| it.parse().ok()).unwrap_or(0))
    })
}

fn image(url: &str, alt: &str) -> Block {
    let mut image = match url.strip_prefix(SCHEME).and_then(|it| it.strip_prefix("image/")) {
        Some(token) => {
            let fields = crate::v1::Block::new().block_type(Kind::Image);
            Block::from_fields(
                fields.image(Image { token: Some(token.to_owned()), ..Image::new() }),
            )
        }
        None => Block::image(url),
    };
    let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
    if !alt.is_empty()
        && let Some(fields) = &mut image.fields.image
    {
        fields.caption = Some(Caption::new().content(alt));
    }
    image
}
