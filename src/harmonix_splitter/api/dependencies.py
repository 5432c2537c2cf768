"""What routes ask for: the studio and whoever is calling."""

from typing import Annotated

from fastapi import Depends, Request

from harmonix_splitter.bootstrap import Studio


def studio_of(request: Request) -> Studio:
    found = request.app.state.studio
    assert isinstance(found, Studio)
    return found


TheStudio = Annotated[Studio, Depends(studio_of)]
