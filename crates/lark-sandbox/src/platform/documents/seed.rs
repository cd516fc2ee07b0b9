//! The document that every tenant has: a block of each kind.

use serde_json::{Value, json};

use super::document::{Block, Document, text};
use super::kinds;

/// The id of the document with a block of each kind.
pub(crate) const EVERY_KIND: &str = "doxcnEveryKindOfBlock000000";

/// The id of the document at the top of the seeded wiki space.
pub(in crate::platform) const LIBRARY: &str = "doxcnLibrary000000000000000";

/// That document.
pub(super) fn library() -> Document {
    let mut document = Document::new(LIBRARY, "Library");
    for (number, line) in
        ["What a wiki may hold.", "One page has a block of every kind."].iter().enumerate()
    {
        document.add(format!("doxcnLibraryText{number:011}"), LIBRARY, "text", text(line));
    }
    document
}

struct Seeder {
    document: Document,
    made: usize,
}

impl Seeder {
    fn add(&mut self, parent: &str, member: &'static str, content: Value) -> String {
        self.made += 1;
        let id = format!("doxcnSeed{:018}", self.made);
        self.document.add(id, parent, member, content)
    }

    fn top(&mut self, member: &'static str, content: Value) -> String {
        self.add(EVERY_KIND, member, content)
    }
}

/// The document.
pub(super) fn every_kind() -> Document {
    let document = Document::new(EVERY_KIND, "A block of every kind");
    let mut seeder = Seeder { document, made: 0 };
    for number in 2..=17 {
        if let Some(member) = kinds::member(number).filter(|it| kinds::is_text(it)) {
            texts(&mut seeder, member);
        }
    }
    containers(&mut seeder);
    table(&mut seeder);
    objects(&mut seeder);
    trees(&mut seeder);
    // A kind that the platform may add tomorrow.
    let unknown = seeder.top("", Value::Null);
    if let Some(block) = seeder.document.blocks.get_mut(&unknown) {
        *block = Block { number: 4711, ..block.clone() };
    }
    seeder.document
}

fn texts(seeder: &mut Seeder, member: &'static str) {
    let mut content = text(&format!("A {member}"));
    match member {
        "code" => {
            content = text("fn main() {\n    println!(\"```\");\n}");
            content["style"] = json!({ "language": 53, "wrap": true });
        }
        "todo" => content["style"] = json!({ "done": true }),
        "ordered" => content["style"] = json!({ "sequence": "3" }),
        "text" => content["elements"] = elements(),
        _ => {}
    }
    let id = seeder.top(member, content);
    if ["bullet", "ordered", "todo"].contains(&member) {
        seeder.add(&id, member, text("below it"));
    }
}

fn elements() -> Value {
    let run = |content: &str, style: Value| json!({ "text_run": { "content": content, "text_element_style": style } });
    json!([
        run("plain, ", json!({})),
        run("bold", json!({ "bold": true })),
        run(" and ", json!({})),
        run("red", json!({ "text_color": 1, "italic": true, "underline": true })),
        run("代码。", json!({ "inline_code": true })),
        run("a link", json!({ "link": { "url": "https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc" } })),
        { "mention_user": { "user_id": "ou_7d8a6e6df7621556ce0d21922b676706" } },
        { "mention_doc": { "token": "doxcnMentioned0000000000000", "obj_type": 22,
            "title": "Another document", "url": "https%3A%2F%2Fexample.feishu.cn%2Fdocx%2FdoxcnMentioned0000000000000" } },
        { "equation": { "content": "E = mc^2" } },
        { "reminder": { "create_user_id": "ou_7d8a6e6df7621556ce0d21922b676706",
            "expire_time": "1795680000000", "notify_time": "1795680000000" } },
    ])
}

fn containers(seeder: &mut Seeder) {
    let callout = seeder.top("callout", json!({ "emoji_id": "bulb", "background_color": 5 }));
    seeder.add(&callout, "text", text("In a callout"));
    let quote = seeder.top("quote_container", json!({}));
    seeder.add(&quote, "text", text("In a quotation"));
    seeder.add(&quote, "bullet", text("with a list"));
    let grid = seeder.top("grid", json!({ "column_size": 2 }));
    for side in ["left", "right"] {
        let column = seeder.add(&grid, "grid_column", json!({ "width_ratio": 50 }));
        seeder.add(&column, "text", text(side));
    }
    seeder.top("divider", json!({}));
}

