use std::fmt;
use std::io;
use std::time::Duration;

use crate::base::{Form, PushAccount, Result, SubscriptionAccount, Timestamp};
use crate::subscription::{Header, Mark, PushNews, PushRest, Wants};

/// Where a subscription's lines go.
///
/// All calls come from the formatter thread, one after the other. What may stall for long belongs
/// behind a thread and a queue of its own (contract C11).
pub trait Sink: fmt::Debug + Send {
    /// Begins: called once, before anything is written. Default: there is nothing to do.
    ///
    /// # Errors
    /// When the sink cannot take anything; the engine then does not start.
    fn open(&mut self, _opening: &Opening<'_>) -> Result<()> {
        Ok(())
    }

    /// Takes whole lines, and returns how many bytes of them it took, as `write(2)` does.
    ///
    /// # Errors
    /// Whatever kept it from taking any. The engine tries again.
    fn write(&mut self, lines: &[u8]) -> io::Result<usize>;

    /// Whether it is a stream of lines to a peer instead of a file, and what it then wants to be told
    /// of each line. A stream gets no header records, which it sends itself when it begins
    /// ([`Opening::header`]), no closing record, and no rollover. Asked once, behind
    /// [`open`](Self::open). Default: it is a file.
    fn stream(&self) -> Option<Wants> {
        None
    }

    /// Takes whole lines, each with its mark, where [`stream`](Self::stream) wants marks; returns how
    /// many bytes it took, which must be whole lines. The marks are those of `lines`, and their ends
    /// count from its beginning.
    ///
    /// # Errors
    /// As [`write`](Self::write). After an error of the kind [`io::ErrorKind::QuotaExceeded`] the
    /// lines are not offered again: there is no room, and they are counted as failed at once.
    fn write_marked(&mut self, lines: &[u8], _marks: &[Mark]) -> io::Result<usize> {
        self.write(lines)
    }

    /// What happened between it and its peer, for the operator. Asked some times a second. Default:
    /// nothing.
    fn take_news(&mut self) -> Option<PushNews> {
        None
    }

    /// What became of the lines that it took, where it sends them to a peer. Default: it does not.
    fn push_account(&self) -> Option<PushAccount> {
        None
    }

    /// Lets it end by itself, in the place of [`close`](Self::close): nothing more will be handed over,
    /// and nobody waits for its peer. Default: it cannot, and is closed.
    fn leave(&mut self) -> Option<Box<dyn PushRest>> {
        None
    }

    /// Brings what it took to where it survives the loss of power. Called as the subscription's
    /// [`Fsync`](crate::Fsync) says. Default: there is nothing to do.
    ///
    /// # Errors
    /// When that is not sure; the engine counts and tells it.
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Bytes taken since the last rollover.
    fn position(&self) -> u64;

    /// What has been taken, in a form by which a later run can come back to it: behind a crash it is
    /// told to [`open`](Self::open), and what was taken behind it is handed over again. Default:
    /// none, so that behind a crash some lines may come twice.
    fn point(&self) -> Option<Point<'_>> {
        None
    }

    /// Gives up what it took behind `position`: the rest of a line that will not come.
    ///
    /// # Errors
    /// When it cannot; the torn line then stays.
    fn cut(&mut self, position: u64) -> io::Result<()>;

    /// Takes the subscription's account, which is exact: before the first line is written, before
    /// each rollover and before the close. Default: it is of no use.
    fn tell(&mut self, _account: &SubscriptionAccount, _now: Timestamp) {}

    /// Closes the file and begins the next, which starts at `stamp`.
    ///
    /// # Errors
    /// When it cannot; the sink must then go on with the file that it has.
    fn roll(&mut self, stamp: &str) -> io::Result<()>;

    /// What went wrong without keeping a line from being written, such as an old file that could not
    /// be deleted. Asked behind each rollover and when the account was first told; the engine tells
    /// it in the log. Default: nothing.
    fn take_complaint(&mut self) -> Option<io::Error> {
        None
    }

    /// Ends: the last lines have been written. Default: there is nothing to do.
    ///
    /// # Errors
    /// When something of it could not be done.
    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Where the lines are, for people: a directory, or a word.
    fn place(&self) -> String;
}

