//! A table of a Base.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::__private::{Turn, lock, turn};
use lark_core::{Client, UserIdType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::busy::PATIENCE;
use super::check;
use super::error::TableError;
use super::plan::{Goal, rows_of};
use super::records::{Records, Source};
use super::row::Record;
use super::schema::Schema;
use super::write::Write;
use crate::v1::app_table_field;

/// Most fields of a page.
const FIELDS_A_PAGE: i64 = 100;

/// A table of a Base. Clones are cheap, and share what is known about its fields.
///
/// Fields are read once. Call [`reload`](Self::reload) after they have changed.
#[derive(Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) app_token: String,
    pub(super) table_id: String,
    pub(super) user_id_type: Option<UserIdType>,
    pub(super) patience: Duration,
    schema: Arc<Mutex<Option<Arc<Schema>>>>,
}

impl Table {
    /// A table by the token of its Base and its own id, `tbl...`. Both are in the address of a Base; the
    /// token of one in a wiki is the `obj_token` of its node. Nothing is sent.
    pub fn new(client: &Client, app_token: impl Into<String>, table_id: impl Into<String>) -> Self {
        Self {
            client: client.clone(),
            app_token: app_token.into(),
            table_id: table_id.into(),
            user_id_type: None,
            patience: PATIENCE,
            schema: Arc::default(),
        }
    }

    /// The kind of the ids of people. Default `open_id`.
    #[must_use]
    pub fn user_id_type(mut self, user_id_type: impl Into<UserIdType>) -> Self {
        self.user_id_type = Some(user_id_type.into());
        self
    }

    /// How long a call is sent again while the platform is busy with another write, or with the table.
    /// Default 1 minute.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The token of the Base.
    #[must_use]
    pub fn app_token(&self) -> &str {
        &self.app_token
    }

    /// The id of the table.
    #[must_use]
    pub fn table_id(&self) -> &str {
        &self.table_id
    }

    /// The fields of the table: a call for each 100 of them, the first time.
    ///
    /// # Errors
    /// A call failed.
    pub async fn schema(&self) -> Result<Arc<Schema>, TableError> {
        let known = lock(&self.schema).clone();
        match known {
            Some(schema) => Ok(schema),
            None => self.reload().await,
        }
    }

    /// The same, read again.
    ///
    /// # Errors
    /// A call failed.
    pub async fn reload(&self) -> Result<Arc<Schema>, TableError> {
        let request = app_table_field::list(&self.app_token, &self.table_id);
        let mut pages = Source::new(self, request.page_size(FIELDS_A_PAGE));
        let mut fields = Vec::new();
        while let Some(page) = pages.next().await {
            fields.extend(page?.items);
        }
        let schema = Arc::new(Schema::new(fields));
        *lock(&self.schema) = Some(Arc::clone(&schema));
        Ok(schema)
    }

    /// Whether a struct fits the table: whether each member has a field, or a default, and takes the
    /// values of its field. It is asked to read a sample of each field, so that it cannot say whether
    /// each value will fit, such as a number an `u8`. A map of [`FieldValue`](super::FieldValue)s
    /// always fits.
    ///
    /// # Errors
    /// [`TableError::Misfits`] names everything that does not fit. A call failed.
    pub async fn check<T: DeserializeOwned>(&self) -> Result<(), TableError> {
        let misfits = check::misfits::<T>(&*self.schema().await?);
        if misfits.is_empty() { Ok(()) } else { Err(TableError::Misfits(misfits)) }
    }

    /// The records, page by page. Nothing is sent before the first is asked for.
    pub fn records<T: DeserializeOwned>(&self) -> Records<T> {
        Records::new(self.clone())
    }

    /// Adds records, 1,000 a call. Members that are `None` are left out, and as in JSON a number that is
    /// not finite is `None`.
    ///
    /// All rows are checked before the first call that writes.
    pub fn create<T: Serialize>(&self, rows: impl IntoIterator<Item = T>) -> Write {
        Write::new(self, Goal::Create(rows_of(rows)))
    }

    /// Changes records, 1,000 a call. Members that are `None` empty their cell; fields that the struct
    /// does not have keep their value. As in JSON a number that is not finite is `None`.
    ///
    /// All rows are checked before the first call that writes.
    pub fn update<T: Serialize>(&self, records: impl IntoIterator<Item = Record<T>>) -> Write {
        let (ids, rows): (Vec<_>, Vec<_>) =
            records.into_iter().map(|it| (it.id, it.fields)).unzip();
        Write::new(self, Goal::Update(ids, rows_of(rows)))
    }

    /// Adds the records that are not there, and changes those that differ, by the value of a field: a
    /// text, number, date, phone number or option. Nothing else is written, so that the second time
    /// changes nothing.
    ///
    /// Up to 50 rows are looked up, if the key is a text or phone number; otherwise the table is read. Members that are `None` empty their cell. A key must be that of a single row, and of a
    /// single record at most. Other writes of this client to the table wait until it is done; writes of
    /// other programs are not kept out.
    pub fn upsert<T: Serialize>(
        &self,
        key: impl Into<String>,
        rows: impl IntoIterator<Item = T>,
    ) -> Write {
        Write::new(self, Goal::Upsert(key.into(), rows_of(rows)))
    }

    /// Deletes records by id, 500 a call. Those that are gone already count as deleted.
    pub fn delete<I: Into<String>>(&self, record_ids: impl IntoIterator<Item = I>) -> Write {
        Write::new(self, Goal::Delete(record_ids.into_iter().map(Into::into).collect()))
    }

    /// Waits until no other write of this client to the table is under way.
    pub(super) async fn turn(&self) -> Turn {
        turn(&self.client, &format!("base {} {}", self.app_token, self.table_id)).await
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("app_token", &self.app_token)
            .field("table_id", &self.table_id)
            .finish_non_exhaustive()
    }
}
