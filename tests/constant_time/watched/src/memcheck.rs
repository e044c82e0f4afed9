//! What a program can ask memcheck for, by an instruction sequence that does nothing elsewhere: see `valgrind.h` and `memcheck.h`.
#![allow(
    unsafe_code,
    reason = "only an instruction sequence speaks to valgrind"
)]

#[cfg(not(target_arch = "x86_64"))]
compile_error!("the instruction sequence is written down for x86-64 only");

use std::{arch::asm, mem};

/// Whether this program runs under valgrind.
#[must_use]
pub fn is_running() -> bool {
    request([RUNNING_ON_VALGRIND, 0, 0, 0]) != 0
}

/// How many errors were reported so far, the same one again included.
#[must_use]
pub fn reports() -> usize {
    request([COUNT_ERRORS, 0, 0, 0])
}

/// From now on memcheck reports what branches on these bytes, or on what is worked out from them.
pub fn set_undefined(bytes: *const [u8]) {
    request([
        MAKE_MEM_UNDEFINED,
        bytes.cast::<u8>().expose_provenance(),
        bytes.len(),
        0,
    ]);
}

/// From now on memcheck takes the value for known.
#[inline]
pub fn set_defined<T>(value: &T) {
    let address = (&raw const *value).expose_provenance();
    request([MAKE_MEM_DEFINED, address, mem::size_of::<T>(), 0]);
}

/// Whether any bit of the value is undefined. Bytes that memcheck does not know count as such.
#[inline]
pub fn is_undefined<T: ?Sized>(value: &T) -> bool {
    let mut bits = [0_u8; 64];
    let len = mem::size_of_val(value);
    assert!(len <= bits.len(), "larger than what is compared");
    let address = (&raw const *value).cast::<u8>().expose_provenance();
    let answer = request([
        GET_VBITS,
        address,
        bits.as_mut_ptr().expose_provenance(),
        len,
    ]);
    answer != OK || bits != [0; 64]
}

#[inline]
fn request(arguments: [usize; 4]) -> usize {
    let [code, first, second, third] = arguments;
    let arguments = [code, first, second, third, 0, 0];
    let mut answer = 0_usize;
    // SAFETY: without valgrind the instructions change no register and no memory; with it they read `arguments`, and write
    // `rdx` and what the arguments point to, which the compiler has to expect, since it is not told otherwise.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") answer,
            options(nostack),
        );
    }
    answer
}

const RUNNING_ON_VALGRIND: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
/// `M` and `C`, of memcheck, and a number.
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
const MAKE_MEM_DEFINED: usize = 0x4d43_0002;
const GET_VBITS: usize = 0x4d43_0008;
/// The answer to `GET_VBITS` that the bits are known.
const OK: usize = 1;
