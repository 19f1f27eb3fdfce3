//! Sinks that were left, and still have something to send to their peers.

use crate::base::{PushAccount, SubscriptionAccount};
use crate::engine::dispatch::Dispatch;
use crate::engine::outlet::NEWS_AT_ONCE;
use crate::event;
use crate::subscription::PushRest;

/// What a subscription's earlier sink has still to send.
#[derive(Debug)]
pub(crate) struct Leaving {
    name: String,
    rest: Box<dyn PushRest>,
}

impl Dispatch {
    /// Lets the sink of an outlet end by itself, if it can. Whether it does.
    pub(crate) fn leave(&mut self, index: usize) -> bool {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        let Some(outlet) = self.outlets.get_mut(index) else { return false };
        let Some(rest) = outlet.leave(now, nanos) else { return outlet.has_left };
        let name = outlet.account.name.clone();
        self.leaving.push(Leaving { name, rest });
        true
    }

    /// Waits until another sink can take the place of those of this name that were left.
    pub(crate) fn await_exclusive(&mut self, name: &str) {
        let of_name = self.leaving.iter().filter(|leaving| leaving.name == name);
        of_name.filter(|leaving| leaving.rest.is_exclusive()).for_each(|leaving| {
            // Whoever reloads waits, and with them all subscriptions.
            leaving.rest.hurry();
            leaving.rest.wait();
        });
        self.look_after_leaving();
    }

    /// Waits for all that were left, as long as each of them may take.
    pub(crate) fn await_leaving(&mut self) {
        // They end at the same time: the longest one takes as long as all.
        self.leaving.iter().for_each(|leaving| leaving.rest.wait());
        self.look_after_leaving();
    }

    /// Tells what happens to those that were left, and counts what has become of their lines.
    pub(crate) fn look_after_leaving(&mut self) {
        if self.leaving.is_empty() {
            return;
        }
        for mut leaving in core::mem::take(&mut self.leaving) {
            let name = leaving.name.clone();
            let index = self.outlets.iter().position(|outlet| outlet.account.name == name);
            // Asked first: what it has to tell of its end is there by then.
            let has_ended = leaving.rest.has_ended();
            for _ in 0..NEWS_AT_ONCE {
                let Some(news) = leaving.rest.take_news() else { break };
                self.tell_push(index, &name, &news);
            }
            if !has_ended {
                self.leaving.push(leaving);
                continue;
            }
            let came_to = leaving.rest.account();
            let outlets = self.outlets.iter_mut().map(|outlet| &mut outlet.account);
            let mut all = outlets.chain(&mut self.ended);
            if let Some(account) = all.find(|account| account.name == name) {
                account.push.get_or_insert_default().add(&came_to);
            }
            self.tell_end_of(&name, &came_to);
        }
    }

    /// Adds what has become of the lines of those that were left.
    pub(crate) fn add_leaving(&self, accounts: &mut [SubscriptionAccount]) {
        for Leaving { name, rest } in &self.leaving {
            if let Some(account) = accounts.iter_mut().find(|account| account.name == *name) {
                account.push.get_or_insert_default().add(&rest.account());
            }
        }
    }

    fn tell_end_of(&mut self, name: &str, account: &PushAccount) {
        if account.lost == 0 && account.pending == account.buffered {
            return;
        }
        let finding = format!(
            "the push has ended, {} lines were lost since it began, {} are unknown",
            account.lost + account.pending - account.buffered,
            account.unknown
        );
        let finding = finding.as_str().into();
        self.tell(&event::PushWarned { subscription: name.into(), finding }, None);
    }
}
