//! The Merkle tree over the log, as RFC 6962 (Certificate Transparency) defines it in section 2.1: leaves and inner
//! nodes are hashed with different first bytes, so that none can stand for the other.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

const LEAF: &[u8] = &[0];
const NODE: &[u8] = &[1];

/// Hashes a leaf of the tree.
pub(crate) fn leaf(data: &[u8]) -> Hash {
    Hash::of_parts(&[LEAF, data])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[NODE, left.bytes(), right.bytes()])
}

/// Holds as much of a tree as is needed to append to it and to tell its root: one hash for each bit of its size that is
/// set, so at most 64, however many leaves there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frontier {
    size: u64,
    /// The roots of the complete trees that the leaves fall into, the largest first.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf, by its hash.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut peak = leaf;
        // Every bit that the counter carries over is a tree that the new leaf completes.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                peak = node(&left, &peak);
            }
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// Returns the root of the tree; of no leaves, the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let from_the_right = self.peaks.iter().rev().copied();
        from_the_right.reduce(|right, left| node(&left, &right)).unwrap_or_else(|| Hash::of(b""))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The definition of RFC 6962, word by word.
    fn root_as_defined(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [one] => leaf(one),
            _ => {
                let left = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(left);
                node(&root_as_defined(left), &root_as_defined(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_for_every_size() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        assert_eq!(frontier.root(), root_as_defined(&leaves));
        for number in 0_u32..300 {
            let data = number.to_be_bytes().to_vec();
            frontier.push(leaf(&data));
            leaves.push(data);
            assert_eq!(frontier.root(), root_as_defined(&leaves), "{} leaves", leaves.len());
            assert!(frontier.peaks.len() <= 9, "one hash a bit of the size");
        }
        assert_eq!(frontier.size(), 300);
    }

    #[test]
    fn known_roots_of_certificate_transparency_come_out() {
        // The test vectors of the reference implementation of RFC 6962.
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::default();
        for (data, root) in leaves.iter().zip(roots) {
            frontier.push(leaf(data));
            assert_eq!(frontier.root().to_string(), root);
        }
    }

    #[test]
    fn a_frontier_that_was_stored_goes_on_where_it_stood() {
        let mut kept = Frontier::default();
        let mut stored = serde_json::to_string(&kept).unwrap();
        for number in 0_u8..40 {
            let mut read: Frontier = serde_json::from_str(&stored).unwrap();
            kept.push(leaf(&[number]));
            read.push(leaf(&[number]));
            assert_eq!(read, kept);
            stored = serde_json::to_string(&read).unwrap();
        }
    }
}
