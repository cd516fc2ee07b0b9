//! A person as the sign-in endpoints show one.

use serde_json::{Value, json};

use super::ids::UserIdType;
use super::store::Directory;

/// What is known of somebody; ids only of a person who is not in the directory.
pub(super) fn profile(directory: &Directory, open_id: &str) -> Value {
    let tenant_key = directory.tenant_key();
    let Some(user) = directory.find_user(UserIdType::Open, open_id) else {
        return json!({ "open_id": open_id, "tenant_key": tenant_key });
    };
    let avatar = |size: &str| user.fields.get("avatar").map(|avatar| avatar[size].clone());
    let mut profile = json!({
        "open_id": user.open_id,
        "union_id": user.union_id,
        "user_id": user.user_id,
        "tenant_key": tenant_key,
        "avatar_url": avatar("avatar_72"),
        "avatar_thumb": avatar("avatar_72"),
        "avatar_middle": avatar("avatar_240"),
        "avatar_big": avatar("avatar_640"),
    });
    for name in ["name", "en_name", "email", "enterprise_email", "mobile", "employee_no"] {
        profile[name] = json!(user.text(name));
    }
    profile
}
