//! The profile of the signed-in user.

use lark_core::Value;

use crate::grant::text;

/// The user who signed in. Source: authen.v1.user_info.get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserInfo {
    /// Id of the user within this app: `ou_...`. The id that most programs store.
    pub open_id: String,
    /// Id of the user within all apps of this developer: `on_...`.
    pub union_id: String,
    /// Id of the user within the tenant. Needs `contact:user.employee_id:readonly`.
    pub user_id: Option<String>,
    /// Key of the tenant.
    pub tenant_key: String,
    /// Name.
    pub name: String,
    /// English name.
    pub en_name: String,
    /// URL of the avatar, 72 pixels wide.
    pub avatar_url: String,
    /// E-mail address. Needs `contact:user.email:readonly`.
    pub email: Option<String>,
    /// E-mail address at work. Needs `contact:user.employee:readonly`.
    pub enterprise_email: Option<String>,
    /// Mobile phone number. Needs `contact:user.phone:readonly`.
    pub mobile: Option<String>,
    /// Employee number. Needs `contact:user.employee:readonly`.
    pub employee_no: Option<String>,
}

impl UserInfo {
    pub(crate) fn from_value(data: &Value) -> Self {
        let optional = |name| Some(text(data, name)).filter(|text| !text.is_empty());
        Self {
            open_id: text(data, "open_id"),
            union_id: text(data, "union_id"),
            user_id: optional("user_id"),
            tenant_key: text(data, "tenant_key"),
            name: text(data, "name"),
            en_name: text(data, "en_name"),
            avatar_url: text(data, "avatar_url"),
            email: optional("email"),
            enterprise_email: optional("enterprise_email"),
            mobile: optional("mobile"),
            employee_no: optional("employee_no"),
        }
    }
}
