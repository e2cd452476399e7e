//! Takes the values of `secret-properties` out of what the service says to people: it may echo the code that it refuses or
//! runs. Ids and specs stay as they are, for they are compared.

use crate::model::{
    answer::{Answer, Reply},
    fault::Fault,
    pipeline::Pipeline,
    run_once::Creation,
    scrub::Secrets,
};

/// The same outcome of a call, its texts for people without the secrets.
pub(super) fn cleared(mut result: Result<Reply, Fault>, secrets: &Secrets) -> Result<Reply, Fault> {
    match &mut result {
        Ok(reply) => clear_answer(&mut reply.answer, secrets),
        Err(fault) => clear(&mut fault.error.message, secrets),
    }
    result
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other answer has a text of the service that is told as it is")]
fn clear_answer(answer: &mut Answer, secrets: &Secrets) {
    match answer {
        Answer::Run(run) => clear_run(run, secrets),
        Answer::Runs(runs, _) => runs.iter_mut().for_each(|run| clear_run(run, secrets)),
        Answer::Items(items) => items.iter_mut().for_each(|item| clear(&mut item.message, secrets)),
        Answer::InstancesCreated(Creation::Failed(text)) | Answer::Log(text) => clear(text, secrets),
        _ => {}
    }
}

fn clear_run(run: &mut Pipeline, secrets: &Secrets) {
    clear(&mut run.message, secrets);
    for stage in &mut run.stages {
        [&mut stage.message, &mut stage.description, &mut stage.detail]
            .into_iter()
            .for_each(|text| clear(text, secrets));
    }
}

fn clear(text: &mut String, secrets: &Secrets) {
    if let Some(without) = secrets.scrubbed(text) {
        *text = without;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        answer::Item,
        fault::{FaultKind, Refusal, ServiceError},
        pipeline::Stage,
        secret::Secret,
    };

    fn without_secrets(answer: Answer) -> Answer {
        let mut secrets = Secrets::default();
        secrets.add(&Secret::new("hunter2"));
        let reply = Reply { answer, request_id: String::new(), clock_ms: None };
        cleared(Ok(reply), &secrets).unwrap().answer
    }

    #[test]
    fn a_refusal_that_echoes_the_code_shows_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add(&Secret::new("a\"b\\c-secret"));
        let said = r#"bad spec: {"content":"pw=a\"b\\c-secret"}"#;
        let fault = Fault::new(FaultKind::Refused(Refusal::Other), ServiceError::seen(said));
        let fault = cleared(Err(fault), &secrets).unwrap_err();
        assert_eq!(fault.error.message, r#"bad spec: {"content":"pw=***"}"#);
    }

    #[test]
    fn texts_for_people_lose_it_and_a_spec_keeps_it() {
        let texts = |text: &str| {
            let stage = Stage { message: text.into(), detail: text.into(), ..Stage::default() };
            Answer::Run(Pipeline { message: text.into(), stages: vec![stage], ..Pipeline::default() })
        };
        assert_eq!(without_secrets(texts("pw=hunter2")), texts("pw=***"));
        assert_eq!(
            without_secrets(Answer::Log("set pw=hunter2;\nFAILED".into())),
            Answer::Log("set pw=***;\nFAILED".into())
        );
        let item = |message: &str| {
            Answer::Items(vec![Item { message: message.into(), spec: "hunter2".into(), ..Item::default() }])
        };
        assert_eq!(without_secrets(item("hunter2")), item("***"));
        let failed = |why: &str| Answer::InstancesCreated(Creation::Failed(why.into()));
        assert_eq!(without_secrets(failed("hunter2")), failed("***"));
    }
}
