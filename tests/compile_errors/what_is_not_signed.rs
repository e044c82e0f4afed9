// error[E0277]: the provider `Acme` does not sign the time
// its provider does not sign the time
// so how old a delivery is cannot be told
// error[E0277]: the provider `Acme` does not sign an id of the delivery
// its provider does not sign an id
// an id in a header that is not signed could be anybody's

use countersign::{Delivery, Provider, Scheme, Secret};

enum Acme {}

impl Provider for Acme {
    const NAME: &'static str = "acme";
    const SCHEME: Scheme = Scheme::prefixed("signature", "sha256=");
    type Secret = Secret;
}

fn look(delivery: &Delivery<Acme, &[u8]>) {
    let _ = delivery.signed_at();
    let _ = delivery.id();
}

fn main() {}
