//! A page of users as `contact.v3.user.list` answers it.

use std::ops::Range;

use serde_json::{Value, json};

const FAMILY: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
const GIVEN: [&str; 8] = ["小明", "丽华", "建国", "思远", "雨桐", "志强", "晓燕", "文博"];
const CITIES: [&str; 4] = ["北京", "上海", "深圳", "杭州"];

/// Users of a page.
pub const USERS: usize = 50;
/// Pages of a list.
pub const PAGES: usize = 20;

/// The answer with `count` users, always the same for the same count.
#[must_use]
pub fn users(count: usize) -> String {
    answer(0..count, Some("eVQrYzJBNDNONlk4VFZBZVlSdzlKdFJ4"))
}

/// The answer with page `number` of `pages`. The token of the next page is its number.
#[must_use]
pub fn users_of(number: usize, pages: usize) -> String {
    let next = (number + 1 < pages).then(|| (number + 1).to_string());
    answer(number * USERS..(number + 1) * USERS, next.as_deref())
}

fn answer(users: Range<usize>, next: Option<&str>) -> String {
    let items: Vec<Value> = users.map(user).collect();
    let mut data = json!({ "has_more": next.is_some(), "items": items });
    if let Some(next) = next {
        data["page_token"] = next.into();
    }
    json!({ "code": 0, "msg": "success", "data": data }).to_string()
}

fn user(n: usize) -> Value {
    let name = format!("{}{}", FAMILY[n % FAMILY.len()], GIVEN[n % GIVEN.len()]);
    let department = format!("od-4e6ac4d14bcd5071a37a39de9{:07}", n % 5);
    let leader = format!("ou_7dab8a3d3cdcc9da365777c7ad{:06}", n / 8);
    let key = format!("v2_00b9cf8b-{n:012}");
    json!({
        "union_id": format!("on_94a1ee5551019f18cd73d9f111{n:06}"),
        "user_id": format!("3e3cf9{n:02}"),
        "open_id": format!("ou_7dab8a3d3cdcc9da365777c7ae{n:06}"),
        "name": name,
        "en_name": format!("San Zhang {n}"),
        "email": format!("zhangsan{n}@example.com"),
        "mobile": format!("+86138{:08}", 12_345_678 + n),
        "mobile_visible": true,
        "gender": n % 3,
        "avatar": avatar(&key),
        "status": {
            "is_frozen": false, "is_resigned": false, "is_activated": true,
            "is_exited": false, "is_unjoin": n.is_multiple_of(11),
        },
        "department_ids": [department],
        "leader_user_id": leader,
        "city": CITIES[n % CITIES.len()],
        "country": "CN",
        "work_station": format!("{} 号楼 {} 层", n % 9 + 1, n % 20 + 1),
        "join_time": 1_615_381_805 + n,
        "is_tenant_manager": n == 0,
        "employee_no": format!("{n:06}"),
        "employee_type": 1,
        "orders": [{
            "department_id": department, "user_order": 100 + n, "department_order": 1,
            "is_primary_dept": true,
        }],
        "custom_attrs": [
            { "type": "TEXT", "id": "C-6956000000000000001", "value": { "text": "工号备注" } },
        ],
        "enterprise_email": format!("san.zhang{n}@corp.example.com"),
        "job_title": "高级软件工程师",
        "subscription_ids": ["23213213213123123", "23213213213123124"],
        "time_zone": "Asia/Shanghai",
    })
}

fn avatar(key: &str) -> Value {
    let url = |size: &str| format!("https://s1.feishucdn.com/{key}~{size}");
    json!({
        "avatar_72": url("72.webp"), "avatar_240": url("240.webp"),
        "avatar_640": url("640.webp"), "avatar_origin": url("o.webp"),
    })
}
