"""The hall's server as the kiosk's own process (`kiosk.hall.child.start`); by hand it is `mingyao serve`."""

import argparse
import sys
from pathlib import Path

from kiosk.hall import serve

parser = argparse.ArgumentParser(prog="python -m kiosk.hall", description=__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("--host", required=True)
parser.add_argument("--port", type=int, required=True)
given = parser.parse_args()
raise SystemExit(serve.run_as_child(given.folder, given.host, given.port, sys.stdout, sys.stdin))
