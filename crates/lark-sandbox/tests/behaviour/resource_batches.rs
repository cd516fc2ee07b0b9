//! What is created, changed and found in numbers, and what is added to one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;

async fn created(client: &Client, path: &str, body: Value, at: &str) -> String {
    let answer = client.post(path, body).await;
    answer.data().pointer(at).and_then(Value::as_str).expect("an id").to_owned()
}

/// One member of each in a list.
fn each(list: &Value, member: &str) -> Vec<String> {
    let all = list.as_array().expect("a list").iter();
    all.map(|it| it[member].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn attendees_of_an_event() {
    let client = Client::start().await;
    let calendars = "/open-apis/calendar/v4/calendars";
    let body = json!({ "summary": "Team" });
    let calendar = created(&client, calendars, body, "/calendar/calendar_id").await;
    let events = format!("{calendars}/{calendar}/events");
    let time = |at: &str| json!({ "timestamp": at });
    let body = json!({ "summary": "Review", "start_time": time("1790000000"), "end_time": time("1790003600") });
    let event = created(&client, &events, body, "/event/event_id").await;
    let attendees = format!("{events}/{event}/attendees");
    let user = |id: &str| json!({ "type": "user", "user_id": id });
    let body = json!({ "attendees": [user("ou_a"), user("ou_b")] });
    let made = client.post(&attendees, body).await;
    let ids = each(&made.data()["attendees"], "attendee_id");
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    let listed = client.get(&attendees).await;
    assert_eq!(each(&listed.data()["items"], "attendee_id"), ids);
    assert_eq!(each(&listed.data()["items"], "user_id"), ["ou_a", "ou_b"]);
    client
        .post(&format!("{attendees}/batch_delete"), json!({ "attendee_ids": [ids[0]] }))
        .await
        .data();
    let left = client.get(&attendees).await;
    assert_eq!(each(&left.data()["items"], "attendee_id"), ids[1..]);

    let search = format!("{events}/search");
    let found = client.post(&search, json!({ "query": "review" })).await;
    assert_eq!(each(&found.data()["items"], "event_id"), [event]);
    let found = client.post(&search, json!({ "query": "party" })).await;
    assert_eq!(found.data()["items"], json!([]));
}

#[tokio::test]
async fn records_of_a_table() {
    let client = Client::start().await;
    let records = "/open-apis/bitable/v1/apps/bascn1/tables/tbl1/records";
    let record = |task: &str| json!({ "fields": { "Task": task } });
    let body = json!({ "records": [record("Write"), record("Review"), record("Release")] });
    let made = client.post(&format!("{records}/batch_create"), body).await;
    let ids = each(&made.data()["records"], "record_id");
    assert_eq!(made.data()["records"][1]["fields"]["Task"], "Review");
    let one = client.get(&format!("{records}/{}", ids[2])).await;
    assert_eq!(one.data()["record"]["fields"]["Task"], "Release");

    let change = json!({ "records": [{ "record_id": ids[0], "fields": { "Task": "Rewrite" } }] });
    let changed = client.post(&format!("{records}/batch_update"), change).await;
    assert_eq!(changed.data()["records"][0]["fields"]["Task"], "Rewrite");
    let unknown = json!({ "records": [
        { "record_id": ids[0], "fields": {} }, { "record_id": "recnone", "fields": {} },
    ] });
    let rejected = client.post(&format!("{records}/batch_update"), unknown).await;
    assert_eq!(rejected.code(), 1_254_043);

    let gone =
        client.post(&format!("{records}/batch_delete"), json!({ "records": [ids[1]] })).await;
    assert_eq!(gone.data()["records"], json!([{ "record_id": ids[1], "deleted": true }]));
    let asked = json!({ "record_ids": [ids[0], ids[1]] });
    let got = client.post(&format!("{records}/batch_get"), asked).await;
    assert_eq!(each(&got.data()["records"], "record_id"), [ids[0].clone()]);
    assert_eq!(got.data()["absent_record_ids"], json!([ids[1]]));
    let found = client.post(&format!("{records}/search?page_size=1"), json!({})).await;
    assert_eq!(each(&found.data()["items"], "record_id"), [ids[0].clone()]);
    assert_eq!(found.data()["has_more"], true);
    assert_eq!(found.data()["total"], 2);
    let condition = json!({ "field_name": "Task", "operator": "contains", "value": ["write"] });
    let filter = json!({ "filter": { "conjunction": "and", "conditions": [condition] } });
    let found = client.post(&format!("{records}/search"), filter).await;
    assert_eq!(each(&found.data()["items"], "record_id"), std::slice::from_ref(&ids[0]));
}

#[tokio::test]
async fn members_and_lists_of_a_task() {
    let client = Client::start().await;
    let tasks = "/open-apis/task/v2/tasks";
    let member = |id: &str, role: &str| json!({ "id": id, "type": "user", "role": role });
    let body = json!({ "summary": "Ship", "members": [member("ou_a", "assignee")] });
    let task = created(&client, tasks, body, "/task/guid").await;
    let path = format!("{tasks}/{task}");
    let more = json!({ "members": [member("ou_a", "follower"), member("ou_a", "assignee"), member("ou_b", "assignee")] });
    let added = client.post(&format!("{path}/add_members"), more).await;
    assert_eq!(each(&added.data()["task"]["members"], "id"), ["ou_a", "ou_a", "ou_b"]);
    let fewer = json!({ "members": [member("ou_a", "assignee")] });
    client.post(&format!("{path}/remove_members"), fewer).await.data();
    let seen = client.get(&path).await;
    assert_eq!(each(&seen.data()["task"]["members"], "role"), ["follower", "assignee"]);

    let reminder = json!({ "reminders": [{ "relative_fire_minute": 30 }] });
    let added = client.post(&format!("{path}/add_reminders"), reminder).await;
    let id = each(&added.data()["task"]["reminders"], "id").remove(0);
    let left =
        client.post(&format!("{path}/remove_reminders"), json!({ "reminder_ids": [id] })).await;
    assert_eq!(left.data()["task"]["reminders"], json!([]));

    let body = json!({ "name": "Release" });
    let list = created(&client, "/open-apis/task/v2/tasklists", body, "/tasklist/guid").await;
    client.post(&format!("{path}/add_tasklist"), json!({ "tasklist_guid": list })).await.data();
    let lists = client.get(&format!("{path}/tasklists")).await;
    assert_eq!(each(&lists.data()["tasklists"], "tasklist_guid"), std::slice::from_ref(&list));
    let tasks = client.get(&format!("/open-apis/task/v2/tasklists/{list}/tasks")).await;
    assert_eq!(each(&tasks.data()["items"], "guid"), std::slice::from_ref(&task));
    let remove = json!({ "tasklist_guid": list });
    client.post(&format!("{path}/remove_tasklist"), remove).await.data();
    let tasks = client.get(&format!("/open-apis/task/v2/tasklists/{list}/tasks")).await;
    assert_eq!(tasks.data()["items"], json!([]));
}

#[tokio::test]
async fn groups_in_the_list_of_their_own_name() {
    let client = Client::start().await;
    let groups = "/open-apis/contact/v3/group";
    let id = created(&client, groups, json!({ "name": "Team" }), "/group_id").await;
    let listed = client.get(&format!("{groups}/simplelist")).await;
    assert_eq!(each(&listed.data()["grouplist"], "name"), ["Team"]);
    client.call(Method::PATCH, &format!("{groups}/{id}"), json!({ "name": "Crew" })).await.data();
    let listed = client.get(&format!("{groups}/simplelist")).await;
    assert_eq!(each(&listed.data()["grouplist"], "name"), ["Crew"]);
}

#[tokio::test]
async fn room_levels_below_one_and_at_the_top() {
    let client = Client::start().await;
    let levels = "/open-apis/vc/v1/room_levels";
    let level = |name: &str, parent: &str| json!({ "name": name, "parent_id": parent });
    let top =
        created(&client, levels, level("Tower", "omb_root"), "/room_level/room_level_id").await;
    let floor = created(&client, levels, level("Floor", &top), "/room_level/room_level_id").await;
    let below = client.get(&format!("{levels}?room_level_id={top}")).await;
    assert_eq!(each(&below.data()["items"], "room_level_id"), std::slice::from_ref(&floor));
    let all = client.get(levels).await;
    assert_eq!(each(&all.data()["items"], "room_level_id"), std::slice::from_ref(&top));
    let both = client.post(&format!("{levels}/mget"), json!({ "level_ids": [floor, top] })).await;
    assert_eq!(each(&both.data()["items"], "name"), ["Floor", "Tower"]);
    let delete = json!({ "room_level_id": floor, "delete_child": false });
    client.post(&format!("{levels}/del"), delete).await.data();
    let below = client.get(&format!("{levels}?room_level_id={top}")).await;
    assert_eq!(below.data()["items"], json!([]));
}

#[tokio::test]
async fn a_wiki_node_by_its_token() {
    let client = Client::start().await;
    let nodes = "/open-apis/wiki/v2/spaces/7/nodes";
    let body = json!({ "obj_type": "docx", "node_type": "origin", "title": "Guide" });
    let token = created(&client, nodes, body, "/node/node_token").await;
    let got = client.get(&format!("/open-apis/wiki/v2/spaces/get_node?token={token}")).await;
    assert_eq!(got.data()["node"]["title"], "Guide");
    let body = json!({ "title": "Manual" });
    client.post(&format!("{nodes}/{token}/update_title"), body).await.data();
    let got = client.get(&format!("/open-apis/wiki/v2/spaces/get_node?token={token}")).await;
    assert_eq!(got.data()["node"]["title"], "Manual");
}
