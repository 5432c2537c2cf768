"""Names for new things: random, so that nobody can guess or order them."""

import uuid


def new_id() -> str:
    return str(uuid.uuid4())
