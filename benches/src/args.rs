//! Options of the benchmark programs: `--rounds 5`.

use std::env;
use std::error::Error;

/// The number after `option`, or `default` if the option is not there.
///
/// # Errors
/// What follows is not a number.
pub fn number(option: &str, default: usize) -> Result<usize, Box<dyn Error>> {
    let mut args = env::args().skip_while(|arg| arg != option);
    if args.next().is_none() {
        return Ok(default);
    }
    let value = args.next().unwrap_or_default();
    value.parse().map_err(|_| format!("{option} wants a number, not {value:?}").into())
}

/// Whether `option` is there.
#[must_use]
pub fn flag(option: &str) -> bool {
    env::args().any(|arg| arg == option)
}

/// The arguments that are neither options nor numbers.
#[must_use]
pub fn names() -> Vec<String> {
    let is_name = |arg: &String| !arg.starts_with("--") && arg.parse::<usize>().is_err();
    env::args().skip(1).filter(is_name).collect()
}
