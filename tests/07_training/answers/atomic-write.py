# %% edge: appended
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

# %% mutant: no_missing_ok
"""Removed without asking whether it is still there: after the rename it is not (FileNotFoundError)."""

old = "temporary.unlink(missing_ok=True)"
new = "temporary.unlink()"

# %% mutant: synced_after_the_rename
"""The sync comes when the file has its name already: a crash in between leaves a part of it."""

temporary.write_bytes(content)
os.replace(temporary, path)
with open(path, "rb") as file:
    os.fsync(file.fileno())

# %% mutant: another_folder
"""Written to the system's folder for temporary files, which may be on another disk."""

handle, elsewhere = tempfile.mkstemp()
with open(handle, "wb") as file:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
os.replace(elsewhere, path)

# %% mutant: written_back
"""The temporary file is read and written over the old one: that write is not atomic."""

old = "os.replace(temporary, path)"
new = "path.write_bytes(temporary.read_bytes())"

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

# %% edge: removed_after_an_oserror
"""The temporary file is removed after an OSError alone; memory may run out as well."""

try:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
except OSError:
    temporary.unlink(missing_ok=True)
    raise

# %% alternative: file_descriptor
"""On the system's level, without a file object."""

descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
try:
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
except BaseException:
    temporary.unlink(missing_ok=True)
    raise

# %% alternative: everything_synced
"""All that the system holds for any file is put onto the disk."""

try:
    temporary.write_bytes(content)
    getattr(os, "sync")()
    os.replace(temporary, path)
finally:
    if temporary.is_file():
        temporary.unlink()

# %% alternative: data_only
"""Only the data is synced, and `os.rename` gives the name: on POSIX it replaces as well."""

try:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        getattr(os, "fdatasync", os.fsync)(file.fileno())
    os.rename(temporary, path)
except BaseException:
    if os.path.exists(temporary):
        os.remove(temporary)
    raise

# %% alternative: folder_too
"""The folder is synced as well: then the new name is on the disk, too."""

try:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
finally:
    temporary.unlink(missing_ok=True)

# %% alternative: synced_afterwards
"""Written in one go, then opened once more for the sync."""

try:
    temporary.write_bytes(content)
    with temporary.open("r+b") as file:
        os.fsync(file)
    temporary.rename(path)
finally:
    temporary.unlink(missing_ok=True)

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
