"""How long `harmonix --help` takes, against `python -c pass` in the same run: `python benchmarks/start_up.py`."""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "harmonix --help": [sys.executable, "-m", "harmonix_splitter", "--help"],
}
RUNS = 15


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - begin)
    middles = {name: statistics.median(found) for name, found in times.items()}
    for name, middle in middles.items():
        print(f"{name:16} {middle * 1000:6.0f} ms (median of {RUNS})")
    print(f"ratio            {middles['harmonix --help'] / middles['python -c pass']:6.1f}")


if __name__ == "__main__":
    main()