fn table(seeder: &mut Seeder) {
    let single = json!({ "row_span": 1, "col_span": 1 });
    let wide = json!({ "row_span": 1, "col_span": 2 });
    let property = json!({
        "row_size": 2, "column_size": 2, "column_width": [100, 100], "header_row": true,
        "merge_info": [wide, single, single, single],
    });
    let merged = seeder.top("table", json!({ "property": property }));
    let property = json!({ "row_size": 2, "column_size": 2, "column_width": [100, 100], "header_row": true,
        "merge_info": [single, single, single, single] });
    let plain = seeder.top("table", json!({ "property": property }));
    for (table, cells) in [(merged, ["over two", "", "a", "b"]), (plain, ["a|b", "c", "d\ne", ""])]
    {
        for content in cells {
            let cell = seeder.add(&table, "table_cell", json!({}));
            seeder.add(&cell, "text", text(content));
        }
    }
}

fn objects(seeder: &mut Seeder) {
    let objects = [
        ("bitable", json!({ "token": "bascnSeed000000000000000000_tblSeed", "view_type": 1 })),
        ("chat_card", json!({ "chat_id": "oc_a0553eda9014c201e6969b478895c230", "align": 1 })),
        ("diagram", json!({ "diagram_type": 1 })),
        (
            "iframe",
            json!({ "component": { "iframe_type": 15, "url": "https%3A%2F%2Fwww.youtube.com%2Fembed%2Fx" } }),
        ),
        (
            "image",
            json!({ "token": "boxcnSeedImage0000000000000", "width": 640, "height": 480,
            "caption": { "content": "A picture" } }),
        ),
        (
            "isv",
            json!({ "component_id": "7056", "component_type_id": "blk_5f992038c64240015d280958" }),
        ),
        ("mindnote", json!({ "token": "bmncnSeed000000000000000000" })),
        ("sheet", json!({ "token": "shtcnSeed000000000000000000_ab2c" })),
        ("task", json!({ "task_id": "ba5040f4-8116-4042-ab3c-254e5cfe3ce7" })),
        (
            "add_ons",
            json!({ "component_type_id": "blk_631fefbbae02400430b8f9f4",
            "record": "{\"data\":\"graph TD; a-->b\"}" }),
        ),
        ("jira_issue", json!({ "id": "10000", "key": "PRJ-1" })),
        ("wiki_catalog", json!({ "wiki_token": "wikcnSeed000000000000000000" })),
        ("board", json!({ "token": "brdcnSeed000000000000000000", "width": 820, "height": 400 })),
        (
            "link_preview",
            json!({ "url": "https%3A%2F%2Fapplink.feishu.cn%2Fx", "url_type": "MessageLink" }),
        ),
        (
            "reference_synced",
            json!({ "source_block_id": "doxcnSeed000000000000000001",
            "source_document_id": EVERY_KIND }),
        ),
        ("sub_page_list", json!({ "wiki_token": "wikcnSeed000000000000000000" })),
        ("ai_template", json!({})),
        (
            "reference_base",
            json!({ "token": "bascnSeed000000000000000000_tblSeed", "view_id": "vewSeed" }),
        ),
        ("project", json!({ "title": "A project", "url": "https%3A%2F%2Fproject.feishu.cn%2Fx" })),
        ("meeting_notes_qa", json!({})),
        ("vc_tabs", json!({})),
        ("vc_summary_tab", json!({})),
        ("vc_transcript_tab", json!({})),
        ("minutes", json!({ "token": "obcnSeed0000000000000000000" })),
    ];
    for (member, content) in objects {
        seeder.top(member, content);
    }
    let view = seeder.top("view", json!({ "view_type": 1 }));
    let file = json!({ "token": "boxcnSeedFile00000000000000", "name": "report.pdf" });
    seeder.add(&view, "file", file);
}

fn trees(seeder: &mut Seeder) {
    let okr = json!({ "okr_id": "7076349900476448796", "period_name_en": "Oct 2026" });
    let okr = seeder.top("okr", okr);
    let content = text("An objective");
    let objective = json!({ "objective_id": "7109022409227026460", "content": content });
    let objective = seeder.add(&okr, "okr_objective", objective);
    let result = json!({ "kr_id": "7109022573011894300", "content": text("A key result") });
    let result = seeder.add(&objective, "okr_key_result", result);
    let progress = seeder.add(&result, "okr_progress", json!({}));
    seeder.add(&progress, "text", text("Half of it"));
    let agenda = seeder.top("agenda", json!({}));
    let item = seeder.add(&agenda, "agenda_item", json!({}));
    seeder.add(&item, "agenda_item_title", json!({ "elements": text("First")["elements"] }));
    let content = seeder.add(&item, "agenda_item_content", json!({}));
    seeder.add(&content, "text", text("To be discussed"));
    let synced = seeder.top("source_synced", json!({ "elements": text("Shared")["elements"] }));
    seeder.add(&synced, "text", text("by two documents"));
    let undefined = seeder.top("", Value::Null);
    if let Some(block) = seeder.document.blocks.get_mut(&undefined) {
        block.number = 999;
    }
}
