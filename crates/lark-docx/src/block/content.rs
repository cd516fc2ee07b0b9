//! Which member of a block holds its text.

use std::borrow::Cow;

use super::{Block, Kind};
use crate::v1::{AgendaItemTitle, AgendaTitleElement, SourceSynced, Text, TextElement, TextStyle};

/// The kinds of headings, by level.
pub(super) const HEADINGS: [Kind; 9] = [
    Kind::Heading1,
    Kind::Heading2,
    Kind::Heading3,
    Kind::Heading4,
    Kind::Heading5,
    Kind::Heading6,
    Kind::Heading7,
    Kind::Heading8,
    Kind::Heading9,
];

/// The platform's number of formula blocks, which the kinds do not list: the specs name the
/// content, not the number.
pub(crate) const FORMULA: Kind = Kind::Other(16);

impl Block {
    /// Its text, for kinds that have one.
    #[must_use]
    pub fn rich_text(&self) -> Option<Cow<'_, Text>> {
        let fields = &self.fields;
        if let Some(text) = self.text_slot() {
            return text.as_deref().map(Cow::Borrowed);
        }
        match self.kind() {
            Kind::OkrObjective => {
                fields.okr_objective.as_ref()?.content.as_ref().map(Cow::Borrowed)
            }
            Kind::OkrKeyResult => {
                fields.okr_key_result.as_ref()?.content.as_ref().map(Cow::Borrowed)
            }
            Kind::AgendaItemTitle => fields.agenda_item_title.as_deref().map(agenda_title),
            Kind::SourceSynced => fields.source_synced.as_deref().map(synced_title),
            _ => None,
        }
    }

    /// Sets its text; `false` for kinds that have none.
    pub(crate) fn set_rich_text(&mut self, text: Text) -> bool {
        if let Some(slot) = self.text_slot_mut() {
            *slot = Some(text.into());
            return true;
        }
        let kind = self.kind();
        let fields = &mut self.fields;
        match kind {
            Kind::OkrObjective => fields.okr_objective.get_or_insert_default().content = Some(text),
            Kind::OkrKeyResult => {
                fields.okr_key_result.get_or_insert_default().content = Some(text)
            }
            Kind::SourceSynced => {
                fields.source_synced.get_or_insert_default().elements = text.elements;
            }
            Kind::AgendaItemTitle => {
                let elements = text.elements.into_iter().flatten().map(agenda_element).collect();
                fields.agenda_item_title.get_or_insert_default().elements = Some(elements);
            }
            _ => return false,
        }
        true
    }

    /// The member that is the text of the block, for kinds whose content is nothing else.
    pub(crate) fn text_slot(&self) -> Option<&Option<Box<Text>>> {
        let fields = &self.fields;
        Some(match self.kind() {
            Kind::Page => &fields.page,
            Kind::Text => &fields.text,
            Kind::Heading1 => &fields.heading1,
            Kind::Heading2 => &fields.heading2,
            Kind::Heading3 => &fields.heading3,
            Kind::Heading4 => &fields.heading4,
            Kind::Heading5 => &fields.heading5,
            Kind::Heading6 => &fields.heading6,
            Kind::Heading7 => &fields.heading7,
            Kind::Heading8 => &fields.heading8,
            Kind::Heading9 => &fields.heading9,
            Kind::Bullet => &fields.bullet,
            Kind::Ordered => &fields.ordered,
            Kind::Code => &fields.code,
            Kind::Quote => &fields.quote,
            Kind::Todo => &fields.todo,
            FORMULA => &fields.equation,
            _ => return None,
        })
    }

    pub(crate) fn text_slot_mut(&mut self) -> Option<&mut Option<Box<Text>>> {
        let kind = self.kind();
        let fields = &mut self.fields;
        Some(match kind {
            Kind::Page => &mut fields.page,
            Kind::Text => &mut fields.text,
            Kind::Heading1 => &mut fields.heading1,
            Kind::Heading2 => &mut fields.heading2,
            Kind::Heading3 => &mut fields.heading3,
            Kind::Heading4 => &mut fields.heading4,
            Kind::Heading5 => &mut fields.heading5,
            Kind::Heading6 => &mut fields.heading6,
            Kind::Heading7 => &mut fields.heading7,
            Kind::Heading8 => &mut fields.heading8,
            Kind::Heading9 => &mut fields.heading9,
            Kind::Bullet => &mut fields.bullet,
            Kind::Ordered => &mut fields.ordered,
            Kind::Code => &mut fields.code,
            Kind::Quote => &mut fields.quote,
            Kind::Todo => &mut fields.todo,
            FORMULA => &mut fields.equation,
            _ => return None,
        })
    }
}

fn agenda_title(title: &AgendaItemTitle) -> Cow<'_, Text> {
    let element = |it: &AgendaTitleElement| TextElement {
        equation: it.equation.clone(),
        file: it.file.clone(),
        inline_block: it.inline_block.clone(),
        mention_doc: it.mention_doc.clone(),
        mention_user: it.mention_user.clone(),
        reminder: it.reminder.clone(),
        text_run: it.text_run.clone(),
        undefined: it.undefined.clone(),
        ..TextElement::default()
    };
    let elements = title.elements.iter().flatten().map(element).collect();
    Cow::Owned(Text { elements: Some(elements), style: aligned(title.align) })
}

fn agenda_element(element: TextElement) -> AgendaTitleElement {
    AgendaTitleElement {
        equation: element.equation,
        file: element.file,
        inline_block: element.inline_block,
        mention_doc: element.mention_doc,
        mention_user: element.mention_user,
        reminder: element.reminder,
        text_run: element.text_run,
        undefined: element.undefined,
    }
}

fn synced_title(title: &SourceSynced) -> Cow<'_, Text> {
    Cow::Owned(Text { elements: title.elements.clone(), style: aligned(title.align) })
}

fn aligned(align: Option<crate::v1::Align>) -> Option<TextStyle> {
    align.map(|align| TextStyle { align: Some(align), ..TextStyle::default() })
}
