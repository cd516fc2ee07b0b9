#![doc = include_str!("../README.md")]

mod authorize;
mod callback;
mod clock;
mod device;
mod grant;
mod oauth;
mod random;
mod sessions;
mod user_info;

pub use self::authorize::{Authorization, AuthorizationRequest};
pub use self::device::DeviceAuthorization;
pub use self::grant::Grant;
pub use self::oauth::{OAuth, TokenEndpoint};
pub use self::sessions::{UserSession, UserSessions};
pub use self::user_info::UserInfo;