/// How far a sink had come.
///
/// ```
/// use ringmail::subscription::{Opening, Point, Sink};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// let mut crashed = ringmail::File::in_dir(dir);
/// crashed.open(&Opening::new("mail", "mail", "20141119T091638", 10))?;
/// crashed.write(b"one\n").unwrap();
/// let Point { file, len, .. } = crashed.point().unwrap();
/// let (file, len) = (file.to_owned(), len);
/// crashed.write(b"two\n").unwrap();
/// drop(crashed);
///
/// let mut again = ringmail::File::in_dir(dir);
/// let opening = Opening::new("mail", "mail", "20141119T091700", 10);
/// again.open(&opening.resume(Point::new(&file, len)))?;
/// assert_eq!(again.position(), 4, "what came behind the point is gone");
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Point<'a> {
    /// The file, in the sink's own words: for [`File`](crate::File) its name without the status,
    /// and, if there is a file of a later local time, that one's behind a tab.
    pub file: &'a str,
    /// Its length in bytes.
    pub len: u64,
    /// When it was there, as far as that is known. What was written much later was written by
    /// somebody else.
    pub time: Option<Timestamp>,
}

impl<'a> Point<'a> {
    /// A point of this file.
    #[must_use]
    pub const fn new(file: &'a str, len: u64) -> Self {
        Self { file, len, time: None }
    }

    /// The same, at this time.
    #[must_use]
    pub const fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }
}

/// What a sink is told when it is opened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Opening<'a> {
    /// The subscription's name.
    pub name: &'a str,
    /// The name of its files, before the stamp.
    pub file: &'a str,
    /// The local time at which the first file starts, `YYYYMMDDTHHMMSS`.
    pub stamp: &'a str,
    /// How many files to keep, the open one included. At least 1.
    pub keep: usize,
    /// How many bytes all files together may have.
    pub keep_bytes: Option<u64>,
    /// How long a closed file is kept.
    pub keep_age: Option<Duration>,
    /// What the files are made of.
    pub form: Form,
    /// Where an earlier run had come to, to go on from there; what it took behind it is given up.
    pub resume: Option<Point<'a>>,
    /// Whether the subscription has an [`Fsync`](crate::Fsync): names are then to be synced when
    /// files are made, renamed or deleted.
    pub syncs: bool,
    /// Whether the files are to be proved by sidecars and a ledger beside them. The engine then
    /// tells its account.
    pub has_proof: bool,
    /// Whether the sidecars are to have a hash chain, where this build has the feature `verify`.
    pub is_chained: bool,
    /// The records that open a file, for a sink that is a [stream](Sink::stream) and opens each of its
    /// streams with them.
    pub header: Option<&'a Header>,
}

impl<'a> Opening<'a> {
    /// What the engine would tell a sink: for who tests or measures one without an engine.
    ///
    /// ```
    /// use ringmail::Null;
    /// use ringmail::subscription::{Opening, Sink};
    /// let mut sink = Null::new();
    /// sink.open(&Opening::new("mail_logs", "mail_logs", "20141119T091638", 10))?;
    /// assert_eq!(sink.write(b"a line\n").unwrap(), 7);
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    #[must_use]
    pub const fn new(name: &'a str, file: &'a str, stamp: &'a str, keep: usize) -> Self {
        let (keep_bytes, keep_age, resume, header) = (None, None, None, None);
        let (syncs, has_proof, is_chained) = (false, false, false);
        let form = Form::Lines;
        Self {
            name,
            file,
            stamp,
            keep,
            keep_bytes,
            keep_age,
            form,
            resume,
            syncs,
            has_proof,
            is_chained,
            header,
        }
    }

    /// The same, with a point of an earlier run.
    #[must_use]
    pub const fn resume(mut self, point: Point<'a>) -> Self {
        self.resume = Some(point);
        self
    }
}
