//! Who a received message mentions.

use super::{PostElement, ReceivedContent};
use crate::v1::{EventMessage, Mention, MentionEvent, Message};

/// The key of everybody in a text.
const EVERYONE: &str = "@_all";

/// Who a received message mentions, and its text with names instead of keys.
///
/// A received text has keys such as `@_user_1` where its sender mentioned somebody, and `@_all` for
/// everybody in the chat. This brings them together with the list of mentions beside the content.
///
/// The bot of the app is mentioned by its open id, which `bot.v3.bot.get` of lark-bot returns:
///
/// ```
/// use lark_im::v1::EventMessage;
///
/// fn addressed_text(message: &EventMessage, bot_open_id: &str) -> Option<String> {
///     let mentions = message.mentioned();
///     let text = message.received().ok()?.to_plain_text()?;
///     // "@_user_1 ask @_user_2" becomes "ask @Tom".
///     mentions.includes(bot_open_id).then(|| mentions.without(&text, bot_open_id))
/// }
/// # _ = addressed_text(&EventMessage::default(), "ou_1");
/// ```
///
/// Source: event `im.message.receive_v1`, `im.v1.message.get`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    list: Vec<Mentioned>,
    everyone: bool,
}

/// Somebody whom a message mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mentioned {
    /// The key in the text: `@_user_1`.
    pub key: String,
    /// The name.
    pub name: String,
    /// Id within this app (`ou_...`), empty if the platform names none.
    pub open_id: String,
    /// Id within all apps of one developer (`on_...`), if the platform names it.
    pub union_id: Option<String>,
    /// Id within the tenant, if the app may see it.
    pub user_id: Option<String>,
    /// Whether it is a bot; `None` for a message that was fetched, which does not say so.
    pub is_bot: Option<bool>,
}

impl EventMessage {
    /// The content, parsed.
    ///
    /// # Errors
    /// Those of [`ReceivedContent::parse`].
    pub fn received(&self) -> Result<ReceivedContent, super::ContentError> {
        ReceivedContent::parse(&self.message_type, &self.content)
    }

    /// Who the message mentions.
    pub fn mentioned(&self) -> Mentions {
        let list = self.mentions.iter().map(Mentioned::from).collect();
        Mentions::new(list, self.received().ok().as_ref())
    }
}

impl Message {
    /// The content, parsed.
    ///
    /// # Errors
    /// Those of [`ReceivedContent::parse`]: the content of a recalled message, for example, is a plain
    /// note.
    pub fn received(&self) -> Result<ReceivedContent, super::ContentError> {
        let content = self.body.as_ref().map_or("", |body| &body.content);
        ReceivedContent::parse(self.msg_type.as_deref().unwrap_or_default(), content)
    }

    /// Who the message mentions.
    pub fn mentioned(&self) -> Mentions {
        let list = self.mentions.iter().map(Mentioned::from).collect();
        Mentions::new(list, self.received().ok().as_ref())
    }
}

impl Mentions {
    fn new(mut list: Vec<Mentioned>, content: Option<&ReceivedContent>) -> Self {
        // The platform may or may not list everybody, then with empty ids.
        let listed = list.iter().any(Mentioned::is_everyone);
        let everyone = listed || content.is_some_and(mentions_everyone);
        if everyone && !listed {
            list.push(Mentioned { key: EVERYONE.to_owned(), ..Mentioned::default() });
        }
        Self { list, everyone }
    }

    /// Whether everybody in the chat is mentioned.
    pub fn everyone(&self) -> bool {
        self.everyone
    }

    /// Whether a person or a bot is mentioned, by any of the three ids. Everybody does not count.
    pub fn includes(&self, id: &str) -> bool {
        self.list.iter().any(|it| it.is(id))
    }

    /// The people and bots, in the order of the text, without everybody.
    pub fn iter(&self) -> impl Iterator<Item = &Mentioned> {
        self.list.iter().filter(|it| !it.is_everyone())
    }

    /// The people: whoever is not said to be a bot.
    pub fn people(&self) -> impl Iterator<Item = &Mentioned> {
        self.iter().filter(|it| it.is_bot != Some(true))
    }

    /// A text of the message with names instead of keys: `@Tom`, and `@all` for everybody. A key of
    /// somebody without a name stays.
    pub fn with_names(&self, text: &str) -> String {
        replace(text, &self.list, |it| Some(it.shown()))
    }

    /// Where the keys of a text are, with who they stand for.
    pub(super) fn places(&self, text: &str) -> Vec<(usize, &Mentioned)> {
        found(text, &self.list)
    }

