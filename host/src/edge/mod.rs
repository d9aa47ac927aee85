//! Bounds what strangers may cost before anybody knows who they are: connections, bytes of bodies, requests. Every
//! bound holds in total and for each address, and what was taken is given back when its guard is dropped.

mod address;
mod allowance;
mod body;
mod budget;
mod credential;
mod passing;
mod quota;
mod stream;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use http::request::Parts;
use http::{HeaderMap, Response, StatusCode};
use wasmtime_wasi_http::WasiBody;

use crate::limits::{EDGE_TABLE_ENTRIES, Rate};
use crate::manifest::{CALLER, Proof};
use crate::options::HostOptions;
use crate::proxies::Proxies;
use crate::refusal::Refusal;
pub use address::Network;
use allowance::{Allowances, Grant};
pub use body::{discard, read};
pub use budget::{Budget, Exhausted, Share};
use credential::Credential;
pub use passing::Passing;
pub use stream::Guarded;

/// Names the policy of requests that a bearer credential pays for, as `RateLimit-Policy` does.
const CREDENTIAL_POLICY: &str = "credential";
/// Names the policy of requests that an address pays for.
const ADDRESS_POLICY: &str = "address";

/// Holds what the host counts at its edge.
pub struct Edge {
    /// The connections that are open.
    pub connections: Arc<Budget>,
    /// The bytes of bodies that are being read or worked on.
    pub bodies: Arc<Budget>,
    /// The connections that are only told why they are not served.
    pub turned_away: Arc<Budget>,
    proxies: Proxies,
    addresses: Allowances<Network>,
    credentials: Allowances<Credential>,
}

/// Says which allowance paid for a request, and what is left of it.
struct Paid {
    policy: &'static str,
    rate: Rate,
    grant: Grant,
}

/// Holds what one request has taken from the allowances, until its answer is known.
pub struct Visit {
    network: Network,
    credential: Option<Credential>,
    proof: Proof,
    paid: Option<Paid>,
}

/// Says why a request is not let in.
pub struct Denied {
    /// The answer's words.
    pub refusal: Refusal,
    paid: Option<Paid>,
}

impl Edge {
    /// Makes the edge of a host.
    pub fn new(options: &HostOptions) -> Self {
        let limits = &options.limits;
        let connections = limits.connections.min(quota::connections());
        // However few connections there may be, one address never has all of them.
        let each = limits.connections_per_address.min(connections.div_ceil(2));
        Self {
            connections: Budget::new(connections, each),
            bodies: Budget::new(limits.body_bytes_under_way, limits.body_bytes_per_address),
            turned_away: Budget::new(quota::turned_away(connections), usize::MAX),
            proxies: options.trusted_proxies.clone(),
            addresses: Allowances::new(limits.address_rate, EDGE_TABLE_ENTRIES),
            credentials: Allowances::new(limits.credential_rate, EDGE_TABLE_ENTRIES),
        }
    }

    /// Returns the network whose connections are counted together with this one; `None` for a proxy that stands for
    /// many clients.
    pub fn counted_as(&self, peer: IpAddr) -> Option<Network> {
        (!self.proxies.trusts(peer)).then(|| Network::of(peer))
    }

    /// Returns the address from which a request was sent: the peer's, or the one that trusted proxies name.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        self.proxies.client(peer, headers)
    }

    /// Lets a request in, or says why not.
    ///
    /// A bearer credential that was accepted before has an allowance of its own. Anything else is paid for by the
    /// address: whoever makes up a new credential for each request gains nothing.
    pub fn visit(
        &self,
        client: IpAddr,
        parts: &Parts,
        (proof, cookies): (Proof, &[String]),
        has_body: bool,
    ) -> Result<Visit, Denied> {
        let network = Network::of(client);
        let credential = match proof {
            Proof::Bearer => Credential::of(&parts.headers),
            Proof::Session => Credential::of_session(&parts.headers, cookies),
            Proof::Signature | Proof::None => None,
        };
        let now = Instant::now();
        let own = credential.as_ref().and_then(|credential| self.credentials.take_known(credential, now));
        let paid = match own {
            Some(grant) => Some(self.by_credential(grant)),
            None => self.addresses.take(&network, now).map(|grant| self.by_address(grant)),
        };
        if let Some(refused) = paid.as_ref().filter(|paid| !paid.grant.allowed) {
            let refusal = Refusal::TooManyRequests(allowance::seconds(refused.grant.next));
            return Err(Denied { refusal, paid });
        }
        if proof == Proof::Bearer && credential.is_none() && has_body {
            return Err(Denied { refusal: Refusal::NoCredential, paid });
        }
        Ok(Visit { network, credential, proof, paid })
    }

    /// Settles a visit when its answer is known, and tells the caller what is left.
    ///
    /// Whoever proves who they are costs their address nothing: a credential that is accepted gets an allowance of its
    /// own, and a signed message that is accepted is given back. So a gateway may send as many messages at once as it
    /// likes from one address; only those that were refused count.
    pub fn settle(&self, visit: Visit, response: &mut Response<WasiBody>) {
        let Visit { network, credential, proof, mut paid } = visit;
        let now = Instant::now();
        let paid_by_address = paid.as_ref().is_some_and(|paid| paid.policy == ADDRESS_POLICY);
        let is_known = response.headers_mut().remove(CALLER).is_some();
        if paid_by_address && proves_who_calls(proof, response.status(), is_known) {
            self.addresses.give_back(&network, now);
            if let Some(own) = credential.as_ref().and_then(|credential| self.credentials.take(credential, now)) {
                paid = Some(self.by_credential(own));
            }
        }
        tell(paid.as_ref(), response);
    }

    fn by_credential(&self, grant: Grant) -> Paid {
        Paid { policy: CREDENTIAL_POLICY, rate: self.credentials.rate(), grant }
    }

    fn by_address(&self, grant: Grant) -> Paid {
        Paid { policy: ADDRESS_POLICY, rate: self.addresses.rate(), grant }
    }
}

impl Visit {
    /// Tells whether the caller has a credential that was accepted before.
    pub fn is_known(&self) -> bool {
        self.paid.as_ref().is_some_and(|paid| paid.policy == CREDENTIAL_POLICY)
    }

    /// Refuses the request all the same.
    pub fn deny(self, refusal: Refusal) -> Denied {
        Denied { refusal, paid: self.paid }
    }
}

impl Denied {
    /// Returns the answer to the request.
    pub fn response(self) -> Response<WasiBody> {
        let mut response = self.refusal.response();
        tell(self.paid.as_ref(), &mut response);
        response
    }
}

fn tell(paid: Option<&Paid>, response: &mut Response<WasiBody>) {
    if let Some(Paid { policy, rate, grant }) = paid {
        allowance::write(response.headers_mut(), policy, *rate, grant);
    }
}

fn proves_who_calls(proof: Proof, status: StatusCode, is_known: bool) -> bool {
    match proof {
        Proof::Bearer | Proof::Signature => status.is_success(),
        // A page for strangers answers whatever cookie somebody made up, so only the component's word counts.
        Proof::Session => is_known,
        Proof::None => false,
    }
}
