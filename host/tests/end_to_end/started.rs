//! The command `contraflow up`, as somebody starts it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::support::{Folder, manifest, test_cache};

fn up(state: &Path, cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contraflow"));
    command
        .args(["up", "--listen", "127.0.0.1:0", "--state"])
        .arg(state)
        .arg("--cache")
        .arg(cache)
        .arg("--manifest")
        .arg(manifest_file(cache))
        .env("SPIN_VARIABLE_SECRET_KEY", "s3cret")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The probes' manifest as a file that stays.
fn manifest_file(folder: &Path) -> std::path::PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let file = folder.join(format!("spin-{}.toml", std::process::id()));
    let probe = manifest().components["public"].source.clone();
    let text = format!(
        "spin_manifest_version = 2\n[application]\nname = \"probe\"\n[variables]\nsecret_key = {{ required = true }}\n\
         [[trigger.http]]\nroute = \"/...\"\ncomponent = \"public\"\n\
         [component.public]\nsource = {probe:?}\nsqlite_databases = [\"default\"]\n"
    );
    // Several hosts may start at once: none of them reads half of it.
    let unfinished = file.with_extension(format!("{:?}", std::thread::current().id()));
    std::fs::write(&unfinished, text).unwrap();
    std::fs::rename(unfinished, &file).unwrap();
    file
}

/// A host that runs, and is killed when it is dropped.
struct Started {
    child: Child,
    address: String,
    printed: String,
}

impl Started {
    fn new(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut printed, mut address) = (String::new(), String::new());
        for line in lines.by_ref().map_while(Result::ok) {
            printed.push_str(&line);
            if let Some(url) = line.trim().strip_prefix("Console:") {
                address = url.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
            }
            if line.contains("contraflow token") {
                break;
            }
        }
        assert!(!address.is_empty(), "it did not come up: {printed}");
        Self { child, address, printed }
    }

    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("{head}\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it, and returns what it wrote to its log.
    fn stop(mut self) -> String {
        _ = self.child.kill();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn create() -> String {
    serde_json::json!({ "statements": [["CREATE TABLE IF NOT EXISTS contraflow_t(a)", []], ["INSERT INTO contraflow_t VALUES (1)", []]] }).to_string()
}

#[test]
fn what_is_printed_and_logged_holds_no_token_and_nobody_else_may_read_the_state() {
    let state = Folder::new();
    // What an earlier version left behind.
    std::fs::set_permissions(&state.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    let old = state.0.join("key_value_default.db");
    std::fs::write(&old, "").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o644)).unwrap();
    let host = Started::new(up(&state.0, &test_cache()));
    assert!(host.ask("POST /sql HTTP/1.1", &create()).starts_with("HTTP/1.1 200"));
    let link = std::fs::read_to_string(state.0.join("sign-in")).unwrap();
    assert!(link.contains(&format!("http://{}/sign-in?token=eyJ", host.address)), "{link}");
    let files: Vec<_> = std::fs::read_dir(&state.0).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.iter().any(|file| file.ends_with("sqlite_default.db-wal")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(&state.0), 0o700);
    let printed = host.printed.clone();
    let log = host.stop();
    for told in [printed, log] {
        assert!(!told.contains("eyJ") && !told.contains("token="), "{told}");
    }
}

#[test]
fn a_host_says_whether_it_lives_and_whether_it_is_ready() {
    let state = Folder::new();
    let host = Started::new(up(&state.0, &test_cache()));
    for path in ["/health/live", "/health/ready"] {
        let answer = host.ask(&format!("GET {path} HTTP/1.1"), "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let head = host.ask(&format!("HEAD {path} HTTP/1.1"), "");
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(host.ask(&format!("POST {path} HTTP/1.1"), "").starts_with("HTTP/1.1 405"));
    }
    assert!(host.ask("POST /sql HTTP/1.1", &create()).starts_with("HTTP/1.1 200"));
    // Somebody takes the database away while the host runs.
    for name in ["sqlite_default.db", "sqlite_default.db-wal", "sqlite_default.db-shm"] {
        _ = std::fs::remove_file(state.0.join(name));
    }
    std::thread::sleep(Duration::from_millis(1100));
    let answer = host.ask("GET /health/ready HTTP/1.1", "");
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"reason\":\"store-failed\""), "{answer}");
    assert!(!answer.contains(".db") && !answer.contains(state.0.to_str().unwrap()), "no path leaves: {answer}");
    assert!(host.ask("GET /health/live HTTP/1.1", "").starts_with("HTTP/1.1 200"));
    assert!(host.stop().contains("sqlite_default.db"), "the log says which file");
}

#[test]
fn a_host_whose_store_is_locked_by_somebody_else_is_not_ready_until_it_is_free() {
    let state = Folder::new();
    let host = Started::new(up(&state.0, &test_cache()));
    assert!(host.ask("POST /sql HTTP/1.1", &create()).starts_with("HTTP/1.1 200"));
    let other = rusqlite::Connection::open(state.0.join("sqlite_default.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = host.ask("GET /health/ready HTTP/1.1", "");
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"reason\":\"store-busy\""), "{answer}");
    other.execute_batch("ROLLBACK").unwrap();
    let begun = Instant::now();
    while !host.ask("GET /health/ready HTTP/1.1", "").starts_with("HTTP/1.1 200") {
        assert!(begun.elapsed() < Duration::from_secs(20), "ready again");
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn refused(state: &Folder) -> Output {
    up(&state.0, &test_cache()).output().unwrap()
}

#[test]
fn a_database_that_cannot_be_used_is_refused_at_the_start_with_what_to_do() {
    for (content, expected) in [
        (Content::Text, "backup"),
        (Content::Statements("CREATE TABLE bookmarks(url)"), "another program"),
        (Content::Statements("PRAGMA application_id=1667656823; PRAGMA user_version=99"), "newer"),
    ] {
        let state = Folder::new();
        let file = state.0.join("sqlite_default.db");
        match content {
            Content::Text => std::fs::write(&file, "this is no database".repeat(100)).unwrap(),
            Content::Statements(all) => rusqlite::Connection::open(&file).unwrap().execute_batch(all).unwrap(),
        }
        let before = std::fs::read(&file).unwrap();
        let output = refused(&state);
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{words}");
        assert!(words.contains("sqlite_default.db") && words.contains(expected), "{words}");
        assert_eq!(std::fs::read(&file).unwrap(), before, "nothing was changed");
    }
}

enum Content {
    Text,
    Statements(&'static str),
}

#[test]
fn a_new_state_folder_starts_at_once_where_the_components_were_compiled_before() {
    let (first, second) = (Folder::new(), Folder::new());
    drop(Started::new(up(&first.0, &test_cache())));
    let begun = Instant::now();
    drop(Started::new(up(&second.0, &test_cache())));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(!second.0.join("compiled").exists(), "nothing that can be made again lies in the state folder");
}

#[test]
fn several_hosts_share_one_cache() {
    let (cache, states) = (Folder::new(), [Folder::new(), Folder::new(), Folder::new()]);
    let starting = states.iter().map(|state| (state.0.clone(), cache.0.join("components")));
    let threads: Vec<_> =
        starting.map(|(state, cache)| std::thread::spawn(move || drop(Started::new(up(&state, &cache))))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let kept = std::fs::read_dir(cache.0.join("components")).unwrap().map(|file| file.unwrap().path());
    let kept: Vec<_> = kept.filter(|file| file.extension().is_none_or(|end| end != "toml")).collect();
    assert_eq!(kept.len(), 1, "one component, compiled once: {kept:?}");
    assert_eq!(mode(&kept[0]), 0o600);
}
