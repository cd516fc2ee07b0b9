//! What is emitted, held against the tables of pages: names, types, what is required, tokens, pages.

use std::collections::{BTreeMap, HashSet};

use super::Unproven;
use super::difference::{DifferenceKind, Differences};
use super::family::Family;
use super::pages::{Member, Page};
use crate::lower::pagination::{ANSWER_TOKENS, REQUEST_TOKEN};
use crate::model::{Answer, Document, Field, ModelId, Operation, Place, Token, Type};

/// What comes out of the comparison.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Facts that were compared.
    pub(crate) compared: usize,
    pub(crate) differences: Differences,
    pub(crate) unproven: Unproven,
    /// Members that are emitted and that the page of this use does not list: place and type to uses.
    beyond: BTreeMap<(String, String), Vec<String>>,
    /// Members of models that some page lists.
    listed: HashSet<String>,
}

impl Tally {
    /// Compares one operation with its page.
    pub(crate) fn compare(&mut self, document: &Document, operation: &Operation, page: &Page) {
        self.tokens(operation, page);
        self.pages(operation, page);
        let demands: HashSet<String> =
            operation.demands.iter().map(|path| path.replace("[]", "")).collect();
        let inputs = |place| {
            let inputs = operation.inputs.iter().filter(move |it| it.place == place);
            inputs.map(|it| &it.field).collect::<Vec<&Field>>()
        };
        let (query, body) = (inputs(Place::Query), inputs(Place::Body));
        let answer = match operation.answer {
            Answer::Model(ModelId(id)) => document.models[id].fields.iter().collect(),
            Answer::Unit | Answer::Value | Answer::Download => Vec::new(),
        };
        let demands = Some(&demands);
        let mut table = |table, demands, rows, ours: &[&Field]| {
            let walk = Walk { document, operation, table, demands, tally: &mut *self };
            walk.start(rows, ours);
        };
        table("query", demands, &page.query, &query);
        table("body", demands, &page.body, &body);
        if operation.answer != Answer::Value {
            table("answer", None, &page.answer, &answer);
        }
    }

    fn tokens(&mut self, operation: &Operation, page: &Page) {
        let Some(theirs) = &page.tokens else {
            self.unproven.tokens.push(operation.id.clone());
            return;
        };
        self.compared += 1;
        let sides = (names(theirs), names(&operation.tokens));
        if sides.0 != sides.1 {
            self.differences.add(DifferenceKind::Token, operation.id.clone(), sides, None);
        }
    }

    /// A list has pages if a token goes in and one comes out.
    fn pages(&mut self, operation: &Operation, page: &Page) {
        let asks = page.query.iter().chain(&page.body).any(|row| row.name == REQUEST_TOKEN);
        let says = page.answer.iter().any(|row| ANSWER_TOKENS.contains(&row.name.as_str()));
        let is_ours = operation.paging.pages.is_some();
        if !asks && !says && !is_ours {
            return;
        }
        self.compared += 1;
        let word = |it| if it { "in pages" } else { "at once" }.to_owned();
        if (asks && says) != is_ours {
            let sides = (word(asks && says), word(is_ours));
            self.differences.add(DifferenceKind::Pages, operation.id.clone(), sides, None);
        }
    }

    /// The differences, once every page was compared.
    pub(crate) fn finish(self) -> (usize, Differences, Unproven) {
        let Tally { compared, mut differences, unproven, beyond, listed } = self;
        for ((place, ours), uses) in beyond {
            let kind = match listed.contains(&place) {
                true => DifferenceKind::Elsewhere,
                false => DifferenceKind::Unlisted,
            };
            for used in uses {
                let sides = ("nothing".to_owned(), ours.clone());
                differences.add(kind, place.clone(), sides, Some(used));
            }
        }
        (compared, differences, unproven)
    }
}

fn names(tokens: &[Token]) -> String {
    let mut words: Vec<&str> = tokens.iter().map(|token| token.as_str()).collect();
    words.sort_unstable();
    if words.is_empty() { "none".to_owned() } else { words.join(" ") }
}

/// One table of a page beside the members that are emitted.
struct Walk<'w> {
    document: &'w Document,
    operation: &'w Operation,
    /// `query`, `body` or `answer`.
    table: &'static str,
    /// What the request demands within its inputs; `None` for answers.
    demands: Option<&'w HashSet<String>>,
    tally: &'w mut Tally,
}

