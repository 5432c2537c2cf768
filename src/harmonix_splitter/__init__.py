"""Harmonix: a self-hosted music studio."""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The Python names of the documents, loaded on first use. They are classes; our modules are asked for here too."""
    from importlib import import_module

    if not name.islower():
        offered = import_module("harmonix_splitter.python_api")
        if name in offered.__all__:
            return getattr(offered, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
