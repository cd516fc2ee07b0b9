//! The store of a router, with a short way to the one in memory.

use std::any::Any;

use super::memory::Print;
use super::{Claim, Dedup, MemoryDedup};
use crate::store::StoreError;

/// The store of a router.
pub(in crate::event) enum Ledger {
    /// The default, asked without the texts and futures that others need.
    Memory(MemoryDedup),
    Other(Box<dyn Dedup>),
}

/// The keys of an event in the form its store wants, none if nothing tells the event.
pub(in crate::event) enum Keys {
    Prints(Vec<Print>),
    Texts(Vec<String>),
}

impl Ledger {
    pub(in crate::event) fn new<T: Dedup + 'static>(store: T) -> Self {
        match (Box::new(store) as Box<dyn Any>).downcast::<MemoryDedup>() {
            Ok(memory) => Self::Memory(*memory),
            Err(store) => match store.downcast::<T>() {
                Ok(store) => Self::Other(store),
                Err(_) => unreachable!("it was made of a T"),
            },
        }
    }

    /// The keys whose texts are the concatenations of these parts.
    pub(in crate::event) fn keys<const N: usize>(&self, keys: [Option<&[&str]>; N]) -> Keys {
        let keys = keys.into_iter().flatten();
        match self {
            Self::Memory(memory) => Keys::Prints(keys.map(|parts| memory.print(parts)).collect()),
            Self::Other(_) => Keys::Texts(keys.map(<[_]>::concat).collect()),
        }
    }

    pub(in crate::event) async fn claim(&self, keys: &Keys) -> Result<Claim, StoreError> {
        match (self, keys) {
            (Self::Memory(memory), Keys::Prints(prints)) => Ok(memory.claim_now(prints)),
            (Self::Other(store), Keys::Texts(keys)) if !keys.is_empty() => store.claim(keys).await,
            _ => Ok(Claim::New),
        }
    }

    pub(in crate::event) async fn finish(&self, keys: &Keys) -> Result<(), StoreError> {
        match (self, keys) {
            (Self::Memory(memory), Keys::Prints(prints)) => memory.finish_now(prints),
            (Self::Other(store), Keys::Texts(keys)) if !keys.is_empty() => {
                return store.finish(keys).await;
            }
            _ => {}
        }
        Ok(())
    }

    pub(in crate::event) async fn release(&self, keys: &Keys) -> Result<(), StoreError> {
        match (self, keys) {
            (Self::Memory(memory), Keys::Prints(prints)) => memory.release_now(prints),
            (Self::Other(store), Keys::Texts(keys)) if !keys.is_empty() => {
                return store.release(keys).await;
            }
            _ => {}
        }
        Ok(())
    }
}
