"""`python -m harmonix_splitter.repair_library --youtube-id ID`: rebuild what the files allow."""

import sys

from harmonix_splitter.cli.main import run

if __name__ == "__main__":
    run(["library", "repair", *sys.argv[1:]])
