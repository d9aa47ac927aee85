//! Reads a small file from a mounted folder in one call. The standard library reads through a stream, and a host hands
//! each step of the stream to another thread: that costs more than the read itself, and makes a run depend on when that
//! thread is done.

use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{Datetime, Descriptor, DescriptorFlags, OpenFlags, PathFlags};

use crate::limits::FILE_BYTES;

/// Tells one state of a file from the next: its size, and when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    seconds: u64,
    nanoseconds: u32,
}

/// Returns the stamp of the file; `None` where the host does not say when the file was written, or there is none.
pub fn stamp(path: &str) -> Option<Stamp> {
    let (folder, inside) = mounted(path)?;
    let stat = folder.stat_at(PathFlags::SYMLINK_FOLLOW, &inside).ok()?;
    let Datetime { seconds, nanoseconds } = stat.data_modification_timestamp?;
    Some(Stamp { size: stat.size, seconds, nanoseconds })
}

/// Returns the text of the file.
///
/// # Errors
/// When no mounted folder holds the file, it is too long, or it is not UTF-8.
pub fn text(path: &str) -> Result<String, String> {
    let (folder, inside) = mounted(path).ok_or("no mounted folder holds it")?;
    let file = folder
        .open_at(PathFlags::SYMLINK_FOLLOW, &inside, OpenFlags::empty(), DescriptorFlags::READ)
        .map_err(|error| error.name().to_owned())?;
    let mut bytes = Vec::new();
    loop {
        let at = u64::try_from(bytes.len()).unwrap_or(FILE_BYTES);
        let (some, is_end) = file.read(FILE_BYTES, at).map_err(|error| error.name().to_owned())?;
        if some.is_empty() || is_end {
            bytes.extend(some);
            return String::from_utf8(bytes).map_err(|error| error.to_string());
        }
        bytes.extend(some);
        if at >= FILE_BYTES {
            return Err(format!("it has more than {FILE_BYTES} bytes"));
        }
    }
}

/// Returns the mounted folder that holds the file, and the file's path inside of it.
fn mounted(path: &str) -> Option<(Descriptor, String)> {
    get_directories().into_iter().find_map(|(folder, mounted)| {
        let inside = path.strip_prefix(mounted.trim_end_matches('/'))?.strip_prefix('/')?.to_owned();
        Some((folder, inside))
    })
}
