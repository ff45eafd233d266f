"""The authors' commands: `tito build`."""

from typing import Annotated

import typer

from tito.terminal import Modules, chosen, say

app = typer.Typer()


@app.command()
def build(
    modules: Modules = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: is what is generated in step?")
    ] = False,
) -> None:
    """Make source/, release/ and tinytorch/ from the percent scripts in modules/."""
    from tito.authoring import build as builder
    from tito.course import here

    wanted = chosen(modules) if modules else None
    if not check:
        for name in builder.build(here(), wanted, say=say):
            say(f"  {name}")
        return
    failures = builder.check(here(), wanted)
    for line in failures:
        say(line)
    say(f"{len(failures)} failures" if failures else "what is generated is in step")
    raise typer.Exit(1 if failures else 0)
