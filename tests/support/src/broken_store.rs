//! A store that is of no use, whatever it is asked.

use std::future::pending;

use lark_core::{Secret, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};

/// What a store does instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenStore {
    /// It never answers.
    Hangs,
    /// It fails with this text; like most stores, it has no locks.
    Fails(&'static str),
    /// It panics as soon as it is asked.
    PanicsAtOnce,
    /// It panics when its answer is waited for.
    Panics,
}

impl BrokenStore {
    fn answer<'a, T: 'a>(&self) -> StoreFuture<'a, T> {
        match *self {
            Self::Hangs => Box::pin(pending()),
            Self::Fails(why) => Box::pin(async move { Err(StoreError::new(why)) }),
            Self::PanicsAtOnce => panic!("a store of the user"),
            Self::Panics => Box::pin(async { panic!("a store of the user") }),
        }
    }
}

impl TokenStore for BrokenStore {
    fn get<'a>(&'a self, _: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        self.answer()
    }

    fn put<'a>(&'a self, _: &'a str, _: StoreEntry) -> StoreFuture<'a, ()> {
        self.answer()
    }

    fn compare_and_set<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a Secret>,
        _: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        self.answer()
    }

    fn remove<'a>(&'a self, _: &'a str) -> StoreFuture<'a, ()> {
        self.answer()
    }

    fn lock<'a>(&'a self, _: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        match self {
            Self::Fails(_) => Box::pin(async { Ok(None) }),
            _ => self.answer(),
        }
    }
}
