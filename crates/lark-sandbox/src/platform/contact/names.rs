//! Names to seed with.

/// A family name and how it is spelled in Latin letters.
#[rustfmt::skip]
pub(super) const FAMILY: [(&str, &str); 20] = [
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"),
    ("杨", "Yang"), ("黄", "Huang"), ("赵", "Zhao"), ("吴", "Wu"), ("周", "Zhou"),
    ("徐", "Xu"), ("孙", "Sun"), ("马", "Ma"), ("朱", "Zhu"), ("胡", "Hu"),
    ("郭", "Guo"), ("何", "He"), ("林", "Lin"), ("罗", "Luo"), ("梁", "Liang"),
];

/// A given name and how it is spelled in Latin letters.
#[rustfmt::skip]
pub(super) const GIVEN: [(&str, &str); 16] = [
    ("芳", "Fang"), ("伟", "Wei"), ("娜", "Na"), ("敏", "Min"), ("静", "Jing"),
    ("磊", "Lei"), ("洋", "Yang"), ("艳", "Yan"), ("勇", "Yong"), ("杰", "Jie"),
    ("娟", "Juan"), ("涛", "Tao"), ("明", "Ming"), ("超", "Chao"), ("晓彤", "Xiaotong"),
    ("子涵", "Zihan"),
];

pub(super) const ENGLISH_GIVEN: [&str; 14] = [
    "Alice", "Brian", "Chloe", "Daniel", "Emma", "Frank", "Grace", "Henry", "Irene", "Jack",
    "Karen", "Liam", "Maria", "Nathan",
];

pub(super) const ENGLISH_FAMILY: [&str; 13] = [
    "Adams", "Brown", "Clark", "Davis", "Evans", "Foster", "Green", "Harris", "Irwin", "Johnson",
    "King", "Lopez", "Miller",
];

/// Name, name in English, and the department it is part of by its place here; none for the root.
pub(super) const DEPARTMENTS: [(&str, &str, Option<usize>); 12] = [
    ("工程部", "Engineering", None),
    ("平台组", "Platform", Some(0)),
    ("客户端组", "Client Apps", Some(0)),
    ("基础架构组", "Infrastructure", Some(1)),
    ("产品部", "Product", None),
    ("设计组", "Design", Some(4)),
    ("销售部", "Sales", None),
    ("华东区", "East China", Some(6)),
    ("海外区", "International", Some(6)),
    ("人力资源部", "People", None),
    ("财务部", "Finance", None),
    ("法务组", "Legal", Some(10)),
];

/// City, country, job title.
pub(super) const PLACES: [(&str, &str, &str); 5] = [
    ("北京", "CN", "Engineer"),
    ("上海", "CN", "Designer"),
    ("Singapore", "SG", "Account Manager"),
    ("深圳", "CN", "Analyst"),
    ("San Jose", "US", "Product Manager"),
];
