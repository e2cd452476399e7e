//! What happens to a request between the socket and the cloud: it is counted, checked,
//! struck by a fault or carried out, answered, and remembered.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::catalogue::{Operation, SPARK, STS, V2020, V2024};
use super::clock::{Clock, Moment};
use super::cloud::{Call, Cloud};
use super::fault::{Fault, usual};
use super::http::{Answer, Request};
use super::identity::{Gatekeeper, scheme};
use super::lies;
use super::operation;
use super::params::Pairs;
use super::playback::{self, Playback, Played};
use super::refusal::Refusal;

use super::state::State;
use super::texts;
use super::view::Seen;
use super::world::World;

/// The parameters that say what a read is about.
const ASKED_ABOUT: [&str; 5] = ["Id", "PipelineRunId", "DeploymentId", "FileId", "NodeId"];

/// The gateway in front of the simulated cloud.
#[derive(Debug)]
pub(super) struct Gateway {
    pub(super) clock: Clock,
    state: Mutex<State>,
    playback: Option<Mutex<Playback>>,
}

/// A request that was let in: its number, its fault, and what it may do.
#[derive(Debug)]
pub(super) struct Admitted {
    number: usize,
    pub(super) request_id: String,
    pub(super) host: String,
    path: String,
    version: String,
    permitted: Result<Permitted, Refusal>,
    pub(super) fault: Option<Fault>,
}

/// A request that nothing is wrong with.
#[derive(Debug, Clone)]
struct Permitted {
    operation: &'static Operation,
    params: Pairs,
}

impl Gateway {
    /// The gateway of a world.
    pub(super) fn new(world: World) -> Self {
        let clock = Clock::starting_now(world.clock_offset);
        let state = State {
            cloud: Cloud::new(world, clock.now(), &clock),
            seen: Vec::new(),
            violations: Vec::new(),
            throttled: 0,
            counts: BTreeMap::new(),
            nonces: HashSet::new(),
            latest: VecDeque::new(),
        };
        Self { clock, state: Mutex::new(state), playback: None }
    }

    /// A gateway that answers as recorded, without a world.
    pub(super) fn replaying(playback: Playback) -> Self {
        Self { playback: Some(Mutex::new(playback)), ..Self::new(World::new()) }
    }

    /// What was recorded for a request; `None` where nothing is played back.
    pub(super) fn play_back(&self, request: &Request) -> Option<Played> {
        let playback = self.playback.as_ref()?;
        let operation = playback::operation(request);
        let played = playback.lock().unwrap_or_else(PoisonError::into_inner).next(&operation);
        let now = self.now();
        let mut state = self.state();
        state.count_one(&operation);
        let answer = played.unwrap_or_else(|| {
            state.violations.push(format!("{operation} was never recorded"));
            Played::Answer(Refusal::unknown_action().answer("", ""))
        });
        let status = match &answer {
            Played::Answer(answer) => Some(answer.status),
            Played::Nothing => None,
        };
        state.seen.push(Seen::unsigned(&operation, request, now, status));
        Some(answer)
    }

    /// The state, whatever happened to a thread that held it.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present moment.
    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The `Date` of an answer.
    pub(super) fn date(&self) -> String {
        httpdate::fmt_http_date(self.clock.shown(self.clock.now()))
    }

    /// Counts and checks a request; nothing is carried out yet.
    pub(super) fn admit(&self, request: &Request) -> Admitted {
        let now = self.clock.now();
        let scheme = scheme(request);
        let (version, name) = operation::named(request, scheme);
        let state = &mut *self.state();
        let number = state.seen.len() + 1;
        let request_id = format!("{number:08X}-0000-4000-8000-{:012X}", now.as_micros());
        let fault = state.fault(&name);
        let mut violations = Vec::new();
        let mut gatekeeper = Gatekeeper {
            keys: &state.cloud.world.keys,
            clock: &self.clock,
            nonces: &mut state.nonces,
            violations: &mut violations,
        };
        let identity = gatekeeper.check(request, &name);
        let known = state.operation(request, &version, &name, &mut violations);
        let permitted = known.and_then(|operation| {
            let params = operation::read(operation, request, scheme)
                .inspect_err(|refusal| violations.push(refusal.message.clone()));
            Ok(Permitted { operation, params: params? })
        });
        let throttled = state.is_too_frequent(now);
        let permitted = identity.as_ref().map_err(Clone::clone).and(permitted);
        let permitted = if throttled { Err(usual(429)) } else { permitted };
        state.violations.extend(violations.into_iter().map(|why| format!("request {number}, {name}: {why}")));
        state.seen.push(Seen {
            operation: name,
            version: version.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            form: request.form.clone(),
            headers: request.headers.clone(),
            at: Clock::since_start(now),
            status: None,
            identity: identity.ok(),
            request_id: request_id.clone(),
        });
        let host = request.header("host").unwrap_or_default().to_owned();
        Admitted { number, request_id, host, path: request.path.clone(), version, permitted, fault }
    }

