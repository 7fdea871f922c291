"""What keeps the Deployments of a namespace from being watched, and what to do."""


class ClusterError(Exception):
    """The API server does not tell what it should. It holds no token and nothing of an answer but its status."""

    def __init__(self, problem: str, remedy: str, *, is_lasting: bool = False) -> None:
        """``is_lasting`` where somebody must act before it gets better."""
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy
        self.is_lasting = is_lasting


class ExpiredError(Exception):
    """The moment from which changes were asked for is too long ago (410 Gone): everything is to be listed anew."""
