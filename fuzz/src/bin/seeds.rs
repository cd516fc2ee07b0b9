//! Writes the seeds of a target into a directory, where the fuzzer looks for them.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let Some(directory) = env::args_os().nth(1) else {
        eprintln!("usage: seeds DIRECTORY");
        return ExitCode::from(2);
    };
    match write(Path::new(&directory)) {
        Ok(count) => {
            println!("{count} seeds");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}

fn write(directory: &Path) -> io::Result<usize> {
    fs::create_dir_all(directory)?;
    let seeds = lark_fuzz::inbound_seeds();
    for (name, input) in &seeds {
        fs::write(directory.join(name), input)?;
    }
    Ok(seeds.len())
}
