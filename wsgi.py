"""What a WSGI server loads: `gunicorn wsgi:app`."""

from ceu.app import create_app

app = create_app()
