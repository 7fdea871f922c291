"""Whether a refusal is worth another try: what was shown may have expired, or been rotated, meanwhile."""

from driftwatch.model.probe import Observation, Way
from driftwatch.transport.credentials import profile_of
from driftwatch.transport.target import Target
from driftwatch.transport.trial import Trial


def reconsider(trial: Trial, sample: Observation, target: Target) -> None:
    """Mark a trial whose sample is to be taken again: once in a trial, and only with something else to show."""
    probe, question = trial.probe, trial.question
    if not probe.with_credentials or question is None:
        return
    if trial.repeated_at >= 0:
        if trial.repeated_at == len(trial.samples):
            profile_of(probe.identity, target).auth.heed(was_accepted=sample.status != 401)
    elif sample.status == 401 and question.has_credentials:
        is_another = profile_of(probe.identity, target).auth.renew(question.shown.credentials)
        trial.is_to_repeat = is_another and probe.way is Way.ONE_BY_ONE  # of others the order is what is asked
