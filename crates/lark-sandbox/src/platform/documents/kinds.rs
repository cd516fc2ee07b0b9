//! The kinds of blocks: their numbers, the members that hold their content, and what fits in what.

/// Numbers and members, by number.
const KINDS: [(i64, &str); 58] = [
    (1, "page"),
    (2, "text"),
    (3, "heading1"),
    (4, "heading2"),
    (5, "heading3"),
    (6, "heading4"),
    (7, "heading5"),
    (8, "heading6"),
    (9, "heading7"),
    (10, "heading8"),
    (11, "heading9"),
    (12, "bullet"),
    (13, "ordered"),
    (14, "code"),
    (15, "quote"),
    (17, "todo"),
    (18, "bitable"),
    (19, "callout"),
    (20, "chat_card"),
    (21, "diagram"),
    (22, "divider"),
    (23, "file"),
    (24, "grid"),
    (25, "grid_column"),
    (26, "iframe"),
    (27, "image"),
    (28, "isv"),
    (29, "mindnote"),
    (30, "sheet"),
    (31, "table"),
    (32, "table_cell"),
    (33, "view"),
    (34, "quote_container"),
    (35, "task"),
    (36, "okr"),
    (37, "okr_objective"),
    (38, "okr_key_result"),
    (39, "okr_progress"),
    (40, "add_ons"),
    (41, "jira_issue"),
    (42, "wiki_catalog"),
    (43, "board"),
    (44, "agenda"),
    (45, "agenda_item"),
    (46, "agenda_item_title"),
    (47, "agenda_item_content"),
    (48, "link_preview"),
    (49, "source_synced"),
    (50, "reference_synced"),
    (51, "sub_page_list"),
    (52, "ai_template"),
    (53, "reference_base"),
    (54, "project"),
    (55, "meeting_notes_qa"),
    (56, "vc_tabs"),
    (57, "vc_summary_tab"),
    (58, "vc_transcript_tab"),
    (59, "minutes"),
];

/// What the documents call read-only: nobody creates them through the API.
const READ_ONLY: [&str; 22] = [
    "page",
    "diagram",
    "mindnote",
    "okr_objective",
    "okr_key_result",
    "okr_progress",
    "jira_issue",
    "agenda",
    "agenda_item",
    "agenda_item_title",
    "agenda_item_content",
    "source_synced",
    "reference_synced",
    "ai_template",
    "reference_base",
    "project",
    "meeting_notes_qa",
    "vc_tabs",
    "vc_summary_tab",
    "vc_transcript_tab",
    "view",
    "minutes",
];

/// The member with the content of a kind.
pub(super) fn member(number: i64) -> Option<&'static str> {
    KINDS.iter().find(|(it, _)| *it == number).map(|(_, name)| *name)
}

/// The number of a kind, by its member.
pub(super) fn number(member: &str) -> Option<i64> {
    KINDS.iter().find(|(_, name)| *name == member).map(|(it, _)| *it)
}

pub(super) fn is_creatable(member: &str) -> bool {
    !READ_ONLY.contains(&member)
}

/// Whether the content of a kind is a text.
pub(super) fn is_text(member: &str) -> bool {
    let plain = ["text", "bullet", "ordered", "code", "quote", "todo", "page"];
    plain.contains(&member) || member.starts_with("heading")
}

/// Whether a block may be in another.
pub(super) fn fits(parent: &str, child: &str) -> bool {
    let is_sheet = ["sheet", "bitable", "okr"].contains(&child);
    match (parent, child) {
        ("table", it) => it == "table_cell",
        ("grid", it) => it == "grid_column",
        (_, "table_cell" | "grid_column") => false,
        ("table_cell", it) => it != "table" && !is_sheet,
        ("grid_column", it) => it != "grid" && it != "bitable" && it != "okr",
        ("callout", it) => {
            it.starts_with("heading")
                || ["text", "bullet", "ordered", "task", "todo", "quote", "quote_container"]
                    .contains(&it)
        }
        ("divider" | "image" | "code" | "iframe" | "file" | "sheet" | "bitable" | "board", _) => {
            false
        }
        _ => true,
    }
}
