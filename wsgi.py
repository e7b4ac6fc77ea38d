"""What a WSGI server loads: `gunicorn --preload wsgi:app`."""

import gc

from ceu.app import create_app

app = create_app()
# Import what drawing needs before the workers are forked: a second that the first learner should not wait.
app.extensions["ceu.outside"].printer.pdf('<html lang="en"><title>Ready</title></html>', "certificate")
# What is loaded by now lives as long as the process; looking through it again and again would halve the speed of saving.
gc.collect()
gc.freeze()
