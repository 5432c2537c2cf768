"""Ask our own API all that its document allows and much that it does not: no broken server, no answer it does not tell.

    PYTHONPATH=src python tools/fuzz_api.py [--examples 20] [--only '^/api/songs'] [anything more for schemathesis]

A studio in an empty folder is served and asked as its administrator: examples, coverage, fuzzing and stateful links.
Left out are endless streams, downloads from elsewhere, and what would empty the house under test.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (
    r"^/api/(events|doctor|demo|account/delete|youtube.*|admin/(models/.*/pull|settings|support-bundle))"
    r"|^/account/delete"
)
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,use_after_free,unsupported_method"
)
QUIET = {
    "HARMONIX_LIMITS_ANONYMOUS_PER_SECOND": "0",
    "HARMONIX_LIMITS_WRITES_PER_SECOND": "0",
    "HARMONIX_SOURCES_YOUTUBE": "false",
    "HARMONIX_SOURCES_ITUNES": "false",
    "HARMONIX_SOURCES_LRCLIB": "false",
    "HARMONIX_SERVER_WORKER_HERE": "false",
}


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--examples", type=int, default=20)
    wanted.add_argument("--only", default="^/")
    asked, more = wanted.parse_known_args()
    sys.path.insert(0, str(ROOT))
    from tests.servers import running_studio

    with tempfile.TemporaryDirectory() as folder, running_studio(Path(folder), **QUIET) as studio:
        key = _key_of_the_first_user(studio.base)
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{studio.base}/openapi.json",
            "--header", f"Authorization: Bearer {key}", "--checks", CHECKS, "--max-examples", str(asked.examples),
            "--include-path-regex", asked.only, "--exclude-path-regex", LEFT_OUT, "--request-timeout", "60",
            "--suppress-health-check", "all", "--continue-on-failure", *more,
        ]  # fmt: skip
        return subprocess.run(command, check=False, cwd=folder, env={**os.environ, "PYTHONPATH": ""}).returncode


def _key_of_the_first_user(base: str) -> str:
    with httpx.Client(base_url=base, headers={"origin": base}) as browser:
        person = {"name": "root", "password": "a short sentence"}
        browser.post("/api/setup", json=person).raise_for_status()
        browser.post("/api/auth/login", json=person).raise_for_status()
        browser.get("/openapi.json", timeout=120).raise_for_status()  # made once; the fuzzer waits ten seconds for it
        wish = {"name": "fuzz", "scopes": ["read", "write", "admin"]}
        return str(browser.post("/api/account/keys", json=wish).raise_for_status().json()["key"])


if __name__ == "__main__":
    raise SystemExit(main())
