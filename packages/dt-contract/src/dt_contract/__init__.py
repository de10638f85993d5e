"""What ducktracker's commands say to each other: documents, exit codes and errors."""

__version__ = "0.2.0"
