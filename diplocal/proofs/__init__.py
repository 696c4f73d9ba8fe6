"""Shows to somebody who does not hold the log what it held: a Merkle tree over its records, and proofs from it."""
