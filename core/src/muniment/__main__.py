"""Runs the command line."""

from muniment.cli.main import main

main()
