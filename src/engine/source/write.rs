//! Writes one object once: sends the create or the update, and reads back if the answer is lost.
//!
//! None of these operations takes a client token. An update is looked for by reading the object, a create by listing what
//! has its name; without effect it is sent once more, never a third time.

use crate::{
    engine::{
        flow::{Flow, Next},
        paging::{Page, Pages},
        readback::ReadBack,
    },
    model::{
        answer::{Answer, ListInfo, Named, ObjectInfo, Reply},
        call::Call,
        duration::Elapsed,
        fault::{Refusal, ServiceError},
        journal::Journal,
        outcome::Outcome,
        read_back::ReadBackResult,
        reason::{End, Hint, Reason},
        status::Status,
    },
};

/// No more pages than this are read of the objects whose name resembles that of a lost create.
const MOST_PAGES: u32 = 50;

/// How the effect of a write whose answer was lost is recognised.
pub enum Effect {
    /// An update: the object has what was sent.
    Updated {
        /// The call that reads the object.
        read: Call,
        /// What a read shows of it.
        shows: Box<dyn Fn(&ObjectInfo) -> Shown + Send>,
    },
    /// A create: there is an object of this identity.
    Created {
        /// What the name resembles, in the list of its kind.
        list: CreatedList,
        /// Whether it may be the one.
        is_it: Box<dyn Fn(&Named) -> bool + Send>,
        /// Its intended path in the tree: of several objects, the one with this path counts.
        path: String,
    },
}

/// What a read shows of an update whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It was made.
    Written,
    /// Everything that it changes is as before.
    AsBefore,
    /// It is neither: somebody edited the object meanwhile, and a second update would write over that.
    Edited,
}

/// The list in which a new object shows.
#[derive(Clone, Debug)]
pub enum CreatedList {
    /// Nodes, of one workflow or stand-alone ones.
    Nodes {
        /// The name.
        name: String,
        /// The workflow.
        container: Option<String>,
    },
    /// Workflows of one type.
    Workflows {
        /// The name.
        name: String,
        /// `ManualWorkflow` instead of `CycleWorkflow`.
        manual: bool,
    },
}

impl CreatedList {
    fn page(&self, page: u32) -> Call {
        match self.clone() {
            Self::Nodes { name, container } => Call::ListNodes { name, container, page },
            Self::Workflows { name, manual } => Call::ListWorkflowDefinitions { name, manual, page },
        }
    }
}

enum State {
    Ready,
    /// It was requested; a retry delays it, because it was refused for now, or not sent.
    Sent,
    /// An update was delayed: somebody may have edited the object meanwhile.
    Looking,
    ReadingBack {
        read_back: ReadBack,
        pages: Option<Pages>,
        found: Vec<Named>,
    },
}

/// One write.
pub struct WriteFlow {
    write: Call,
    effect: Effect,
    state: State,
    /// How many answers were lost.
    lost: u32,
    /// The last read that did not show the update.
    last_read: Option<Box<ObjectInfo>>,
    id: Option<String>,
    end: Option<End>,
}

impl WriteFlow {
    pub fn new(write: Call, effect: Effect) -> Self {
        Self { write, effect, state: State::Ready, lost: 0, last_read: None, id: None, end: None }
    }

    /// What the update that was sent last was sent over, where it was read since the first was sent.
    pub fn last_read(&self) -> Option<&ObjectInfo> {
        self.last_read.as_deref()
    }

    /// Whether its answer was lost, or it was delayed, so that the object was read, or a list.
    pub fn was_looked_for(&self) -> bool {
        self.lost > 0 || self.last_read.is_some()
    }

