//! Tests: elements have the JSON form of the platform's documentation.

use serde_json::{Value, json};

use super::*;

fn plain(text: &str) -> Value {
    json!({"tag": "plain_text", "content": text})
}

fn callback(value: Value) -> Value {
    json!([{"type": "callback", "value": value}])
}

#[track_caller]
fn check(element: impl Into<Element>, want: Value) {
    assert_eq!(element.into().into_json(), want);
}

#[test]
fn of_texts_and_images() {
    check(
        Markdown::new("**a**")
            .text_align(HorizontalAlign::Center)
            .text_size("heading")
            .element_id("md_1"),
        json!({"tag": "markdown", "content": "**a**", "text_align": "center",
               "text_size": "heading", "element_id": "md_1"}),
    );
    check(
        Div::note("small").lines(2).icon(Icon::custom("img_1")).margin("4px 0"),
        json!({"tag": "div", "margin": "4px 0",
               "text": {"tag": "plain_text", "content": "small", "text_size": "notation",
                        "text_color": "grey", "lines": 2},
               "icon": {"tag": "custom_icon", "img_key": "img_1"}}),
    );
    check(
        Div::lark_md("*a*").text_align(HorizontalAlign::Right),
        json!({"tag": "div", "text": {"tag": "lark_md", "content": "*a*", "text_align": "right"}}),
    );
    check(
        Img::new("img_1", "alt").title("t").size("large").scale_type("crop_top").no_preview(),
        json!({"tag": "img", "img_key": "img_1", "alt": plain("alt"), "title": plain("t"),
               "size": "large", "scale_type": "crop_top", "preview": false}),
    );
    check(Hr::new(), json!({"tag": "hr"}));
}

#[test]
fn of_buttons() {
    check(
        Button::new("Go")
            .button_type(ButtonType::PrimaryFilled)
            .size("small")
            .width("fill")
            .hover_tips("now")
            .disabled_tips("later")
            .confirm("Sure?", "Really?")
            .open_url("https://a.example")
            .callback([("run", 7)]),
        json!({"tag": "button", "text": plain("Go"), "type": "primary_filled", "size": "small",
               "width": "fill", "hover_tips": plain("now"), "disabled": true,
               "disabled_tips": plain("later"),
               "confirm": {"title": plain("Sure?"), "text": plain("Really?")},
               "behaviors": [{"type": "open_url", "default_url": "https://a.example"},
                             {"type": "callback", "value": {"run": 7}}]}),
    );
    check(
        Overflow::new().option("Edit", "edit").link("Docs", "https://d.example"),
        json!({"tag": "overflow", "options": [
            {"text": plain("Edit"), "value": "edit"},
            {"text": plain("Docs"), "multi_url": {"url": "https://d.example"}}]}),
    );
}

#[test]
fn of_forms() {
    let form = Form::new("leave")
        .vertical_spacing("large")
        .element(Input::new().name("why").label("Why").multiline(3).max_length(200).required())
        .element(DatePicker::new().name("from").initial_date("2024-04-01"))
        .element(TimePicker::new().name("at").initial_time("11:30"))
        .element(DatetimePicker::new().name("to").placeholder("To"))
        .element(Button::submit("send", "Send"))
        .element(Button::reset("clear", "Clear"));
    let button = |text: &str, name: &str, action: &str| json!({"tag": "button", "text": plain(text), "name": name, "form_action_type": action});
    check(
        form,
        json!({"tag": "form", "name": "leave", "vertical_spacing": "large", "elements": [
            {"tag": "input", "name": "why", "label": plain("Why"), "input_type": "multiline_text",
             "rows": 3, "max_length": 200, "required": true},
            {"tag": "date_picker", "name": "from", "initial_date": "2024-04-01"},
            {"tag": "picker_time", "name": "at", "initial_time": "11:30"},
            {"tag": "picker_datetime", "name": "to", "placeholder": plain("To")},
            button("Send", "send", "submit"),
            button("Clear", "clear", "reset"),
        ]}),
    );
    check(
        Input::new().password().default_value("x").callback([("a", "b")]),
        json!({"tag": "input", "input_type": "password", "default_value": "x",
               "behaviors": callback(json!({"a": "b"}))}),
    );
}

