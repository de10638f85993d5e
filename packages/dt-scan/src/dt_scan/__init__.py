"""What a migrations folder holds."""

from dt_scan.folder import describe, scan
from dt_scan.text import read_text

__all__ = ["describe", "read_text", "scan"]
