//! Archives of compiled dependencies: one file each, whose checksum zstd verifies.

use crate::sh;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the name of an archive ends in.
pub const SUFFIX: &str = ".tar.zst";
/// How many archives stay: this one and that of the lock file or compiler before it. Each takes less than a gigabyte.
const STAY: usize = 2;
/// Nobody writes an archive for so long.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Unpacks it, all or nothing: in a folder beside what is there, of which only what is whole and new is moved to its
/// place.
pub fn unpack(archive: &Path, target: &Path) -> Result<()> {
    let fresh = target.join("dependencies");
    fs::create_dir_all(&fresh)?;
    let unpacked =
        sh::run(sh::program("tar").args(["--extract", "--zstd", "--file"]).arg(archive).arg("-C").arg(&fresh));
    let placed = unpacked.and_then(|()| place(&fresh, target));
    fs::remove_dir_all(&fresh)?;
    placed?;
    // It is in use: others go first.
    fs::File::open(archive)?.set_modified(SystemTime::now())?;
    Ok(())
}

fn place(fresh: &Path, target: &Path) -> Result<()> {
    for entry in fs::read_dir(fresh)? {
        let entry = entry?;
        let place = target.join(entry.file_name());
        if !place.exists() {
            fs::rename(entry.path(), place)?;
        }
    }
    Ok(())
}

/// Packs these files of the target folder; what was packed for others long ago goes.
pub fn pack(archive: &Path, target: &Path, files: &BTreeSet<PathBuf>) -> Result<()> {
    let folder = archive.parent().context("an archive stands in a folder")?;
    fs::create_dir_all(folder)?;
    let unfinished = archive.with_extension(std::process::id().to_string());
    let list = unfinished.with_extension("list");
    fs::write(&list, files.iter().map(|file| format!("{}\n", file.display())).collect::<String>())?;
    // The times of files to the nanosecond: cargo compares them.
    let mut tar = sh::program("tar");
    tar.args(["--create", "--zstd", "--format=posix", "--file"]).arg(&unfinished).arg("-C").arg(target);
    let packed = sh::run(tar.arg("--files-from").arg(&list));
    let placed = packed.and_then(|()| Ok(fs::rename(&unfinished, archive)?));
    fs::remove_file(&list)?;
    if placed.is_err() {
        _ = fs::remove_file(&unfinished);
    }
    placed?;
    prune(folder)
}

/// Leaves the archives that were used last, and what somebody may be writing. Whoever reads one that goes reads it to
/// its end.
fn prune(folder: &Path) -> Result<()> {
    let mut archives = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (used, path) = (entry.metadata()?.modified()?, entry.path());
        if path.to_string_lossy().ends_with(SUFFIX) {
            archives.push((used, path));
        } else if used.elapsed().is_ok_and(|age| age > ABANDONED) {
            fs::remove_file(path)?;
        }
    }
    archives.sort();
    archives.reverse();
    for (_, path) in archives.into_iter().skip(STAY) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archives_used_last_stay() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let day = 24 * 60 * 60;
        let names =
            ["old.tar.zst", "taken.tar.zst", "other.tar.zst", "new.tar.zst", "abandoned.tar.66", "packing.tar.77"];
        for (name, age) in names.into_iter().zip([3 * day, 2 * day, day, 0, day, 60]) {
            let file = fs::File::create(folder.path().join(name))?;
            file.set_modified(SystemTime::now() - Duration::from_secs(age))?;
        }
        fs::File::open(folder.path().join("taken.tar.zst"))?.set_modified(SystemTime::now())?;
        prune(folder.path())?;
        let mut left: Vec<_> =
            fs::read_dir(folder.path())?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
        left.sort();
        assert_eq!(left, ["new.tar.zst", "packing.tar.77", "taken.tar.zst"]);
        Ok(())
    }
}
