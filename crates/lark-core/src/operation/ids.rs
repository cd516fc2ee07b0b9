//! Enums shared by many domains.

crate::open_enum! {
    /// The kind of user id in a request and in its response: input `user_id_type`.
    ///
    /// Source: <https://open.feishu.cn/document/platform-overveiw/basic-concepts/user-identity-introduction/introduction>
    UserIdType {
        /// An id of the user within one app, `ou_...`. The default of nearly all operations.
        OpenId = "open_id",
        /// An id of the user across the apps of one developer, `on_...`.
        UnionId = "union_id",
        /// The user's id within the tenant; requires a separate permission.
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
    /// The kind of department id in a request and its response: input `department_id_type`.
    ///
    /// Source: <https://open.feishu.cn/document/server-docs/contact-v3/department/field-overview>
    DepartmentIdType {
        /// The id that the platform assigned, `od-...`. The default of nearly all operations.
        OpenDepartmentId = "open_department_id",
        /// The id that the tenant chose.
        DepartmentId = "department_id",
        /// The id of Feishu CoreHR.
        PeopleCorehrDepartmentId = "people_corehr_department_id",
        /// The id of Feishu Admin.
        PeopleAdminDepartmentId = "people_admin_department_id",
    }
}
