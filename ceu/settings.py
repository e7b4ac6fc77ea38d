"""The site's settings, read once from the environment by the entrances.

A default may stand here only when it is right for the embedded site: one folder, SQLite, mail as local files.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_LRS_URL = re.compile(r"https://[^:/@\s]+:[^/@\s]+@[\w.-]+(/[^\s?#]*)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


class SettingsError(Exception):
    """The environment holds something that cannot be right; the message names every such variable."""


@dataclass(frozen=True)
class Settings:
    """Where the site keeps its things and how it is reached.

    ``folder`` holds the database, the mail of the embedded default, and the keys; ``site_url`` is the address
    people see, without a slash at the end; ``operator_email`` is where readers report errors, if anywhere;
    ``cases_folder`` holds the cases that prove the rules, shown where the folder is there; ``lrs_url`` names the learning record
    store that xAPI statements are sent to, with its user and password.
    """

    folder: Path
    database_url: str
    mail_url: str
    site_url: str
    secret_key: str | None = None
    trusted_proxies: int = 0
    operator_email: str | None = None
    cases_folder: Path = ROOT / "tests" / "rulepacks"
    lrs_url: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read ``CEU_*`` variables; raise SettingsError with all that is wrong at once."""
        folder = Path(env.get("CEU_FOLDER") or ROOT / "var").resolve()
        proxies = env.get("CEU_TRUSTED_PROXIES") or "0"
        settings = cls(
            folder=folder,
            database_url=env.get("CEU_DATABASE_URL") or f"sqlite:///{folder / 'ceu.db'}",
            mail_url=env.get("CEU_MAIL_URL") or f"folder:{folder / 'mail'}",
            site_url=(env.get("CEU_SITE_URL") or "http://127.0.0.1:5000").rstrip("/"),
            secret_key=env.get("CEU_SECRET_KEY") or None,
            trusted_proxies=int(proxies) if proxies.isdecimal() else 0,
            operator_email=env.get("CEU_OPERATOR_EMAIL") or None,
            cases_folder=Path(env.get("CEU_RULE_CASES") or cls.cases_folder).resolve(),
            lrs_url=env.get("CEU_LRS_URL") or None,
        )
        problems = settings._problems()
        if not proxies.isdecimal():
            problems.append(
                f"CEU_TRUSTED_PROXIES is {proxies!r}; write how many proxies stand in front, such as 1."
            )
        if problems:
            raise SettingsError("\n".join(problems))
        return settings

    @property
    def kept_packs_folder(self) -> Path:
        """Where the last good text of each rule pack is kept."""
        return self.folder / "rulepacks"

    @property
    def is_https(self) -> bool:
        return self.site_url.startswith("https://")

    def _problems(self) -> list[str]:
        problems = []
        if not self.site_url.startswith(("http://", "https://")):
            problems.append(
                f"CEU_SITE_URL is {self.site_url!r}; write the whole address, https://ceu.example.org."
            )
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            problems.append("CEU_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
        if not self.mail_url.startswith(("folder:", "smtp://", "smtps://")):
            problems.append("CEU_MAIL_URL must begin with folder:, smtp:// or smtps://.")
        if self.secret_key is not None and len(self.secret_key) < 32:
            problems.append(
                "CEU_SECRET_KEY is shorter than 32 characters; make one with `openssl rand -hex 32`."
            )
        if self.operator_email is not None and not _EMAIL.fullmatch(self.operator_email):
            problems.append(
                f"CEU_OPERATOR_EMAIL is {self.operator_email!r}; write one address, such as rules@example.org."
            )
        if self.lrs_url is not None and not _LRS_URL.fullmatch(self.lrs_url):
            problems.append("CEU_LRS_URL must look like https://user:password@lrs.example.org/xapi.")
        return problems
