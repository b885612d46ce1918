"""``python -m funicular.cli`` is the ``funicular`` command."""

import sys

from funicular.cli.main import main

sys.exit(main())
