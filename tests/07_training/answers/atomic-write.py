# %% mutant: appended
"""Opened to append: what a crash left behind stays in front."""

old = 'with open(temporary, "wb") as file:'
new = 'with open(temporary, "ab") as file:'

# %% mutant: errors_swallowed
"""An error on the way is kept quiet: nobody learns that nothing was saved."""

old = "finally:"
new = "except OSError:"

# %% mutant: left_behind
"""After an error the temporary file stays."""

old = "temporary.unlink(missing_ok=True)"
new = "pass"

# %% mutant: no_flush
"""Without flush, fsync finds Python's buffer still full."""

old = "file.flush()"
new = ""

# %% mutant: no_fsync
"""Renamed before the disk has it: after a power cut the name is there, its content is not."""

old = "os.fsync(file.fileno())"
new = ""

# %% mutant: removed_first
"""The old file is removed before the new one has its name."""

old = "os.replace(temporary, path)"
new = """\
path.unlink(missing_ok=True)
os.replace(temporary, path)"""

# %% mutant: straight_to_the_file
"""Written in place: a crash leaves half a file, and the old one is gone."""

with open(path, "wb") as file:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())

# %% alternative: by_path
"""With the methods of Path where they do the same."""

try:
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file)
    os.replace(str(temporary), str(path))
finally:
    if temporary.exists():
        temporary.unlink()

# %% alternative: unbuffered
"""Without a buffer there is nothing to flush."""

try:
    with open(temporary, "wb", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())
    os.replace(temporary, path)
except BaseException:
    temporary.unlink(missing_ok=True)
    raise
