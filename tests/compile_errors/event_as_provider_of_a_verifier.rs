// error[E0599]
// Event>`, but its trait bounds were not satisfied
// Event: Provider`

use countersign::{Secret, Verifier, workos};

fn main() {
    let _verifier = Verifier::<workos::Event>::new(Secret::new("a secret").unwrap());
}