    /// Who has a key.
    pub(super) fn by_key(&self, key: &str) -> Option<&Mentioned> {
        self.list.iter().find(|it| !key.is_empty() && it.key == key)
    }

    /// Who has one of the three ids.
    pub(super) fn by_id(&self, id: &str) -> Option<&Mentioned> {
        self.list.iter().find(|it| it.is(id))
    }

    /// Like [`with_names`](Self::with_names), without the mentions of one person or bot and the space
    /// around them, as a command to that bot is read.
    pub fn without(&self, text: &str, id: &str) -> String {
        replace(text, &self.list, |it| (!it.is(id)).then(|| it.shown())).trim().to_owned()
    }
}

impl Mentioned {
    /// One of the ids, `all` for everybody; empty if there is none.
    pub(super) fn any_id(&self) -> &str {
        if self.is_everyone() {
            return "all";
        }
        let ids = [Some(&self.open_id), self.union_id.as_ref(), self.user_id.as_ref()];
        ids.into_iter().flatten().find(|id| !id.is_empty()).map_or("", String::as_str)
    }

    fn is_everyone(&self) -> bool {
        self.key == EVERYONE || self.open_id == "all"
    }

    fn is(&self, id: &str) -> bool {
        let ids = [Some(&self.open_id), self.union_id.as_ref(), self.user_id.as_ref()];
        !id.is_empty() && ids.into_iter().flatten().any(|own| own == id)
    }

    fn shown(&self) -> String {
        match (self.name.is_empty(), self.is_everyone()) {
            (false, _) => format!("@{}", self.name),
            (true, true) => "@all".to_owned(),
            (true, false) => self.key.clone(),
        }
    }
}

impl From<&MentionEvent> for Mentioned {
    fn from(mention: &MentionEvent) -> Self {
        let filled = |id: &Option<String>| id.clone().filter(|id| !id.is_empty());
        Self {
            key: mention.key.clone(),
            name: mention.name.clone(),
            open_id: mention.id.open_id.clone().unwrap_or_default(),
            union_id: filled(&mention.id.union_id),
            user_id: filled(&mention.id.user_id),
            is_bot: mention.mentioned_type.as_deref().map(|kind| kind == "bot"),
        }
    }
}

impl From<&Mention> for Mentioned {
    fn from(mention: &Mention) -> Self {
        let id = |kind: &str| (mention.id_type == kind).then(|| mention.id.clone());
        Self {
            key: mention.key.clone(),
            name: mention.name.clone(),
            open_id: id("open_id").unwrap_or_default(),
            union_id: id("union_id"),
            user_id: id("user_id"),
            is_bot: None,
        }
    }
}

fn mentions_everyone(content: &ReceivedContent) -> bool {
    let is_everyone = |element: &PostElement| match element {
        PostElement::At { user_id, .. } => user_id == EVERYONE || user_id == "all",
        _ => false,
    };
    match content {
        ReceivedContent::Text { text } => places(text, EVERYONE).next().is_some(),
        ReceivedContent::Post(post) => post.lines().iter().flatten().any(is_everyone),
        _ => false,
    }
}

/// Where a key is in a text. A key followed by a letter, a digit or an underscore is another word.
fn places<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_end = |at: usize| {
        let next = text[at + key.len()..].chars().next();
        next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_')
    };
    text.match_indices(key).map(|(at, _)| at).filter(move |at| is_end(*at))
}

/// The keys in a text, from left to right.
fn found<'a>(text: &str, list: &'a [Mentioned]) -> Vec<(usize, &'a Mentioned)> {
    let keys = list.iter().filter(|it| !it.key.is_empty());
    let mut found: Vec<(usize, &Mentioned)> =
        keys.flat_map(|it| places(text, &it.key).map(move |at| (at, it))).collect();
    found.sort_by_key(|(at, _)| *at);
    let mut end = 0;
    // Two entries may have the same key.
    found.retain(|(at, mentioned)| {
        let is_next = *at >= end;
        if is_next {
            end = at + mentioned.key.len();
        }
        is_next
    });
    found
}

