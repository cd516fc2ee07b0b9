//! Files of messages that were fetched, also of forwarded ones.

use std::{error, fmt};

use lark_core::{Client, Download, Error};

use super::fetch::MessageMarkdown;
use crate::v1::{GetMessageResourceType, message_resource};

/// What the platform says of a file that is in none of the messages that it may be asked for.
const NOT_IN_MESSAGE: i64 = 234003;
const NOT_DOWNLOADABLE: i64 = 234043;

/// Why a file of a message could not be downloaded.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResourceError {
    /// The call failed.
    Call(Error),
    /// The message was forwarded within another one, and the platform gives away its file by the id of neither.
    #[non_exhaustive]
    Forwarded {
        /// Id of the message.
        message_id: String,
        /// What the platform said about the outermost message it is in.
        error: Box<Error>,
    },
}

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Forwarded { message_id, error } => write!(
                f,
                "{error}; message {message_id} was forwarded within another one, whose files the platform \
                 does not always give away: have the file sent to the chat by itself"
            ),
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for ResourceError {}

impl MessageMarkdown {
    /// Downloads a file, image, audio or video of one of the [`messages`](Self::messages), by the key that its
    /// content has.
    ///
    /// The platform knows nothing of a file by the id of a forwarded message (234003), and its documents say that it
    /// gives away none of them. By the id of the message that they were forwarded within it often does, so
    /// that is asked for, from the inside to the outside. A forwarded message takes a call for each of
    /// them.
    ///
    /// ```no_run
    /// # async fn save(client: lark_core::Client, id: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// use lark_im::content::ReceivedContent;
    /// use lark_im::v1::message;
    ///
    /// let shown = message::to_markdown(&client, id).await?;
    /// for message in &shown.messages {
    ///     if let ReceivedContent::File { file_key, .. } = message.received()? {
    ///         let file = shown.download(&client, &message.message_id, file_key, "file").await?;
    ///         file.save_into("downloads").await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ResourceError::Forwarded`] if it is refused by all of those ids, [`ResourceError::Call`] for
    /// everything else.
    pub async fn download(
        &self,
        client: &Client,
        message_id: &str,
        file_key: impl Into<String>,
        type_: impl Into<GetMessageResourceType>,
    ) -> Result<Download, ResourceError> {
        let (file_key, type_) = (file_key.into(), type_.into());
        let get = |id: &str| client.send(message_resource::get(id, &file_key).type_(type_.clone()));
        let mut error = match get(message_id).await {
            Ok(download) => return Ok(download),
            Err(error) => error,
        };
        for id in self.around(message_id) {
            if !is_refused(&error) {
                return Err(ResourceError::Call(error));
            }
            error = match get(id).await {
                Ok(download) => return Ok(download),
                Err(error) => error,
            };
        }
        match is_refused(&error) && !self.around(message_id).is_empty() {
            true => {
                let (message_id, error) = (message_id.to_owned(), Box::new(error));
                Err(ResourceError::Forwarded { message_id, error })
            }
            false => Err(ResourceError::Call(error)),
        }
    }

    /// The messages that one was forwarded within, the innermost first.
    fn around(&self, message_id: &str) -> Vec<&str> {
        let upper = |id: &str| {
            let message = self.messages.iter().find(|it| it.message_id == id)?;
            message.upper_message_id.as_deref()
        };
        // Messages that name each other end where they began.
        std::iter::successors(upper(message_id), |id| upper(id)).take(self.messages.len()).collect()
    }
}

fn is_refused(error: &Error) -> bool {
    matches!(error.code(), Some(NOT_IN_MESSAGE | NOT_DOWNLOADABLE))
}
