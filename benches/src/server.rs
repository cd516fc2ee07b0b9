//! The program `server` and a client of it.

use std::env;
use std::fs;
use std::process::{self, Command, Stdio};

use lark_core::{Client, HttpTransport};

use crate::child::Kept;
use crate::{Failure, cpu};

/// The process `server`, until this is dropped.
pub struct Server {
    _process: Kept,
    /// Its address.
    pub url: String,
    /// Its certificate in PEM, if it speaks TLS.
    pub certificate: Option<String>,
}

impl Server {
    /// Starts it, on the first core if `is_pinned`, and binds this process to the second then.
    ///
    /// # Errors
    /// There is no such program beside this one, or it does not start.
    pub fn start(is_pinned: bool, is_tls: bool) -> Result<Self, Failure> {
        let program = env::current_exe()?.with_file_name("server");
        let mut command = Command::new(program);
        let pem = env::temp_dir().join(format!("lark-bench-{}.pem", process::id()));
        if is_tls {
            command.arg("--tls").arg(&pem);
        }
        if is_pinned {
            cpu::pin(0)?;
        }
        // Inherits the core of its parent.
        let mut process = Kept::start(command.stdout(Stdio::piped()))?;
        if is_pinned {
            cpu::pin(1)?;
        }
        let url = process.first_line()?;
        let certificate = is_tls.then(|| fs::read_to_string(&pem)).transpose()?;
        if is_tls {
            fs::remove_file(pem)?;
        }
        Ok(Self { _process: process, url, certificate })
    }

    /// The SDK's client of it.
    ///
    /// # Errors
    /// None in practice.
    pub fn client(&self) -> Result<Client, Failure> {
        let mut client = Client::builder("cli_bench", "secret").base_url(&self.url);
        if let Some(pem) = &self.certificate {
            client =
                client.transport(HttpTransport::builder().only_root_certificates(&**pem).build()?);
        }
        Ok(client.build()?)
    }
}
