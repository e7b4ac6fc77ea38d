"""Who is signed in: Flask-Login carries a session key, the database says whose it is."""

from collections.abc import Callable

from flask import Flask, session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from ceu.domain.principal import Principal


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps for a request: the principal and the key of the session it came with."""

    def __init__(self, principal: Principal, session_key: str) -> None:
        self.principal = principal
        self.session_key = session_key

    def get_id(self) -> str:
        return self.session_key


def install_sign_in(app: Flask, find_by_session_key: Callable[[str], Principal | None]) -> None:
    """Let Flask-Login find people by their session's key, so that a revoked session ends at once."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session row, not the browser's address, decides

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(session_key: str) -> SignedIn | None:
        principal = find_by_session_key(session_key)
        return SignedIn(principal, session_key) if principal else None


def find_principal() -> Principal | None:
    """The signed-in person, or None."""
    return current_user.principal if current_user.is_authenticated else None


def current_principal() -> Principal:
    """The signed-in person of a view that requires one."""
    principal = find_principal()
    if principal is None:
        raise RuntimeError("This view needs @requires(...): nobody is signed in.")
    return principal


def current_session_key() -> str:
    """The key of the session this request came with."""
    return str(current_user.get_id())


def begin_session(principal: Principal, session_key: str) -> None:
    """Make this browser the given session's, keeping nothing it carried before."""
    cookie.clear()
    cookie.permanent = True
    login_user(SignedIn(principal, session_key))


def end_session() -> None:
    """Forget the session in this browser."""
    logout_user()
    cookie.clear()
