// error[E0277]: a signer cannot be made of `&str`
// not a secret or private key
// pass a `Secret`, a `StandardSecret` or, with the feature `ed25519`, a `StandardPrivateKey`

use countersign::{AnySigner, Scheme};

fn main() {
    let _signer = AnySigner::new(Scheme::prefixed("signature", "sha256="), "a secret");
}
