//! RSA and P-256, for the component alone. Compiled natively, as its tests are, their libraries would turn on features
//! with which wasmtime is compiled once more, which takes minutes; so natively no such key is known, and the tests of
//! the whole application cover them.

#[cfg(target_family = "wasm")]
mod of_component {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;
    use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
    use sha2::{Digest as _, Sha256};

    /// What stands before a SHA-256 hash that PKCS #1 v1.5 signs (RFC 8017, 9.2).
    const SHA256_PREFIX: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];

    pub fn rs256((n, e): (&[u8], &[u8]), signed: &[u8], signature: &[u8]) -> Option<bool> {
        let (n, e) = (BigUint::from_bytes_be(n), BigUint::from_bytes_be(e));
        let bits = n.bits();
        let key = RsaPublicKey::new_with_max_size(n, e, bits).ok()?;
        let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256_PREFIX.into() };
        Some(key.verify(scheme, &Sha256::digest(signed), signature).is_ok())
    }

    pub fn es256((x, y): (&[u8], &[u8]), signed: &[u8], signature: &[u8]) -> Option<bool> {
        let point = [&[4], x, y].concat();
        let key = VerifyingKey::from_sec1_bytes(&point).ok()?;
        Some(p256::ecdsa::Signature::from_slice(signature).is_ok_and(|made| key.verify(signed, &made).is_ok()))
    }
}

/// Tells whether an RSA key, its modulus and its exponent, has signed something with SHA-256 (RS256); `None` where it
/// is no key that is taken.
pub fn rs256(key: (&[u8], &[u8]), signed: &[u8], signature: &[u8]) -> Option<bool> {
    #[cfg(target_family = "wasm")]
    return of_component::rs256(key, signed, signature);
    #[cfg(not(target_family = "wasm"))]
    return none(key, signed, signature);
}

/// Tells whether a key on P-256, a point, has signed something with SHA-256 (ES256); `None` where it is no key.
pub fn es256(key: (&[u8], &[u8]), signed: &[u8], signature: &[u8]) -> Option<bool> {
    #[cfg(target_family = "wasm")]
    return of_component::es256(key, signed, signature);
    #[cfg(not(target_family = "wasm"))]
    return none(key, signed, signature);
}

#[cfg(not(target_family = "wasm"))]
const fn none(_key: (&[u8], &[u8]), _signed: &[u8], _signature: &[u8]) -> Option<bool> {
    None
}
