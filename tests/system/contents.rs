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
        // The platform shows posts and cards in forms of their own.
        if !["post", "interactive"].contains(&content.msg_type()) {
            let body = sent.body.expect("a body").content;
            let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
            assert_eq!(parse(&body), parse(content.content()), "{}", content.msg_type());
        }
    }
}

#[tokio::test]
async fn posts_and_cards_are_read_as_the_platform_shows_them() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let person = sandbox.open_ids()[0].clone();
    let post = Post::new("Minutes")
        .line([PostElement::text("for "), PostElement::at(&person), PostElement::at_all()])
        .markdown("**two** points")
        .attachment("file_v3_1", "minutes.pdf");
    let sent = client.send(message::to("oc_42", post)).await.expect("sent");
    let read = client.send(message::get(&sent.message_id)).await.expect("there");
    let read = read.items.first().expect("a message");
    let ReceivedContent::Post(post) = read.received().expect("a post") else { panic!("{read:?}") };
    let mentions = read.mentioned();
    assert!(mentions.everyone() && mentions.includes(&person));
    let name = &mentions.iter().next().expect("a person").name;
    let text = mentions.with_names(&post.to_plain_text());
    assert_eq!(text, format!("Minutes\nfor @{name}@all\n**two** points"));
    assert_eq!(post.attachments()[0].file_name, "minutes.pdf");

    let card = Card::markdown("Build 42", "**312** tests passed");
    let sent = client.send(message::to("oc_42", card.clone())).await.expect("sent");
    let get = message::get(&sent.message_id);
    for (get, as_sent) in
        [(get.clone(), None), (get.card_msg_content_type("user_card_content"), Some(card.into()))]
    {
        let read = client.send(get).await.expect("there").items.remove(0);
        let ReceivedContent::Interactive(card) = read.received().expect("a card") else {
            panic!("{read:?}")
        };
        assert_eq!(card.to_plain_text(), "Build 42\n**312** tests passed");
        assert_eq!(card.as_sent(), as_sent);
    }
}

/// The bot finds out who it is, and reads what it is told without its own name.
#[tokio::test]
async fn a_bot_knows_itself() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let client = crate::client(&sandbox);
    let info = client.send(lark_bot::v3::bot::get()).await.expect("the bot");
    let me = info.bot().and_then(|bot| bot.open_id()).expect("an id").to_owned();
    let user = sandbox.user(&sandbox.open_ids()[0]);
    let text = format!(r#"<at user_id="{me}">Bot</at> deploy"#);
    let id = user.write_in("oc_42", &text).await.expect("a message");
    let read = client.send(message::get(&id)).await.expect("there").items.remove(0);
    let mentions = read.mentioned();
    assert!(mentions.includes(&me) && !mentions.everyone());
    let text = read.received().expect("a text").to_plain_text().expect("words");
    assert_eq!(mentions.without(&text, &me), "deploy");
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
