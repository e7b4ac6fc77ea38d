"""A learner's way through a course: lessons, post-test, evaluation."""

from flask import Blueprint

learning = Blueprint("learning", __name__)
