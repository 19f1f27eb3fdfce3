//! Errors as C sees them: a code, and a message that the thread keeps.

use core::cell::RefCell;
use core::ffi::{CStr, c_char};
use core::fmt;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::member::Wrong;
use crate::base::Error;

/// How a call went. `ringmail_last_error` tells more.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ringmail_error {
    /// It is done.
    RINGMAIL_OK = 0,
    /// An argument is wrong: NULL where something is needed, a size, a word, text that is no UTF-8.
    RINGMAIL_ERROR_ARGUMENT = 1,
    /// The options are not allowed, or not together.
    RINGMAIL_ERROR_CONFIG = 2,
    /// Something that was read has not the form that it should have.
    RINGMAIL_ERROR_INPUT = 3,
    /// The operating system refused something.
    RINGMAIL_ERROR_IO = 4,
    /// The engine runs in another process, which alone can do this.
    RINGMAIL_ERROR_ELSEWHERE = 5,
    /// The library is at fault.
    RINGMAIL_ERROR_INTERNAL = 6,
}

use ringmail_error::*;

/// What the thread's last call that went wrong had to say; empty if none has. It stays until the
/// thread's next call that goes wrong.
#[unsafe(no_mangle)]
pub extern "C" fn ringmail_last_error() -> *const c_char {
    LAST.try_with(|last| last.try_borrow().map_or(c"".as_ptr(), |last| last.as_ptr()))
        .unwrap_or(c"".as_ptr())
}

/// What a code means, in a few words. For a code that there is not: `unknown error`.
#[unsafe(no_mangle)]
pub extern "C" fn ringmail_strerror(code: i32) -> *const c_char {
    let texts: [&CStr; 7] = [
        c"done",
        c"wrong argument",
        c"options that are not allowed",
        c"input of a wrong form",
        c"refused by the operating system",
        c"only possible in the process of the engine",
        c"defect of the library",
    ];
    usize::try_from(code).ok().and_then(|at| texts.get(at)).unwrap_or(&c"unknown error").as_ptr()
}

/// The version of the library, which may be newer than that of the header, `RINGMAIL_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn ringmail_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Why a call went wrong.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: ringmail_error,
    what: String,
}

impl Failure {
    #[cold]
    #[inline(never)]
    pub(super) fn new(code: ringmail_error, what: impl Into<String>) -> Self {
        Self { code, what: what.into() }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn member(wrong: Wrong) -> Self {
        Self::new(RINGMAIL_ERROR_ARGUMENT, format!("{} {}", wrong.member, wrong.what))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = if error.is_io() {
            RINGMAIL_ERROR_IO
        } else if error.is_input() {
            RINGMAIL_ERROR_INPUT
        } else {
            RINGMAIL_ERROR_CONFIG
        };
        Self::new(code, error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// A wrong argument.
#[cold]
pub(super) fn fail<T>(what: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::new(RINGMAIL_ERROR_ARGUMENT, what))
}

/// Runs what a function of the interface does. When it fails, keeps why, and gives `failed`; a panic
/// is a failure, too.
pub(super) fn guarded<T: Copy>(failed: T, act: impl FnOnce() -> Result<T, Failure>) -> T {
    match caught(act) {
        Ok(done) => done,
        Err(failure) => {
            keep(&failure);
            failed
        }
    }
}

/// The same for functions whose result is only how they went.
pub(super) fn coded(act: impl FnOnce() -> Result<(), Failure>) -> ringmail_error {
    match caught(act) {
        Ok(()) => RINGMAIL_OK,
        Err(failure) => {
            keep(&failure);
            failure.code
        }
    }
}

fn caught<T>(act: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let _kept = Errno::keep();
    // Whatever a panic leaves behind is guarded by itself: locks that are poisoned are taken all the
    // same, and a lane's record is published by the last store of `emit`.
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| {
        Err(Failure::new(RINGMAIL_ERROR_INTERNAL, "a panic inside the library: this is a defect"))
    })
}

/// The thread's `errno`, which is put back at the end: who logs that a call has failed may still
/// want to know why.
struct Errno(i32);

impl Errno {
    fn keep() -> Self {
        // SAFETY: this thread's own number.
        Self(unsafe { Self::place().read() })
    }

    fn place() -> *mut i32 {
        // SAFETY: it only tells a place, which is there as long as the thread is.
        unsafe { libc::__errno_location() }
    }
}

impl Drop for Errno {
    fn drop(&mut self) {
        // SAFETY: this thread's own number.
        unsafe { Self::place().write(self.0) };
    }
}

#[cold]
#[inline(never)]
fn keep(failure: &Failure) {
    let bytes: Vec<u8> = failure.what.bytes().filter(|&byte| byte != 0).collect();
    // A thread that is ending has nobody left who would ask.
    let _kept = LAST.try_with(|last| {
        if let (Ok(mut last), Ok(text)) = (last.try_borrow_mut(), CString::new(bytes)) {
            *last = text;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last() -> String {
        // SAFETY: the message stays until this thread's next failure.
        unsafe { CStr::from_ptr(ringmail_last_error()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(coded(|| panic!("a defect")), RINGMAIL_ERROR_INTERNAL);
        assert!(last().contains("a panic inside the library"));
        assert_eq!(guarded(7, || panic!("another")), 7);
    }

    #[test]
    fn messages_are_the_threads_own() {
        assert_eq!(coded(|| fail("not \0 so")), RINGMAIL_ERROR_ARGUMENT);
        assert_eq!(last(), "not  so");
        std::thread::spawn(|| assert_eq!(last(), "")).join().unwrap();
        assert_eq!(coded(|| Ok(())), RINGMAIL_OK);
        assert_eq!(last(), "not  so", "it stays");
    }

    #[test]
    fn every_code_has_a_text() {
        let text = |code| {
            // SAFETY: the texts are constants.
            unsafe { CStr::from_ptr(ringmail_strerror(code)) }.to_str().unwrap()
        };
        assert_eq!(text(RINGMAIL_OK as i32), "done");
        assert_eq!(text(RINGMAIL_ERROR_INTERNAL as i32), "defect of the library");
        assert_eq!(text(7), "unknown error");
        assert_eq!(text(-1), "unknown error");
    }
}
