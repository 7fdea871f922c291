"""Door (network): watches Deployments of a Kubernetes cluster, and tells which releases of them are complete.

List and watch of one resource are written here, on requests, and not left to a client of Kubernetes. What there is was
measured (CPython 3.11; megabytes on disk beside what driftwatch has installed anyway, processor time and memory of the
import beside that of requests)::

    kubernetes 37.0.2   155 MB   0.18 s   17 MB   the official one: every resource there is
    kr8s 0.20.15         50 MB   0.36 s   27 MB   asynchronous, with a second HTTP client
    lightkube 1.0.1      11 MB   0.09 s    9 MB   small and typed, with a second HTTP client

Two of them are out of proportion in an image that is to stay small. The third saves what ``server`` and half of
``access`` hold; what decides whether a release is complete, when to list anew and how long to wait would stay ours. Its
watch reads without a time limit and cannot be ended by another thread, so that a connection that died silently would
never be noticed; and a line of any length is read into memory.
"""
