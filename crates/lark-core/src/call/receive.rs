//! Types that a response can be received as: a model, nothing, or a file.

use super::Call;
use crate::error::Result;
use crate::files::Download;
use crate::files::download::Origin;
use crate::transport::ResponseHead;
use crate::wire::Decode;

/// A type that a response can be received as: models, `()` for no data, and files.
pub trait FromResponse: Sized + Send {
    /// Makes the call and reads its response.
    #[doc(hidden)]
    fn receive(call: &Call<'_>) -> impl Future<Output = Result<(Self, ResponseHead)>> + Send;
}

impl<T: Decode + Default + 'static> FromResponse for T {
    async fn receive(call: &Call<'_>) -> Result<(Self, ResponseHead)> {
        let mut value = T::default();
        let head = call.json(&mut value).await?;
        Ok((value, head))
    }
}

impl FromResponse for Download {
    async fn receive(call: &Call<'_>) -> Result<(Self, ResponseHead)> {
        let (head, body) = call.file().await?;
        let (core, scope, request) = (call.core, call.scope, &call.request);
        let origin = Origin { core: core.clone(), scope: scope.clone(), request: request.clone() };
        Ok((Download::new(origin, head.clone(), body)?, head))
    }
}

impl Call<'_> {
    /// Makes the call and reads its response.
    pub(crate) fn receive<T: FromResponse>(
        &self,
    ) -> impl Future<Output = Result<(T, ResponseHead)>> + Send {
        T::receive(self)
    }
}
