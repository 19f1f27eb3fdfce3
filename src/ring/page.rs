//! The ring's words as a file of the run directory, so that other processes can read them.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use crate::base::{Error, Result};
use crate::ring::lane_head::sum_of;
use crate::ring::mapping::{Access, Mapping, allocate};
use crate::ring::owner::effective_user;
use crate::ring::words::RingWords;

/// The mapped file. The process that serves the directory writes it; all others only read, and
/// cannot do more.
#[derive(Debug)]
pub(crate) struct Page {
    mapping: Mapping,
    file: File,
}

/// The file's name.
const NAME: &str = "engine";
/// Before the words: what the file is.
const WORDS_AT: usize = 128;
const LEN: usize = WORDS_AT + size_of::<RingWords>();
const MAGIC: u64 = u64::from_le_bytes(*b"RINGWORD");
const LAYOUT: u64 = 1 | (size_of::<RingWords>() as u64) << 32;

impl Page {
    /// Opens the page to serve it, or makes it. It is the same file for as long as the directory
    /// is: processes that are attached keep it mapped from one formatter to the next.
    ///
    /// # Errors
    /// When it cannot be made, or what is there is no page of this user and version.
    pub(crate) fn serve(dir: &Path, mode: u32) -> Result<Self> {
        let path = dir.join(NAME);
        let failed = |what: &'static str| {
            let path = path.clone();
            move |source| Error::io(what, source).at_path(path)
        };
        let options = |create: bool| {
            let mut options = OpenOptions::new();
            options.read(true).write(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
            options.create_new(create).mode(mode);
            options
        };
        let file = match options(false).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = dir.join(format!(".{NAME}.new"));
                fs::remove_file(&made).ok();
                make(&options(true), &made)
                    .and_then(|file| fs::rename(&made, &path).map(|()| file))
                    .map_err(failed("cannot make the page of the run directory"))?
            }
            Err(source) => return Err(failed("cannot open the page of the run directory")(source)),
        };
        check(&file, effective_user()).map_err(|why| {
            Error::config(format!(
                "the page of the run directory cannot be used: {why}; end the processes that are \
                 attached and remove the directory, or use another"
            ))
            .at_path(&path)
        })?;
        file.set_permissions(fs::Permissions::from_mode(mode))
            .map_err(failed("cannot set the mode of the page"))?;
        let mapping = Mapping::shared(&file, LEN, Access::ReadWrite)
            .map_err(failed("cannot map the page of the run directory"))?;
        Ok(Self { mapping, file })
    }

    /// Opens the page of a directory that another process serves, or has served. `owner` is the
    /// user that the directory belongs to.
    ///
    /// # Errors
    /// When there is none, or none that can be used.
    pub(crate) fn attach(dir: &Path, owner: u32) -> Result<Self> {
        let path = dir.join(NAME);
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(&path)
            .map_err(|source| {
                Error::io(
                    "cannot open the run directory's page: start the engine that serves it first, \
                     and see to it that this user may read there",
                    source,
                )
                .at_path(&path)
            })?;
        check(&file, owner).map_err(|why| {
            Error::config(format!("the run directory's page cannot be used: {why}")).at_path(&path)
        })?;
        let mapping = Mapping::shared(&file, LEN, Access::Read).map_err(|source| {
            Error::io("cannot map the run directory's page", source).at_path(&path)
        })?;
        Ok(Self { mapping, file })
    }

    /// The words. Only who serves the directory may store into them.
    #[inline]
    pub(crate) fn words(&self) -> &RingWords {
        // SAFETY: the mapping has LEN bytes.
        let start = unsafe { self.mapping.start().add(WORDS_AT) }.cast::<RingWords>();
        // SAFETY: aligned, as a mapping begins with a page; all words are atomic numbers, for which
        // any bytes are valid.
        unsafe { &*start }
    }

    /// The file, to be touched.
    pub(crate) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

fn make(options: &OpenOptions, path: &Path) -> io::Result<File> {
    let file = options.open(path)?;
    allocate(&file, LEN as u64)?;
    let mut head = [0; 24];
    let words = [MAGIC, LAYOUT, sum_of(&[MAGIC, LAYOUT])];
    for (to, word) in head.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    file.write_all_at(&head, 0)?;
    Ok(file)
}

/// Whether a file is a page that this version can use.
fn check(file: &File, owner: u32) -> std::result::Result<(), String> {
    let found = file.metadata().map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if found.uid() != owner {
        return Err(format!("it belongs to user {}, not to user {owner}", found.uid()));
    }
    let mut head = [0; 24];
    file.read_exact_at(&mut head, 0).map_err(|_| "it is too short".to_owned())?;
    let mut words = head.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight));
    if words.next() != Some(MAGIC) {
        return Err("it is another kind of file".to_owned());
    }
    if words.next() != Some(LAYOUT) || words.next() != Some(sum_of(&[MAGIC, LAYOUT])) {
        return Err("another version of the library made it".to_owned());
    }
    if found.len() != LEN as u64 {
        return Err("it has another length than it should".to_owned());
    }
    Ok(())
}
