use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// What went wrong while something was set up, read or written.
///
/// One type for the whole crate, one word wide. It says what was tried, where (a path or a
/// position), and what to do next. `emit` never returns it: loss is counted in the ledger.
///
/// ```
/// use ringmail::Subscription;
/// let error = Subscription::new("../etc", ringmail::LogType::TextMail).check().unwrap_err();
/// assert!(error.is_config());
/// assert!(error.to_string().contains("../etc"));
/// ```
pub struct Error(Box<Inner>);

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

struct Inner {
    kind: Kind,
    what: Cow<'static, str>,
    path: Option<PathBuf>,
    position: Option<u64>,
    source: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Config,
    Input,
    Io,
}

impl Error {
    /// The caller asked for something that is not allowed.
    #[cold]
    #[inline(never)]
    pub(crate) fn config(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Config, what.into(), None)
    }

    /// What was read does not have the form that it should have.
    #[cold]
    #[inline(never)]
    pub(crate) fn input(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Input, what.into(), None)
    }

    /// The operating system refused; `what` says what was tried.
    #[cold]
    #[inline(never)]
    pub(crate) fn io(what: impl Into<Cow<'static, str>>, source: io::Error) -> Self {
        Self::new(Kind::Io, what.into(), Some(source))
    }

    /// Says which file it was.
    #[must_use]
    pub(crate) fn at_path(mut self, path: impl AsRef<Path>) -> Self {
        self.0.path = Some(path.as_ref().to_path_buf());
        self
    }

    /// Says where in the input it was: a byte offset, or a line number counted from 1.
    #[must_use]
    pub(crate) fn at_position(mut self, position: u64) -> Self {
        self.0.position = Some(position);
        self
    }

    /// Whether the caller's options are at fault.
    #[must_use]
    pub fn is_config(&self) -> bool {
        self.0.kind == Kind::Config
    }

    /// Whether something that was read has not the form that it should have.
    #[must_use]
    pub fn is_input(&self) -> bool {
        self.0.kind == Kind::Input
    }

    /// Whether the operating system refused something.
    #[must_use]
    pub fn is_io(&self) -> bool {
        self.0.kind == Kind::Io
    }

    /// The file it is about.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The byte offset or line number in the input.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.0.position
    }

    /// The operating system's error number, where it was the one to refuse.
    #[must_use]
    pub fn raw_os_error(&self) -> Option<i32> {
        self.0.source.as_ref().and_then(io::Error::raw_os_error)
    }

    fn new(kind: Kind, what: Cow<'static, str>, source: Option<io::Error>) -> Self {
        Self(Box::new(Inner { kind, what, path: None, position: None, source }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(path) = &inner.path {
            write!(f, "{}: ", path.display())?;
        }
        if let Some(position) = inner.position {
            write!(f, "{position}: ")?;
        }
        f.write_str(&inner.what)?;
        if let Some(source) = &inner.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self})", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
