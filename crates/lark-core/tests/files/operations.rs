//! Operations with files, as the generator writes them.

use lark_core::{Download, FilePart};

/// Sends a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Put {
    pub(crate) file_name: Option<String>,
    pub(crate) file: Option<FilePart>,
}
lark_core::operation! { Put => ();
    "test.v1.file.create" POST "/open-apis/test/v1/files" multipart [Tenant];
    body file_name: into String,
    body file! as file: copy FilePart,
}

/// Answers with a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Get {
    pub(crate) key: String,
}
lark_core::operation! { Get => Download;
    "test.v1.file.get" GET "/open-apis/test/v1/files/{key}" [Tenant];
    path key,
}

pub(crate) fn put(file: FilePart) -> Put {
    Put { file: Some(file), ..Put::default() }
}

pub(crate) fn get() -> Get {
    Get { key: "f1".to_owned() }
}
