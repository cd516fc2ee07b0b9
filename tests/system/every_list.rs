//! Every paged operation of every crate is followed to its end, in the query and in the body, and
//! gives each item once. The tokens of the sandbox need escaping.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;

use lark_contact::v3::{department, user};
use lark_core::__private::{InputMeta, Need};
use lark_core::{Client, Listed, Operation, Paged, TokenKind};
use lark_im::v1::message;
use lark_sandbox::Sandbox;
use lark_tests::generated;
use lark_tests::sweep::Visitor;

/// What the sandbox has of every list that it does not keep.
const PAGES: usize = 3;
const ITEMS: usize = 2 * PAGES;

/// Lists whose pages have at least ten items.
const LEAST_OF_TEN: [&str; 1] = ["compensation.v1.social_plan.list"];

type Walk = Pin<Box<dyn Future<Output = Vec<String>>>>;

/// How a list is read.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Plain,
    Ahead,
}

struct List {
    id: &'static str,
    kind: TokenKind,
    expected: usize,
    walk: Box<dyn Fn(Client, Way) -> Walk>,
}

#[derive(Default)]
struct Lists(Vec<List>);

fn kind_of<O: Operation>() -> TokenKind {
    let tenant = O::META.tokens.contains(TokenKind::Tenant);
    if tenant { TokenKind::Tenant } else { TokenKind::User }
}

impl Visitor for Lists {
    fn operation<O: Operation + Clone + 'static>(&mut self, _: O, _: O) {}

    fn items<O: Listed<Item: Debug>>(&mut self, minimal: O) {
        let walk = move |client: Client, way: Way| -> Walk {
            let items = client.items(minimal.clone());
            let mut items = if way == Way::Ahead { items.read_ahead() } else { items };
            Box::pin(async move {
                let mut seen = Vec::new();
                while let Some(item) = items.next().await {
                    seen.push(item.map_or_else(|error| error.to_string(), |it| format!("{it:?}")));
                }
                seen
            })
        };
        let (id, kind) = (O::META.id, kind_of::<O>());
        // Where the size of a page is required, the smallest request asks for pages of the least.
        let of_least = |it: &InputMeta| it.name == "page_size" && it.need == Need::Required;
        let expected = match O::META.inputs.iter().any(of_least) {
            true if LEAST_OF_TEN.contains(&id) => 10 * PAGES,
            true => PAGES,
            false => ITEMS,
        };
        self.0.push(List { id, kind, expected, walk: Box::new(walk) });
    }

    fn pages<O: Paged<Response: Debug>>(&mut self, minimal: O) {
        let walk = move |client: Client, way: Way| -> Walk {
            let pages = client.pages(minimal.clone());
            let mut pages = if way == Way::Ahead { pages.read_ahead() } else { pages };
            Box::pin(async move {
                let mut seen = Vec::new();
                while let Some(page) = pages.next().await {
                    seen.push(page.map_or_else(|error| error.to_string(), |it| format!("{it:?}")));
                }
                seen
            })
        };
        let (id, kind) = (O::META.id, kind_of::<O>());
        self.0.push(List { id, kind, expected: PAGES, walk: Box::new(walk) });
    }
}

#[tokio::test]
async fn is_followed_over_its_pages_and_yields_each_item_once() {
    let sandbox = Sandbox::builder().strict().stateless().start().await.expect("a free port");
    let tenant = crate::sweeping_client(&sandbox);
    let user = tenant.as_user(sandbox.issue_user_token("ou_lists"));
    let mut lists = Lists::default();
    generated::visit(&mut lists);
    assert!(lists.0.len() >= 46, "{}", lists.0.len());
    let mut wrong = Vec::new();
    for List { id, kind, expected, walk } in &lists.0 {
        for way in [Way::Plain, Way::Ahead] {
            let before = sandbox.requests_of(id);
            let client = if *kind == TokenKind::User { &user } else { &tenant };
            let seen = walk(client.clone(), way).await;
            let different: BTreeSet<&String> = seen.iter().collect();
            let pages = sandbox.requests_of(id) - before;
            if (seen.len(), different.len(), pages) != (*expected, *expected, PAGES as u64) {
                wrong.push(format!("{id}: {pages} pages of {seen:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn of_people_is_complete_in_pages_of_any_size() {
    let sandbox =
        Sandbox::builder().strict().users(130).departments(9).start().await.expect("a port");
    let client = crate::client(&sandbox);
    for size in [50, 7] {
        let everyone = client.items(user::list().user_id_type("open_id").page_size(size));
        let everyone = everyone.read_ahead().collect_up_to(usize::MAX).await.expect("listed");
        let ids: Vec<_> = everyone.into_iter().filter_map(|user| user.open_id).collect();
        assert_eq!(ids, sandbox.open_ids());
    }
    let root = department::children("0").fetch_child(true).page_size(2);
    let departments = client.items(root).collect_up_to(usize::MAX).await.expect("listed");
    let ids: BTreeSet<_> = departments.iter().map(|it| &it.open_department_id).collect();
    assert_eq!((departments.len(), ids.len()), (9, 9));
}

/// What comes while the list is read shifts nothing, and an early end costs no more pages.
#[tokio::test]
async fn of_messages_can_be_left_and_resumed() {
    let sandbox = Sandbox::builder().strict().start().await.expect("a port");
    let client = crate::client(&sandbox);
    let send = async |number: usize| {
        let create = message::create().receive_id_type("chat_id").receive_id("oc_1");
        let sent = client.send(create.message(number.to_string())).await.expect("sent");
        sent.message_id
    };
    let mut sent = Vec::new();
    for number in 0..9 {
        sent.push(send(number).await);
    }
    let list = message::list().container_id_type("chat").container_id("oc_1").page_size(2);
    let mut items = client.items(list.clone());
    let mut read = Vec::new();
    for _ in 0..4 {
        read.push(items.next().await.expect("an item").expect("listed").message_id);
    }
    let token = items.token().expect("there are more").to_owned();
    drop(items);
    assert_eq!(sandbox.requests_of("im.v1.message.list"), 2);
    sent.push(send(9).await);
    let rest = client.items(list).resume(token).collect_up_to(99).await.expect("listed");
    read.extend(rest.into_iter().map(|message| message.message_id));
    assert_eq!(read, sent);
}
