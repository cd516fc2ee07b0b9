//! Messages as Markdown with what is fetched: forwards, quotes, every type from the sandbox.

use lark_core::FilePart;
use lark_im::content::{Card, Content, Divider, Image, Post, PostElement, ResourceError, Text};
use lark_im::v1::{image, message};
use lark_sandbox::{Fault, Times};
use serde_json::json;

use crate::round_trips::start;

#[tokio::test]
async fn forwarded_messages_come_with_all_that_is_within_them() {
    let (sandbox, client) = start().await;
    let people = sandbox.open_ids();
    let (ann, bob) = (sandbox.user(&people[0]), sandbox.user(&people[1]));
    let first = ann.write_in("oc_1", "first *question*").await.expect("written");
    let second = bob.write_in("oc_1", "second").await.expect("written");
    let inner = ann.forward(Some("oc_2"), &[&first, &second]).await.expect("forwarded");
    let card = Content::from(Card::markdown("Build", "**ok**"));
    let card = client.send(message::to("oc_2", card)).await.expect("sent").message_id;
    let outer = bob.forward(None, &[&inner, &card]).await.expect("forwarded");

    let shown = message::to_markdown(&client, &outer).await.expect("a message");
    assert_eq!(shown.messages.len(), 5, "the outer, the inner and its two, the card");
    assert!(shown.missing.is_empty());
    let lines: Vec<_> =
        shown.markdown.lines().filter(|it| !it.trim_matches(['>', ' ']).is_empty()).collect();
    let name = |at: usize| {
        shown.messages[at].sender.as_ref().and_then(|it| it.sender_name.clone()).expect("a name")
    };
    let starts = [
        format!("> **{}**, ", name(1)),
        format!("> > **{}**, ", name(2)),
        "> > first \\*question\\*".to_owned(),
        format!("> > **{}**, ", name(3)),
        "> > second".to_owned(),
        "> **Sandbox bot**, ".to_owned(),
        "> **Build**".to_owned(),
        "> **ok**".to_owned(),
    ];
    assert_eq!(lines.len(), starts.len(), "{}", shown.markdown);
    for (line, start) in lines.iter().zip(&starts) {
        assert!(line.starts_with(start.as_str()), "{line} instead of {start}");
    }

    let few = message::to_markdown(&client, &outer).max_messages(2).await.expect("a message");
    assert_eq!((few.messages.len(), few.missing.len()), (2, 3));
}

