"""One file per kind of drift; its docstring is the page ``driftwatch explain`` prints."""
