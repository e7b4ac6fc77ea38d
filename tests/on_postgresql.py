"""Runs the tests that touch a database once more, on PostgreSQL, where one answers; says loudly when none does."""

import os
import subprocess
import sys

import sqlalchemy

URL = os.environ.get("CEU_TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
WITHOUT_DATABASE = ("journeys", "rules", "rulepacks", "signing", "domain", "adapters")


def main() -> int:
    """The exit code of the tests, or 0 when there is no server to try."""
    try:
        sqlalchemy.create_engine(URL, connect_args={"connect_timeout": 3}).connect().close()
    except sqlalchemy.exc.OperationalError as error:
        print(f"NO POSTGRESQL at {URL}: the tests ran on SQLite only.\n  {error.orig}", file=sys.stderr)
        return 0
    ignored = [f"--ignore=tests/{room}" for room in WITHOUT_DATABASE]
    command = [sys.executable, "-m", "pytest", "-n", "auto", *ignored]
    return subprocess.run(command, env={**os.environ, "CEU_TEST_DATABASE_URL": URL}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
