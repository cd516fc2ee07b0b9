//! The official SDKs: how each is installed, and a bot of each as a process.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::{env, fs, io};

use lark_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// An SDK that a bot is written with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Node,
    Python,
}

/// How a bot proves to the platform which app it is.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    Secret,
    Assertion,
}

/// What a peer tells; the lines begin with this.
const TOLD: &str = "@";

impl Peer {
    pub(crate) const ALL: [Self; 2] = [Self::Node, Self::Python];

    /// By which `--skip` knows it; also the folder of its bot.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
        }
    }

    /// What is run, and what else it takes to install.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["node", "npm"],
            Self::Python => &["python3"],
        }
    }

    /// The files that say which versions are installed.
    fn locks(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["package.json", "package-lock.json"],
            Self::Python => &["requirements.txt"],
        }
    }

    /// Installs the SDK below `target`, unless it is there already.
    ///
    /// # Errors
    /// If a program is missing, or the registry cannot be reached.
    pub(crate) async fn install(self, target: &Path) -> Result<Installed, String> {
        for program in self.programs() {
            let found = Command::new(program).arg("--version").output().await;
            let works = found.is_ok_and(|output| output.status.success());
            if !works {
                let name = self.name();
                return Err(format!(
                    "{program} is missing: install it, or leave it out by --skip {name}"
                ));
            }
        }
        let folder = target.join("peers").join(self.name());
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.name());
        let installed = Installed { peer: self, folder, sources };
        installed.bring().await.map_err(|error| format!("{}: {error}", self.name()))?;
        Ok(installed)
    }
}

/// An SDK that is installed.
pub(crate) struct Installed {
    pub(crate) peer: Peer,
    folder: PathBuf,
    sources: PathBuf,
}

impl Installed {
    async fn bring(&self) -> io::Result<()> {
        let wanted = self.peer.locks().iter().map(|name| fs::read(self.sources.join(name)));
        let wanted = wanted.collect::<io::Result<Vec<_>>>()?.concat();
        // Written when all of it is there, so that an installation that broke off is made again.
        let stamp = self.folder.join("installed");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        for name in self.peer.locks() {
            fs::copy(self.sources.join(name), self.folder.join(name))?;
        }
        let mut command = match self.peer {
            Peer::Node => {
                let mut npm = Command::new("npm");
                npm.args(["ci", "--no-fund", "--no-audit", "--ignore-scripts"]);
                npm
            }
            Peer::Python => {
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "install", "--quiet", "--root-user-action=ignore"]);
                pip.args(["--no-deps", "--upgrade", "--target", "site"]);
                pip.args(["--requirement", "requirements.txt"]);
                pip
            }
        };
        let output = command.current_dir(&self.folder).output().await?;
        if !output.status.success() {
            return Err(io::Error::other(complaint(&output)));
        }
        fs::write(stamp, wanted)
    }

    /// Starts the bot of the first app of this sandbox, which proves who it is by its secret or without it.
    pub(crate) fn start(&self, sandbox: &Sandbox, proof: Proof) -> io::Result<Bot> {
        let mut command = match self.peer {
            Peer::Node => {
                let mut node = Command::new("node");
                node.arg(self.sources.join("bot.js"));
                node.env("NODE_PATH", self.folder.join("node_modules"));
                node
            }
            Peer::Python => {
                let mut python = Command::new("python3");
                python.arg(self.sources.join("bot.py"));
                python.env("PYTHONPATH", self.folder.join("site"));
                python
            }
        };
        command.env("LARK_BASE_URL", sandbox.base_url());
        command.env("LARK_APP_ID", sandbox.app_id());
        match proof {
            Proof::Secret => command.env("LARK_APP_SECRET", sandbox.app_secret()),
            Proof::Assertion => command.env("LARK_CLIENT_ASSERTION", sandbox.client_assertion()),
        };
        if let Some(certificate) = sandbox.certificate() {
            let file = self.folder.join("sandbox.pem");
            fs::write(&file, certificate)?;
            // Node, the Python of the system, and the HTTP client of the Python SDK.
            for name in ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
                command.env(name, &file);
            }
        }
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"] {
            command.env_remove(name);
        }
        command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped());
        let log = fs::File::create(self.folder.join("bot.log"))?;
        let mut child = command.stderr(log).spawn()?;
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let (sender, told) = unbounded_channel();
        tokio::spawn(listen(lines, sender));
        Ok(Bot { child, told })
    }
}

/// The end of what a program has said.
fn complaint(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().rev().take(8).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// A bot that runs, until this is dropped.
pub(crate) struct Bot {
    child: Child,
    told: UnboundedReceiver<Value>,
}

/// Takes what a bot tells as it comes, since a bot whose output nobody reads stands still. What the SDK writes
/// itself is passed over.
async fn listen(mut lines: Lines<BufReader<ChildStdout>>, told: UnboundedSender<Value>) {
    while let Ok(Some(line)) = lines.next_line().await {
        let json = line.strip_prefix(TOLD).and_then(|line| serde_json::from_str(line).ok());
        if let Some(json) = json
            && told.send(json).is_err()
        {
            return;
        }
    }
}

impl Bot {
    /// What it tells of this event. Others may come in between, such as one that is pushed again.
    pub(crate) async fn told_of(&mut self, event_id: &str) -> Result<Value, String> {
        while let Some(told) = self.told.recv().await {
            if told["event_id"] == event_id {
                return Ok(told);
            }
        }
        Err("the bot has ended".to_owned())
    }

    /// An error if it has ended.
    pub(crate) fn check_alive(&mut self) -> Result<(), String> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("the bot has ended: {status}")),
            Err(error) => Err(error.to_string()),
        }
    }
}