#[test]
fn of_menus_and_checkers() {
    check(
        SelectStatic::new().option("A", "a").initial_index(1).callback([("menu", 1)]),
        json!({"tag": "select_static", "options": [{"text": plain("A"), "value": "a"}],
               "initial_index": 1, "behaviors": callback(json!({"menu": 1}))}),
    );
    check(
        MultiSelectStatic::new("many").option("A", "a").selected_values(["a"]).optional(),
        json!({"tag": "multi_select_static", "name": "many", "required": false,
               "options": [{"text": plain("A"), "value": "a"}], "selected_values": ["a"]}),
    );
    check(
        SelectPerson::new().people(["ou_1", "ou_2"]).initial_option("ou_2"),
        json!({"tag": "select_person", "options": [{"value": "ou_1"}, {"value": "ou_2"}],
               "initial_option": "ou_2"}),
    );
    check(
        MultiSelectPerson::new("team").people(["ou_1"]).selected_values(["ou_1"]),
        json!({"tag": "multi_select_person", "name": "team", "options": [{"value": "ou_1"}],
               "selected_values": ["ou_1"]}),
    );
    check(
        Checker::new("Buy milk").checked().strikethrough().buttons([Button::new("Edit")]),
        json!({"tag": "checker", "text": plain("Buy milk"), "checked": true,
               "checked_style": {"show_strikethrough": true},
               "button_area": {"buttons": [{"tag": "button", "text": plain("Edit")}]}}),
    );
}

#[test]
fn of_containers() {
    check(
        ColumnSet::new().flex_mode(FlexMode::Bisect).column(
            Column::new()
                .weight(2)
                .vertical_align(VerticalAlign::Center)
                .padding("8px")
                .element(Hr::new()),
        ),
        json!({"tag": "column_set", "flex_mode": "bisect", "columns": [
            {"tag": "column", "width": "weighted", "weight": 2, "vertical_align": "center",
             "padding": "8px", "elements": [{"tag": "hr"}]}]}),
    );
    check(
        CollapsiblePanel::new("More").expanded().border("grey").element(Hr::new()),
        json!({"tag": "collapsible_panel", "header": {"title": plain("More")}, "expanded": true,
               "border": {"color": "grey"}, "elements": [{"tag": "hr"}]}),
    );
    check(
        InteractiveContainer::new()
            .direction(Direction::Horizontal)
            .border("grey")
            .corner_radius("8px")
            .callback([("row", 7)])
            .element(Hr::new()),
        json!({"tag": "interactive_container", "direction": "horizontal", "has_border": true,
               "border_color": "grey", "corner_radius": "8px", "elements": [{"tag": "hr"}],
               "behaviors": callback(json!({"row": 7}))}),
    );
}

#[test]
fn of_tables_and_charts() {
    check(
        Table::new()
            .page_size(10)
            .column(TableColumn::new("n", "Name").width("25%"))
            .column(
                TableColumn::new("t", "Tests")
                    .data_type("number")
                    .horizontal_align(HorizontalAlign::Left),
            )
            .row([("n", "core".into()), ("t", 312.into())]),
        json!({"tag": "table", "page_size": 10,
               "columns": [
                   {"name": "n", "display_name": "Name", "data_type": "text", "width": "25%"},
                   {"name": "t", "display_name": "Tests", "data_type": "number",
                    "horizontal_align": "left"}],
               "rows": [{"n": "core", "t": 312}]}),
    );
    check(
        Chart::new(json!({"type": "line"})).aspect_ratio("4:3").set("preview", false),
        json!({"tag": "chart", "chart_spec": {"type": "line"}, "aspect_ratio": "4:3",
               "preview": false}),
    );
}
