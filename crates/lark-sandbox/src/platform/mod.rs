//! The platform behind the gateway: its parts, and which of them has which operations.

// What a part gets, and where it is found.
mod call;
mod caller;
mod part;
mod parts;
mod tenants;

// Tokens.
pub(crate) mod auth;
pub(crate) mod oauth;

// People and messages.
mod contact;
mod im;

mod bot;
mod cards;
mod hook;
mod long_connection;

mod base;
mod documents;
mod drive;
mod files;
mod spreadsheets;
mod wiki;

// Everything else that is created and read back.
mod memory;
mod pins;

// What parts use to respond, and who responds for operations without a part.
mod from_schema;
mod page;

pub use base::BaseLimits;
pub(crate) use bot::bot_open_id;
pub(crate) use call::{Call, Params, Raw};
pub(crate) use caller::Caller;
pub(crate) use cards::CardTarget;
pub(crate) use documents::EVERY_KIND;
pub use hook::Hook;
pub(crate) use im::{Author, CardMessage, NewMessage, Place};
pub use oauth::RefreshReuse;
pub(crate) use part::{Checks, Part};
pub(crate) use tenants::Seed;
pub(crate) use wiki::LIBRARY_SPACE;

use std::sync::Arc;

use auth::Auth;
use base::Bases;
use cards::Cards;
use contact::Contact;
use documents::Documents;
use drive::Drive;
use files::Files;
use from_schema::ForeignToken;
use hook::Hooks;
use im::{Chats, Im, MessageV4};
use long_connection::LongConnection;
use memory::Memory;
use oauth::{AuthenV1, OAuth};
use parts::{Parts, Row};
use pins::Pins;
use spreadsheets::Spreadsheets;
use wiki::Wiki;

use crate::http::{Rejection, Response};
use crate::long_connection::Connections;
use crate::push::Pusher;
use crate::services::Services;
use crate::spec::Operation;

/// What a test has set up.
pub(crate) struct Settings {
    /// None: the sandbox is stateless.
    pub(crate) seed: Option<Seed>,
    pub(crate) auth: auth::Settings,
    pub(crate) oauth: oauth::Settings,
}

/// The parts of the platform. Those that people, commands or the gateway work with have a name.
pub(crate) struct Platform {
    pub(crate) auth: Arc<Auth>,
    pub(crate) oauth: Arc<OAuth>,
    pub(crate) contact: Arc<Contact>,
    pub(crate) im: Arc<Im>,
    pub(crate) cards: Arc<Cards>,
    pub(crate) hooks: Arc<Hooks>,
    pub(crate) files: Arc<Files>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) bases: Arc<Bases>,
    pub(crate) drive: Arc<Drive>,
    pub(crate) wiki: Arc<Wiki>,
    parts: Parts,
    is_stateless: bool,
}

