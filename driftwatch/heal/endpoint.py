"""A path as a template that names nobody: where an exchange went, told in a file."""

from driftwatch.heal.plausible import Disguise
from driftwatch.model.route import has_parameter, path_template

_SEED = "endpoint"


def endpoint(path: str) -> str:
    """The path, each segment left open that is an id or looks like somebody's: ``/users/ann-lee`` is ``/users/{id}``.

    ``path`` is the path alone, without query; parameters that are named in it stay.
    """
    template = path_template(path)
    segments = template.split("/")
    others = Disguise(_SEED).path(template).split("/")
    if len(others) != len(segments):
        return path_template(Disguise(_SEED).path(template))
    return "/".join(
        one if one == other or has_parameter(one) else "{id}" for one, other in zip(segments, others, strict=True)
    )
