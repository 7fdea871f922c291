"""Which tests met which mocks, as files that tools of any language write."""
