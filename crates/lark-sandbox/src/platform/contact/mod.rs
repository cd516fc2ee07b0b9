//! People and departments.

mod department;
mod department_write;
mod ids;
mod names;
mod profile;
mod seed;
mod store;
mod user;
mod user_write;

pub(super) use department::answer as department;
pub(super) use ids::UserIdType;
pub(super) use profile::profile;
pub(crate) use seed::Seed;
pub(super) use store::Directory;
pub(super) use user::answer as user;