#[tokio::test]
async fn files_of_forwarded_messages_are_those_of_the_message_around_them() {
    let (sandbox, client) = start().await;
    let upload = image::create().image_type("message").image(FilePart::bytes("a.png", "content"));
    let key = client.send(upload).await.expect("uploaded").image_key;
    let sent = client.send(message::to("oc_1", Image::new(&*key))).await.expect("sent");
    let ann = sandbox.user(&sandbox.open_ids()[0]);
    let inner = ann.forward(Some("oc_2"), &[&sent.message_id]).await.expect("forwarded");
    let outer = ann.forward(None, &[&inner]).await.expect("forwarded");
    let shown = message::to_markdown(&client, &outer).await.expect("a message");
    let image = shown.messages.last().expect("the image");
    assert_eq!(image.msg_type.as_deref(), Some("image"));

    let operation = "im.v1.message.resource.get";
    let before = sandbox.requests_of(operation);
    let got = shown.download(&client, &image.message_id, &key, "image").await.expect("an image");
    assert_eq!(got.bytes(100).await.expect("all of it"), "content");
    assert_eq!(sandbox.requests_of(operation) - before, 3, "itself, the inner, the outer");

    // What the documents say: no message around it helps.
    sandbox.fault(operation, Times::Always, Fault::code(234043, 400));
    let refused = shown.download(&client, &image.message_id, &key, "image").await;
    let error = refused.expect_err("refused");
    assert!(matches!(error, ResourceError::Forwarded { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("234043") && text.ends_with("sent to the chat by itself"), "{text}");
    // A message that was forwarded within none is refused as it is.
    let shown = message::to_markdown(&client, &sent.message_id).await.expect("a message");
    let error =
        shown.download(&client, &sent.message_id, &key, "image").await.expect_err("refused");
    assert!(matches!(error, ResourceError::Call(_)), "{error}");
}

#[tokio::test]
async fn a_merge_forward_by_the_bot_is_stored() {
    let (sandbox, client) = start().await;
    let sent = client.send(message::to("oc_1", "hello")).await.expect("sent").message_id;
    let merge = message::merge_forward()
        .receive_id_type("chat_id")
        .receive_id("oc_2")
        .message_id_list([sent.as_str(), "om_none"]);
    let merged = client.send(merge).await.expect("merged");
    assert_eq!(merged.invalid_message_id_list, ["om_none"]);
    let merged = merged.message.expect("a message").message_id;
    let forward = message::forward(&merged).receive_id_type("chat_id").receive_id("oc_3");
    let again = client.send(forward).await.expect("forwarded").message_id;
    for id in [merged, again] {
        let shown = message::to_markdown(&client, &id).await.expect("a message").markdown;
        assert!(shown.ends_with("> hello") && shown.contains("> **Sandbox bot**"), "{shown}");
    }
    assert_eq!(sandbox.messages_sent(), 3, "copies are not messages that were sent");
}

#[tokio::test]
async fn quotes_are_fetched_as_far_as_asked_and_refusals_are_told() {
    let (sandbox, client) = start().await;
    let user = sandbox.user(&sandbox.open_ids()[0]);
    let first = user.write("one").await.expect("written");
    let second = client.send(message::reply(&first).message("two")).await.expect("sent").message_id;
    let third = user.reply(&second, "three").await.expect("written");

    let shown = message::to_markdown(&client, &third).await.expect("a message");
    assert_eq!((shown.markdown.as_str(), shown.messages.len()), ("three", 1));
    let one = message::to_markdown(&client, &third).quotes(1).await.expect("a message").markdown;
    assert!(one.starts_with("> **Sandbox bot**, ") && one.ends_with("> two\n\nthree"), "{one}");
    let all = message::to_markdown(&client, &third).quotes(9).await.expect("a message");
    assert!(
        all.markdown.starts_with("> > **") && all.markdown.contains("\n> > one\n"),
        "{}",
        all.markdown
    );
    assert_eq!(all.messages.len(), 3);

    client.send(message::delete(&second)).await.expect("recalled");
    let recalled = message::to_markdown(&client, &third).quotes(1).await.expect("a message");
    assert!(
        recalled.markdown.contains(&format!("> *message {second} is missing: ")),
        "{}",
        recalled.markdown
    );
    assert!(recalled.markdown.ends_with("three") && recalled.missing.contains_key(&second));

    sandbox.fault("im.v1.message.get", Times::Once, Fault::code(230_002, 400));
    let error = message::to_markdown(&client, &third).await.expect_err("refused");
    assert_eq!(error.code(), Some(230_002));
    // A failure that is no refusal is not taken for an absent message.
    sandbox.fault("im.v1.message.get", Times::Always, Fault::status(502));
    assert!(message::to_markdown(&client, &third).quotes(1).await.is_err());
}

#[tokio::test]
async fn every_type_that_people_send_is_received_and_shown() {
    let (sandbox, client) = start().await;
    let user = sandbox.user(&sandbox.open_ids()[0]);
    for (msg_type, content, shown) in [
        (
            "location",
            json!({"name": "Office", "longitude": "1", "latitude": "2"}),
            "[location Office](geo:2,1)",
        ),
        ("hongbao", json!({"text": "x"}), "*red packet: x*"),
        ("vote", json!({"topic": "Lunch?", "options": ["A"]}), "*vote:* **Lunch?**\n\n- A"),
        ("system", json!({"template": "{from_user} left", "from_user": ["Tom"]}), "*Tom left*"),
        ("folder", json!({"file_key": "f", "file_name": "src"}), "[src](lark:folder/f)"),
    ] {
        let id = user.send(None, msg_type, &content).await.expect("sent");
        let read = message::to_markdown(&client, id).await.expect("there");
        assert_eq!(read.markdown, shown);
    }
    let create = |content: Content| {
        message::create()
            .receive_id_type("open_id")
            .receive_id(&sandbox.open_ids()[0])
            .message(content)
    };
    let divider = client.send(create(Divider::new("New session").into())).await.expect("sent");
    let read = message::to_markdown(&client, divider.message_id).await.expect("there");
    assert_eq!(read.markdown, "*New session*");
    let refused = client.send(create(Content::raw("vote", r#"{"topic":"x"}"#))).await;
    assert_eq!(refused.expect_err("not for calls").code(), Some(230_001));
}

/// What is mentioned in a text and in a post comes back with the ids, and can be sent again.
#[tokio::test]
async fn mentions_are_links_with_ids() {
    let (sandbox, client) = start().await;
    let person = sandbox.open_ids()[0].clone();
    let text = Text::new("hi ").at(&person, "").push(" and ").at_all();
    let post = Post::new("").line([PostElement::text("hi "), PostElement::at(&person)]);
    for content in [Content::from(text), post.into()] {
        let sent = client.send(message::to("oc_1", content)).await.expect("sent");
        let shown = message::to_markdown(&client, &sent.message_id).await.expect("there").markdown;
        let link = format!("](lark:user/{person})");
        assert!(shown.starts_with("hi [@") && shown.contains(&link), "{shown}");

        let again = Content::markdown(&shown).allow_mentions().into_iter().next().expect("a part");
        assert!(again.content().contains(&format!("<at user_id=\\\"{person}")), "{again:?}");
        let quiet = Content::markdown(&shown).into_iter().next().expect("a part");
        assert!(
            !quiet.content().contains("<at") && !quiet.content().contains(&person),
            "{quiet:?}"
        );
    }
}
