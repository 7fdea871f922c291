"""Acknowledging a finding from its page: only where users are configured, only by one of them, only from the form.

A browser sends a password that it knows along with whatever another site makes it send. So the form carries a token
that no other site can read: a keyed digest of who asks and for which finding. The key is made of the user's hashed
password: all replicas with the same users know it, since a form may come from one and go to another.
"""

import hashlib
import hmac
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request

from driftwatch.model.errors import UsageError
from driftwatch.model.memory import StoreError
from driftwatch.model.suppression import LONGEST
from driftwatch.ports import Store
from driftwatch.reports.html.site import Form
from driftwatch.usecases.findings import Reasons, acknowledge
from driftwatch.web.guard import Guard, name_in

_LARGEST: Final = 16 * 1024
"""Bytes of a form."""
_MOST_FIELDS: Final = 10
_PROPOSED: Final = timedelta(days=14)
_FORM: Final = "application/x-www-form-urlencoded"


class Desk(Struct, frozen=True):
    """Who may decide, and whether a request comes from our own form."""

    guard: Guard

    def user(self, request: Request) -> str:
        """Who asks; empty where nobody has to say. Whoever got here was admitted."""
        return "" if self.guard.is_open else name_in(request.headers.get("authorization", ""))

    def form(self, request: Request, fingerprint: str, today: date) -> Form | None:
        """What the form for a finding needs; ``None`` where nobody may acknowledge."""
        user = self.user(request)
        if not user:
            return None
        last = today + timedelta(days=LONGEST)
        return Form(self._token(user, fingerprint), today, last, today + _PROPOSED)

    async def read(self, request: Request) -> dict[str, str]:
        """The fields of a form that was sent.

        Raises ``HTTPException``: 404 where nobody may acknowledge, 405 where nothing was sent, 403 where it was not
        our form, 400 and 413 where it was no form or a very large one.
        """
        user = self.user(request)
        if not user:
            raise HTTPException(404)
        if request.method != "POST":
            raise HTTPException(405, headers={"Allow": "POST"})
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise HTTPException(403)
        fields = _fields(request, await _body(request))
        expected = self._token(user, request.path_params["fingerprint"])
        if not hmac.compare_digest(expected.encode(), fields.get("token", "").encode("utf-8", "replace")):
            raise HTTPException(403)
        return fields

    def decide(self, store: Store | None, request: Request, fields: dict[str, str], now: datetime) -> str:
        """Keep the decision; what keeps it from being kept, or nothing. ``HTTPException`` 404 for no such finding."""
        if store is None:
            return "Nothing can be remembered: the config says that there is no store."
        try:
            why = Reasons.checked(
                self.user(request), fields.get("reason", ""), _day(fields.get("until", "")), now.date()
            )
            done = store.decide(request.path_params["fingerprint"], lambda life: acknowledge(life, why, now))
        except UsageError as error:
            return f"Not acknowledged: {str(error).replace('--', '')}"
        if isinstance(done, StoreError):
            return f"Not acknowledged: {done}"
        if done is None:
            raise HTTPException(404)
        return ""

    def _token(self, user: str, fingerprint: str) -> str:
        text = f"acknowledge\0{user}\0{fingerprint}".encode("utf-8", "surrogatepass")
        return hmac.new(self.guard.hash_of(user).encode(), text, hashlib.sha256).hexdigest()


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise HTTPException(413)
    return body


def _fields(request: Request, body: bytes) -> dict[str, str]:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise HTTPException(400)
    try:
        found = parse_qs(body.decode("utf-8"), max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: values[-1] for name, values in found.items()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("until is no day: write it as 2026-06-30") from error