    /// Whether it is known to have had its effect.
    pub fn is_written(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.status == Status::Success)
    }

    /// The id of what was created.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn is_done(&mut self) {
        self.end = Some(End::new(Status::Success, "written"));
    }

    /// A read showed no effect: another one later, then the write once more, then the end.
    fn on_nothing_found(&mut self) {
        let State::ReadingBack { read_back, pages, found } = &mut self.state else { return };
        read_back.found_nothing();
        (*pages, *found) = (None, Vec::new());
        if read_back.next().is_some() {
            return;
        }
        if self.lost < 2 {
            self.state = State::Ready;
        } else {
            let reason = Reason::Lost { operation: self.write.operation(), result: ReadBackResult::NoEffect };
            self.end = Some(End::new(Status::Unavailable, reason));
        }
    }

    fn on_object(&mut self, object: Box<ObjectInfo>) {
        let Effect::Updated { shows, .. } = &self.effect else { return };
        let was_put_off = matches!(self.state, State::Looking);
        match shows(&object) {
            Shown::Written | Shown::AsBefore if was_put_off => {
                self.last_read = Some(object);
                self.state = State::Ready;
            }
            Shown::Written => self.is_done(),
            Shown::AsBefore => {
                self.last_read = Some(object);
                self.on_nothing_found();
            }
            Shown::Edited if was_put_off => {
                let why = "it was edited in DataWorks while its update was delayed; it was not written: run the job again to see a new plan";
                self.end = Some(End::new(Status::Drift, why));
            }
            Shown::Edited => {
                let why = "it was edited in DataWorks while the step checked whether its own update had taken effect; it was not written again: run the job again to see a new plan";
                self.end = Some(End::new(Status::Drift, why));
            }
        }
    }

    fn on_page(&mut self, named: &[Named], info: ListInfo) {
        let (State::ReadingBack { pages: Some(pages), found, .. }, Effect::Created { is_it, list, path }) =
            (&mut self.state, &self.effect)
        else {
            return;
        };
        found.extend(named.iter().filter(|named| is_it(named)).cloned());
        found.dedup_by(|one, other| one.id == other.id);
        match pages.on_page(named.len(), info) {
            Page::Full => return,
            Page::Cut if found.is_empty() => {
                let (operation, list) = (self.write.operation(), list.page(1).operation());
                let reason = Reason::Lost { operation, result: ReadBackResult::ListCut(list) };
                self.end = Some(End::new(Status::Unavailable, reason));
                return;
            }
            Page::Last | Page::Cut => {}
        }
        let stands_there = |named: &&Named| path == named.path.trim_matches('/');
        let all: Vec<String> = found.iter().map(|named| named.id.clone()).collect();
        let there: Vec<String> = found.iter().filter(stands_there).map(|named| named.id.clone()).collect();
        match (all.as_slice(), there.as_slice()) {
            ([], _) => self.on_nothing_found(),
            ([id], _) | (_, [id]) => {
                self.id = Some(id.clone());
                self.is_done();
            }
            (several, _) => {
                let result = ReadBackResult::SeveralObjects(several.to_vec());
                let reason = Reason::Lost { operation: self.write.operation(), result };
                self.end = Some(End::new(Status::Unavailable, reason));
            }
        }
    }
}

impl Flow for WriteFlow {
    fn next(&mut self, now: Elapsed) -> Next {
        if let Some(end) = &self.end {
            return Next::End(end.clone());
        }
        match &mut self.state {
            State::Ready => {
                self.state = State::Sent;
                Next::Call(self.write.clone())
            }
            State::Sent | State::Looking => match &self.effect {
                Effect::Updated { read, .. } => {
                    self.state = State::Looking;
                    Next::Call(read.clone())
                }
                Effect::Created { .. } => Next::Call(self.write.clone()),
            },
            State::ReadingBack { read_back, pages, .. } => match read_back.next().filter(|at| now < *at) {
                Some(at) if pages.is_none() => Next::Pause(at),
                Some(_) | None => match &self.effect {
                    Effect::Updated { read, .. } => Next::Call(read.clone()),
                    Effect::Created { list, .. } => {
                        Next::Call(list.page(pages.get_or_insert_with(|| Pages::at_most(MOST_PAGES)).next()))
                    }
                },
            },
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the walk takes no answer that is not one to the call")]
    fn on_answer(&mut self, _: Elapsed, _: &Call, reply: Reply, _: &mut Journal) {
        match reply.answer {
            Answer::ObjectCreated(id) => {
                self.id = Some(id);
                self.is_done();
            }
            Answer::Accepted => self.is_done(),
            Answer::Object(object) => self.on_object(object),
            Answer::Named(named, info) => self.on_page(&named, info),
            _ => {}
        }
    }

    fn on_refusal(&mut self, _: Elapsed, call: &Call, why: Refusal, error: &ServiceError, _: &mut Journal) {
        let (status, hint) = match why {
            Refusal::UnknownOperation => (Status::Unavailable, Hint::Operation),
            Refusal::Denied | Refusal::NoCredentials | Refusal::Unavailable | Refusal::NotFound | Refusal::Other => {
                (Status::Failed, Hint::Nothing)
            }
        };
        let reason = Reason::Refused { operation: call.operation(), hint };
        self.end = Some(End::said(status, reason, error.clone()));
    }

    fn on_lost_answer(&mut self, now: Elapsed, _: &Call, _: &ServiceError) {
        self.lost = self.lost.saturating_add(1);
        self.state = State::ReadingBack { read_back: ReadBack::new(now), pages: None, found: Vec::new() };
    }

    fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn may_have_effects(&self) -> bool {
        self.lost > 0
    }

    fn activity(&self) -> String {
        match &self.state {
            State::Ready | State::Sent => format!("sending {}", self.write.operation()),
            State::Looking => format!("reading before {} is sent again", self.write.operation()),
            State::ReadingBack { .. } => format!("reading back after a lost answer to {}", self.write.operation()),
        }
    }

    fn outcome(&self, end: End) -> Outcome {
        Outcome::of(end)
    }
}
