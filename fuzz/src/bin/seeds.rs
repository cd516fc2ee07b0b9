//! Writes the seeds of a target into a directory with its name, where the fuzzer looks for them:
//! `seeds fuzz/corpus/inbound`.

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
    let seeds: Vec<(String, Vec<u8>)> = match directory.file_name().and_then(|name| name.to_str()) {
        Some("inbound") => {
            let seeds = lark_fuzz::inbound_seeds().into_iter();
            seeds.map(|(name, input)| (name.to_string(), input)).collect()
        }
        Some("frames") => lark_fuzz::frame_seeds(),
        _ => return Err(io::Error::other("the name is that of no target: inbound or frames")),
    };
    fs::create_dir_all(directory)?;
    for (name, input) in &seeds {
        fs::write(directory.join(name), input)?;
    }
    Ok(seeds.len())
}
