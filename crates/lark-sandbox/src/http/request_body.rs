//! The body of a request, taken in as it comes: files go to disk piece by piece.

use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::{BodyDataStream, BodyExt};
use multer::{Field, Multipart};

use crate::services::disk::{Disk, DiskFile};
use crate::spec::{Kind, Schema};

/// Why a body did not come in whole.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// A body as it came.
pub(crate) enum RequestBody {
    Bytes(Bytes),
    Form(Vec<FormPart>),
    /// It claims to be a form, and is none.
    Malformed(String),
}

/// One part of a form.
pub(crate) struct FormPart {
    pub(crate) name: String,
    pub(crate) value: FormValue,
}

pub(crate) enum FormValue {
    Text(Bytes),
    File(FormFile),
}

/// A file in a form.
#[derive(Clone)]
pub(crate) struct FormFile {
    /// The name in the head of the part; empty without one.
    pub(crate) name: String,
    pub(crate) file: Arc<DiskFile>,
}

impl RequestBody {
    /// The body, where it is no form.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Form(_) | Self::Malformed(_) => &[],
        }
    }

    /// The same, to be kept.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Form(_) | Self::Malformed(_) => Bytes::new(),
        }
    }
}

/// Takes a body in, whole, whatever the response will be: a client that is answered before it has
/// sent everything sees a broken connection. It is read as a form if `form` is its schema.
pub(super) async fn receive<B>(
    disk: &Disk,
    headers: &HeaderMap,
    form: Option<Schema>,
    body: B,
) -> Result<RequestBody, Failure>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Failure>,
{
    let boundary = multer::parse_boundary(content_type(headers)).ok();
    let Some((schema, boundary)) = form.zip(boundary) else {
        let bytes = body.collect().await.map_err(Into::into)?.to_bytes();
        return Ok(RequestBody::Bytes(bytes));
    };
    let mut body = pin!(body);
    let stream = BodyDataStream::new(body.as_mut());
    let parts = read(disk, schema, &mut Multipart::new(stream, boundary)).await;
    // A form ends before its body does, if only by the mark of the last chunk. hyper closes the
    // connection unless that is read too.
    while let Some(rest) = body.frame().await {
        rest.map_err(Into::into)?;
    }
    match parts {
        Ok(parts) => Ok(RequestBody::Form(parts)),
        Err(error) => match error.downcast::<multer::Error>() {
            // The client is gone.
            Ok(error) if matches!(*error, multer::Error::StreamReadFailed(_)) => Err(error),
            Ok(error) => Ok(RequestBody::Malformed(error.to_string())),
            Err(error) => Err(error),
        },
    }
}

async fn read(
    disk: &Disk,
    schema: Schema,
    form: &mut Multipart<'_>,
) -> Result<Vec<FormPart>, Failure> {
    let mut parts = Vec::new();
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let kind = schema.property(&name).map(|property| property.kind());
        let value = match kind {
            Some(Kind::File) => FormValue::File(file(disk, field).await?),
            Some(_) => FormValue::Text(field.bytes().await?),
            // Nobody will look at it.
            None => {
                while field.chunk().await?.is_some() {}
                FormValue::Text(Bytes::new())
            }
        };
        parts.push(FormPart { name, value });
    }
    Ok(parts)
}

async fn file(disk: &Disk, mut field: Field<'_>) -> Result<FormFile, Failure> {
    let name = field.file_name().map(unescape).unwrap_or_default();
    let mut file = disk.create()?;
    while let Some(chunk) = field.chunk().await? {
        file.add(&chunk)?;
    }
    Ok(FormFile { name, file: Arc::new(file.finish()) })
}

/// The HTML standard has these three escaped in names, and a percent sign as it is.
fn unescape(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// The content type; empty without one.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