    /// Carries out the operation of an admitted request.
    pub(super) fn carry_out(&self, admitted: &Admitted, delivered: bool) -> Answer {
        let answer = match &admitted.permitted {
            Ok(permitted) => self.perform(admitted, permitted.operation, &permitted.params, delivered),
            Err(refusal) => Err(refusal.clone()),
        };
        admitted.written(answer)
    }

    /// Answers an admitted request as though it had asked about another id.
    pub(super) fn carry_out_about(&self, admitted: &Admitted, id: &str) -> Answer {
        let answer = admitted.permitted.clone().and_then(|permitted| {
            let about = |(name, value): (String, String)| {
                let value = if ASKED_ABOUT.contains(&name.as_str()) { id.to_owned() } else { value };
                (name, value)
            };
            let params = permitted.params.into_iter().map(about).collect();
            self.perform(admitted, permitted.operation, &params, true)
        });
        admitted.written(answer)
    }

    /// A refusal that shows what was signed and all headers, in JSON that escapes what a careful encoder escapes.
    pub(super) fn echo(&self, admitted: &Admitted) -> Answer {
        let state = self.state();
        let seen = &state.seen[admitted.number - 1];
        let lines = |pairs: &Pairs| pairs.iter().map(|(name, value)| format!("{name}:{value}\n")).collect::<String>();
        let signed = format!("{}\n{}\n{}{}", seen.method, seen.path, lines(&seen.query), lines(&seen.headers));
        let message =
            format!("Specified signature is not matched with our calculation. server string to sign is: {signed}");
        let body = json!({
            "RequestId": admitted.request_id,
            "HostId": admitted.host,
            "Code": "SignatureDoesNotMatch",
            "Message": message,
        });
        Answer::new(400, "application/json;charset=utf-8", texts::escaped(&body))
    }

    fn perform(
        &self,
        admitted: &Admitted,
        operation: &'static Operation,
        params: &Pairs,
        delivered: bool,
    ) -> Result<Value, Refusal> {
        let state = &mut *self.state();
        let call = Call {
            operation: operation.name,
            path: &admitted.path,
            params,
            now: self.clock.now(),
            clock: &self.clock,
            delivered,
            paging: state.cloud.world.paging,
            time_offset: state.cloud.world.time_offset,
        };
        let cloud = &mut state.cloud;
        let result = match operation.version {
            V2024 => cloud.dataworks_2024(&call),
            V2020 => cloud.dataworks_2020(&call),
            SPARK => cloud.start_process_instance(&call),
            STS => cloud.sts(&call),
            _ => Err(Refusal::unknown_action()),
        };
        let broken = std::mem::take(&mut cloud.violations);
        state.violations.extend(broken.into_iter().map(|why| format!("request {}: {why}", admitted.number)));
        let mut body = result?;
        body[admitted.request_id_field()] = json!(admitted.request_id);
        lies::tell(&state.cloud.world.lies, &mut body);
        Ok(body)
    }

    /// Remembers the status that a request is answered with.
    pub(super) fn answered(&self, admitted: &Admitted, status: u16) {
        if let Some(seen) = self.state().seen.get_mut(admitted.number - 1) {
            seen.status = Some(status);
        }
    }

    /// Remembers bytes that were no request at all.
    pub(super) fn malformed(&self, why: &str) -> Answer {
        self.state().violations.push(format!("not a request: {why}"));
        Refusal::new(400, "InvalidProtocol", why).answer("", "")
    }
}

impl Admitted {
    fn written(&self, answer: Result<Value, Refusal>) -> Answer {
        match answer {
            Ok(body) => Answer::json(200, &body),
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// The refusal in the style of the API.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Answer {
        match self.version.as_str() {
            SPARK => refusal.answer_in_camel_case(&self.request_id),
            _ => refusal.answer(&self.request_id, &self.host),
        }
    }

    fn request_id_field(&self) -> &'static str {
        if self.version == SPARK { "requestId" } else { "RequestId" }
    }
}
