//! Reads a small file from a mounted folder in one call. The standard library reads through a stream, and a host hands
//! each step of the stream to another thread: that costs more than the read itself, and makes a run depend on when that
//! thread is done.

use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};

use crate::limits::FILE_BYTES;

/// Returns the text of the file.
///
/// # Errors
/// When no mounted folder holds the file, it is too long, or it is not UTF-8.
pub fn text(path: &str) -> Result<String, String> {
    for (folder, mounted) in get_directories() {
        let Some(inside) = path.strip_prefix(mounted.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        let file = folder
            .open_at(PathFlags::SYMLINK_FOLLOW, inside, OpenFlags::empty(), DescriptorFlags::READ)
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
    Err("no mounted folder holds it".into())
}
