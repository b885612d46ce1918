"""The version of the installed distribution; its source is ``extension/package.json``."""

from importlib.metadata import version

__version__ = version("funicular")
