"""What a service says when it refuses: a sentence for a person, and the field it belongs to."""


class DomainError(Exception):
    """A refusal. ``message`` says what is wrong, why, and what to do; ``field`` names the form field, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class TooManyAttempts(DomainError):
    """A refusal that passes with time; the message says when."""


class NotFound(Exception):
    """The record does not exist, or is somebody else's: the two look the same from outside (404)."""
