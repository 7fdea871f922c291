"""Door (files): the team's checkout: a branch beside it, what changed in it, a scratch copy in which tests run."""
