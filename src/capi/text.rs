//! Texts of options: C strings, in UTF-8 where they are not paths.

use core::ffi::{CStr, c_char};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::error::{Failure, fail};

/// A text that is needed.
///
/// # Safety
/// It is NULL or ends with a 0, and stays as it is for `'t`.
pub(super) unsafe fn text<'t>(name: &str, text: *const c_char) -> Result<&'t str, Failure> {
    // SAFETY: as the caller says.
    let text = unsafe { optional_text(name, text) }?;
    text.map_or_else(|| fail(format!("{name} is NULL")), Ok)
}

/// A text, or NULL.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_text<'t>(
    name: &str,
    text: *const c_char,
) -> Result<Option<&'t str>, Failure> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: it is not NULL, and ends with a 0, says the caller.
    match unsafe { CStr::from_ptr(text) }.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => fail(format!("{name} is not UTF-8")),
    }
}

/// A path that is needed.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn path(name: &str, path: *const c_char) -> Result<PathBuf, Failure> {
    // SAFETY: as the caller says.
    let path = unsafe { optional_path(name, path) }?;
    path.map_or_else(|| fail(format!("{name} is NULL")), Ok)
}

/// A path, or NULL.
///
/// # Safety
/// As [`text`].
pub(super) unsafe fn optional_path(
    name: &str,
    path: *const c_char,
) -> Result<Option<PathBuf>, Failure> {
    if path.is_null() {
        return Ok(None);
    }
    // SAFETY: it is not NULL, and ends with a 0, says the caller.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    if bytes.is_empty() {
        return fail(format!("{name} is empty: it must name a file or directory"));
    }
    Ok(Some(PathBuf::from(OsStr::from_bytes(bytes))))
}

/// A list of texts.
///
/// # Safety
/// It is NULL or has so many elements, each of which is as [`text`] says.
pub(super) unsafe fn texts<'t>(
    name: &str,
    items: *const *const c_char,
    count: usize,
) -> Result<Vec<&'t str>, Failure> {
    if items.is_null() && count > 0 {
        return fail(format!("{name} is NULL, but has a count"));
    }
    if count > MAX_TEXTS || !items.is_aligned() {
        return fail(format!("{name}: {count} texts: the count or the pointer must be wrong"));
    }
    let mut texts = Vec::with_capacity(count);
    for at in 0..count {
        // SAFETY: the list has so many elements, says the caller.
        let item = unsafe { items.add(at) };
        // SAFETY: as before.
        let item = unsafe { item.read() };
        // SAFETY: as before.
        texts.push(unsafe { text(name, item) }?);
    }
    Ok(texts)
}

const MAX_TEXTS: usize = 4096;

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::*;

    fn of(given: *const c_char) -> Result<Option<&'static str>, String> {
        // SAFETY: the tests' texts are constants that end with a 0, or NULL.
        unsafe { optional_text("name", given) }.map_err(|failure| failure.to_string())
    }

    #[test]
    fn texts_are_utf8() {
        assert_eq!(of(c"mail_logs".as_ptr()).unwrap(), Some("mail_logs"));
        assert_eq!(of(c"".as_ptr()).unwrap(), Some(""));
        assert_eq!(of(ptr::null()).unwrap(), None);
        assert_eq!(of(c"\xff".as_ptr()).unwrap_err(), "name is not UTF-8");
        // SAFETY: it is NULL.
        let none = unsafe { text("name", ptr::null()) };
        assert_eq!(none.unwrap_err().to_string(), "name is NULL");
    }

    #[test]
    fn paths_are_any_bytes_but_none() {
        let of = |given: &CStr| {
            // SAFETY: it ends with a 0.
            unsafe { path("dir", given.as_ptr()) }.map_err(|failure| failure.to_string())
        };
        assert_eq!(of(c"/\xff").unwrap().as_os_str().as_bytes(), b"/\xff");
        assert!(of(c"").unwrap_err().contains("is empty"));
        // SAFETY: it is NULL.
        assert!(unsafe { optional_path("dir", ptr::null()) }.unwrap().is_none());
    }

    #[test]
    fn lists_have_what_they_say() {
        let items = [c"a".as_ptr(), c"b".as_ptr(), ptr::null()];
        let of = |items: *const *const c_char, count| {
            // SAFETY: the list has three elements, which are constants or NULL, or is NULL.
            unsafe { texts("names", items, count) }.map_err(|failure| failure.to_string())
        };
        assert_eq!(of(items.as_ptr(), 2).unwrap(), ["a", "b"]);
        assert_eq!(of(items.as_ptr(), 3).unwrap_err(), "names is NULL");
        assert!(of(ptr::null(), 1).unwrap_err().contains("has a count"));
        assert!(of(ptr::null(), 0).unwrap().is_empty());
        assert!(of(items.as_ptr(), usize::MAX).unwrap_err().contains("must be wrong"));
    }
}
