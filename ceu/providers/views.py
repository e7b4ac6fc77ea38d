"""The doors of providers: the profile and its approvals."""

from flask import Blueprint

providers = Blueprint("providers", __name__)
