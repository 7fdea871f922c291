"""A staging service by script, on real sockets: for stories in which it matters who asks, how often and how fast.

``tests.servers.serve`` answers as a function says; this answers as a document says, so that a story in YAML can hold
its service. All of it is deterministic: nothing expires or is renewed by a clock::

    from tests.staging import staging

    with staging({
        "users": {"ada": {"role": "admin", "token": "t-ada"}, "bob": {"token": "t-bob", "lasts": 3}},
        "needs": ["any"],                                 # every route wants somebody; [] on a route opens it
        "routes": {
            "GET /users/{id}": {"body": {"id": "{id}", "name": "Ada"}, "by_role": {"user": {"body": {"id": "{id}"}}}},
            "GET /flaky": {"body": {}, "flaky": [200, 503, "cut"]},
            "GET /old": {"status": 302, "headers": {"Location": "$elsewhere/new"}},
        },
    }, elsewhere=other.url) as service:
        ...                                               # audit service.url
        assert service.asked("GET /users/7")[0].user == "ada"

The words of a script, each explained where it is declared (``script.py``; an unknown one is an error):

====================  =================================================================================================
``users``             by name: ``role``, and ``token`` (``lasts`` so many requests), ``password``, ``key``, ``headers``,
                      ``certificate``, OAuth 2 ``client`` and ``refresh``; any of them proves who asks
``needs``             roles that may ask, or ``any``; at the top for all routes, or on a route
``login``, ``token``  paths: a session as a cookie; OAuth 2 client credentials and refresh tokens
``quota``             ``limit`` requests with ``X-RateLimit-*``, then ``refuses`` times 429 with ``Retry-After``
``versions``          several behind one port, in turn ``by`` connection or request, with or without a ``header``
``orders``            ``manner: safe | racy | forgetful``: orders and charges with ``Idempotency-Key`` (``orders.py``)
``routes``            ``GET /path/{id}`` and how it answers: ``status``, ``headers``, ``body`` or ``text``; ``needs``;
                      ``by_role``, ``by_version``, ``in_turn``: what is laid over the rest; ``flaky``, ``slow``;
                      ``records``, ``pages``; ``accepts`` (415, 400), ``etag`` (304), ``gzip``
``lost``              the 404 document of a path that is no route; a missing record has one of its own
====================  =================================================================================================

While it runs: ``service.expire("bob")`` ends a token at a told moment, ``service.deploy("b")`` ends a rollout.

Afterwards it says what it saw: ``service.visits`` (each with request, moment, connection, requests in flight, user,
version and status), ``service.asked("GET /orders")``, ``service.peak`` requests at once, ``service.connections``,
``service.busiest(1.0)`` arrivals in any second, ``service.book.orders`` and ``.charges``, ``service.doors.issued``.

Another host is another service: ``with staging({}) as other, staging({...}, elsewhere=other.url) as service``, and
``other.visits == []`` says that nobody went there. With ``tls`` (an ``ssl.SSLContext``) it speaks HTTPS, and knows
users by the common name of their certificates where the context asks for one.
"""

from tests.staging.service import Staging, Visit, busiest, staging

__all__ = ["Staging", "Visit", "busiest", "staging"]
