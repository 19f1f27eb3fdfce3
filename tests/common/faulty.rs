//! A file system whose calls fail when they are told to.

use std::fs;
use std::io;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use ringmail::base::{Disk, How, RealDisk};

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Allocate,
    Link,
    List,
    MakeFolder,
    Map,
    Open,
    Remove,
    Rename,
    Sync,
    Truncate,
    Write,
}

/// How a call fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// With this error number.
    Error(i32),
    /// A write takes half of what it is given, and the next fails with this error number.
    Short(i32),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Faulty {
    plan: Arc<Mutex<Plan>>,
    stall: Arc<(Mutex<bool>, Condvar)>,
}

#[derive(Debug, Default)]
struct Plan {
    fault: Option<(Call, Fault)>,
    /// Calls of the kind that still work.
    still: u64,
    lasts: bool,
    has_struck: bool,
}

impl Faulty {
    /// Lets the n-th call of a kind fail, from 0, and, if it lasts, all behind it.
    pub(crate) fn fail(&self, call: Call, nth: u64, fault: Fault, lasts: bool) {
        let mut plan = self.plan.lock().unwrap();
        *plan = Plan { fault: Some((call, fault)), still: nth, lasts, ..Plan::default() };
    }

    /// Lets everything work from now on. Whether anything has failed.
    pub(crate) fn heal(&self) -> bool {
        let mut plan = self.plan.lock().unwrap();
        plan.fault = None;
        plan.has_struck
    }

    /// Lets writes stall, or lets those that do go on.
    pub(crate) fn stall(&self, yes: bool) {
        *self.stall.0.lock().unwrap() = yes;
        self.stall.1.notify_all();
    }

    fn strike(&self, call: Call) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let (failing, fault) = plan.fault?;
        if failing != call {
            return None;
        }
        if plan.still > 0 {
            plan.still -= 1;
            return None;
        }
        plan.has_struck = true;
        match fault {
            Fault::Error(_) if !plan.lasts => plan.fault = None,
            Fault::Short(error) => plan.fault = Some((call, Fault::Error(error))),
            Fault::Error(_) => {}
        }
        Some(fault)
    }

    fn check(&self, call: Call) -> io::Result<()> {
        match self.strike(call) {
            Some(Fault::Error(error) | Fault::Short(error)) => {
                Err(io::Error::from_raw_os_error(error))
            }
            None => Ok(()),
        }
    }
}

impl Disk for Faulty {
    fn open(&self, path: &Path, how: How) -> io::Result<fs::File> {
        self.check(Call::Open)?;
        RealDisk.open(path, how)
    }

    fn write(&self, file: &fs::File, bytes: &[u8]) -> io::Result<usize> {
        let mut stalls = self.stall.0.lock().unwrap();
        while *stalls {
            stalls = self.stall.1.wait(stalls).unwrap();
        }
        drop(stalls);
        match self.strike(Call::Write) {
            Some(Fault::Error(error)) => Err(io::Error::from_raw_os_error(error)),
            Some(Fault::Short(_)) => RealDisk.write(file, bytes.split_at(bytes.len() / 2).0),
            None => RealDisk.write(file, bytes),
        }
    }

    fn sync(&self, file: &fs::File) -> io::Result<()> {
        self.check(Call::Sync)?;
        RealDisk.sync(file)
    }

    fn truncate(&self, file: &fs::File, len: u64) -> io::Result<()> {
        self.check(Call::Truncate)?;
        RealDisk.truncate(file, len)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check(Call::Rename)?;
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.check(Call::Remove)?;
        RealDisk.remove(path)
    }

    fn link(&self, target: &str, link: &Path) -> io::Result<()> {
        self.check(Call::Link)?;
        RealDisk.link(target, link)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.check(Call::List)?;
        RealDisk.list(folder)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.check(Call::MakeFolder)?;
        RealDisk.make_folder(folder)
    }

    fn allocate(&self, file: &fs::File, len: u64) -> io::Result<()> {
        self.check(Call::Allocate)?;
        RealDisk.allocate(file, len)
    }

    fn map(&self, file: &fs::File, len: usize) -> io::Result<NonNull<u8>> {
        self.check(Call::Map)?;
        RealDisk.map(file, len)
    }
}
