//! A network that loses the answer to the first order it carries.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The network, in front of a server.
pub struct Lossy {
    /// Its near end.
    pub url: String,
    task: JoinHandle<()>,
}

impl Lossy {
    /// In front of the server at this address.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = format!("http://{}", listener.local_addr().unwrap());
        let far = url.trim_start_matches("http://").to_owned();
        let task = tokio::spawn(async move {
            let mut lost = false;
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(&far).await.unwrap();
                let mut begin = vec![0; 16 * 1024];
                let length = near.read(&mut begin).await.unwrap();
                far.write_all(&begin[..length]).await.unwrap();
                if begin.starts_with(b"POST /v1/refunds") && !lost {
                    lost = true;
                    // The head and the form may come in two parts; the answer comes when the server has both.
                    let mut answer = [0; 1024];
                    loop {
                        tokio::select! {
                            more = near.read(&mut begin) => far.write_all(&begin[..more.unwrap()]).await.unwrap(),
                            _ = far.read(&mut answer) => break,
                        }
                    }
                    continue;
                }
                tokio::spawn(async move { copy_bidirectional(&mut near, &mut far).await });
            }
        });
        Self { url: near, task }
    }
}

impl Drop for Lossy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
