//! Every kind of content that can be sent passes the sandbox's checks.

use lark_im::content::{
    Audio, Card, Content, File, Image, Media, Post, PostElement, ReceivedContent, ShareChat,
    ShareUser, Sticker, Text,
};
use lark_im::v1::message;
use lark_sandbox::Sandbox;

#[tokio::test]
async fn are_accepted_and_come_back_as_sent() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let contents: Vec<Content> = vec![
        "plain".into(),
        Post::new("title").line([PostElement::link("a", "https://a.example")]).into(),
        Image::new("img_1").into(),
        File::new("file_1").into(),
        Audio::new("file_2").into(),
        Media::new("file_3").cover("img_2").into(),
        Sticker::new("file_4").into(),
        ShareChat::new("oc_1").into(),
        ShareUser::new("ou_1").into(),
        Card::markdown("title", "**text**").into(),
        Card::template("AAq1").version("1.0.0").variable("name", "Tom").into(),
    ];
    for content in contents {
        let create = message::create().receive_id_type("open_id").receive_id("ou_42");
        let sent = client.send(create.message(content.clone())).await;
        let sent = sent.unwrap_or_else(|error| panic!("{}: {error}", content.msg_type()));
        assert_eq!(sent.msg_type.as_deref(), Some(content.msg_type()));
        let body = sent.body.expect("a body").content;
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(parse(&body), parse(content.content()), "{}", content.msg_type());
    }
}

/// The platform turns mentions into keys and lists who is meant beside the text.
#[tokio::test]
async fn mentions_come_back_as_keys() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let text = Text::new("hi ").at("ou_1", "Tom").push(" and <at user_id=\"ou_2\">nobody</at>");
    let create = message::create().receive_id_type("chat_id").receive_id("oc_42").message(text);
    let sent = client.send(create).await.expect("sent");
    let body = sent.body.expect("a body").content;
    let keys: Vec<_> = sent.mentions.iter().map(|it| (it.key.as_str(), it.id.as_str())).collect();
    assert_eq!(keys, [("@_user_1", "ou_1")], "a tag in pushed text mentions nobody");
    let received = ReceivedContent::parse("text", &body).expect("a text");
    let plain = received.to_plain_text().expect("words");
    assert!(plain.starts_with("hi @_user_1 and <"), "{plain}");
}
