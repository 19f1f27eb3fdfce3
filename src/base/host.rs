/// The machine's name; empty where it has none.
pub(crate) fn host_name() -> String {
    let mut name = [0_u8; 256];
    // SAFETY: the kernel writes at most so many bytes into the array, and leaves the last one.
    let failed = unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } != 0;
    let len = name.iter().position(|byte| *byte == 0).unwrap_or(0);
    match name.get(..len) {
        Some(name) if !failed => String::from_utf8_lossy(name).into_owned(),
        _ => String::new(),
    }
}
