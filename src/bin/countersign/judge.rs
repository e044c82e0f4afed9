//! The verdict on one delivery, and why.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use countersign::{
    AnyVerifier, DecodeError, Tolerance, VerifyError,
    diagnose::{Cause, CauseKind, Certainty},
};
use time::OffsetDateTime;

use crate::{
    failure::Failure,
    provider::{self, Event, Provider, Secrets},
    request::Headers,
};

/// What a delivery is judged by.
pub(crate) struct Judge {
    /// Else its headers tell.
    pub(crate) provider: Option<Provider>,
    pub(crate) secrets: Secrets,
    pub(crate) tolerance: Option<Tolerance>,
}

pub(crate) struct Judgement {
    /// Unless no provider signs by such headers.
    pub(crate) provider: Option<&'static str>,
    /// Others that it could be, by its headers.
    pub(crate) alike: Vec<&'static str>,
    pub(crate) verdict: Verdict,
}

pub(crate) enum Verdict {
    Verified {
        signed_at: Option<OffsetDateTime>,
        key_index: usize,
        /// Of the delivery, where one is signed.
        id: Option<String>,
        /// Where the provider's events are typed.
        event: Option<Result<Event, DecodeError>>,
    },
    Refused {
        error: VerifyError,
        why: String,
    },
}

impl Judge {
    pub(crate) fn judge(
        &self,
        headers: &Headers,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<Judgement, Failure> {
        if let Some(provider) = &self.provider {
            return Ok(Judgement {
                provider: Some(provider.name),
                alike: Vec::new(),
                verdict: self.verdict(provider, headers, body, now)?,
            });
        }
        let likely = provider::signing_by(headers)?;
        let with_secrets = likely.iter().filter(|it| self.secrets.are_there(it));
        let mut verdicts = with_secrets.map(|it| (it, self.verdict(it, headers, body, now)));
        // Of those that sign alike, or almost, the one that accepts it.
        let first = verdicts.next();
        let accepted = |(_, verdict): &(_, Result<Verdict, Failure>)| {
            matches!(verdict, Ok(Verdict::Verified { .. }))
        };
        let chosen = match first {
            Some(first) if !accepted(&first) => verdicts.find(accepted).or(Some(first)),
            first => first,
        };
        let (provider, verdict) = match (chosen, likely.first()) {
            (Some((provider, verdict)), _) => (provider, verdict?),
            (None, Some(provider)) => (provider, self.verdict(provider, headers, body, now)?),
            (None, None) => {
                return Ok(Judgement {
                    provider: None,
                    alike: Vec::new(),
                    verdict: Verdict::Refused {
                        error: VerifyError::MissingHeader,
                        why: "no signature header of a known provider".into(),
                    },
                });
            }
        };
        let names = likely.iter().map(|it| it.name);
        Ok(Judgement {
            provider: Some(provider.name),
            alike: names.filter(|it| *it != provider.name).collect(),
            verdict,
        })
    }

    fn verdict(
        &self,
        provider: &Provider,
        headers: &Headers,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<Verdict, Failure> {
        let verifier = provider.verifier(&self.secrets, self.tolerance)?;
        Ok(match verifier.verify_request_at(headers, body, now) {
            Ok(delivery) => Verdict::Verified {
                signed_at: delivery.signed_at(),
                key_index: delivery.key_index(),
                id: delivery.id().map(String::from),
                event: provider
                    .events
                    .map(|events| (events.read)(delivery.body(), delivery.id())),
            },
            Err(error) => Verdict::Refused {
                error,
                why: why(&verifier, headers, body, now, &error),
            },
        })
    }
}

/// Why it was refused, and the likeliest cause, if it is more than that.
fn why(
    verifier: &AnyVerifier,
    headers: &Headers,
    body: &[u8],
    now: OffsetDateTime,
    error: &VerifyError,
) -> String {
    let is_one_more = |left: usize| left.checked_sub(1);
    if LEFT.fetch_update(Relaxed, Relaxed, is_one_more).is_err() {
        return error.to_string();
    }
    let diagnosis = verifier.diagnose(headers, body, now);
    let is_more = |cause: &&Cause| match error {
        VerifyError::Expired { .. } | VerifyError::NotYetValid { .. } => {
            cause.certainty() == Certainty::Certain
        }
        _ => cause.certainty() >= Certainty::Likely && cause.kind() != CauseKind::SecretOrBody,
    };
    match diagnosis.causes().first().filter(is_more) {
        Some(cause) => {
            let detail = cause.detail().map(|it| format!(" ({it})"));
            let detail = detail.unwrap_or_default();
            format!("{error}; {}: {}{detail}", cause.certainty(), cause.kind())
        }
        None => error.to_string(),
    }
}

/// Of how many refusals the cause is looked for. Each takes up to a second.
static LEFT: AtomicUsize = AtomicUsize::new(100);
