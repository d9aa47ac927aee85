//! What a source's tests say of it.

use serde_json::Value as Json;

/// A source.
pub trait Source: Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// How it knows who sent a delivery.
    const PROOF: Proof;
    /// The variables without which it takes nothing.
    const SECRETS: &'static [&'static str];

    /// The variables of a source that is set up.
    fn variables() -> Vec<(&'static str, String)>;

    /// The delivery of a body, as sent at that second. A body that can't be signed, for the signature stands in it,
    /// goes as it is.
    fn sign(signer: Signer, body: &[u8], sent_s: u64) -> Delivery;

    /// A delivery with something else in it than was signed: where its messages are signed one by one, in the last.
    fn tamper(delivery: Delivery) -> Delivery;

    /// Bodies that it sends, with how many messages each has. No two have a message in common.
    fn bodies() -> Vec<(String, usize)>;

    /// Bodies whose first message has an amount, with what it means: as minor units where it is news, as text where it
    /// is asked for. None: it is refused.
    fn amounts() -> Vec<(String, Option<Json>)>;

    /// Bodies whose first message tells of a refund, with what it must say of it. None where the source is no
    /// gateway's.
    fn refunds() -> Vec<(String, Json)> {
        Vec::new()
    }

    /// Bodies with a mistake, and the JSON Pointer of the place that is told.
    fn mistakes() -> Vec<(String, &'static str)>;
}

/// How a source knows who sent a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not by itself: whoever calls is authenticated before it is asked.
    Caller,
    /// By a signature; nothing that is signed says when it was sent, so an old delivery is as good as a new one, and
    /// its ids alone keep it from having a second effect.
    Signature,
    /// By a signature over when it was sent, too, which must be within so many seconds of when it comes in.
    Timed(u64),
}

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The sender.
    Sender,
    /// Someone with another secret.
    Another,
    /// Someone with an empty secret.
    Empty,
    /// Nobody.
    Nobody,
}

/// What comes in.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Delivery {
    /// One with these headers.
    pub fn new(headers: &[(&str, &str)], body: &[u8]) -> Self {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { headers: headers.iter().map(header).collect(), body: body.to_vec() }
    }
}
