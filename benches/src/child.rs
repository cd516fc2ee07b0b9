//! Processes that end with the value that holds them.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command};

/// A child that is killed when this is dropped.
pub struct Kept(Child);

impl Kept {
    /// Starts `command`.
    ///
    /// # Errors
    /// It cannot be started; the message names it.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn();
        child
            .map(Self)
            .map_err(|error| io::Error::new(error.kind(), format!("{command:?}: {error}")))
    }

    /// The first line that the child writes, if its output is a pipe.
    ///
    /// # Errors
    /// It is not, or it broke.
    pub fn first_line(&mut self) -> io::Result<String> {
        let stdout = self.0.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // It may be gone already, which is fine.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}
