"""Certificates: the owner's pages, and the public check of one."""

from flask import Blueprint

certificates = Blueprint("certificates", __name__)
