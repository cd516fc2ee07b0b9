//! The facts of the official pages: the reader of api-specs/witness/pages.txt, whose README has the
//! grammar.

use super::family::Family;
use crate::error::{Error, Place};
use crate::model::Token;

/// Where the facts are.
pub(crate) const FILE: &str = "api-specs/witness/pages.txt";

/// What the tables of one page state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) operation: String,
    /// The day of the last change, since 1970.
    pub(crate) updated: u32,
    /// `None` if the page does not say.
    pub(crate) tokens: Option<Vec<Token>>,
    pub(crate) query: Vec<Member>,
    pub(crate) body: Vec<Member>,
    pub(crate) answer: Vec<Member>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) family: Family,
    /// `None` if the page does not say.
    pub(crate) required: Option<bool>,
    /// It is somewhere below: the page lost its place.
    pub(crate) adrift: bool,
    pub(crate) members: Vec<Member>,
}

/// Reads every page; a line that cannot be read is noted.
pub(crate) fn parse(text: &str, errors: &mut Vec<Error>) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let read = match (line.as_bytes().first(), pages.last_mut()) {
            (None | Some(b'#'), _) => Ok(()),
            (Some(b'@'), _) => head(line).map(|page| pages.push(page)),
            (Some(_), Some(page)) => row(page, line),
            (Some(_), None) => Err("the head of an operation, `@ operation day tokens`"),
        };
        if let Err(expected) = read {
            let found = format!("`{line}`");
            errors.push(Error::new(FILE, Place::Line(at + 1, 1), expected, found));
        }
    }
    pages
}

/// `@ operation day tokens`.
fn head(line: &str) -> Result<Page, &'static str> {
    let mut words = line.split(' ').skip(1);
    let operation = words.next().filter(|it| !it.is_empty()).ok_or("an operation id")?;
    let updated = words.next().and_then(|day| day.parse().ok()).ok_or("a day since 1970")?;
    let mut tokens = Some(Vec::new());
    for word in words {
        let token = match word {
            "tenant" => Token::Tenant,
            "user" => Token::User,
            "app" => Token::App,
            "-" => {
                tokens = None;
                continue;
            }
            _ => return Err("tokens: tenant, user, app, or - where the page says nothing"),
        };
        tokens.as_mut().ok_or("either tokens or -")?.push(token);
    }
    let operation = operation.to_owned();
    Ok(Page { operation, updated, tokens, query: vec![], body: vec![], answer: vec![] })
}

/// `> name family !`, a space more for each object around it.
fn row(page: &mut Page, line: &str) -> Result<(), &'static str> {
    let (table, rest) = line.split_at_checked(1).ok_or("?, > or <")?;
    let is_input = table != "<";
    let table = match table {
        "?" => &mut page.query,
        ">" => &mut page.body,
        "<" => &mut page.answer,
        _ => return Err("?, > or <, for a row of query, body or answer"),
    };
    if let Some(rest) = rest.strip_prefix('*') {
        table.push(member(rest, is_input, true)?);
        return Ok(());
    }
    let name = rest.trim_start_matches(' ');
    let depth = rest.len() - name.len();
    let mut members = table;
    for _ in 1..depth {
        let parent = members.iter_mut().rfind(|it| !it.adrift);
        members = &mut parent.ok_or("at most one space more than the row before")?.members;
    }
    members.push(member(name, is_input, false)?);
    Ok(())
}

fn member(text: &str, is_input: bool, adrift: bool) -> Result<Member, &'static str> {
    let mut words: Vec<&str> = text.split(' ').collect();
    let required = match words.last() {
        _ if !is_input => None,
        Some(&"!") => words.pop().map(|_| true),
        Some(&"-") => words.pop().and(None),
        _ => Some(false),
    };
    let (name, family) = match words.as_slice() {
        [name] => (*name, Family::Text),
        [name, family] => (*name, Family::parse(family).ok_or("a family of types")?),
        _ => return Err("name, family of types, !"),
    };
    if name.is_empty() {
        return Err("the name of a member");
    }
    Ok(Member { name: name.to_owned(), family, required, adrift, members: Vec::new() })
}
