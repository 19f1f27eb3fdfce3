//! log4rs with its file appender and pattern encoder: the caller makes the line and writes it.

use log4rs::append::file::FileAppender;
use log4rs::config::{Appender, Config, Root};
use log4rs::encode::pattern::PatternEncoder;

use super::system::{Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    let line = PatternEncoder::new("{d(%a %b %e %H:%M:%S %Y)(utc)} Info: {m}{n}");
    let file = FileAppender::builder().encoder(Box::new(line)).build(place.path("mail_logs"))?;
    let config = Config::builder()
        .appender(Appender::builder().build("mail", Box::new(file)))
        .build(Root::builder().appender("mail").build(log::LevelFilter::Info))?;
    log4rs::init_config(config)?;
    Ok(Box::new(Log4rs))
}

struct Log4rs;

impl Running for Log4rs {
    fn worker(&self, _share: &Share) -> Result<Work> {
        Ok(Box::new(|share| {
            drive(share, |said| {
                let Said { mid, icid, rid, to } = said;
                log::info!("MID {mid} ICID {icid} RID {rid} To: <{to}>");
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        log::logger().flush();
        Ok(())
    }
}
