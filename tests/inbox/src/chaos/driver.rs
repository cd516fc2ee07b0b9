//! The platform and the reaper: sends events, kills processes.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::check::Report;
use super::log::Log;
use super::machine::Machine;
use super::plan::Plan;
use super::random::Random;
use super::redis_server::RedisServer;
use super::worker::now;

/// Most events of all chats that are under way.
const WINDOW: usize = 200;
/// The platform waits for so long for an acknowledgement.
const PATIENCE: Duration = Duration::from_secs(3);
/// Without any progress for so long, a run has failed.
const DEADLINE: Duration = Duration::from_secs(60);

struct Process {
    child: Child,
    input: ChildStdin,
    number: usize,
    /// Since when it is stopped, and when it is woken up again.
    stopped: Option<(u64, Instant)>,
    /// When it was woken up last.
    woken: Option<Instant>,
}

/// An acknowledgement: from which process, for which event, with which status, and how long after it had the
/// push.
struct Answer {
    number: usize,
    event: usize,
    status: u16,
    served: Duration,
}

impl Answer {
    fn read(number: usize, line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let (event, status, micros) = (parts.next()?, parts.next()?, parts.next()?);
        let served = Duration::from_micros(micros.parse().ok()?);
        Some(Self { number, event: event.parse().ok()?, status: status.parse().ok()?, served })
    }
}

/// An event that was sent and is not acknowledged.
struct Sent {
    at: Instant,
    number: usize,
}

struct Driver<'a> {
    plan: &'a Plan,
    random: Random,
    processes: Vec<Process>,
    started: usize,
    place: String,
    server: Option<RedisServer>,
    log: PathBuf,
    answers: (Sender<Answer>, Receiver<Answer>),
    sent: HashMap<usize, Sent>,
    /// What has to be sent again, and when.
    again: VecDeque<(Instant, usize)>,
    report: Report,
}

/// Runs the plan.
///
/// # Panics
/// A process cannot be started, or nothing happens any more.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    let directory = tempfile::tempdir().expect("a directory");
    let server = (plan.store == "redis").then(|| RedisServer::start(directory.path()));
    let place = match &server {
        Some(server) => server.url(),
        None => directory.path().join("inbox").display().to_string(),
    };
    let log = directory.path().join("log");
    File::create(&log).expect("a log");
    let machine = Machine::watch(&place);
    let mut driver = Driver {
        plan,
        random: Random(plan.seed),
        processes: Vec::new(),
        started: 0,
        place,
        server,
        log: log.clone(),
        answers: channel(),
        sent: HashMap::new(),
        again: VecDeque::new(),
        report: Report::default(),
    };
    for _ in 0..plan.processes {
        driver.start();
    }
    let read = driver.drive(&log);
    let mut report = driver.report;
    (report.machine, report.store) = machine.end();
    report.check(&read, plan);
    report
}

