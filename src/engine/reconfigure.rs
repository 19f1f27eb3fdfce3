use std::path::PathBuf;

use crate::base::{LogType, Result};
use crate::engine::dispatch::Dispatch;
use crate::engine::outlet::Outlet;
use crate::engine::plan::Plan;
use crate::engine::routes::Routes;
use crate::format;
use crate::format::status::Counters;
use crate::ring::EventSet;
use crate::subscription::Subscription;

/// Other subscriptions and settings for an engine that runs.
#[derive(Debug)]
pub(crate) struct Reconfiguration {
    pub(crate) plan: Plan,
    /// The subscriptions that are there from now on, but for those that are kept.
    pub(crate) subscriptions: Vec<Subscription>,
    /// The names of subscriptions that go on as they are.
    pub(crate) kept: Vec<String>,
}

impl Reconfiguration {
    /// The events that anybody takes from now on, whatever those take that are kept.
    pub(crate) fn wanted(&self) -> EventSet {
        let mut wanted = EventSet::EMPTY;
        for subscription in &self.subscriptions {
            wanted.union(&self.plan.events_of(subscription.log_type));
        }
        wanted
    }
}

impl Dispatch {
    /// Takes on other subscriptions and settings: all of it, or, if a sink cannot be opened,
    /// nothing. Everything that was taken before has been settled.
    pub(crate) fn reconfigure(&mut self, new: Reconfiguration) -> Result<()> {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        let Reconfiguration { plan, subscriptions, kept } = new;
        let (renewed, added): (Vec<_>, Vec<_>) =
            subscriptions.into_iter().partition(|new| self.position(&new.name).is_some());

        // What is new beside the others can fail without harm, so it comes first.
        let mut opened = Vec::new();
        for subscription in added {
            match plan.outlet(subscription, now, nanos, None) {
                Ok(outlet) => opened.extend(outlet),
                Err(error) => {
                    opened.iter_mut().for_each(|outlet: &mut Outlet| {
                        outlet.close(now, nanos).ok();
                    });
                    return Err(error);
                }
            }
        }
        // A directory has one writer: the old one closes its file before the new one opens its.
        let mut replaced: Vec<(usize, Outlet)> = Vec::new();
        for subscription in renewed {
            let Some(index) = self.position(&subscription.name) else { continue };
            self.end(index);
            let outlet = plan.outlet(subscription, now, nanos, None);
            match outlet {
                Ok(Some(mut outlet)) => {
                    let Some(place) = self.outlets.get_mut(index) else { continue };
                    if place.log_type == outlet.log_type {
                        outlet.go_on_from(&place.account());
                    }
                    replaced.push((index, core::mem::replace(place, outlet)));
                }
                Ok(None) => {}
                Err(error) => {
                    self.restore(index, replaced);
                    opened.iter_mut().for_each(|outlet: &mut Outlet| {
                        outlet.close(now, nanos).ok();
                    });
                    return Err(error);
                }
            }
        }
        // From here on nothing fails.
        let fresh: Vec<_> = replaced.iter().map(|(index, _)| *index).collect();
        for index in (0..self.outlets.len()).rev() {
            let Some(outlet) = self.outlets.get(index) else { continue };
            if fresh.contains(&index) || kept.contains(&outlet.account.name) {
                continue;
            }
            self.end(index);
            let outlet = self.outlets.remove(index);
            self.ended.retain(|account| account.name != outlet.account.name);
            self.ended.push(outlet.account());
        }
        for outlet in &mut opened {
            // What was there under this name before counts on.
            if let Some(at) = self.ended.iter().position(|ended| ended.name == outlet.account.name)
            {
                let ended = self.ended.remove(at);
                if ended.log_type == outlet.log_type {
                    outlet.go_on_from(&ended);
                }
            }
        }
        self.outlets.append(&mut opened);
        self.settle_in(plan, nanos);
        self.tell_news();
        Ok(())
    }

    /// Sets everything that follows from the outlets and the plan.
    pub(crate) fn settle_in(&mut self, plan: Plan, nanos: u64) {
        self.takes =
            self.outlets
                .iter()
                .map(|outlet| {
                    if outlet.is_done() { EventSet::EMPTY } else { plan.events_of(outlet.log_type) }
                })
                .collect();
        self.narrow();
        let has_status = self.outlets.iter().any(|outlet| outlet.log_type == LogType::Status);
        if has_status {
            self.counters.get_or_insert_with(Counters::default);
        } else {
            self.counters = None;
        }
        if self.status_nanos != plan.status_nanos {
            self.status_nanos = plan.status_nanos;
            self.next_status_nanos = nanos.saturating_add(plan.status_nanos);
        }
        self.logged = plan.logged;
        self.route();
        // The first sink that is a directory says which partition the logs are on.
        let logs = self
            .outlets
            .iter()
            .map(|outlet| PathBuf::from(outlet.place()))
            .find(|place| place.is_dir())
            .unwrap_or_else(|| PathBuf::from("/"));
        self.machine.look_at(logs);
    }

    /// Works out which event goes where.
    pub(crate) fn route(&mut self) {
        let counted = match self.counters {
            Some(_) => format::events_of(LogType::Status),
            None => EventSet::EMPTY,
        };
        self.routes = Routes::new(&self.takes, |number, index| {
            self.outlets.get(index).is_some_and(Outlet::is_of_rows)
                && !self.logged.concerns(number)
                && !counted.contains(number)
        });
    }

    /// Lets workers know what is wanted.
    pub(crate) fn narrow(&mut self) {
        let mut wanted = EventSet::EMPTY;
        self.takes.iter().for_each(|taken| wanted.union(taken));
        self.narrowed = Some(wanted);
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.outlets.iter().position(|outlet| outlet.account.name == name)
    }

    /// Ends the file of a subscription, and tells what it leaves undone.
    fn end(&mut self, index: usize) {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        self.turn_window(index, u64::MAX);
        self.look_after_composer(index, None);
        if self.leave(index) {
            let name = self.outlets.get(index).map(|outlet| outlet.account.name.clone());
            self.await_exclusive(&name.unwrap_or_default());
        } else if let Some(outlet) = self.outlets.get_mut(index) {
            outlet.close_and_tell(now, nanos);
        }
        self.tell_news();
    }

    /// Puts back what was replaced, and lets it go on in new files.
    fn restore(&mut self, failed: usize, replaced: Vec<(usize, Outlet)>) {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        for (index, old) in replaced {
            if let Some(place) = self.outlets.get_mut(index) {
                place.close(now, nanos).ok();
                *place = old;
                place.reopen(now, nanos);
            }
        }
        if let Some(outlet) = self.outlets.get_mut(failed) {
            outlet.reopen(now, nanos);
        }
    }
}
