"""Door (files): the team's checkout: a branch made by git beside it, and a scratch copy in which their tests run."""
