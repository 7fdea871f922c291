"""Posts a notice as a JSON document to a URL that somebody else serves."""

from msgspec import Struct

from driftwatch.model.parcel import Outcome, Parcel, Undelivered
from driftwatch.model.secret import Secret
from driftwatch.notify.http import post
from driftwatch.ports import Clock
from driftwatch.reports.notices.catalog import Form, written


class Webhook(Struct, frozen=True):
    """One receiver of ``driftwatch.notice/1``; its URL is the secret."""

    name: str
    url: Secret
    clock: Clock

    def deliver(self, parcel: Parcel) -> Outcome:
        """Whatever the answer says is not repeated: it may hold what was sent to it."""
        if parcel.notice is None:
            return Undelivered("nothing to say", is_final=True)
        headers = {"X-Driftwatch-Notice": parcel.notice.id.encode("ascii", "replace").decode("ascii")}
        return post(self.url.reveal(), written(parcel.notice, Form.JSON), self.clock, headers=headers)
