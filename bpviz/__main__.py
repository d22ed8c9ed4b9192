"""`python -m bpviz` is the same as `bpviz`."""

import sys

from bpviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
