"""The work that is asked of who signs while many do: ALTCHA's proof of work, made, solved and checked here alone."""

from __future__ import annotations

import json
import secrets
import time

import altcha

from signatures import blind

# Solved by trying one counter after the other. The range is narrow, so nobody has bad luck: a second on a laptop, some
# seconds on a cheap phone. Making a challenge takes one try, checking a solution none.
ALGORITHM, COST = "PBKDF2/SHA-256", 5000
FIRST, LAST = 200, 400
MINUTES = 20
MOST = 4096  # characters of a solution


def _keys() -> tuple[bytes, bytes]:
    return blind.keyed("work"), blind.keyed("work-solution")


def challenge(petition_id: int) -> str:
    """A challenge as JSON, signed, for this petition alone."""
    key, solution_key = _keys()
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=FIRST + secrets.randbelow(LAST - FIRST + 1),
        expires_at=int(time.time()) + MINUTES * 60,
        data={"petition": petition_id},
        hmac_secret=key,
        hmac_key_secret=solution_key,
    )
    return json.dumps(made.to_dict())


def solved(text: str, petition_id: int) -> str | None:
    """The number of the challenge that is solved in `text`, ALTCHA's payload, so that it is taken once; None where
    nothing is."""
    key, solution_key = _keys()
    if len(text) > MOST or not altcha.verify_solution(text, key, hmac_key_secret=solution_key).verified:
        return None
    parameters = altcha.Payload.from_base64(text).challenge.parameters
    return parameters.nonce if parameters.data == {"petition": petition_id} else None