impl Platform {
    pub(crate) fn new(
        settings: Settings,
        pusher: Arc<Pusher>,
        connections: Arc<Connections>,
    ) -> Self {
        let seed = settings.seed;
        let auth = Arc::new(Auth::new(settings.auth, Arc::clone(&pusher)));
        let contact = Arc::new(Contact::new(seed));
        let oauth = Arc::new(OAuth::new(settings.oauth, Arc::clone(&auth), Arc::clone(&contact)));
        let memory = Arc::new(Memory::new(seed));
        let chats = Arc::new(Chats::new(seed, Arc::clone(&contact), Arc::clone(&memory)));
        let im = Arc::new(Im::new(seed, Arc::clone(&contact), Arc::clone(&chats)));
        let cards = Arc::new(Cards::new(Arc::clone(&im)));
        let hooks = Arc::new(Hooks::new(Arc::clone(&im)));
        let files = Arc::new(Files::new(seed, Arc::clone(&im)));
        let documents = Arc::new(Documents::new(seed, Arc::clone(&files)));
        let bases = Arc::new(Bases::new(seed));
        let drive = Arc::new(Drive::new(seed, &files, &documents, &contact));
        let wiki = Arc::new(Wiki::new(seed, Arc::clone(&documents)));
        let mut rows: Vec<Row> = vec![
            ("auth.v3.", auth.clone()),
            ("authen.v1.", Arc::new(AuthenV1(Arc::clone(&oauth)))),
            ("authen.v1.authorize", oauth.clone()),
            ("authen.v2.oauth.", oauth.clone()),
            ("oauth.", oauth.clone()),
            ("callback.ws.", Arc::new(LongConnection { auth: auth.clone(), connections, pusher })),
            ("contact.v3.user.", contact.clone()),
            ("contact.v3.department.", contact.clone()),
            ("im.v1.chat.", chats),
            ("im.v1.message.", im.clone()),
            ("message.v4.message.send", Arc::new(MessageV4(Arc::clone(&im)))),
            ("im.v1.pin.create", Arc::new(Pins::new(Arc::clone(&im), Arc::clone(&memory)))),
            ("im.v1.message.resource.", files.clone()),
            ("im.v1.file.", files.clone()),
            ("im.v1.image.", files.clone()),
            ("wiki.v2.space.", wiki.clone()),
            ("wiki.v2.task.", wiki.clone()),
            ("task.v2.attachment.", files.clone()),
            ("docx.v1.document.", documents.clone()),
            ("sheets.", Arc::new(Spreadsheets::new(seed, Arc::clone(&files)))),
            ("bitable.v1.app.", bases.clone()),
            ("bot.v2.hook", hooks.clone()),
            ("bot.v3.bot.get", Arc::new(bot::Bot)),
            ("interactive.v1.card.", cards.clone()),
            // What no other part responds to.
            ("", memory),
        ];
        rows.extend(drive_rows(&files, &drive));
        Self {
            auth,
            oauth,
            contact,
            im,
            cards,
            hooks,
            files,
            documents,
            bases,
            drive,
            wiki,
            parts: Parts::new(rows),
            is_stateless: seed.is_none(),
        }
    }

    /// What is checked before an operation.
    pub(crate) fn checks(&self, operation_id: &str) -> Checks {
        self.parts.of(operation_id).map_or(Checks::All, Part::checks)
    }

    /// The beginnings of the ids of operations that have a part.
    #[cfg(test)]
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        self.parts.prefixes()
    }

    /// Responds to a call that has passed those checks. A stateless platform forgets what can be
    /// made from the schema.
    pub(crate) fn respond(
        &self,
        services: &Services,
        operation: &Operation,
        call: &mut Call,
    ) -> Result<Response, Rejection> {
        self.drive.admit(services, call)?;
        let parts = self.parts.all_of(operation.id);
        let parts = parts.filter(|part| !self.is_stateless || !part.checks().fit_the_spec());
        for part in parts {
            if let Some(response) = part.respond(services, call) {
                return response;
            }
        }
        let tokens = if self.is_stateless { ForeignToken::Ignore } else { ForeignToken::Reject };
        from_schema::respond(operation, call, tokens)
    }
}

/// Files are uploaded and downloaded by one part, and lie in the folders of another.
fn drive_rows(files: &Arc<Files>, drive: &Arc<Drive>) -> Vec<Row> {
    vec![
        ("drive.v1.file.create_folder", files.clone()),
        ("drive.v1.file.delete", drive.clone()),
        ("drive.v1.file.download", files.clone()),
        ("drive.v1.file.list", drive.clone()),
        ("drive.v1.file.create_shortcut", drive.clone()),
        ("drive.v1.file.upload", files.clone()),
        ("drive.v1.media.", files.clone()),
        ("drive.v1.meta.", drive.clone()),
        ("drive.v1.export_task.", drive.clone()),
        ("drive.v1.import_task.", drive.clone()),
        ("drive.v1.permission.member.", drive.clone()),
        ("drive.v2.permission.public.", drive.clone()),
    ]
}
