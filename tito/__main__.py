"""`python -m tito`, the same as the command `tito`."""

from tito.cli import main

main()