impl Driver<'_> {
    fn start(&mut self) {
        self.started += 1;
        let lease = self.plan.lease.as_millis().to_string();
        let mut child = Command::new(&self.plan.program)
            .args(["worker", &self.place, &self.log.display().to_string(), &lease])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let (number, answers) = (self.started, self.answers.0.clone());
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                Answer::read(number, &line).map(|answer| answers.send(answer));
            }
        });
        let input = child.stdin.take().expect("a pipe");
        self.processes.push(Process { child, input, number, stopped: None, woken: None });
    }

    /// Sends all events while processes are killed, and waits until all are handled. Returns the log.
    fn drive(&mut self, path: &Path) -> Log {
        let mut log = Log::new(File::open(path).expect("a log"));
        let mut next_of_chat = vec![0_usize; self.plan.chats];
        let per_chat = self.plan.events / self.plan.chats;
        let mut free: VecDeque<usize> = (0..self.plan.chats).collect();
        let (begin, mut next_kill) = (Instant::now(), Instant::now() + self.plan.kill_every);
        let mut progress = (Instant::now(), 0);
        let total = per_chat * self.plan.chats;
        loop {
            while self.sent.len() < WINDOW
                && let Some(chat) = free.pop_front()
            {
                self.send(chat + next_of_chat[chat] * self.plan.chats);
                next_of_chat[chat] += 1;
            }
            for event in self.answered() {
                let chat = event % self.plan.chats;
                if next_of_chat[chat] < per_chat {
                    free.push_back(chat);
                }
            }
            self.send_again();
            if Instant::now() >= next_kill && self.report.acknowledged < total {
                next_kill = Instant::now() + self.plan.kill_every;
                self.kill();
            }
            self.wake();
            let share = total / (self.plan.restarts + 1);
            if self.report.restarts < self.plan.restarts
                && self.report.acknowledged >= share * (self.report.restarts + 1)
                && let Some(server) = &mut self.server
            {
                self.report.restarts += 1;
                let begin = now();
                server.restart();
                self.report.facts.outages.push((begin, now()));
            }
            log.read();
            if log.committed() != progress.1 {
                progress = (Instant::now(), log.committed());
            }
            if self.report.acknowledged == total && log.ended() >= total {
                break;
            }
            assert!(progress.0.elapsed() < DEADLINE, "nothing happens: {:?}", self.report);
        }
        self.report.elapsed = begin.elapsed();
        self.report.redis = self.server.as_mut().map(RedisServer::delays).unwrap_or_default();
        self.end();
        log.read();
        log
    }

    fn send(&mut self, event: usize) {
        let chat = event % self.plan.chats;
        let push = lark_push::message(
            &event.to_string(),
            &format!("om_{event}"),
            &format!("oc_{chat}"),
            "hello",
        );
        let line = format!("{event} {push}\n");
        let times = if self.random.one_in(50) { 2 } else { 1 };
        for _ in 0..times {
            let index = self.random.below(self.processes.len());
            let process = &mut self.processes[index];
            if process.stopped.is_some() {
                // Its pipe would be full some day.
                self.again.push_back((Instant::now() + PATIENCE / 30, event));
                continue;
            }
            // If it was just killed, nobody answers, and the event is sent again.
            _ = process.input.write_all(line.as_bytes());
            self.sent.insert(event, Sent { at: Instant::now(), number: process.number });
        }
    }

    /// The events that were acknowledged since the last time.
    fn answered(&mut self) -> Vec<usize> {
        let mut done = Vec::new();
        let mut timeout = Duration::from_millis(2);
        loop {
            let answer = match self.answers.1.recv_timeout(timeout) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => unreachable!("it has a sender itself"),
            };
            timeout = Duration::ZERO;
            let Some(sent) = self.sent.get(&answer.event) else { continue };
            if answer.status == 200 {
                let took = sent.at.elapsed();
                self.sent.remove(&answer.event);
                if self.report.facts.acknowledged_at.insert(answer.event, now()).is_some() {
                    continue;
                }
                self.report.acknowledged += 1;
                self.report.facts.took.push(took);
                if !self.was_stopped(&answer) {
                    self.report.facts.served.push(answer.served);
                }
                done.push(answer.event);
            } else if sent.number == answer.number {
                self.report.refused += 1;
                self.again.push_back((Instant::now() + Duration::from_millis(20), answer.event));
            }
        }
        done
    }

    /// Whether a process was stopped since it had the push.
    fn was_stopped(&self, answer: &Answer) -> bool {
        let Some(process) = self.processes.iter().find(|it| it.number == answer.number) else {
            return false;
        };
        process.stopped.is_some() || process.woken.is_some_and(|it| it.elapsed() <= answer.served)
    }

    /// Sends what is due, and what was not acknowledged in time.
    fn send_again(&mut self) {
        let now = Instant::now();
        let alive: Vec<usize> = self.processes.iter().map(|it| it.number).collect();
        let late = self
            .sent
            .iter()
            .filter(|(_, sent)| now - sent.at > PATIENCE || !alive.contains(&sent.number));
        let late: Vec<usize> = late.map(|(event, _)| *event).collect();
        for event in late {
            self.sent.remove(&event);
            self.again.push_back((now, event));
        }
        while self.again.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, event)) = self.again.pop_front() else { return };
            if !self.report.facts.acknowledged_at.contains_key(&event) {
                self.report.sent_again += 1;
                self.send(event);
            }
        }
    }

    /// Kills a process, or stops it for longer than its lease.
    fn kill(&mut self) {
        let index = self.random.below(self.processes.len());
        if self.processes[index].stopped.is_some() {
            return;
        }
        if self.random.one_in(5) {
            self.report.stops += 1;
            self.processes[index].signal("STOP");
            self.processes[index].stopped = Some((now(), Instant::now() + self.plan.lease * 3 / 2));
            return;
        }
        self.report.kills += 1;
        let mut process = self.processes.swap_remove(index);
        process.child.kill().expect("a process");
        let at = now();
        self.report.facts.deaths.push((process.child.id(), (at, at)));
        process.child.wait().expect("its end");
        self.start();
    }

    fn wake(&mut self) {
        for process in &mut self.processes {
            if let Some((since, _)) = process.stopped.take_if(|it| it.1 <= Instant::now()) {
                process.signal("CONT");
                process.woken = Some(Instant::now());
                self.report.facts.deaths.push((process.child.id(), (since, now())));
            }
        }
    }

    fn end(&mut self) {
        for process in self.processes.drain(..) {
            process.signal("CONT");
            let Process { mut child, input, .. } = process;
            // It ends with its input.
            drop(input);
            let mut rest = String::new();
            if let Some(mut output) = child.stdout.take() {
                _ = output.read_to_string(&mut rest);
            }
            child.wait().expect("its end");
        }
    }
}

impl Process {
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill").success());
    }
}
