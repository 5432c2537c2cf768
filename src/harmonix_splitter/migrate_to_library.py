"""`python -m harmonix_splitter.migrate_to_library`: bring songs of older programs into the library."""

import sys

from harmonix_splitter.cli.main import run

if __name__ == "__main__":
    run(["library", "migrate", *sys.argv[1:]])
