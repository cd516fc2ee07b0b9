//! A process that uploads a file to Drive in parts, for tests that kill it: see
//! `tests/system/uploads.rs`. It keeps the state in a file, and dies by itself when so many parts
//! have arrived.

use std::fs;

use lark_core::Client;
use lark_drive::upload;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, app_id, secret, path, state, die_at] = &arguments[..] else {
        return Err("base URL, app id, secret, path, path of the state, parts to die at".into());
    };
    let (kept, die_at) = (state.clone(), die_at.parse::<u64>()?);
    let client = Client::builder(app_id.as_str(), secret.as_str()).base_url(base_url).build()?;
    let upload = upload::file(&client, path.as_str()).folder("fldcn1").on_state(move |state| {
        // A process that is killed while it writes must not leave half a state.
        let new = format!("{kept}.new");
        let written = fs::write(&new, state.to_json()).and_then(|()| fs::rename(&new, &kept));
        written.expect("the directory is there");
        if state.uploaded_parts() == die_at {
            std::process::abort();
        }
    });
    upload.send().await?;
    Ok(())
}
