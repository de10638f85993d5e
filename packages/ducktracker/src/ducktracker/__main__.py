"""`python -m ducktracker`."""

import sys

from ducktracker.cli import main

sys.exit(main())
