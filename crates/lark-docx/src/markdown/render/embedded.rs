//! Blocks that Markdown has no words for: a link where there is something to open, and a comment.

use crate::block::{Block, Kind, decode_url};

use super::escape::{Literal, link_target};
use super::inline::{Place, inline};
use super::{Renderer, SCHEME, comment};

impl Renderer<'_> {
    pub(super) fn embedded(&self, block: &Block) -> String {
        if let Some(file) = file_in(block) {
            return self.linked(&file);
        }
        let text = block.rich_text().map(|it| inline(&it, Place::Paragraph, self.options));
        let inner = self.blocks(block.children());
        if text.is_none() && inner.is_empty() {
            return self.linked(block);
        }
        let (begin, end) = (comment::begin(block), comment::end(block));
        let parts = [begin, text.unwrap_or_default(), inner, end];
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join("\n\n")
    }

    /// The comment of a block, behind a link to what it shows.
    fn linked(&self, block: &Block) -> String {
        let comment = comment::leaf(block);
        match self.link(block) {
            Some((label, url)) => {
                format!("[{}]({}) {comment}", Literal::everything(&label), link_target(&url))
            }
            None => comment,
        }
    }

    /// What a block shows: a label and an address.
    pub(super) fn link(&self, block: &Block) -> Option<(String, String)> {
        let site = &self.options.site;
        let fields = block.fields();
        let page = |label: &str, path: &str, token: &Option<String>| {
            let token = token.as_deref().filter(|it| !it.is_empty())?;
            Some((label.to_owned(), format!("{site}/{path}/{token}")))
        };
        let titled = |title: &Option<String>, url: &Option<String>| {
            let url = url.as_deref().map(decode_url).filter(|it| !it.is_empty())?;
            Some((title.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| url.clone()), url))
        };
        match block.kind() {
            Kind::Sheet => {
                let token = fields.sheet.as_ref()?.token.as_deref()?;
                let (book, sheet) = token.split_once('_').unwrap_or((token, ""));
                let url = match sheet {
                    "" => format!("{site}/sheets/{book}"),
                    sheet => format!("{site}/sheets/{book}?sheet={sheet}"),
                };
                (!book.is_empty()).then(|| ("Spreadsheet".to_owned(), url))
            }
            Kind::Bitable => base(site, fields.bitable.as_ref()?.token.as_deref()?),
            Kind::ReferenceBase => base(site, fields.reference_base.as_ref()?.token.as_deref()?),
            Kind::Mindnote => page("Mind map", "mindnotes", &fields.mindnote.as_ref()?.token),
            Kind::Board => page("Board", "board", &fields.board.as_ref()?.token),
            Kind::Minutes => page("Minutes", "minutes", &fields.minutes.as_ref()?.token),
            Kind::SubPageList => {
                page("Subpages", "wiki", &fields.sub_page_list.as_ref()?.wiki_token)
            }
            Kind::WikiCatalog => {
                page("Subpages", "wiki", &fields.wiki_catalog.as_ref()?.wiki_token)
            }
            Kind::Iframe => titled(&None, &fields.iframe.as_ref()?.component.as_ref()?.url),
            Kind::LinkPreview => titled(&None, &fields.link_preview.as_ref()?.url),
            Kind::Project => {
                let project = fields.project.as_ref()?;
                titled(&project.title, &project.url)
            }
            Kind::File => {
                let file = fields.file.as_ref()?;
                let token = file.token.as_deref().filter(|it| !it.is_empty())?;
                let name = file.name.clone().unwrap_or_else(|| "file".to_owned());
                Some((name, format!("{SCHEME}file/{token}")))
            }
            Kind::ReferenceSynced => {
                let synced = fields.reference_synced.as_ref()?;
                page("Synced block", "docx", &synced.source_document_id)
            }
            _ => None,
        }
    }
}

/// The token of an embedded table is that of the Base and the table's.
fn base(site: &str, token: &str) -> Option<(String, String)> {
    let (app, table) = token.split_once('_').unwrap_or((token, ""));
    let url = match table {
        "" => format!("{site}/base/{app}"),
        table => format!("{site}/base/{app}?table={table}"),
    };
    (!app.is_empty()).then(|| ("Base".to_owned(), url))
}

/// Files are in views of their own: both as one block.
fn file_in(block: &Block) -> Option<Block> {
    let [file] = block.children() else { return None };
    let is_pair = block.kind() == Kind::View && file.kind() == Kind::File;
    if !is_pair || !file.children().is_empty() {
        return None;
    }
    let mut both = file.clone();
    both.fields.view = Some(block.fields().view.clone().unwrap_or_default());
    Some(both)
}
