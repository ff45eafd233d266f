# generated from tito/catalog.py by `tito build`: edit that file
"""What the modules of the course build, a file each."""
