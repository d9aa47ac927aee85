//! Debian's packages: a current compiler, the source of its standard library, and a C library for WASI.
//!
//! They come from the mirrors that the machine already uses, so they are there where nothing but package mirrors is
//! reachable.

use super::TARGET;
use crate::{limits, sh};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compile the standard library too: Debian has it as source only, for this target.
pub const BUILD_FLAGS: &[&str] = &["-Zbuild-std=std,panic_abort"];

const BIN: &str = "/usr/bin";
const COMPILER: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
const STD_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const LINKER: &str = "/usr/bin/rust-lld";
const C_LIBRARY: &str = "/usr/lib/wasm32-wasip2/libc.a";
const SOURCES: &str = "/etc/apt/sources.list.d/debian.sources";
const BACKPORTS: &str = "/etc/apt/sources.list.d/bookworm-backports.sources";

/// Returns Debian's cargo with Debian's rustc: those of rustup come first on most users' `PATH`.
pub fn cargo() -> Command {
    let mut command = sh::program(Path::new(BIN).join("cargo"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(PathBuf::from(BIN)).chain(std::env::split_paths(&path)));
    if let Ok(path) = path {
        command.env("PATH", path);
    }
    for ours in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "LD_LIBRARY_PATH"] {
        command.env_remove(ours);
    }
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS", "-L /usr/lib/wasm32-wasip2 -Clink-self-contained=no");
    command
}

/// Returns the packages that are not installed; `None` when the toolchain is complete.
pub fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    if !Path::new(STD_SOURCE).exists() || !component_linker().exists() || !Path::new(BIN).join("cargo").exists() {
        missing.extend(COMPILER.map(str::to_owned));
    }
    // `rust-lld` is a link to the linker of one LLVM version, and does not bring it along.
    match fs::read_link(LINKER) {
        Ok(linker) if !Path::new(LINKER).exists() => missing.push(linker.to_string_lossy().into_owned()),
        Ok(_) => {}
        Err(_) => missing.push("lld".into()),
    }
    if !Path::new(C_LIBRARY).exists() {
        missing.push("wasi-libc".into());
    }
    missing
}

fn component_linker() -> PathBuf {
    format!("/usr/lib/rustlib/{}-unknown-linux-gnu/bin/wasm-component-ld", std::env::consts::ARCH).into()
}

/// Installs what is missing.
///
/// # Errors
/// When this is not Debian, not root and without `sudo`, or a package cannot be had: with the commands to run by hand.
pub fn install() -> Result<()> {
    if !sh::on_path("apt-get") {
        bail!("this machine has no apt-get");
    }
    try_install().with_context(|| {
        format!(
            "by hand, as root: apt-get install {} and the linker that {LINKER} points to; then wasi-libc from bookworm-backports",
            COMPILER.join(" ")
        )
    })
}

fn try_install() -> Result<()> {
    apt(&["update"])?;
    if missing().iter().any(|package| COMPILER.contains(&package.as_str())) {
        apt(&[&["install", "-y", "--no-install-recommends"], COMPILER.as_slice()].concat())?;
    }
    if let Some(linker) = missing().iter().find(|package| package.starts_with("lld")) {
        apt(&["install", "-y", "--no-install-recommends", linker])?;
    }
    if missing().iter().any(|package| package == "wasi-libc") {
        add_backports()?;
        apt(&["update"])?;
        apt(&["install", "-y", "--no-install-recommends", "-t", "bookworm-backports", "wasi-libc"])?;
    }
    let missing = missing();
    if !missing.is_empty() {
        bail!("still not there for {TARGET}: {}", missing.join(", "));
    }
    Ok(())
}

/// Adds the backports, because bookworm's own wasi-libc is too old to have the target: its backport comes from the
/// mirror that the machine uses.
fn add_backports() -> Result<()> {
    if Path::new(BACKPORTS).exists() {
        return Ok(());
    }
    let sources = fs::read_to_string(SOURCES).with_context(|| format!("reading {SOURCES}"))?;
    let ours = std::env::temp_dir().join(format!("contraflow-backports-{}.sources", std::process::id()));
    fs::write(&ours, backports(&sources))?;
    let copied = sh::run(as_root("install").args(["-m", "644"]).arg(&ours).arg(BACKPORTS));
    fs::remove_file(&ours)?;
    copied
}

/// Returns the first stanza of the machine's own sources (the second one is the security mirror, which has no
/// backports), for the backports.
fn backports(sources: &str) -> String {
    let stanza = sources.lines().skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let lines = stanza.map(|line| if line.starts_with("Suites:") { "Suites: bookworm-backports" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn apt(args: &[&str]) -> Result<()> {
    sh::run_within(limits::APT, as_root("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(args))
}

/// Returns the program itself for root, else by way of `sudo`, which may not ask.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return sh::program(program);
    }
    let mut command = sh::program("sudo");
    command.args(["-n", program]);
    command
}

#[cfg(test)]
mod tests {
    use super::backports;

    #[test]
    fn backports_come_from_the_first_mirror_alone() {
        let sources = "Types: deb\nURIs: http://mirror/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\n\
                       Types: deb\nURIs: http://mirror/debian-security\nSuites: bookworm-security\n";
        assert_eq!(
            backports(sources),
            "Types: deb\nURIs: http://mirror/debian\nSuites: bookworm-backports\nComponents: main\n"
        );
    }
}
