"""The labelled service and the same mocks through tools that one might use instead, beside driftwatch.

Run as ``python -m tests.bench.peers`` (``make bench-peers`` installs the peers first). One file a peer, ``register.py``
lists them, ``runs.py`` asks each for its passes, ``table.py`` puts them side by side. Every peer meets a service of its
own that has been asked nothing yet, so that the n-th answer of an endpoint is the same for all.

An alarm is whatever the tool itself reports of an endpoint, of any sort; whether it names the right cause is not asked,
of ours neither. An endpoint of which a pass says nothing, or for which the service was not asked, is unchecked.

Peers that check a description get one made from the mocks, and twice: once as it can be inferred (the shape that
genson sees, every member required; type matchers for Pact), and once with what a careful author would add by hand
(``date-time`` and ``uuid``; for Pact also ``integer``). Without the second the bench would hold against them what
genson does not know.

What each was seen to do when it was run on one endpoint alone stands in its file: no miss in the table is ours.
"""
