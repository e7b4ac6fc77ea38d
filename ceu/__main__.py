"""`python -m ceu COMMAND`."""

from ceu.cli import main

if __name__ == "__main__":
    main()
