"""The doors of accounts: registration, sign-in, the profile, and organizations."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
