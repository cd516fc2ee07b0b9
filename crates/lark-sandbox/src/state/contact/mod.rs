//! People and departments.

mod department;
mod department_write;
mod directory;
mod ids;
mod names;
mod profile;
mod seed;
mod user;
mod user_write;

pub(super) use department::answer as department;
pub(super) use directory::Directory;
pub(super) use ids::UserIdType;
pub(super) use profile::profile;
pub(crate) use seed::Seed;
pub(super) use user::answer as user;
