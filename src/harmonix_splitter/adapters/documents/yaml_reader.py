"""YAML from strangers: plain values, no aliases that multiply, no types of anybody's own."""

import yaml

from harmonix_splitter.errors import InvalidRequestError


class SafeYamlReader:
    """Meets `YamlReader`."""

    def parse(self, text: str) -> object:
        try:
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
                raise InvalidRequestError("This YAML uses aliases, which lyrics never need.")
            return yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as broken:
            where = str(broken).splitlines()[0] if str(broken) else type(broken).__name__
            raise InvalidRequestError(f"This is not valid YAML: {where}.") from None