/// Replaces each key, or removes it with a space beside it.
fn replace(text: &str, list: &[Mentioned], show: impl Fn(&Mentioned) -> Option<String>) -> String {
    let (mut out, mut end) = (String::with_capacity(text.len()), 0);
    for (at, mentioned) in found(text, list) {
        out.push_str(&text[end..at]);
        end = at + mentioned.key.len();
        match show(mentioned) {
            Some(shown) => out.push_str(&shown),
            None if out.is_empty() || out.ends_with(char::is_whitespace) => {
                let rest = &text[end..];
                end += rest.len() - rest.trim_start_matches(' ').len();
            }
            None => {}
        }
    }
    out.push_str(&text[end..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::UserId;

    const BOT: &str = "ou_bot";

    fn mention(key: &str, name: &str, open_id: &str, kind: &str) -> MentionEvent {
        let id = UserId {
            open_id: Some(open_id.to_owned()),
            union_id: Some(String::new()),
            user_id: Some(String::new()),
        };
        let mentioned_type = Some(kind.to_owned());
        MentionEvent {
            id,
            key: key.to_owned(),
            mentioned_type,
            name: name.to_owned(),
            ..<_>::default()
        }
    }

    fn message(kind: &str, content: &str, mentions: Vec<MentionEvent>) -> EventMessage {
        EventMessage {
            message_type: kind.to_owned(),
            content: content.to_owned(),
            mentions,
            ..EventMessage::default()
        }
    }

    fn people() -> Vec<MentionEvent> {
        vec![
            mention("@_user_1", "Echo", BOT, "bot"),
            mention("@_user_2", "Tom", "ou_tom", "user"),
            mention("@_user_20", "", "ou_ann", "user"),
        ]
    }

    #[test]
    fn texts_have_names_and_lose_the_bot() {
        let mentions = message("text", r#"{"text":""}"#, people()).mentioned();
        for (text, named, without) in [
            ("@_user_1 hi", "@Echo hi", "hi"),
            ("hi @_user_1", "hi @Echo", "hi"),
            ("ask @_user_1 @_user_2, x", "ask @Echo @Tom, x", "ask @Tom, x"),
            ("@_user_1@_user_2", "@Echo@Tom", "@Tom"),
            ("/run @_user_1\nnow", "/run @Echo\nnow", "/run \nnow"),
            (
                "@_user_20 @_user_200 a@_user_2",
                "@_user_20 @_user_200 a@Tom",
                "@_user_20 @_user_200 a@Tom",
            ),
            ("mail a@b.example", "mail a@b.example", "mail a@b.example"),
            ("", "", ""),
        ] {
            assert_eq!(mentions.with_names(text), named, "{text}");
            assert_eq!(mentions.without(text, BOT), without, "{text}");
        }
        assert!(mentions.includes(BOT) && mentions.includes("ou_tom"));
        assert!(!mentions.includes("") && !mentions.includes("ou_other"));
        let names: Vec<_> = mentions.people().map(|it| it.open_id.as_str()).collect();
        assert_eq!(names, ["ou_tom", "ou_ann"]);
        assert_eq!(mentions.iter().count(), 3);
    }

    #[test]
    fn everybody_is_mentioned_with_or_without_an_entry() {
        let all = || vec![mention("@_all", "所有人", "", "user")];
        let text = r#"{"text":"@_all hi"}"#;
        let post = |id: &str| format!(r#"{{"content":[[{{"tag":"at","user_id":"{id}"}}]]}}"#);
        for message in [
            message("text", text, vec![]),
            message("text", text, all()),
            message("text", r#"{"text":"hi"}"#, all()),
            message("post", &post("@_all"), vec![]),
            message("post", &post("all"), vec![]),
        ] {
            let mentions = message.mentioned();
            assert!(mentions.everyone(), "{message:?}");
            assert_eq!((mentions.iter().count(), mentions.includes("")), (0, false));
        }
        let named = message("text", text, all()).mentioned().with_names("@_all hi");
        assert_eq!(named, "@所有人 hi");
        let unnamed = message("text", text, vec![]).mentioned().without("@_all @_user_1", BOT);
        assert_eq!(unnamed, "@all @_user_1");
        for text in [r#"{"text":"@_allow x"}"#, r#"{"text":"@all"}"#] {
            assert!(!message("text", text, people()).mentioned().everyone(), "{text}");
        }
    }

    #[test]
    fn a_message_that_was_fetched_has_the_same() {
        let mention = Mention {
            key: "@_user_1".to_owned(),
            id: BOT.to_owned(),
            id_type: "open_id".to_owned(),
            name: "Echo".to_owned(),
            ..Mention::default()
        };
        let body = crate::v1::MessageBody { content: r#"{"text":"@_user_1 @_all"}"#.to_owned() };
        let message = Message {
            msg_type: Some("text".to_owned()),
            body: Some(body),
            mentions: vec![mention],
            ..Message::default()
        };
        let mentions = message.mentioned();
        assert!(mentions.everyone() && mentions.includes(BOT));
        let text = message.received().expect("a text").to_plain_text().expect("text");
        assert_eq!(mentions.without(&text, BOT), "@all");
    }
}
