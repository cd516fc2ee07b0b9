//! Users who stay signed in, across processes and their deaths, on a sandbox whose refresh tokens
//! can be used once.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::{Client, Error, FileStore};
use lark_oauth::{OAuth, UserSessions};
use lark_push::random::Random;
use lark_sandbox::{RefreshReuse, Sandbox};
use lark_test_support::watched;

const USER: &str = "the user";

/// A sandbox, a signed-in user, and the directory that processes share.
struct Stage {
    sandbox: Sandbox,
    directory: PathBuf,
    sessions: UserSessions,
}

impl Stage {
    async fn set(reuse: RefreshReuse) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("lark-sessions-{}-{count}", std::process::id()));
        let sandbox =
            Sandbox::builder().strict().refresh_reuse(reuse).start().await.expect("a free port");
        let client = client(&sandbox, &directory);
        let stage = Self { sandbox, directory, sessions: UserSessions::new(client) };
        stage.sign_in().await;
        stage
    }

    async fn sign_in(&self) {
        let oauth = OAuth::new(&client(&self.sandbox, &self.directory));
        let request = oauth.authorize("https://bot.example.com/callback").offline_access();
        let authorization = request.build().expect("the URL is one");
        let callback = self.sandbox.authorize(authorization.url());
        let grant =
            oauth.exchange_callback(&authorization, &callback).await.expect("the user consents");
        self.sessions.save(USER, &grant).await.expect("stored");
    }

    /// Starts a process that refreshes the grant so many times, unless it dies at a step.
    fn start(&self, times: u32, die_at: u64) -> Running {
        let child = Command::new(env!("CARGO_BIN_EXE_refresher"))
            .args([&self.sandbox.base_url(), self.sandbox.app_id(), self.sandbox.app_secret()])
            .arg(&self.directory)
            .args([USER.to_owned(), times.to_string(), die_at.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Running(Some(child.expect("the program was built with this test")))
    }

    /// Refreshes the grant and makes a call with it.
    async fn check(&self) -> Result<(), Error> {
        let session = self.sessions.session(USER);
        let grant = session.refresh_now().await?;
        OAuth::new(&client(&self.sandbox, &self.directory)).user_info(&grant.access_token).await?;
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Only litter is left behind if it fails.
        _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn client(sandbox: &Sandbox, directory: &Path) -> Client {
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret())
        .base_url(sandbox.base_url())
        .store(FileStore::open(directory).expect("a directory"));
    watched(builder).build().expect("fine")
}

/// A process that ends with its test, also with one that fails.
struct Running(Option<Child>);

impl Running {
    fn take(mut self) -> Child {
        self.0.take().expect("it is taken once")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have ended by itself.
            _ = child.kill();
            _ = child.wait();
        }
    }
}

/// Waits for the end of a process, on a thread where waiting disturbs nobody.
async fn end(process: Running) -> std::process::Output {
    let waited = tokio::task::spawn_blocking(move || process.take().wait_with_output());
    waited.await.expect("no panic").expect("it ran")
}

#[tokio::test]
async fn two_processes_refresh_one_grant_a_thousand_times() {
    let stage = Stage::set(RefreshReuse::RevokeFamily).await;
    let children = [stage.start(1000, 0), stage.start(1000, 0)];
    for child in children {
        let output = end(child).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    stage.check().await.expect("the grant is alive");
    assert_eq!(stage.sandbox.refresh_reuses(), 0);
    // One that waited for the other's refresh takes what that brought, and counts it as its own; so a
    // refresh may count twice.
    assert!(stage.sandbox.refreshes() >= 1000, "{}", stage.sandbox.refreshes());
}

/// A process dies at each step of its first refreshes, in turn. On a platform that repeats its
/// answer while nobody has used it, no grant is lost.
#[tokio::test]
async fn a_process_that_dies_at_any_step_loses_nothing_that_the_platform_would_repeat() {
    let stage = Stage::set(RefreshReuse::GracePeriod(Duration::from_secs(60))).await;
    let mut deaths = 0;
    for step in 1..=120 {
        let output = end(stage.start(10, step)).await;
        deaths += u32::from(!output.status.success());
        stage.check().await.unwrap_or_else(|error| panic!("step {step}: {error}"));
    }
    assert_eq!(deaths, 120, "each died");
    assert_eq!(stage.sandbox.refresh_reuses(), 0);
}

/// The same by signals, which hit wherever the process happens to be.
#[tokio::test]
async fn a_process_that_is_killed_at_random_loses_nothing_that_the_platform_would_repeat() {
    let stage = Stage::set(RefreshReuse::GracePeriod(Duration::from_secs(60))).await;
    let mut random = Random::new(20_261_121);
    for kill in 0..200 {
        let steps = random.below(60);
        kill_after(stage.start(1000, 0), steps).await;
        stage.check().await.unwrap_or_else(|error| panic!("kill {kill}: {error}"));
    }
    assert_eq!(stage.sandbox.refresh_reuses(), 0);
}

/// A platform that never repeats an answer, as the documentation of Feishu announces. What nobody
/// received cannot be had again, and the user has to sign in; everything else is kept.
#[tokio::test]
async fn on_a_platform_that_repeats_nothing_only_unreceived_answers_are_lost() {
    let stage = Stage::set(RefreshReuse::RevokeFamily).await;
    let mut random = Random::new(20_261_122);
    let mut lost = 0;
    for kill in 0..100 {
        kill_after(stage.start(1000, 0), random.below(60)).await;
        if let Err(error) = stage.check().await {
            assert!(error.is_sign_in_needed(), "kill {kill}: {error}");
            assert!(error.to_string().contains("the answer to an earlier refresh was lost"));
            lost += 1;
            stage.sign_in().await;
        }
        assert_eq!(stage.sandbox.refresh_reuses(), lost, "kill {kill}: only after a lost answer");
    }
    assert!(lost < 60, "{lost} of 100: most of the time no answer is on its way");
}

/// Kills a process when it has printed so many lines, or soon after.
async fn kill_after(process: Running, lines: usize) {
    let mut child = process.take();
    let stdout = child.stdout.take().expect("it is piped");
    let work = move || {
        let mut reader = BufReader::new(stdout).lines();
        for _ in 0..lines {
            if reader.next().is_none() {
                break;
            }
        }
        child.kill().expect("it runs until it is killed");
        child.wait().expect("it has ended")
    };
    let status = tokio::task::spawn_blocking(work).await.expect("no panic");
    assert!(!status.success(), "it ended before it was killed");
}
