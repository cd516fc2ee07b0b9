//! Enums that many domains share.

crate::open_enum! {
    /// The kind of user id in a request and in its response: input `user_id_type`.
    ///
    /// Source: <https://open.feishu.cn/document/platform-overveiw/basic-concepts/user-identity-introduction/introduction>
    UserIdType {
        /// An id of the user within one app, `ou_...`. The platform's default nearly everywhere.
        OpenId = "open_id",
        /// An id of the user across the apps of one developer, `on_...`.
        UnionId = "union_id",
        /// The user's id within the tenant; needs a permission of its own.
        UserId = "user_id",
        /// The id of Feishu CoreHR.
        PeopleCorehrId = "people_corehr_id",
        /// The id of Feishu Admin.
        PeopleAdminId = "people_admin_id",
        /// The employee id of Feishu People.
        PeopleEmployeeId = "people_employee_id",
    }
}

crate::open_enum! {
    /// The kind of department id in a request and in its response: input
    /// `department_id_type`.
    ///
    /// Source: <https://open.feishu.cn/document/server-docs/contact-v3/department/field-overview>
    DepartmentIdType {
        /// The platform's id, `od-...`. The platform's default nearly everywhere.
        OpenDepartmentId = "open_department_id",
        /// The id the tenant chose.
        DepartmentId = "department_id",
        /// The id of Feishu CoreHR.
        PeopleCorehrDepartmentId = "people_corehr_department_id",
        /// The id of Feishu Admin.
        PeopleAdminDepartmentId = "people_admin_department_id",
    }
}
