"""The studio's services: what is promised is what is built, once, and anew when the settings were heard to change."""

from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from harmonix_splitter import bootstrap
from harmonix_splitter.bootstrap.built import Built

WORDS = {name: word for name, word in vars(bootstrap.Studio).items() if isinstance(word, Built)}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_built_is_what_the_studio_promises(name: str):
    word = WORDS[name]
    maker = getattr(import_module(f"{bootstrap.__name__}.{word.module}"), word.maker)

    made = get_type_hints(maker)["return"]
    kinds = " | ".join("None" if kind is NoneType else kind.__name__ for kind in get_args(made) or (made,))
    assert bootstrap.Studio.__annotations__[name] == f"Built[{kinds}]"


def test_a_service_is_built_once_and_anew_when_the_settings_have_changed(tmp_path: Path):
    studio = bootstrap.studio({"data_dir": str(tmp_path)})
    first, jobs = studio.notes, studio.jobs

    for told in studio.parts.current.heard:
        told()

    assert studio.notes is not first
    assert studio.jobs is jobs
    studio.close()
