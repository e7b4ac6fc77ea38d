"""Values that travel through a browser or another site and come back unchanged: signed, for one purpose, for a while.

They can be read on the way, so they hold no secrets.
"""

from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer


def seal(purpose: str, values: dict[str, Any], until: datetime) -> str:
    """A text, safe in an address, that `unseal` turns back into the values until that instant."""
    return str(_serializer(purpose).dumps({**values, "until": int(until.timestamp())}))


def unseal(purpose: str, text: str, now: datetime) -> dict[str, Any] | None:
    """The values sealed for this purpose, or None when the text is not from here, was changed, or is too old."""
    try:
        values: dict[str, Any] = _serializer(purpose).loads(text)
    except BadData:
        return None
    return values if now.timestamp() < values["until"] else None


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"ceu {purpose}")
