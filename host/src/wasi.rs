//! Makes the WASI side of an instance: its clock, its randomness, the folders it may read, and its output.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use rand::{Rng as _, SeedableRng, rngs::StdRng};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::{FsPerms, HostWallClock, WasiCtx, WasiCtxBuilder};

use crate::component::ComponentConfig;
use crate::engine::plain_error;
use crate::limits::GUEST_LOG_LINE_BYTES;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Makes the WASI context of one instance; `seed` makes its randomness repeatable.
pub fn context(component: &ComponentConfig, clock: Option<&Clock>, seed: Option<u64>) -> Result<WasiCtx> {
    let mut builder = WasiCtxBuilder::new();
    builder.stdout(GuestOutput::new(&component.name)).stderr(GuestOutput::new(&component.name));
    // Components read only a few small files, above all the policy. Handing each step of a read to another thread costs
    // more than the read itself, and makes a run depend on when that thread is done. This comes before the folders are
    // opened, because a folder keeps the setting that it was opened with.
    builder.allow_blocking_current_thread(true);
    for mount in &component.files {
        builder.preopened_dir(&mount.source, &mount.destination, FsPerms::ReadOnly).map_err(plain_error).with_context(
            || format!("[component.{}] files: cannot open the folder {}", component.name, mount.source.display()),
        )?;
    }
    if let Some(clock) = clock {
        builder.wall_clock(VirtualClock(clock.clone()));
    }
    if let Some(seed) = seed {
        let mut random = StdRng::seed_from_u64(seed);
        builder.insecure_random_seed(u128::from(random.next_u64()));
        builder.insecure_random(StdRng::seed_from_u64(random.next_u64()));
        builder.secure_random(random);
    }
    // Outbound HTTP goes through the host, so no component needs a socket.
    builder.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
    Ok(builder.build())
}

struct VirtualClock(Clock);

impl HostWallClock for VirtualClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        (self.0)().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

/// Writes what a guest prints to the log, line by line, under its component's name.
#[derive(Clone)]
struct GuestOutput {
    component: Arc<str>,
}

impl GuestOutput {
    fn new(component: &str) -> Self {
        Self { component: component.into() }
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Lines { component: self.component.clone(), line: Vec::new() })
    }
}

struct Lines {
    component: Arc<str>,
    line: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                self.log();
            } else if self.line.len() < GUEST_LOG_LINE_BYTES {
                self.line.push(byte);
            }
        }
    }

    fn log(&mut self) {
        let line = std::mem::take(&mut self.line);
        tracing::info!(target: "guest", component = &*self.component, "{}", String::from_utf8_lossy(&line));
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.log();
        }
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
