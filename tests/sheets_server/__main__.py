"""``python -m tests.sheets_server --port 8099``: the server, until it is interrupted."""

from __future__ import annotations

import argparse

from tests.sheets_server.server import Server


def main() -> None:
    """Starts it and waits."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--seed", type=int, default=0, help="for the ids that it makes up")
    options = parser.parse_args()
    server = Server(options.port, options.seed)
    server.start()
    print(f"Sheets API at {server.url}", flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
