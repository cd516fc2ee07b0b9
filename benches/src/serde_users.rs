//! The answer of `contact.v3.user.list` in serde derives, field by field as `lark_contact` has it.

// Only decoded, never looked at; one line a field is the documentation of the platform.
#![allow(missing_docs)]

use serde::Deserialize;

use crate::text_int::TextInt;

/// The envelope of every answer.
#[derive(Debug, Deserialize)]
pub struct Envelope<T> {
    pub code: i64,
    #[serde(default)]
    pub msg: String,
    pub data: Option<T>,
}

#[derive(Debug, Deserialize)]
pub struct UserPage {
    pub has_more: Option<bool>,
    #[serde(default)]
    pub items: Vec<User>,
    pub page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct User {
    #[serde(default)]
    pub assign_info: Vec<AssignInfo>,
    pub avatar: Option<Avatar>,
    pub avatar_key: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    #[serde(default)]
    pub custom_attrs: Vec<CustomAttr>,
    #[serde(default)]
    pub department_ids: Vec<String>,
    #[serde(default)]
    pub department_path: Vec<DepartmentDetail>,
    pub description: Option<String>,
    #[serde(default)]
    pub dotted_line_leader_user_ids: Vec<String>,
    pub email: Option<String>,
    pub employee_no: Option<String>,
    pub employee_type: Option<i64>,
    pub en_name: Option<String>,
    pub enterprise_email: Option<String>,
    pub gender: Option<i64>,
    pub geo: Option<String>,
    pub idp_type: Option<String>,
    pub is_frozen: Option<bool>,
    pub is_tenant_manager: Option<bool>,
    pub job_family_id: Option<String>,
    pub job_level_id: Option<String>,
    pub job_title: Option<String>,
    pub join_time: Option<i64>,
    pub leader_user_id: Option<String>,
    pub mobile: Option<String>,
    pub mobile_visible: Option<bool>,
    pub name: Option<String>,
    pub need_send_notification: Option<bool>,
    pub nickname: Option<String>,
    pub notification_option: Option<NotificationOption>,
    pub open_id: Option<String>,
    #[serde(default)]
    pub orders: Vec<Order>,
    #[serde(default)]
    pub positions: Vec<Position>,
    pub status: Option<Status>,
    #[serde(default)]
    pub subscription_ids: Vec<TextInt>,
    pub time_zone: Option<String>,
    pub union_id: Option<String>,
    pub user_id: Option<String>,
    pub work_station: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct AssignInfo {
    pub end_time: Option<TextInt>,
    pub i18n_name: Option<I18nName>,
    pub license_plan_key: Option<String>,
    pub product_name: Option<String>,
    pub start_time: Option<TextInt>,
    pub subscription_id: Option<TextInt>,
}

#[derive(Debug, Deserialize)]
pub struct Avatar {
    pub avatar_240: Option<String>,
    pub avatar_640: Option<String>,
    pub avatar_72: Option<String>,
    pub avatar_origin: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct CustomAttr {
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub type_: Option<String>,
    pub value: Option<CustomAttrValue>,
}

#[derive(Debug, Deserialize)]
pub struct CustomAttrValue {
    pub generic_user: Option<GenericUser>,
    pub name: Option<String>,
    pub option_id: Option<String>,
    pub option_value: Option<String>,
    pub pc_url: Option<String>,
    pub picture_url: Option<String>,
    pub text: Option<String>,
    pub url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct GenericUser {
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub type_: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub struct DepartmentDetail {
    pub department_id: Option<String>,
    pub department_name: Option<PathName>,
    pub department_path: Option<DepartmentPath>,
}

#[derive(Debug, Deserialize)]
pub struct DepartmentPath {
    pub department_ids: Option<Vec<String>>,
    pub department_path_name: Option<PathName>,
}

#[derive(Debug, Deserialize)]
pub struct PathName {
    pub i18n_name: Option<I18nName>,
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct I18nName {
    pub en_us: Option<String>,
    pub ja_jp: Option<String>,
    pub zh_cn: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct NotificationOption {
    pub channels: Option<Vec<String>>,
    pub language: Option<NotificationLanguage>,
}

/// As somebody would write it who lives with values that are not in the documentation yet.
#[derive(Debug, Deserialize)]
pub enum NotificationLanguage {
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en-US")]
    English,
    #[serde(rename = "ja-JP")]
    Japanese,
    #[serde(untagged)]
    Other(String),
}

#[derive(Debug, Deserialize)]
pub struct Order {
    pub department_id: Option<String>,
    pub department_order: Option<i64>,
    pub is_primary_dept: Option<bool>,
    pub user_order: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub struct Position {
    pub department_id: Option<String>,
    pub is_major: Option<bool>,
    pub leader_position_code: Option<String>,
    pub leader_user_id: Option<String>,
    pub position_code: Option<String>,
    pub position_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Status {
    pub is_activated: Option<bool>,
    pub is_exited: Option<bool>,
    pub is_frozen: Option<bool>,
    pub is_resigned: Option<bool>,
    pub is_unjoin: Option<bool>,
}
