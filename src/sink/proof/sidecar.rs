//! What stands beside each closed file: `{name}.sum`.

use std::io::{self, BufRead as _, BufReader, Read as _};

use crate::base::How;
use crate::sink::file::Folder;
use crate::sink::names::FileName;
use crate::sink::proof::chain::is_hash;
use crate::sink::proof::counts::Counts;
use crate::sink::proof::flat::{Object, Writer};
use crate::sink::proof::records::Ends;

/// The name of a file's sidecar. While the file is written, it is there only for the chain.
pub(crate) fn name(file: &FileName) -> String {
    format!("{file}.sum")
}

/// The last line of a sidecar: what the file holds.
pub(crate) fn sum(file: &FileName, is_text: bool, counts: &Counts, ends: Option<&Ends>) -> String {
    let mut line = Writer::new();
    line.text("file", &file.to_string()).text("form", if is_text { "lines" } else { "other" });
    counts.write(&mut line);
    if let Some(ends) = ends {
        line.text("chain", &ends.last);
    }
    line.line()
}

/// The value that the chain of a file goes on from; `None` where no sidecar says.
pub(crate) fn first(folder: &Folder, file: &FileName) -> io::Result<Option<String>> {
    let opened = match folder.disk.open(&folder.at(&name(file)), How::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut line = Vec::new();
    BufReader::new(opened).take(1024).read_until(b'\n', &mut line)?;
    let object = Object::read(&line);
    let first = object.as_ref().and_then(|object| object.text("first"));
    Ok(first.filter(|first| is_hash(first)).map(str::to_owned))
}
