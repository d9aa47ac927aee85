//! Running other programs: what is run is printed, and what fails says so.

use crate::timings;
pub use crate::tree::root;
use anyhow::{Context, Result, bail};
use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Returns the cargo that runs this task, run in the root.
pub fn cargo() -> Command {
    program(env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from))
}

/// Returns a program that runs in the root and reads no input.
///
/// Errors made by libraries carry no backtrace unless asked for: wasmtime takes 0.2 s to make one.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    if env::var_os("RUST_LIB_BACKTRACE").is_none() {
        command.env("RUST_LIB_BACKTRACE", "0");
    }
    // What cargo told this task about itself: build scripts that look at it (ring's) would run again whenever cargo is
    // called by hand.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR") {
            command.env_remove(name);
        }
    }
    command
}

/// Prints the command, runs it, and fails as it fails.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Prints the command and runs it; when `limit` is over it is killed together with whatever it started.
pub fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    println!("$ {}", shown(command));
    let mut child = command.process_group(0).spawn().with_context(|| format!("could not start {}", shown(command)))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("{} failed ({status})", shown(command));
        }
        if start.elapsed() > limit {
            let group = rustix::process::Pid::from_child(&child);
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL)?;
            child.wait()?;
            bail!("{} took longer than {} s and was stopped", shown(command), limit.as_secs());
        }
        sleep(Duration::from_millis(50));
    }
}

/// Returns what the command prints, if it succeeds.
pub fn output(command: &mut Command) -> Result<String> {
    let out = command.output().with_context(|| format!("could not start {}", shown(command)))?;
    if !out.status.success() {
        bail!("{} failed ({}): {}", shown(command), out.status, String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8(out.stdout)?)
}

/// Tells whether a program of this name is on the `PATH`.
pub fn on_path(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(name).is_file()))
}

/// Names the stage, runs it, and says how long it took.
pub fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("── {name}");
    let start = Instant::now();
    let done = work().with_context(|| format!("stage “{name}”"));
    let took = start.elapsed();
    timings::took(name, took);
    println!("── {name}: {:.1} s", took.as_secs_f64());
    done
}

/// Fails with everything that failed, each on a line of its own.
pub fn every(results: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    let failed = results.into_iter().filter_map(Result::err).map(|error| format!("{error:#}"));
    let failed: Vec<_> = failed.collect();
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("\n")) }
}

/// Returns the command as one would type it in the root.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.strip_prefix(root()).ok().or_else(|| program.file_name().map(Path::new)).unwrap_or(program);
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name.to_string_lossy().into_owned()).chain(args).collect::<Vec<_>>().join(" ")
}
