"""``driftwatch journey``: make a journey of a recording."""

from pathlib import Path

import click

from driftwatch.cli.options import output_option
from driftwatch.cli.output import check_output, put
from driftwatch.settings.derived_journey import derived_yaml
from driftwatch.wiring.journeys import derive_journey


@click.command(name="journey", epilog="Exit: 0 derived, 2 usage, or nothing to derive a journey from.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help="What the journey is called; by default like the first file.")
@click.option(
    "--mocks", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder that the provider's `mocks` name, if it is above the files: ids may be made of paths.",
)  # fmt: skip
@output_option
def command(files: tuple[Path, ...], name: str | None, mocks: Path | None, output: Path | None) -> None:
    """Print the YAML of a journey as a Postman collection, a VCR cassette or a Keploy test set has it in its order.

    Values of an answer that later requests send are captured. Nothing is sent.

    \b
    driftwatch journey mocks/checkout.postman_collection.json
    driftwatch journey mocks/test-set-0 --mocks mocks --output journeys/checkout.yaml
    """
    check_output(output)
    called = name or files[0].resolve().name.partition(".")[0] or "journey"
    derived = derive_journey(files, mocks, called)
    put(derived_yaml(derived, ", ".join(one.name or str(one) for one in files)), output)