impl Walk<'_> {
    fn start(mut self, rows: &[Member], ours: &[&Field]) {
        let owner = match (self.table, self.operation.answer) {
            ("answer", Answer::Model(id)) => self.owner(id),
            (table, _) => format!("{} {table}", self.operation.id),
        };
        self.members(rows, ours, "", &owner);
    }

    /// `docx.v1 TableProperty`
    fn owner(&self, id: ModelId) -> String {
        let Document { project, version, .. } = self.document;
        let model = self.document.model(id);
        // An object without a name there has one of ours.
        let schema = model.pointer.strip_prefix("/components/schemas/").unwrap_or(&model.name);
        format!("{project}.{version} {schema}")
    }

    fn members(&mut self, rows: &[Member], ours: &[&Field], parent: &str, owner: &str) {
        for row in rows.iter().filter(|row| !row.adrift) {
            let path = join(parent, &row.name);
            match ours.iter().find(|field| field.wire == row.name) {
                Some(field) => self.member(row, field, &path, owner),
                None => {
                    let sides = (row.family.to_string(), "nothing".to_owned());
                    self.differ(DifferenceKind::Missing, owner, &path, sides);
                }
            }
        }
        let mut adrift = rows.iter().filter(|row| row.adrift).peekable();
        let is_adrift = adrift.peek().is_some();
        adrift.for_each(|row| self.adrift(row, ours, owner));
        for field in ours.iter().filter(|it| !rows.iter().any(|row| row.name == it.wire)) {
            let path = join(parent, &field.wire);
            if is_adrift {
                self.unproven(&path);
            } else {
                self.beyond(field, &path, owner);
            }
        }
    }

    /// A member that both have.
    fn member(&mut self, row: &Member, field: &Field, path: &str, owner: &str) {
        self.tally.compared += 1;
        self.tally.listed.insert(format!("{owner}.{}", row.name));
        let family = Family::of(self.document, &field.ty);
        if !row.family.agrees(&family, !row.members.is_empty()) {
            let sides = (row.family.to_string(), family.to_string());
            self.differ(DifferenceKind::Type, owner, path, sides);
        }
        self.required(row, field, path);
        let Type::Model(id) = field.ty.innermost() else { return };
        let model = self.document.model(*id);
        if row.members.is_empty() {
            if !model.fields.is_empty() {
                self.unproven(&format!("{path}.*"));
            }
            return;
        }
        let is_request = self.demands.is_some();
        let fields = model.fields.iter().filter(|it| !(is_request && it.facts.read_only));
        let owner = self.owner(*id);
        self.members(&row.members, &fields.collect::<Vec<_>>(), path, &owner);
    }

    fn required(&mut self, row: &Member, field: &Field, path: &str) {
        let (Some(demands), Some(required)) = (self.demands, row.required) else { return };
        self.tally.compared += 1;
        let is_ours = field.required || demands.contains(path);
        if required != is_ours {
            let word = |it| if it { "required" } else { "optional" }.to_owned();
            let place = format!("{} {}.{path}", self.operation.id, self.table);
            let sides = (word(required), word(is_ours));
            self.tally.differences.add(DifferenceKind::Required, place, sides, None);
        }
    }

    /// The page lists the member and not where it belongs: it has to be somewhere below.
    fn adrift(&mut self, row: &Member, ours: &[&Field], owner: &str) {
        let mut seen = HashSet::new();
        let mut queue: Vec<&Field> = ours.to_vec();
        let mut found = None;
        while let Some(field) = queue.pop() {
            let family = Family::of(self.document, &field.ty);
            if field.wire == row.name && row.family.agrees(&family, false) {
                self.tally.compared += 1;
                self.tally.listed.insert(format!("{owner}.{}", row.name));
                return;
            }
            if field.wire == row.name {
                found = Some(family);
            }
            if let Type::Model(ModelId(id)) = field.ty.innermost()
                && seen.insert(*id)
            {
                queue.extend(&self.document.models[*id].fields);
            }
        }
        let kind = if found.is_some() { DifferenceKind::Type } else { DifferenceKind::Missing };
        let ours = found.map_or("nothing".to_owned(), |family| family.to_string());
        self.differ(kind, owner, &row.name, (row.family.to_string(), ours));
    }

    fn beyond(&mut self, field: &Field, path: &str, owner: &str) {
        let family = Family::of(self.document, &field.ty);
        let is_demanded = self.demands.is_some_and(|it| field.required || it.contains(path));
        let ours = if is_demanded { format!("{family}, required") } else { family.to_string() };
        let place = format!("{owner}.{}", field.wire);
        let used = self.used(path);
        self.tally.beyond.entry((place, ours)).or_default().push(used);
    }

    fn differ(&mut self, kind: DifferenceKind, owner: &str, path: &str, sides: (String, String)) {
        let name = path.rsplit('.').next().unwrap_or(path);
        let used = self.used(path);
        self.tally.differences.add(kind, format!("{owner}.{name}"), sides, Some(used));
    }

    fn unproven(&mut self, path: &str) {
        let used = self.used(path);
        self.tally.unproven.members.push(used);
    }

    fn used(&self, path: &str) -> String {
        format!("{} {}.{path}", self.operation.id, self.table)
    }
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}
