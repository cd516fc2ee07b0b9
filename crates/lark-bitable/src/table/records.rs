//! Records that are read, page by page.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use lark_core::{Client, Paged, Pages};
use serde::de::DeserializeOwned;

use super::busy::Waiting;
use super::check::keys_of;
use super::error::TableError;
use super::filter::Filter;
use super::handle::Table;
use super::row::{Reader, Record};
use crate::v1::app_table_record::{self, SearchAppTableRecordRequest};
use crate::v1::{AppTableRecord, Sort};

/// Most records of a page.
const PAGE_SIZE: i64 = 500;
/// Most fields that a search names.
const FIELD_NAMES: usize = 200;

/// Pages of a list of a table, each asked for until the platform has time for it.
pub(super) struct Source<O: Paged> {
    client: Client,
    patience: Duration,
    request: O,
    pages: Pages<O>,
}

impl<O: Paged> Source<O> {
    pub(super) fn new(table: &Table, request: O) -> Self {
        let pages = table.client.pages(request.clone());
        Self { client: table.client.clone(), patience: table.patience, request, pages }
    }

    pub(super) async fn next(&mut self) -> Option<Result<O::Response, TableError>> {
        let mut waiting = Waiting::new(self.patience);
        loop {
            let error = match self.pages.next().await? {
                Ok(page) => return Some(Ok(page)),
                Err(error) => error,
            };
            if error.is_page_loop() || !waiting.wait(&error).await {
                return Some(Err(error.into()));
            }
            // The same page again.
            let token = self.pages.token().unwrap_or_default().to_owned();
            let pages = self.client.pages(self.request.clone());
            self.pages = if token.is_empty() { pages } else { pages.resume(token) };
        }
    }

    fn token(&self) -> Option<&str> {
        self.pages.token()
    }
}

/// What a page brings: how to read records, once, and the records.
type Fetched = (Box<Plan>, Option<Result<Vec<AppTableRecord>, TableError>>);

/// The calls of a stream.
struct Plan {
    table: Table,
    request: SearchAppTableRecordRequest,
    keys: Option<&'static [&'static str]>,
    filter: Option<Filter>,
    sort: Vec<(String, bool)>,
    reader: Option<Reader>,
    source: Option<Source<SearchAppTableRecordRequest>>,
    total: Option<u64>,
}

impl Plan {
    /// The next page.
    async fn fetch(&mut self) -> Option<Result<Vec<AppTableRecord>, TableError>> {
        if self.source.is_none() {
            match self.begin().await {
                Ok(source) => self.source = Some(source),
                Err(error) => return Some(Err(error)),
            }
        }
        let page = self.source.as_mut()?.next().await?;
        Some(page.map(|page| {
            self.total = page.total.and_then(|it| u64::try_from(it).ok());
            page.items
        }))
    }

    async fn begin(&mut self) -> Result<Source<SearchAppTableRecordRequest>, TableError> {
        let schema = self.table.schema().await?;
        let mut request = self.request.clone();
        request.user_id_type.clone_from(&self.table.user_id_type);
        if let Some(filter) = &self.filter {
            request.filter = filter.to_info(&schema)?;
        }
        let mut sort = Vec::new();
        for (key, is_descending) in &self.sort {
            let field = schema.field(key).ok_or_else(|| {
                let names = schema.names();
                TableError::request(format!("sort by field {key:?}: the table has {names}"))
            })?;
            sort.push(Sort::new().field_name(&field.name).desc(*is_descending));
        }
        request.sort = Some(sort).filter(|it| !it.is_empty());
        // Only what the struct has.
        let keys = self.keys.unwrap_or_default().iter();
        let names: Vec<String> =
            keys.filter_map(|key| Some(schema.field(key)?.name.clone())).collect();
        request.field_names = wanted_fields(names);
        self.reader = Some(Reader::new(schema));
        Ok(Source::new(&self.table, request))
    }
}

/// The fields to ask for; `None` for all, if there are more than may be named.
pub(super) fn wanted_fields(names: Vec<String>) -> Option<Vec<String>> {
    Some(names).filter(|it| (1..=FIELD_NAMES).contains(&it.len()))
}

