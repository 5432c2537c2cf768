"""python -m harmonix_splitter"""

from harmonix_splitter.cli.main import run

if __name__ == "__main__":
    run()
