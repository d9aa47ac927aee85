//! Runs `contraflow audit verify`, and says in plain words what an export proves and what it does not.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use contraflow_audit::verify::{Export, Proof, RecordError, Trust};
use contraflow_audit::{Checkpoint, PublicKey};
use contraflow_host::limits::BREAKS_LISTED;

/// Names what the command's end means to a script.
#[derive(Clone, Copy)]
enum End {
    /// What the checkpoints cover is as it was signed.
    Proven = 0,
    /// Something is not as it was written.
    Broken = 1,
    /// A file can't be read, as for a wrong argument.
    NotRead = 2,
    /// Nothing was found wrong, and nothing is proven.
    Unproven = 3,
}

#[derive(Args)]
#[command(after_help = "\
Exit codes:
  0  Everything up to the last checkpoint is as it was signed, by a key that you named.
  1  The record does not hold: something was changed, removed, moved, made anew or forged.
  2  A file could not be read, or an argument is wrong.
  3  Nothing was found wrong, but nothing is proven: there is no checkpoint, or you named no key.")]
pub(super) struct Verify {
    /// The export of `contraflow audit export` or GET /v1/audit. Give all pages, if there are several; `-` reads
    /// standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The public key that signs the checkpoints, as `contraflow audit key` prints it. Repeat it if the key was
    /// changed.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<PublicKey>,
    /// A file that keeps the last checkpoint you have seen. It finds a record that was cut back to an older one. It is
    /// made on first use, and moves on whenever the record holds.
    #[arg(long, value_name = "FILE")]
    last_seen: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(self) -> ExitCode {
        let end = self.check().unwrap_or_else(|error| {
            eprintln!("contraflow: {error:#}");
            End::NotRead
        });
        ExitCode::from(end as u8)
    }

    fn check(self) -> Result<End> {
        let last_seen = self.last_seen.as_deref().map(last_seen).transpose()?.flatten();
        let trust = Trust { keys: self.keys, last_seen };
        let proof = read(&self.files)?.and_then(|export| export.prove(&trust));
        let proof = match proof {
            Ok(proof) => proof,
            Err(breaks) => {
                tell_breaks(&breaks);
                return Ok(End::Broken);
            }
        };
        let end = tell(&proof, self.last_seen.is_some());
        if let (End::Proven, Some(file), Some(last)) = (end, &self.last_seen, &proof.last) {
            remember(file, last)?;
        }
        Ok(end)
    }
}

/// Reads the files; what is wrong in one of them is no failure to read it.
fn read(files: &[PathBuf]) -> Result<Result<Export, Vec<RecordError>>> {
    let mut export = Export::default();
    for file in files {
        let name = file.display();
        let lines: Box<dyn BufRead> = if file.as_os_str() == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(BufReader::new(File::open(file).with_context(|| format!("cannot read {name}"))?))
        };
        for (index, line) in lines.lines().enumerate() {
            let line = line.with_context(|| format!("cannot read {name}"))?;
            if let Err(error) = export.read(index + 1, &line) {
                if files.len() > 1 {
                    println!("In {name}:");
                }
                return Ok(Err(vec![error]));
            }
        }
    }
    Ok(Ok(export))
}

/// Reads the checkpoint that was kept; `None` on first use.
fn last_seen(file: &Path) -> Result<Option<Checkpoint>> {
    let name = file.display();
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let checkpoint = serde_json::from_str(&text).with_context(|| format!("{name} holds no checkpoint"))?;
            Ok(Some(checkpoint))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {name}")),
    }
}

fn remember(file: &Path, last: &Checkpoint) -> Result<()> {
    let unfinished = file.with_extension("new");
    std::fs::write(&unfinished, format!("{}\n", serde_json::to_string(last)?))
        .and_then(|()| std::fs::rename(&unfinished, file))
        .with_context(|| format!("cannot keep the last checkpoint in {}", file.display()))
}

fn tell_breaks(breaks: &[RecordError]) {
    println!("The record does not hold.");
    for error in breaks.iter().take(BREAKS_LISTED) {
        println!("- {error}");
    }
    if breaks.len() > BREAKS_LISTED {
        println!("- and {} requests more", breaks.len() - BREAKS_LISTED);
    }
    if breaks.iter().any(|error| {
        matches!(error, RecordError::NoRequest { .. } | RecordError::NoTail { .. } | RecordError::NoHead { .. })
    }) {
        println!("If the export came in pages, give all of them; a page alone does not hold.");
    }
}

fn tell(proof: &Proof, keeps_last_seen: bool) -> End {
    let Some(last) = &proof.last else {
        println!(
            "Nothing is proven: there is no checkpoint among the {} events of {} requests. Each event follows the one \
             before it, but nobody can tell from this whether requests, or the ends of their records, were removed, \
             or whether all hashes were made anew. Export again with `contraflow audit export`, which signs a \
             checkpoint first.",
            proof.events, proof.requests
        );
        return End::Unproven;
    };
    let (number, at, key) = (last.number, &last.at, &last.key);
    if proof.key_named {
        println!(
            "The record holds: its {} events of {} requests up to checkpoint {number} of {at} are as they were \
             signed. None was changed, removed, moved or made anew, and no checkpoint is missing up to there.",
            last.events, last.requests
        );
    } else {
        println!(
            "Not proven: the record agrees with its {number} checkpoints, up to {at}, but whoever changes a record can \
             sign it with a key of their own. These are signed by {key}. Get the right key from whoever runs \
             contraflow (`contraflow audit key`), and name it with --key."
        );
    }
    if proof.open_events > 0 {
        println!(
            "Not proven: {} events of {} requests came after that checkpoint. Each follows the one before it, but more \
             may have been there.",
            proof.open_events, proof.open_requests
        );
    }
    if let Some(late) = &proof.late {
        println!(
            "Ask about event {} of request {}: it is dated before an earlier checkpoint, and none covers it. It was put \
             in afterwards, or a clock was wrong.",
            late.sequence, late.request
        );
    }
    if !proof.continues_last_seen {
        let how = if keeps_last_seen {
            "That file is new: from now on it keeps the last one."
        } else {
            "Keep the last one you saw in a file, with --last-seen FILE."
        };
        println!("Not proven: that no later checkpoint was there and was cut off. {how}");
    }
    if proof.key_named { End::Proven } else { End::Unproven }
}
