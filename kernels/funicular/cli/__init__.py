"""The ``funicular`` command: one file a subcommand."""