/// The records of a table, from [`Table::records`]: its settings, and a [`Stream`] that is usable
/// without a stream library through [`next`](Self::next).
///
/// All pages are followed, 500 records a call. A record that does not fit is yielded as an error
/// ([`TableError::Misfits`]), and the stream goes on behind it. The error of a call ends it.
#[must_use = "nothing is sent before it is asked for something"]
pub struct Records<T> {
    /// `None` while a page is fetched.
    plan: Option<Box<Plan>>,
    fetch: Option<Pin<Box<dyn Future<Output = Fetched> + Send>>>,
    page: VecDeque<AppTableRecord>,
    is_done: bool,
    read: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Records<T> {
    pub(super) fn new(table: Table) -> Self {
        let request =
            app_table_record::search(&table.app_token, &table.table_id).page_size(PAGE_SIZE);
        let plan = Plan {
            table,
            request,
            keys: keys_of::<T>(),
            filter: None,
            sort: Vec::new(),
            reader: None,
            source: None,
            total: None,
        };
        let plan = Some(Box::new(plan));
        Self { plan, fetch: None, page: VecDeque::new(), is_done: false, read: PhantomData }
    }

    fn with(mut self, set: impl FnOnce(&mut Plan)) -> Self {
        if let Some(plan) = &mut self.plan {
            set(plan);
        }
        self
    }

    /// Only the records that this holds for.
    pub fn filter(self, filter: Filter) -> Self {
        self.with(|it| it.filter = Some(filter))
    }

    /// In the order of a field, by its name or id. Several calls sort by several fields.
    pub fn sort_by(self, name_or_id: impl Into<String>) -> Self {
        self.with(|it| it.sort.push((name_or_id.into(), false)))
    }

    /// The other way round.
    pub fn sort_by_descending(self, name_or_id: impl Into<String>) -> Self {
        self.with(|it| it.sort.push((name_or_id.into(), true)))
    }

    /// The records of a view. Without effect if there is a filter or an order.
    pub fn view(self, view_id: impl Into<String>) -> Self {
        self.with(|it| it.request.view_id = Some(view_id.into()))
    }

    /// How many records a call returns, 500 at most and by default.
    pub fn page_size(self, size: u16) -> Self {
        self.with(|it| it.request.page_size = Some(i64::from(size).clamp(1, PAGE_SIZE)))
    }

    /// Also when records were created and changed.
    pub fn automatic_fields(self) -> Self {
        self.with(|it| it.request.automatic_fields = Some(true))
    }

    /// Begins at the page of a [`token`](Self::token) of an earlier stream with the same settings.
    pub fn resume(self, token: impl Into<String>) -> Self {
        self.with(|it| it.request.page_token = Some(token.into()))
    }

    /// The next record, `None` after the last one. Nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Record<T>, TableError>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// The records that are left of the page, or those of the next one; `None` after the last.
    ///
    /// # Errors
    /// A call failed, or a record does not fit, which loses the others of the page.
    pub async fn next_page(&mut self) -> Option<Result<Vec<Record<T>>, TableError>> {
        let first = self.next().await?;
        let mut records = Vec::with_capacity(self.page.len() + 1);
        match first {
            Ok(record) => records.push(record),
            Err(error) => return Some(Err(error)),
        }
        let page = std::mem::take(&mut self.page);
        for record in page {
            match self.read(record) {
                Ok(record) => records.push(record),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(records))
    }

    /// All records.
    ///
    /// # Errors
    /// A call failed, or a record does not fit. A partial result is never returned.
    pub async fn all(mut self) -> Result<Vec<Record<T>>, TableError> {
        let mut records = Vec::new();
        while let Some(record) = self.next().await {
            records.push(record?);
        }
        Ok(records)
    }

    /// How many records there are in all, after the first page.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.plan.as_ref().and_then(|it| it.total)
    }

    /// The token of the next page, to [`resume`](Self::resume) there; after an error that of the page that
    /// failed. `None` at the beginning and at the end.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.plan.as_ref().and_then(|it| it.source.as_ref()?.token())
    }

    fn read(&mut self, record: AppTableRecord) -> Result<Record<T>, TableError> {
        let reader = self.plan.as_mut().and_then(|it| it.reader.as_mut());
        let reader = reader.ok_or_else(|| TableError::response("a page came before the fields"))?;
        reader.read(record)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Record<T>, TableError>>> {
        loop {
            if let Some(record) = self.page.pop_front() {
                return Poll::Ready(Some(self.read(record)));
            }
            if self.fetch.is_none() {
                if self.is_done {
                    return Poll::Ready(None);
                }
                let Some(mut plan) = self.plan.take() else { return Poll::Ready(None) };
                self.fetch = Some(Box::pin(async move {
                    let page = plan.fetch().await;
                    (plan, page)
                }));
            }
            let Some(fetch) = &mut self.fetch else { return Poll::Ready(None) };
            let (plan, page) = ready!(fetch.as_mut().poll(cx));
            (self.plan, self.fetch) = (Some(plan), None);
            match page {
                Some(Ok(records)) => self.page = records.into(),
                Some(Err(error)) => {
                    self.is_done = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.is_done = true,
            }
        }
    }
}

impl<T: DeserializeOwned> Stream for Records<T> {
    type Item = Result<Record<T>, TableError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("at_hand", &self.page.len())
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
