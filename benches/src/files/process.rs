//! Transfers in processes of their own, so that each has its own peak of memory.

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Failure;
use crate::cpu;
use crate::stats::{Pair, Series};

/// What a transfer has cost.
pub struct Outcome {
    /// CPU, in s.
    pub cpu: f64,
    /// Time, in s.
    pub time: f64,
    /// The growth of the peak of memory, in MiB.
    pub growth: f64,
    /// What it was told: a hash or a token.
    pub note: String,
}

/// Runs a transfer in this process and prints what it has cost, for the parent.
///
/// # Errors
/// That of the transfer.
#[allow(clippy::print_stdout, reason = "the parent reads it")]
pub async fn measure(
    transfer: impl Future<Output = Result<String, Failure>>,
) -> Result<(), Failure> {
    let (before, started) = (cpu::own(), Instant::now());
    let note = transfer.await?;
    let (after, time) = (cpu::own(), started.elapsed().as_secs_f64());
    let used = (after.cpu - before.cpu).as_secs_f64();
    println!("{used} {time} {} {note}", after.peak_kib - before.peak_kib);
    Ok(())
}

/// Starts this program again with `args`, for a transfer that it [measures](measure).
///
/// # Errors
/// It has failed, and said why.
pub fn spawn(args: &[&str]) -> Result<Outcome, Failure> {
    let mut command = Command::new(env::current_exe()?);
    let output = command.args(args).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{args:?} has failed").into());
    }
    let text = String::from_utf8(output.stdout)?;
    let parts: Vec<_> = text.trim_end().split(' ').collect();
    let [cpu, time, growth, ref note @ ..] = parts[..] else { return Err(text.into()) };
    let note = note.first().copied().unwrap_or_default().to_owned();
    let growth = growth.parse::<f64>()? / 1024.0;
    Ok(Outcome { cpu: cpu.parse()?, time: time.parse()?, growth, note })
}

/// The outcomes of one way, of both sides.
#[derive(Default)]
pub struct Outcomes {
    cpu: Pair,
    time: Pair,
    growth: Pair,
}

impl Outcomes {
    /// Runs `transfer` for "sdk" and for "bare" in each round; who begins alternates.
    ///
    /// # Errors
    /// That of the first transfer that fails.
    pub fn of(
        rounds: usize,
        mut transfer: impl FnMut(&'static str) -> Result<Outcome, Failure>,
    ) -> Result<Self, Failure> {
        let mut all = Self::default();
        for round in 0..rounds {
            let order = if round.is_multiple_of(2) { ["sdk", "bare"] } else { ["bare", "sdk"] };
            for side in order {
                let Outcome { cpu, time, growth, .. } = transfer(side)?;
                for (pair, value) in
                    [(&mut all.cpu, cpu), (&mut all.time, time), (&mut all.growth, growth)]
                {
                    pair.push(side, value);
                }
            }
        }
        Ok(all)
    }

    /// A line for each number.
    #[allow(clippy::print_stdout, reason = "the output is what the programs are for")]
    pub fn print(&self, way: &str) {
        println!("{way} CPU, s: {}", self.cpu);
        println!("{way} time, s: {}", self.time);
        let most = |series: &Series| series.range().1;
        let (sdk, bare) = (most(&self.growth.sdk), most(&self.growth.bare));
        println!("{way} growth of peak memory, MiB, the most: sdk {sdk:.1}, bare {bare:.1}");
    }
}
